use reattempt::retry;

#[retry(on = |error| error.raw_os_error())]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn kind(error: &std::io::Error) -> std::io::ErrorKind {
    error.kind()
}

#[retry(on = kind)]
fn read_again() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (read(), read_again());
}
