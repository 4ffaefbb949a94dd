//! Returned shared borrows, and boxed closures returned through coercion.

use std::borrow::Cow;

use reattempt::retry;

use super::support::{Failure, Work, sleep};
use super::{Result, twice};

#[retry(sleep = sleep)]
fn coerced(work: &Work) -> Result<Box<dyn Fn() -> u32>, Box<dyn CanRetry>> {
    let call = work.call().map_err(|failure| Box::new(failure) as Box<dyn CanRetry>)?;
    return Ok(Box::new(move || call));
}

trait CanRetry: reattempt::Retryable + std::fmt::Display {}
impl CanRetry for Failure {}

#[retry]
async fn async_coerced(work: &Work) -> Result<Box<dyn Fn() -> u32>> {
    let call = work.call()?;
    return Ok(Box::new(move || call));
}

#[retry(sleep = sleep)]
fn borrowed<'a>(work: &Work, text: &'a str, _: &str) -> Result<&'a str> {
    work.call()?;
    Ok(text.trim())
}

#[retry]
async fn async_borrowed<'a>(work: &Work, text: &'a str) -> Result<Cow<'a, str>> {
    work.call()?;
    Ok(Cow::Borrowed(text))
}

/// What is returned is of another argument than what is borrowed exclusively.
#[retry]
async fn beside_an_exclusive_one<'a>(
    work: &Work,
    log: &mut Vec<u32>,
    text: &'a str,
) -> Result<&'a str> {
    log.push(work.call()?);
    Ok(text)
}

#[test]
fn blocking() {
    assert_eq!(coerced(&twice()).map_err(|_| ()).unwrap()(), 3);
    assert_eq!(borrowed(&twice(), " x ", ""), Ok("x"));
}

#[tokio::test(start_paused = true)]
async fn asynchronous() {
    assert_eq!(async_coerced(&twice()).await.unwrap()(), 3);
    assert_eq!(async_borrowed(&twice(), "x").await.unwrap(), "x");
    let mut log = Vec::new();
    assert_eq!(beside_an_exclusive_one(&twice(), &mut log, "x").await, Ok("x"));
    assert_eq!(log, [3]);
}
