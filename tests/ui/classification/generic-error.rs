use reattempt::retry;

#[retry]
fn call<E>(error: fn() -> E) -> Result<(), E> {
    Err(error())
}

fn main() {
    let _ = call(|| std::io::Error::other("x"));
}
