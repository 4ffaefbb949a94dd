//! `cargo run --manifest-path examples/metrics/Cargo.toml`

use std::error::Error;

use metrics_example::story;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let story = async {
        match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [] => story::show().await,
            ["--serve"] => story::serve().await,
            _ => Err("it takes no arguments but --serve".into()),
        }
    };
    tokio::select! {
        outcome = story => outcome,
        // So that Prometheus and its directory go away too.
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
