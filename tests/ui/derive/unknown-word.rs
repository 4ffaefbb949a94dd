use reattempt::Retryable;

#[derive(Retryable)]
enum Error {
    #[retry(transiet)]
    Busy,
    #[retry(retryable)]
    Lost,
    #[retry(transient, retry_after = wait)]
    Full { wait: std::time::Duration },
    #[retry(something)]
    Other,
    #[retry]
    Empty,
    #[retry = "transient"]
    Value,
    #[retry(transient not_applied)]
    Comma,
    #[retry("transient")]
    Text,
}

fn main() {}
