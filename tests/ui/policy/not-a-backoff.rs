use std::time::Duration;

use reattempt::{Policy, policy, retry};

const MINE: u32 = 7;
#[retry(backoff = MINE)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (read(), Duration::ZERO, Policy::DEFAULT, policy!());
}
