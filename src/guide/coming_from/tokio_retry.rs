//! Coming from tokio-retry (0.3) or tokio-retry2 (0.9).
//!
//! The programs on this page were run against the same script of failures: before and after make the same attempts, wait the
//! same delays, and return the same. They are in the repository, in `tests/migration/tests/tokio_retry.rs` and
//! `tokio_retry2.rs`. `Retry::start` is what was called `Retry::spawn` before tokio-retry 0.3.2.
//!
//! | you write | you write now |
//! |---|---|
//! | `strategy.take(3)` | `max_attempts = 4`: the first call counts |
//! | a strategy without `take` | `max_attempts = unlimited` |
//! | `ExponentialBackoff::from_millis(10)` | `initial_delay = 10ms, multiplier = 10`: it waits 10, 100, 1000 ms |
//! | `ExponentialBackoff::from_millis(2).factor(500)` | `initial_delay = 1s`: it waits 1, 2, 4 s |
//! | `FibonacciBackoff::from_millis(100)` | `backoff = "fibonacci", initial_delay = 100ms` |
//! | `FixedInterval::from_millis(200)` | `backoff = "fixed", initial_delay = 200ms` |
//! | `[first, second]` as a strategy | `backoff = [200ms, 3s]` |
//! | `.max_delay(…)` | `max_delay = …`, which is 20 s unless you say otherwise |
//! | `.map(jitter)` | nothing, it is the default |
//! | no `jitter` | `jitter = "none"` |
//! | `one.take(2).chain(another)` | `then = ANOTHER` |
//! | `Retry::start(strategy, action)` | `#[retry(…)]` on the function, or [`Retry`](crate::Retry) with a closure; `on(_)` if every error is to be retried |
//! | `RetryIf::start(strategy, action, condition)` | the same with `on = condition` |
//! | a type that implements `Action` | a closure; `#[retry]` on its method |
//! | a type that implements `Condition` | [`Retryable`](crate::Retryable) for the error, or `on` |
//!
//! # A closure
//!
//! ```text
//! use tokio_retry::Retry;
//! use tokio_retry::strategy::ExponentialBackoff;
//!
//! async fn before(client: &Client) -> io::Result<String> {
//!     let strategy = ExponentialBackoff::from_millis(10).take(3);
//!     Retry::start(strategy, || client.get()).await
//! }
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { async fn get(&self) -> io::Result<String> { Ok(String::new()) } }
//! use reattempt::{Retry, policy};
//!
//! async fn after(client: &Client) -> io::Result<String> {
//!     let policy =
//!         policy!(max_attempts = 4, initial_delay = 10ms, multiplier = 10, jitter = "none");
//!     Retry::new(policy).on(|_| true).call_async(|| client.get()).await
//! }
//! ```
//!
//! # A condition
//!
//! ```text
//! use tokio_retry::RetryIf;
//! use tokio_retry::strategy::ExponentialBackoff;
//!
//! async fn before(client: &Client) -> io::Result<String> {
//!     let strategy = ExponentialBackoff::from_millis(2)
//!         .factor(500)
//!         .max_delay(Duration::from_secs(5))
//!         .take(5);
//!     RetryIf::start(
//!         strategy,
//!         || client.get(),
//!         |error: &io::Error| error.kind() == io::ErrorKind::TimedOut,
//!     )
//!     .await
//! }
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { async fn get(&self) -> io::Result<String> { Ok(String::new()) } }
//! use reattempt::retry;
//!
//! #[retry(
//!     max_attempts = 6,
//!     initial_delay = 1s,
//!     max_delay = 5s,
//!     jitter = "none",
//!     on = |error| error.kind() == io::ErrorKind::TimedOut,
//! )]
//! async fn after(client: &Client) -> io::Result<String> {
//!     client.get().await
//! }
//! ```
//!
//! # Jitter
//!
//! ```text
//! use tokio_retry::Retry;
//! use tokio_retry::strategy::{ExponentialBackoff, jitter};
//!
//! async fn before(client: &Client) -> io::Result<String> {
//!     let strategy = ExponentialBackoff::from_millis(10).map(jitter).take(4);
//!     Retry::start(strategy, || client.get()).await
//! }
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { async fn get(&self) -> io::Result<String> { Ok(String::new()) } }
//! # use reattempt::retry;
//! #[retry(max_attempts = 5, initial_delay = 10ms, multiplier = 10)]
//! async fn after(client: &Client) -> io::Result<String> {
//!     client.get().await
//! }
//! ```
//!
//! # One strategy after another
//!
//! ```text
//! async fn quick_then_steady(client: &Client) -> io::Result<String> {
//!     let strategy = FixedInterval::from_millis(200)
//!         .take(2)
//!         .chain(FixedInterval::new(Duration::from_secs(15)));
//!     Retry::start(strategy, || client.get()).await
//! }
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { async fn get(&self) -> io::Result<String> { Ok(String::new()) } }
//! use reattempt::{Policy, policy, retry};
//!
//! const STEADY: Policy = policy!(
//!     max_attempts = unlimited,
//!     backoff = "fixed",
//!     initial_delay = 15s,
//!     jitter = "none",
//! );
//!
//! #[retry(
//!     max_attempts = 3,
//!     backoff = "fixed",
//!     initial_delay = 200ms,
//!     jitter = "none",
//!     then = STEADY,
//! )]
//! async fn quick_then_steady(client: &Client) -> io::Result<String> {
//!     client.get().await
//! }
//! ```
//!
//! A list of delays stays one:
//!
//! ```text
//! async fn listed(client: &Client) -> io::Result<String> {
//!     let strategy = [Duration::from_millis(200), Duration::from_secs(3)];
//!     Retry::start(strategy, || client.get()).await
//! }
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { async fn get(&self) -> io::Result<String> { Ok(String::new()) } }
//! # use reattempt::retry;
//! #[retry(backoff = [200ms, 3s], jitter = "none")]
//! async fn listed(client: &Client) -> io::Result<String> {
//!     client.get().await
//! }
//! ```
//!
//! # tokio-retry2
//!
//! | you write | you write now |
//! |---|---|
//! | `RetryError::permanent(error)`, `RetryError::transient(error)` | the error's type says it, or `on`; or `cx.permanent(error)` in the body |
//! | `.map_transient_err()` on everything | `on(_)` |
//! | `RetryError::retry_after(error, delay)` | `#[retry(transient, after = …)]` on the error, or `cx.retry_after(delay, error)` |
//! | `ExponentialFactorBackoff::from_millis(500, 2.0)` | `initial_delay = 500ms, multiplier = 2` |
//! | `LinearBackoff::from_millis(100)` | `backoff = "linear", initial_delay = 100ms` |
//! | `LinearBackoff` with another `increment` | a list of delays, or a `fn(u32) -> Duration` as `backoff` |
//! | `.max_interval(…)`, `.max_duration(…)` | `max_elapsed = …` |
//! | `jitter_with_bounds(0.5, 1.0)` | `jitter = "equal"` |
//! | `Retry::spawn_notify(…, notify)` | `on_retry = \|retry\| …` |
//!
//! ```text
//! use tokio_retry2::strategy::ExponentialFactorBackoff;
//! use tokio_retry2::{Retry, RetryError};
//!
//! async fn get(client: &Client) -> Result<String, RetryError<io::Error>> {
//!     client.get().await.map_err(|error| match error.kind() {
//!         io::ErrorKind::NotFound => RetryError::permanent(error),
//!         _ => RetryError::transient(error),
//!     })
//! }
//!
//! async fn before(client: &Client) -> io::Result<String> {
//!     let strategy = ExponentialFactorBackoff::from_millis(500, 2.0)
//!         .max_delay(Duration::from_secs(3))
//!         .take(4);
//!     Retry::spawn(strategy, || get(client)).await
//! }
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { async fn get(&self) -> io::Result<String> { Ok(String::new()) } }
//! # use reattempt::retry;
//! #[retry(
//!     max_attempts = 5,
//!     initial_delay = 500ms,
//!     max_delay = 3s,
//!     jitter = "none",
//!     on = |error| error.kind() != io::ErrorKind::NotFound,
//! )]
//! async fn after(client: &Client) -> io::Result<String> {
//!     client.get().await
//! }
//! ```
//!
//! # What differs
//!
//! - **Which errors.** `Retry` of tokio-retry retries every error. Here the error's type says it, and an error that is permanent
//!   ends the call at once. `on(_)` retries every error.
//! - **The first attempt.** `Retry::start` calls the action at once, before its future is polled. Here nothing is called before
//!   the first poll.
//! - **Jitter.** tokio-retry's is full jitter, as ours. tokio-retry2's `jitter` draws from half the delay to one and a half of
//!   it, which nothing here does: two thirds of the delay as `initial_delay`, with `jitter = 1.0`, have the same mean.
//! - **`retry_after` of tokio-retry2** is handed to `notify`, and the strategy's delay is waited. Here the call waits at least
//!   as long as the server asks for, or exactly so with `retry_after = "exact"`. One that is longer than `max_retry_after`, a
//!   minute unless you say otherwise, ends the call.
//! - **`notify` of tokio-retry2** is told of the last failure as well, and its delay is not the one that follows. `on_retry` is
//!   told of each retry and its own delay, and `on_give_up` of the end.
//! - **`max_interval` of tokio-retry2** looks at the time before a delay, by the system's clock from when the strategy was made,
//!   so the last delay may end long after it. `max_elapsed` begins no delay that would end later, by the clock that waits.
//!
//! # What you gain
//!
//! The attribute serves blocking functions as well. A mistake in the policy is a compile error. Attempts and calls can have
//! [limits in time](crate::guide::limits) that cut off what runs. Errors of [many crates](crate::guide::errors) are classified.
//! Retries are [logged](crate::guide::observability).
