use reattempt::retry;

#[retry]
#[retry(max_attempts = 5)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = read();
}
