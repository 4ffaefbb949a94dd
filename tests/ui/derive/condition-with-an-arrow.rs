use reattempt::Retryable;

#[derive(Debug, Retryable)]
enum Error {
    #[retry(transient, when = *code => 500)]
    Status { code: u16 },
}

fn main() {
    let _ = Error::Status { code: 1 };
}
