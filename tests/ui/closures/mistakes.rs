use reattempt::{Policy, Retry, Retryability, Retryable, Retrying};
use std::fmt;
use std::time::Duration;

#[derive(Debug)]
struct Silent;

impl Retryable for Silent {
    fn retryability(&self) -> Retryability {
        Retryability::transient()
    }
}

#[derive(Debug)]
struct Shown;

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("shown")
    }
}

impl Retryable for Shown {
    fn retryability(&self) -> Retryability {
        Retryability::transient()
    }
}

fn without_display() -> Result<u32, Silent> {
    Retry::new(Policy::DEFAULT).call(|| Err(Silent))
}

fn a_deadline_that_nothing_keeps() -> Result<u32, Shown> {
    Retry::new(Policy::DEFAULT).deadline(Duration::from_secs(1)).call(|| Err(Shown))
}

fn a_flag_that_is_none() -> Result<u32, Shown> {
    Retry::new(Policy::DEFAULT).cancel(5).call(|| Err(Shown))
}

fn a_hook_of_another_error() -> Result<u32, Shown> {
    Retry::new(Policy::DEFAULT)
        .on_retry(|retry: &Retrying<'_, Silent>| drop(retry.attempt()))
        .call(|| Err(Shown))
}

fn main() {}
