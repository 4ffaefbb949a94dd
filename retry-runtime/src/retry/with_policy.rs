//! A call by a function, with the policy behind it.

use core::error::Error;

use crate::call::retry_loop::retry_loop;
use crate::call::site::{Operation, PolicySource};
use crate::call::wait::sleep;
use crate::observe::Name;
use crate::schedule::{RetryPolicy, is_timed};
use crate::timer::clock::Clock;
use crate::timer::moment::Moment;

/// Calls until it succeeds or the policy stops it, and waits in between.
///
/// The policy alone decides: [`should_retry`](RetryPolicy::should_retry) is asked about every error, whatever the error's type says. Its
/// time limits count too. In logs it is called `retry_with_policy`; [`Retry`](crate::Retry) and
/// [`attempt!`](https://docs.rs/reattempt/latest/reattempt/macro.attempt.html) have names, hooks and all else.
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
/// # In a task
///
/// A closure that borrows something can be awaited where it stands, and not in a task: the compiler of today can't tell that this future is
/// `Send`, and says that an "implementation of `Send` is not general enough". There, write `attempt!`, which asks the policy the
/// same:
///
/// ```
/// use reattempt::{FixedDelay, attempt};
///
/// const POLICY: FixedDelay = FixedDelay::new(std::time::Duration::from_secs(1), 3);
///
/// # async fn get(url: &str) -> std::io::Result<String> { Ok(url.to_owned()) }
/// async fn fetch(url: String) -> std::io::Result<String> {
///     attempt!(policy = POLICY, on(_), async { get(&url).await }).await
/// }
/// # fn is_send(_: impl Send) {}
/// # is_send(fetch(String::new()));
/// ```
///
/// The error has to implement [`Error`], because the policy is asked about it. `anyhow::Error` and boxed errors don't: `attempt!` and
/// `#[retry]` look into them.
///
/// # Errors
///
/// The last attempt's own error.
pub async fn retry_with_policy<T, E: Error, P: RetryPolicy + ?Sized>(
    mut operation: impl AsyncFnMut() -> Result<T, E>,
    policy: &P,
) -> Result<T, E> {
    let mut state = retry_loop::<Result<T, E>>();
    let began_at = is_timed(policy).then(|| Moment::now(Clock::Async));
    let mut attempt_began_at = began_at;
    loop {
        {
            let outcome = operation().await;
            let operation = Operation {
                name: Name::Static("retry_with_policy"),
                policy: PolicySource::Value(&policy),
                clock: Clock::Async,
                began_at,
                attempt_began_at,
                ..Operation::NEW
            };
            if state.__reattempt_should_return_by(&operation, &outcome, |_: &E| true) {
                return outcome;
            }
        }
        sleep(&state).await;
        attempt_began_at = began_at.map(|_| Moment::now(Clock::Async));
    }
}
