use reattempt::retry;
use std::time::Duration;

#[retry(max_attempts = unlimited, backoff = "none")]
fn busy() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

#[retry(max_attempts = unlimited, initial_delay = 0s)]
fn without_a_delay() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

const NOTHING: Duration = Duration::ZERO;

#[retry(max_attempts = unlimited, initial_delay = NOTHING)]
fn with_a_constant() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

#[retry(max_attempts = unlimited, backoff = [1s, 0s])]
fn with_a_list() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

// This one is right.
#[retry(max_attempts = unlimited)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    // One mistake, one error: the functions are still there.
    let _ = (busy(), without_a_delay(), with_a_constant(), with_a_list(), read());
}
