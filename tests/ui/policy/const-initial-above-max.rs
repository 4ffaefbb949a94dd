use std::time::Duration;

use reattempt::{Policy, policy, retry};

const FIRST: Duration = Duration::from_secs(30);
#[retry(initial_delay = FIRST, jitter)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (read(), Duration::ZERO, Policy::DEFAULT, policy!());
}
