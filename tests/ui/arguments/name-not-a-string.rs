use reattempt::retry;

#[retry(name = 5)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    // One mistake, one error: the function is still there.
    let _ = read();
}
