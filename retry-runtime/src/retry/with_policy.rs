//! A call by a function, with the policy behind it.

use core::error::Error;

use crate::call::retry_loop::retry_loop;
use crate::call::site::{Operation, PolicySource};
use crate::call::wait::sleep;
use crate::observe::Name;
use crate::schedule::RetryPolicy;
use crate::timer::clock::Clock;

/// Calls until it succeeds or the policy stops it, and waits in between.
///
/// The policy alone decides: [`should_retry`](RetryPolicy::should_retry) is asked about every error. It doesn't matter whether the error's type is
/// [`Retryable`](crate::Retryable). In logs it is called `retry_with_policy`; [`Retry`](crate::Retry) has names, time limits,
/// hooks and all else.
///
/// ```
/// use std::cell::Cell;
/// use std::io;
///
/// use reattempt::{ExponentialBackoff, retry_with_policy};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> io::Result<()> {
/// let calls = Cell::new(0);
/// let fetch = || async {
///     calls.set(calls.get() + 1);
///     if calls.get() < 3 { Err(io::Error::other("busy")) } else { Ok("text") }
/// };
/// assert_eq!(retry_with_policy(fetch, &ExponentialBackoff::default()).await?, "text");
///
/// // What changes a variable is an `async` closure.
/// let mut calls = 0;
/// let fetch = async || {
///     calls += 1;
///     if calls < 3 { Err(io::Error::other("busy")) } else { Ok("text") }
/// };
/// assert_eq!(retry_with_policy(fetch, &ExponentialBackoff::default()).await?, "text");
/// # Ok(())
/// # }
/// ```
///
/// The compiler of today can't tell that this future is `Send` where the closure borrows something, and says that an "implementation of
/// `Send` is not general enough". In a task that is spawned, write
/// [`Retry::new(policy).on(|_| true).call_async(…)`](crate::Retry::call_async), or annotate a function.
///
/// # Errors
///
/// The last attempt's own error.
pub async fn retry_with_policy<T, E: Error, P: RetryPolicy + ?Sized>(
    mut operation: impl AsyncFnMut() -> Result<T, E>,
    policy: &P,
) -> Result<T, E> {
    let mut state = retry_loop::<Result<T, E>>();
    loop {
        {
            let outcome = operation().await;
            let operation = Operation {
                name: Name::Static("retry_with_policy"),
                policy: PolicySource::Value(&policy),
                clock: Clock::Async,
                ..Operation::NEW
            };
            if state.__reattempt_should_return_by(&operation, &outcome, |_: &E| true) {
                return outcome;
            }
        }
        sleep(&state).await;
    }
}
