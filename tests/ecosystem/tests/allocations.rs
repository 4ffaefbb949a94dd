//! To classify an error allocates nothing.

use std::io;
use std::time::Duration;

use allocation_counter::measure;
use reattempt::{Retryable, detect};

#[derive(Debug, thiserror::Error, Retryable)]
enum Failure {
    #[error("refused")]
    #[retry(throttled, after = wait, when = *status == 429)]
    #[retry(transient, when = *status >= 500)]
    Refused { status: u16, wait: Option<Duration> },
    #[error("transport")]
    #[retry(forward)]
    Transport(#[from] io::Error),
}

#[test]
fn nothing_is_allocated() {
    let errors = [
        Failure::Refused { status: 429, wait: Some(Duration::from_secs(1)) },
        Failure::Refused { status: 404, wait: None },
        Failure::from(io::Error::other("wrapped")),
    ];
    let derived = measure(|| {
        for error in &errors {
            std::hint::black_box(error.retryability());
        }
    });
    assert_eq!(derived.count_total, 0);
    let boxed: Box<dyn std::error::Error + Send + Sync> =
        Box::new(errors.into_iter().last().unwrap());
    let detected = measure(|| {
        std::hint::black_box(boxed.retryability());
        std::hint::black_box(detect::message("the connection was reset"));
    });
    assert_eq!(detected.count_total, 0);
}
