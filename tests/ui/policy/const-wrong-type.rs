use std::time::Duration;

use reattempt::{Policy, policy, retry};

const LIMIT: i64 = 5;
#[retry(max_attempts = LIMIT)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (read(), Duration::ZERO, Policy::DEFAULT, policy!());
}
