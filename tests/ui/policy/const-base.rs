use std::time::Duration;

use reattempt::{Policy, policy, retry};

const BASE: Policy = policy!(max_delay = 5s);
#[retry(policy = BASE, initial_delay = 10s)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (read(), Duration::ZERO, Policy::DEFAULT, policy!());
}
