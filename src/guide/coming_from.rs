//! Coming from another crate, from Python or Java, or from a loop by hand.
//!
//! This applies to all of them. These have pages of their own, with programs that were run before and after:
//!
//! | from | 4 retries are written | errors it retries by default | its jitter here |
//! |---|---|---|---|
//! | [backon] | `with_max_times(4)` | all | `jitter = 1.0`, but within `max_delay` |
//! | [backoff] | it has no number | those that are not marked as permanent | none is the same: ± 50 % |
//! | [tokio-retry](tokio_retry), [tokio-retry2](tokio_retry#tokio-retry2) | `take(4)` | all; those that are not marked as permanent | `"full"`; none is the same: ± 50 % |
//! | [tenacity] | `stop_after_attempt(5)` | all | `"full"` for `wait_random_exponential` |
//! | [resilience4j] | `maxAttempts(5)` | all | none is the same: ± 50 % |
//! | [a retryer in Go](retryer) with a `RetryConfig` | `MaxAttempts: 5` | by words of messages | `jitter = 0.25` |
//!
//! **Numbers.** `max_attempts` counts calls, the first included. backon's `with_max_times(4)`, tokio-retry's and retry's
//! `take(4)`, and reqwest-retry's `build_with_max_retries(4)` count retries: they are `max_attempts = 5`.
//!
//! **Delays.** Ours are shorter at first (100 ms) and at random by default, so say `jitter = "none"` where you compare.
//! A fraction as jitter adds to the delay, `"full"` draws below it, and `"equal"` in its upper half. `max_delay` is the longest
//! delay, jitter included. [Time](crate::guide::time) has the formulae, and
//! [`Policy::delays`](crate::Policy::delays) shows the delays of a policy without waiting.
//!
//! **Errors.** What others ask a closure about (`when`, `RetryIf`, `retry_if_exception_type`), the error's type says here, by
//! [`Retryable`](crate::Retryable), or `on` does. `on(_)` retries every error. The error that comes back is the function's
//! own, that of the last attempt.
//!
//! **Limits in time.** `max_elapsed` counts from the beginning of the call, with the time that attempts take, and begins no
//! delay that would end past it. `deadline` also cuts off what runs.
//!
//! **Whether to keep the closure.** `(|| …).retry(policy)` works here too, by [`RetryExt`](crate::RetryExt). Where the closure is
//! all that a function does, put `#[retry]` on the function.
//!
//! [backon]: self::backon
//! [backoff]: self::backoff
//! [tenacity]: self::tenacity
//! [resilience4j]: self::resilience4j
//!
//! # Policies put together by hand
//!
//! A program that has `ExponentialBackoff`, `FixedDelay`, `WithJitter`, `RetryPolicy` and `retry_with_policy` needs another name of the
//! crate, and nothing else, if its closures borrow nothing or are awaited where they stand:
//!
//! ```
//! use reattempt::{ExponentialBackoff, FixedDelay, RetryDecision, RetryPolicy, WithJitter, retry, retry_with_policy};
//! use std::error::Error;
//! use std::io;
//! use std::time::Duration;
//!
//! struct CustomPolicy;
//!
//! impl RetryPolicy for CustomPolicy {
//!     fn should_retry(&self, attempt: u32, error: &dyn Error) -> RetryDecision {
//!         if attempt < 3 && error.to_string() == "temporary error" {
//!             RetryDecision::Retry(Duration::from_secs(1))
//!         } else {
//!             RetryDecision::Stop
//!         }
//!     }
//!
//!     fn delay_for(&self, attempt: u32) -> Option<Duration> {
//!         if attempt < 3 { Some(Duration::from_secs(1)) } else { None }
//!     }
//!
//!     fn max_attempts(&self) -> u32 {
//!         3
//!     }
//! }
//!
//! const JITTERED: WithJitter<ExponentialBackoff> = WithJitter::new(ExponentialBackoff::new().with_max_attempts(5), 0.3);
//!
//! // They are policies like any other. `on(_)` lets the policy decide alone; without it, the error's type is asked first.
//! #[retry(policy = JITTERED, on(_))]
//! async fn read(path: &str) -> io::Result<String> {
//!     std::fs::read_to_string(path)
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let mut count = 0;
//! let result = retry_with_policy(
//!     async || {
//!         count += 1;
//!         if count < 3 { Err(io::Error::other("temporary error")) } else { Ok("success") }
//!     },
//!     &CustomPolicy,
//! )
//! .await;
//! assert_eq!(result.unwrap(), "success");
//! # assert!(read("/no/such/file").await.is_err());
//! # let _ = FixedDelay::new(Duration::from_secs(1), 3);
//! # }
//! ```
//!
//! [`retry_with_policy`](crate::retry_with_policy) asks the policy about every error, whatever its type says. The error has to implement
//! `Error`. In a task, and for `anyhow::Error`, write [`attempt!`](crate::attempt) with `policy = …, on(_)`.
//!
//! # A loop by hand
//!
//! ```
//! # use std::{io, time::Duration};
//! # async fn get(url: &str) -> io::Result<String> { Ok(url.to_owned()) }
//! async fn fetch(url: &str) -> io::Result<String> {
//!     let mut delay = Duration::from_millis(100);
//!     for _ in 1..5 {
//!         match get(url).await {
//!             Err(error) if error.kind() == io::ErrorKind::TimedOut => {
//!                 tokio::time::sleep(delay).await;
//!                 delay *= 2;
//!             }
//!             outcome => return outcome,
//!         }
//!     }
//!     get(url).await
//! }
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # async fn get(url: &str) -> io::Result<String> { Ok(url.to_owned()) }
//! #[reattempt::retry(max_attempts = 5, on = |error| error.kind() == io::ErrorKind::TimedOut)]
//! async fn fetch(url: &str) -> io::Result<String> {
//!     get(url).await
//! }
//! ```
//!
//! # retry
//!
//! ```text
//! retry(Fixed::from_millis(100).take(3), || match remove(path) {
//!     Ok(()) => OperationResult::Ok(()),
//!     Err(error) if error.kind() == ErrorKind::PermissionDenied => OperationResult::Retry(error),
//!     Err(error) => OperationResult::Err(error),
//! })
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # fn remove(path: &str) -> io::Result<()> { Ok(()) }
//! use reattempt::attempt;
//!
//! fn clear(path: &str) -> io::Result<()> {
//!     attempt!(
//!         max_attempts = 4, backoff = "fixed", on = |error| error.kind() == io::ErrorKind::PermissionDenied,
//!         { remove(path) }
//!     )
//! }
//! # clear("x").unwrap();
//! ```
//!
//! # tower, reqwest-retry
//!
//! A type that implements `tower::retry::Policy`, thirty lines, is `reattempt::tower::Retries::new(policy)`, with the feature
//! `tower`. `RetryTransientMiddleware::new_with_policy(policy)` is
//! `reattempt::reqwest_middleware::RetryMiddleware::new(policy)`, with the feature `reqwest-middleware`; it does not send again
//! what isn't idempotent.

pub mod backoff;
pub mod backon;
pub mod resilience4j;
pub mod retryer;
pub mod tenacity;
pub mod tokio_retry;
