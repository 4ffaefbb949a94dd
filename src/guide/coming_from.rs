//! Coming from another crate, from Python or Java, or from a loop by hand.
//!
//! What is true for all is here. These have pages of their own, with programs that were run before and after:
//!
//! | from | 4 retries are written | errors it retries by default | its jitter here |
//! |---|---|---|---|
//! | [backon] | `with_max_times(4)` | all | `jitter = 1.0`, but within `max_delay` |
//! | [backoff] | it has no number | those that are not marked as permanent | none is the same: ± 50 % |
//! | [tokio-retry](tokio_retry), [tokio-retry2](tokio_retry#tokio-retry2) | `take(4)` | all; those that are not marked as permanent | `"full"`; none is the same: ± 50 % |
//! | [tenacity] | `stop_after_attempt(5)` | all | `"full"` for `wait_random_exponential` |
//! | [resilience4j] | `maxAttempts(5)` | all | none is the same: ± 50 % |
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
pub mod tenacity;
pub mod tokio_retry;
