use reattempt::retry;

#[retry(max_attempts = 3; jitter)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    // One mistake, one error: the function is still there.
    let _ = read();
}
