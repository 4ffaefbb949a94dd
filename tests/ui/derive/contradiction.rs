use reattempt::Retryable;

#[derive(Retryable)]
enum Error {
    #[retry(transient, permanent)]
    Busy,
    #[retry(transient, transient)]
    Twice,
    #[retry(permanent, after = wait)]
    Full { wait: std::time::Duration },
    #[retry(forward, after = wait)]
    Io { source: std::io::Error, wait: std::time::Duration },
    #[retry(transient)]
    #[retry(permanent)]
    Unreachable,
    #[retry(permanent, when = *_0 == 0)]
    Anyway(u8),
}

fn main() {}
