use reattempt::Retryable;

#[derive(Retryable)]
enum Error {
    #[retry(throttled, after = retry_aftr)]
    Busy { retry_after: std::time::Duration },
    #[retry(throttled, after = 1)]
    Full(std::time::Duration),
    #[retry(forward = inner)]
    Io { cause: std::io::Error, attempt: u32 },
    #[retry(forward)]
    Which(std::io::Error, u32),
    #[retry(forward)]
    None,
    #[retry(throttled, after = 30s)]
    Literal,
}

fn main() {}
