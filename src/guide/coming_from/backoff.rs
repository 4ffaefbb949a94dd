//! Coming from backoff (0.4).
//!
//! The programs on this page were run against the same script of failures: before and after make the same attempts, wait the
//! same delays, and return the same. They are in the repository, in `tests/migration/tests/backoff.rs` and
//! `backoff_state.rs`.
//!
//! | you write | you write now |
//! |---|---|
//! | `ExponentialBackoff::default()` | `max_attempts = unlimited, max_elapsed = 15m, initial_delay = 500ms, multiplier = 1.5, max_delay = 1m` |
//! | `initial_interval`, `multiplier`, `max_interval` | `initial_delay`, `multiplier`, `max_delay` |
//! | `max_elapsed_time: Some(…)` | `max_elapsed = …`, and `max_attempts = unlimited` if the number is not to count |
//! | `max_elapsed_time: None` | `max_attempts = unlimited` |
//! | `randomization_factor: 0.0` | `jitter = "none"` |
//! | `randomization_factor: 0.5` | see [below](#what-differs) |
//! | `Error::permanent(error)`, `Error::transient(error)` | the error's type says it, or `on`; or `cx.permanent(error)` in the body |
//! | `?`, which makes an error a transient one | `on(_)`, if every error is to be retried |
//! | `Error::retry_after(error, delay)` | `#[retry(transient, after = …)]` on the error, or `cx.retry_after(delay, error)`; and `retry_after = "exact"` |
//! | `retry_notify(policy, operation, notify)` | `on_retry = \|retry\| …` |
//! | `backoff::retry`, `backoff::future::retry` | the same attribute, on a function that blocks or is async |
//! | `Zero`, `Constant::new(…)`, `Stop` | `backoff = "none"` with a number of attempts; `"fixed"`; a policy with one attempt, by the builder |
//! | `next_backoff()`, `reset()` | [`Policy::waits`](crate::Policy::waits), its `next` and `reset` |
//!
//! # Errors that are marked
//!
//! ```text
//! use backoff::ExponentialBackoff;
//! use backoff::future::retry;
//!
//! async fn before(client: &Client) -> io::Result<String> {
//!     let policy = ExponentialBackoff {
//!         randomization_factor: 0.0,
//!         max_interval: Duration::from_secs(1),
//!         ..ExponentialBackoff::default()
//!     };
//!     retry(policy, || async {
//!         client.get().await.map_err(|error| match error.kind() {
//!             io::ErrorKind::NotFound => backoff::Error::permanent(error),
//!             _ => backoff::Error::transient(error),
//!         })
//!     })
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
//!     max_attempts = unlimited,
//!     max_elapsed = 15m,
//!     initial_delay = 500ms,
//!     multiplier = 1.5,
//!     max_delay = 1s,
//!     jitter = "none",
//!     on = |error| error.kind() != io::ErrorKind::NotFound,
//! )]
//! async fn after(client: &Client) -> io::Result<String> {
//!     client.get().await
//! }
//! ```
//!
//! or, where the body knows more than the error says,
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { async fn get(&self) -> io::Result<String> { Ok(String::new()) } }
//! # use reattempt::retry;
//! #[retry(
//!     max_attempts = unlimited,
//!     max_elapsed = 15m,
//!     initial_delay = 500ms,
//!     multiplier = 1.5,
//!     max_delay = 1s,
//!     jitter = "none",
//!     context = cx,
//! )]
//! async fn after(client: &Client) -> io::Result<String> {
//!     client.get().await.map_err(|error| match error.kind() {
//!         io::ErrorKind::NotFound => cx.permanent(error),
//!         _ => cx.transient(error),
//!     })
//! }
//! ```
//!
//! # Every error is transient
//!
//! ```text
//! use backoff::ExponentialBackoffBuilder;
//! use backoff::future::retry;
//!
//! async fn before(client: &Client) -> io::Result<usize> {
//!     let policy = ExponentialBackoffBuilder::new()
//!         .with_initial_interval(Duration::from_millis(100))
//!         .with_multiplier(2.0)
//!         .with_randomization_factor(0.0)
//!         .with_max_elapsed_time(Some(Duration::from_secs(60)))
//!         .build();
//!     retry(policy, || async {
//!         let text = client.get().await?;
//!         Ok(text.len())
//!     })
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
//! # use reattempt::retry;
//! #[retry(
//!     max_attempts = unlimited,
//!     max_elapsed = 60s,
//!     max_delay = 60s,
//!     jitter = "none",
//!     on(_),
//! )]
//! async fn after(client: &Client) -> io::Result<usize> {
//!     let text = client.get().await?;
//!     Ok(text.len())
//! }
//! ```
//!
//! # Told of each retry
//!
//! ```text
//! use backoff::ExponentialBackoff;
//! use backoff::future::retry_notify;
//!
//! async fn before(client: &Client, lines: &mut Vec<String>) -> io::Result<String> {
//!     let policy =
//!         ExponentialBackoff { randomization_factor: 0.0, ..ExponentialBackoff::default() };
//!     let notify = |error: io::Error, delay| {
//!         lines.push(format!("{error}, again in {delay:?}"));
//!     };
//!     retry_notify(policy, || async { Ok(client.get().await?) }, notify).await
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
//!     max_attempts = unlimited,
//!     max_elapsed = 15m,
//!     initial_delay = 500ms,
//!     multiplier = 1.5,
//!     max_delay = 1m,
//!     jitter = "none",
//!     on_retry = |retry| {
//!         lines.push(format!("{}, again in {:?}", retry.error(), retry.delay()));
//!     },
//! )]
//! async fn after(client: &Client, lines: &mut Vec<String>) -> io::Result<String> {
//!     client.get().await
//! }
//! ```
//!
//! # A blocking call, with a policy that is passed in
//!
//! ```text
//! use backoff::backoff::Backoff;
//!
//! fn before(client: &Client, policy: impl Backoff) -> io::Result<String> {
//!     let outcome = backoff::retry(policy, || {
//!         client.get_blocking().map_err(|error| match error.kind() {
//!             io::ErrorKind::NotFound => backoff::Error::permanent(error),
//!             _ => backoff::Error::transient(error),
//!         })
//!     });
//!     outcome.map_err(|error| match error {
//!         backoff::Error::Permanent(error) => error,
//!         backoff::Error::Transient { err, .. } => err,
//!     })
//! }
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { fn get_blocking(&self) -> io::Result<String> { Ok(String::new()) } }
//! use reattempt::{Policy, retry};
//!
//! #[retry(policy = policy, on = |error| error.kind() != io::ErrorKind::NotFound)]
//! fn after(client: &Client, policy: &Policy) -> io::Result<String> {
//!     client.get_blocking()
//! }
//! # after(&Client, &Policy::DEFAULT).unwrap();
//! ```
//!
//! # The delay that a server asks for
//!
//! ```text
//! async fn before(server: &Server) -> Result<String, Busy> {
//!     let policy =
//!         ExponentialBackoff { randomization_factor: 0.0, ..ExponentialBackoff::default() };
//!     retry(policy, || async {
//!         server.attempt_async().await.map_err(|busy| match busy.retry_after {
//!             Some(delay) => backoff::Error::retry_after(busy, delay),
//!             None => backoff::Error::transient(busy),
//!         })
//!     })
//!     .await
//! }
//! ```
//!
//! →
//!
//! ```
//! # struct Server;
//! # impl Server { async fn attempt_async(&self) -> Result<String, Busy> { Ok(String::new()) } }
//! # impl std::fmt::Display for Busy {
//! #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("busy") }
//! # }
//! # use std::time::Duration;
//! use reattempt::{Retryable, retry};
//!
//! #[derive(Debug, Clone, PartialEq, Retryable)]
//! #[retry(transient, after = retry_after)]
//! struct Busy {
//!     retry_after: Option<Duration>,
//! }
//!
//! #[retry(
//!     max_attempts = unlimited,
//!     max_elapsed = 15m,
//!     initial_delay = 500ms,
//!     multiplier = 1.5,
//!     max_delay = 1m,
//!     jitter = "none",
//!     retry_after = "exact",
//! )]
//! async fn after(server: &Server) -> Result<String, Busy> {
//!     server.attempt_async().await
//! }
//! ```
//!
//! # A state machine
//!
//! ```text
//! use backoff::ExponentialBackoff;
//! use backoff::backoff::Backoff;
//!
//! fn before() -> Vec<Option<Duration>> {
//!     let mut backoff =
//!         ExponentialBackoff { randomization_factor: 0.0, ..ExponentialBackoff::default() };
//!     let first = backoff.next_backoff();
//!     let second = backoff.next_backoff();
//!     backoff.reset();
//!     vec![first, second, backoff.next_backoff()]
//! }
//! ```
//!
//! →
//!
//! ```
//! # use std::time::Duration;
//! use reattempt::{Retryability, policy};
//!
//! fn after() -> Vec<Option<Duration>> {
//!     let mut waits = policy!(
//!         max_attempts = unlimited,
//!         initial_delay = 500ms,
//!         multiplier = 1.5,
//!         max_delay = 1m,
//!         jitter = "none"
//!     )
//!     .waits();
//!     let first = waits.next(Retryability::transient());
//!     let second = waits.next(Retryability::transient());
//!     waits.reset();
//!     vec![first, second, waits.next(Retryability::transient())]
//! }
//! # assert_eq!(after().len(), 3);
//! ```
//!
//! [`Waits`](crate::Waits) reads no clock. To end by a limit in time, hand it the time that has gone by, with
//! [`next_within`](crate::Waits::next_within).
//!
//! # What differs
//!
//! - **Jitter.** With `randomization_factor: 0.5` a delay is drawn from half the interval to one and a half of it. Here a
//!   delay is drawn below the backoff's own (full jitter, the default), in its upper half (`"equal"`), or above it (a
//!   fraction). Two thirds of the interval as `initial_delay`, with `jitter = 1.0`, have the same mean, and a range of two
//!   thirds to four thirds. If only the spreading matters, say nothing and take full jitter.
//! - **The number of attempts.** backoff knows none. Here it is 3 unless you say otherwise, so `max_attempts = unlimited` has
//!   to be written.
//! - **Delays that a server asks for.** One that is longer than `max_retry_after`, a minute unless you say otherwise, ends the
//!   call, and so does one that would end past `max_elapsed`: backoff waits both. After it, the next delay of the backoff is
//!   longer, because there was a retry; backoff goes on where it was.
//! - **The error.** `backoff::retry`, which blocks, returns a `backoff::Error`, and its `future::retry` the error in it. Here
//!   it is always the function's own.
//! - **The first attempt.** `future::retry` calls the closure at once, and the future that it returned runs when it is polled.
//!   Here nothing is called before the first poll.
//!
//! # What you gain
//!
//! backoff is not maintained any more (RUSTSEC-2025-0012). `on_retry` is lent the error, and also knows how many
//! attempts there were. The blocking call can be tested without waiting, [in a scope](crate::guide::testing). A limit in time
//! is by the clock that waits, so tokio's paused clock counts for it. There are hooks for the end of a call, and
//! [logs](crate::guide::observability).
