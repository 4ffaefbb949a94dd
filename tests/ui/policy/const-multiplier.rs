use std::time::Duration;

use reattempt::{Policy, policy, retry};

const FACTOR: f64 = 0.5;
#[retry(multiplier = FACTOR)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (read(), Duration::ZERO, Policy::DEFAULT, policy!());
}
