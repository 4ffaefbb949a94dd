use std::time::Duration;

use reattempt::{Policy, policy, retry};

fn base() -> Policy { Policy::DEFAULT }
#[retry(policy = base(), max_attempts = 5)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (read(), Duration::ZERO, Policy::DEFAULT, policy!());
}
