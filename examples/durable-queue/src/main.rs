//! `cargo run --manifest-path examples/durable-queue/Cargo.toml`

use std::error::Error;

use durable_queue::{story, worker};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => story::show(&std::env::current_exe()?),
        [database, service] => worker::run(database, service),
        _ => Err("it takes no arguments".into()),
    }
}
