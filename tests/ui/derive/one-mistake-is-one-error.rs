//! Whatever is wrong, there is an `impl`: nothing follows from the mistake.
use reattempt::{Retryable, retry};

#[derive(Debug, Retryable)]
enum Error<T: std::fmt::Debug = u8> {
    #[retry(permanant)]
    Full(T),
}

#[retry]
fn read() -> Result<(), Error> {
    Ok(())
}

fn main() {
    let _ = read();
}
