use reattempt::retry;

enum FetchError {
    Timeout,
}

#[retry(on = FetchError::Timeout)]
fn fetch() -> Result<(), FetchError> {
    Err(FetchError::Timeout)
}

fn main() {
    let _ = fetch();
}
