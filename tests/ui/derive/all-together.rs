//! Mistakes of the enum and of each of its variants, in one go.
use reattempt::Retryable;

#[derive(Retryable)]
#[retry(crate = ::reattempt)]
enum Error {
    #[retry(transiet)]
    Typo,
    Silent,
    #[retry(default)]
    Default,
    #[retry(max_attempts = 3)]
    OfFunctions,
    #[retry(idempotent = false)]
    Idempotent,
}

#[derive(Retryable)]
#[retry(default = transient)]
#[retry(default = permanent)]
enum Twice {
    Silent,
}

fn main() {}
