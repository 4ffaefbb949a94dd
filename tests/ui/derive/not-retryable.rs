use reattempt::Retryable;

struct Other;

#[derive(Retryable)]
enum Error {
    #[retry(forward)]
    Other(Other),
    #[retry(forward)]
    Path { source: std::collections::BTreeMap<u8, std::path::PathBuf> },
}

fn main() {}
