use reattempt::retry;

#[retry(no_jitter)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    // One mistake, one error: the function is still there.
    let _ = read();
}
