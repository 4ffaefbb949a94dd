//! `Result`, its aliases, and `Option`.

use std::fmt;
use std::io;

use reattempt::retry;

use super::support::{Work, sleep};
use super::{Result, twice};

/// An alias with another shape than `Result`'s.
type Numbered<T> = Result<(u32, T)>;

#[retry(sleep = sleep)]
fn alias<T: Clone>(work: &Work, value: &T) -> Numbered<T> {
    Ok((work.call()?, value.clone()))
}

#[retry(sleep = sleep)]
fn of_io(work: &Work) -> io::Result<u32> {
    work.call().map_err(|_| io::ErrorKind::TimedOut.into())
}

#[retry(sleep = sleep)]
fn of_a_box(work: &Work) -> ::std::result::Result<u32, Box<Unclassified>> {
    work.call().map_err(|_| Box::new(Unclassified))
}

#[derive(Debug)]
struct Unclassified;

impl fmt::Display for Unclassified {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("unclassified")
    }
}

impl reattempt::Retryable for Unclassified {
    fn retryability(&self) -> reattempt::Retryability {
        reattempt::Retryability::transient()
    }
}

#[retry(on = |_| true, sleep = sleep)]
fn without_display(work: &Work) -> std::result::Result<u32, Vec<u8>> {
    work.call().map_err(|_| Vec::new())
}

#[retry(backoff = "none", on = |_| true)]
fn without_display_or_timer(work: &Work) -> std::result::Result<u32, Vec<u8>> {
    work.call().map_err(|_| Vec::new())
}

/// It has no `Display` either.
#[derive(Debug)]
struct Silent;

impl reattempt::Retryable for Silent {
    fn retryability(&self) -> reattempt::Retryability {
        reattempt::Retryability::transient()
    }
}

#[retry(backoff = "none")]
fn silent(work: &Work) -> std::result::Result<u32, Silent> {
    work.call().map_err(|_| Silent)
}

#[retry(backoff = "none")]
fn hidden_error(
    work: &Work,
) -> std::result::Result<u32, impl fmt::Debug + reattempt::Retryable + use<>> {
    // A macro, which may leave the body early for all that one can see.
    let _ = stringify!(early exit);
    work.call().map_err(|_| Silent)
}

#[retry(backoff = "none", on = |_| true)]
fn hidden_error_and_on(work: &Work) -> std::result::Result<u32, impl fmt::Debug + use<>> {
    work.call().map_err(|_| Silent)
}

#[retry(sleep = sleep)]
fn optional(work: &Work) -> Option<u32> {
    let call = work.call().ok()?;
    Some(call)
}

#[retry]
async fn async_optional(work: &Work) -> Option<u32> {
    let call = work.call().ok()?;
    Some(call)
}

#[retry]
async fn async_of_io(work: &Work) -> io::Result<u32> {
    work.call().map_err(|_| io::ErrorKind::TimedOut.into())
}

#[test]
fn blocking() {
    assert_eq!(without_display_or_timer(&twice()).unwrap(), 3);
    assert_eq!(silent(&twice()).unwrap(), 3);
    assert_eq!(hidden_error(&twice()).unwrap(), 3);
    assert_eq!(hidden_error_and_on(&twice()).unwrap(), 3);
    assert_eq!(alias(&twice(), &"x"), Ok((3, "x")));
    assert_eq!(of_io(&twice()).unwrap(), 3);
    assert_eq!(of_a_box(&twice()).unwrap(), 3);
    assert_eq!(without_display(&twice()), Ok(3));
    assert_eq!(optional(&twice()), Some(3));
}

#[tokio::test(start_paused = true)]
async fn asynchronous() {
    assert_eq!(async_optional(&twice()).await, Some(3));
    assert_eq!(async_of_io(&twice()).await.unwrap(), 3);
}
