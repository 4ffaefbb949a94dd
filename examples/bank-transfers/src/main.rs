//! `cargo run --manifest-path examples/bank-transfers/Cargo.toml`

use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    tokio::select! {
        outcome = bank_transfers::story::show() => outcome,
        // So that PostgreSQL and its directory go away too.
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
