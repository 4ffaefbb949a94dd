//! `cargo run --manifest-path examples/large-upload/Cargo.toml`
#![forbid(unsafe_code)]

use std::error::Error;
use std::process::ExitCode;

use large_upload::{command, story};

#[tokio::main]
async fn main() -> ExitCode {
    run().await.unwrap_or_else(|error| {
        eprintln!("{}", command::words(&*error));
        ExitCode::FAILURE
    })
}

async fn run() -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if !arguments.is_empty() {
        return command::run(&arguments).await;
    }
    let this = std::env::current_exe()?;
    tokio::select! {
        outcome = story::show(&this) => outcome.map(|()| ExitCode::SUCCESS),
        // So that the servers and the exports go away too.
        _ = tokio::signal::ctrl_c() => Ok(ExitCode::FAILURE),
    }
}
