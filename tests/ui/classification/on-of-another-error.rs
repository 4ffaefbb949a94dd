use reattempt::retry;

struct ReadError;
struct WriteError;

fn is_transient(_: &WriteError) -> bool {
    true
}

#[retry(on = is_transient)]
fn read() -> Result<String, ReadError> {
    Err(ReadError)
}

fn main() {
    let _ = read();
}
