use reattempt::Retryable;

#[derive(Retryable)]
enum Error {
    #[retry(transient, when = *statsu == 503)]
    Refused { status: u16 },
    #[retry(transient, when = status)]
    Number { status: u16 },
}

fn main() {}
