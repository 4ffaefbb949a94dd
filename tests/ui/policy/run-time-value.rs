use std::time::Duration;

use reattempt::{Policy, retry};

struct Client {
    policy: Policy,
}

impl Client {
    #[retry(policy = &self.policy, max_attempts = 5)]
    fn changed(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry(max_attempts = limit)]
fn by_argument(limit: u32) -> std::io::Result<()> {
    let _ = limit;
    Ok(())
}

fn limit() -> u32 {
    5
}

#[retry(max_attempts = limit())]
fn by_function() -> std::io::Result<()> {
    Ok(())
}

// A constant in a module that is called like a parameter.
mod config {
    pub const LIMIT: u32 = 5;
}

#[retry(max_attempts = config::LIMIT, backoff = |config| Duration::from_secs(config.into()))]
fn by_constant(config: u32) -> std::io::Result<u32> {
    Ok(config)
}

fn main() {
    let _ = (by_argument(1), by_function(), by_constant(1));
    let _ = Client { policy: Policy::DEFAULT }.changed();
}
