use reattempt::Retryable;

#[derive(Retryable)]
enum Error {
    #[retry(transient)]
    Busy,
    Full { free: u64 },
}

#[derive(Retryable)]
struct Failure;

fn main() {}
