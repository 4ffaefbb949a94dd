use reattempt::retry;

#[retry(timeout = 5s)]
fn whole() -> std::io::Result<()> {
    Ok(())
}

#[retry(attempt_timeout = 5s)]
fn each() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (whole(), each());
}
