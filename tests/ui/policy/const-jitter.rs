use std::time::Duration;

use reattempt::{Policy, policy, retry};

const SHARE: f64 = f64::NAN;
#[retry(jitter = SHARE)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (read(), Duration::ZERO, Policy::DEFAULT, policy!());
}
