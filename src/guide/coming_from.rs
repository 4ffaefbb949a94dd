//! Coming from backon, tokio-retry, backoff, retry, tower, or a loop by hand.
//!
//! **Numbers.** `max_attempts` counts calls, the first included. backon's `with_max_times(4)`, tokio-retry's and retry's
//! `take(4)`, and reqwest-retry's `build_with_max_retries(4)` count retries: they are `max_attempts = 5`.
//!
//! **Delays.** tokio-retry's `ExponentialBackoff::from_millis(10)` waits 10ⁿ ms: it is `initial_delay = 10ms, multiplier = 10`.
//! backoff's jitter is ± 50 %; ours is drawn below the delay (`"full"`), in its upper half (`"equal"`), or added to it (a
//! fraction).
//!
//! **Errors.** What others ask a closure about (`when`, `RetryIf`), the error's type says here, by
//! [`Retryable`](crate::Retryable), or `on` does.
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
//! # backon
//!
//! ```text
//! let text = (|| async { client.get(url).await })
//!     .retry(ExponentialBuilder::default().with_max_times(4).with_total_delay(Some(Duration::from_secs(30))))
//!     .when(|error| error.is_transient())
//!     .notify(|error, delay| warn!("{error}, again in {delay:?}"))
//!     .await?;
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { async fn get(&self, url: &str) -> io::Result<String> { Ok(url.to_owned()) } }
//! # fn is_transient(error: &io::Error) -> bool { true }
//! use reattempt::{RetryExt as _, policy};
//!
//! async fn fetch(client: &Client, url: &str) -> io::Result<String> {
//!     (|| client.get(url))
//!         .retry(policy!(max_attempts = 5, max_elapsed = 30s))
//!         .on(is_transient)
//!         .on_retry(|retry: &reattempt::Retrying<'_, io::Error>| {
//!             println!("{}, again in {:?}", retry.error(), retry.delay());
//!         })
//!         .call_async()
//!         .await
//! }
//! ```
//!
//! or, where the closure is all that the function does, `#[retry]` on the function. backon's `.context(…)`, by which a value is
//! handed from attempt to attempt, is a `&mut` argument, or what [`attempt!`](crate::attempt) borrows.
//!
//! # tokio-retry
//!
//! ```text
//! let strategy = ExponentialBackoff::from_millis(10).map(jitter).take(3);
//! let value = RetryIf::spawn(strategy, || client.get(url), |error: &Error| error.is_transient()).await?;
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { async fn get(&self, url: &str) -> io::Result<String> { Ok(url.to_owned()) } }
//! # fn is_transient(error: &io::Error) -> bool { true }
//! use reattempt::{Retry, policy};
//!
//! async fn fetch(client: &Client, url: &str) -> io::Result<String> {
//!     let policy = policy!(max_attempts = 4, initial_delay = 10ms, multiplier = 10, jitter);
//!     Retry::new(policy).on(is_transient).call_async(|| client.get(url)).await
//! }
//! ```
//!
//! # backoff
//!
//! ```text
//! retry(ExponentialBackoff::default(), || async {
//!     client.get(url).await.map_err(|error| match error.status() {
//!         Some(404) => backoff::Error::permanent(error),
//!         _ => backoff::Error::transient(error),
//!     })
//! })
//! .await?;
//! ```
//!
//! `ExponentialBackoff::default()` goes on for 15 minutes, however many attempts that is:
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { async fn get(&self, url: &str) -> io::Result<String> { Ok(url.to_owned()) } }
//! use reattempt::retry;
//!
//! #[retry(
//!     max_attempts = unlimited, max_elapsed = 15m, initial_delay = 500ms, multiplier = 1.5, max_delay = 1m,
//!     on = |error| error.kind() != io::ErrorKind::NotFound,
//! )]
//! async fn fetch(client: &Client, url: &str) -> io::Result<String> {
//!     client.get(url).await
//! }
//! ```
//!
//! Its `next_backoff()` and `reset()`, for loops that are no calls, are [`Policy::waits`](crate::Policy::waits).
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
