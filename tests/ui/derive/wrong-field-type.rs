use reattempt::Retryable;

#[derive(Retryable)]
enum Error {
    #[retry(throttled, after = seconds)]
    Busy { seconds: u64 },
    #[retry(throttled, after = 0)]
    Full(Option<String>),
}

fn main() {}
