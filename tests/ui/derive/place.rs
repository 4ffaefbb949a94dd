use reattempt::{Retryable, retry};

#[retry(default = permanent)]
#[derive(Retryable)]
enum Above {
    Full,
}

#[derive(Retryable)]
#[retry(transient)]
enum OnEnum {
    Full,
}

#[derive(Retryable)]
#[retry(default = sometimes)]
enum Default {
    Full,
}

#[derive(Retryable)]
#[retry(forward)]
enum Forward {
    #[retry(permanent)]
    Full,
}

#[derive(Retryable)]
enum OnField {
    #[retry(transient)]
    Busy {
        #[retry(after)]
        wait: std::time::Duration,
    },
    #[retry(default = permanent)]
    Full,
}

#[derive(Retryable)]
union Union {
    a: u8,
}

fn main() {}
