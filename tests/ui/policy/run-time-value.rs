use std::time::Duration;

use reattempt::{Policy, policy, retry};

fn limit() -> u32 { 5 }
#[retry(max_attempts = limit())]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (read(), Duration::ZERO, Policy::DEFAULT, policy!());
}
