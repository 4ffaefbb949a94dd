use reattempt::{Retryable, detect};

struct Other;

fn is_busy(_: &Other) -> u8 {
    1
}

fn is_full(_: &String) -> bool {
    true
}

#[derive(Retryable)]
enum Error {
    #[retry(transient, on = is_full)]
    Condition(String),
    #[retry(on = is_full)]
    Alone(String),
    #[retry(forward, on = "is_full")]
    Text(String),
    #[retry(forward, on = is_full(_0))]
    Call(String),
    #[retry(forward, on)]
    Nothing(String),
    #[retry(forward, by = is_full)]
    Called(String),
    #[retry(forward = reply, on = is_full, after = wait)]
    Wait { reply: String, wait: std::time::Duration },
}

#[derive(Retryable)]
enum Types {
    #[retry(forward, on = is_busy)]
    Answer(Other),
    #[retry(forward, on = is_full)]
    Argument(Other),
    #[retry(forward, on = detect::error)]
    NoError(Other),
}

fn main() {}
