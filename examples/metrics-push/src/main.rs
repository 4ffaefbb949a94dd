//! `cargo run --manifest-path examples/metrics-push/Cargo.toml`

use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    tokio::select! {
        outcome = metrics_push::story::show() => outcome,
        // So that the gateway and its directory go away too.
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
