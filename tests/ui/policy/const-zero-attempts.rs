use std::time::Duration;

use reattempt::{Policy, policy, retry};

const LIMIT: u32 = 0;
#[retry(max_attempts = LIMIT, initial_delay = 1s)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (read(), Duration::ZERO, Policy::DEFAULT, policy!());
}
