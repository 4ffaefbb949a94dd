//! `cargo run --manifest-path examples/api-proxy/Cargo.toml`

use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    api_proxy::story::show().await?;
    api_proxy::storm::show().await
}
