use std::time::Duration;

use reattempt::{Policy, policy, retry};

const LAST: Duration = Duration::from_secs(60);
#[retry(backoff = [1s, LAST])]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (read(), Duration::ZERO, Policy::DEFAULT, policy!());
}
