//! `cargo run --manifest-path examples/fleet-budget/Cargo.toml`

use std::error::Error;

use fleet_budget::{fleet, worker};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => fleet::show(&std::env::current_exe()?),
        [service, redis] => worker::run(service, redis),
        _ => Err("it takes no arguments".into()),
    }
}
