use reattempt::retry;

enum ReadError {
    Busy,
}

enum WriteError {
    Busy,
}

#[retry(on(WriteError::Busy))]
fn read() -> Result<(), ReadError> {
    Err(ReadError::Busy)
}

fn main() {
    let _ = (read(), WriteError::Busy);
}
