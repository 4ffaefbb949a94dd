use reattempt::retry;

#[retry(retry_after = "excat")]
fn unknown() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

#[retry(retry_after = exact)]
fn without_quotes() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

// It is the other key that takes a duration.
#[retry(retry_after = 5m)]
fn duration() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

#[retry(retry_after = "capped", max_retry_after = 5m)]
fn without_effect() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (unknown(), without_quotes(), duration(), without_effect());
}
