use reattempt::Retryable;

#[derive(Debug, Retryable)]
enum Error {
    #[retry(transient, when = *_1 > 5)]
    #[retry(permanent)]
    One(u32),
    #[retry(throttled, after = 5)]
    Busy,
}

fn main() {
    let _ = (Error::One(1), Error::Busy);
}
