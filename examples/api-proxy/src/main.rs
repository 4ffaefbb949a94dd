//! `cargo run --manifest-path examples/api-proxy/Cargo.toml`

use std::error::Error;

use tokio::runtime::{Builder, Runtime};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    Runtime::new()?.block_on(api_proxy::story::show())?;
    // On one thread, whose clock goes on when there is nothing else to do: the storm is the same on a slow machine.
    let paused = Builder::new_current_thread().enable_all().start_paused(true).build()?;
    paused.block_on(api_proxy::storm::show())
}
