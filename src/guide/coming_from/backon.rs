//! Coming from backon (1.6).
//!
//! The programs on this page were run against the same script of failures: before and after make the same attempts, wait the
//! same delays, and return the same. They are in the repository, in `tests/migration/tests/backon.rs` and `backon_state.rs`.
//!
//! | you write | you write now |
//! |---|---|
//! | `.with_max_times(4)` | `max_attempts = 5`: the first call counts |
//! | `.without_max_times()` | `max_attempts = unlimited` |
//! | `ExponentialBuilder::default()` | `max_attempts = 4, initial_delay = 1s, max_delay = 60s, jitter = "none"` |
//! | `.with_min_delay(…)`, `.with_factor(3.0)`, `.with_max_delay(…)` | `initial_delay = …`, `multiplier = 3`, `max_delay = …` |
//! | `.without_max_delay()` | a `max_delay` that is never reached, such as `24h` |
//! | `ConstantBuilder`, `FibonacciBuilder` | `backoff = "fixed"`, `backoff = "fibonacci"` |
//! | `.with_total_delay(Some(…))` | `max_elapsed = …` |
//! | `.with_jitter()` | `jitter = 1.0`, which adds up to as much again; or say nothing, for full jitter |
//! | `.when(f)` | `on = f` |
//! | no `.when` | `on(_)`, if every error is to be retried |
//! | `.notify(f)` | `on_retry = \|retry\| …`, with `retry.error()` and `retry.delay()` |
//! | `.adjust(f)` | the error says it ([`Retryability::after`](crate::Retryability::after)), and `retry_after = "exact"` |
//! | `.sleep(f)` | `sleep = f` |
//! | `.context(value)` | a `&mut` argument |
//! | `#[backon(backoff = …, when = …)]` of backon-macros | `#[retry(policy = …, on = …)]` |
//! | `(\|\| …).retry(builder)` in the middle of a function | [`RetryExt`](crate::RetryExt), or [`attempt!`](crate::attempt) |
//! | `for delay in builder.build()` | [`Policy::waits`](crate::Policy::waits), or [`Policy::delays`](crate::Policy::delays) |
//!
//! # Attempts, delays, and the predicate
//!
//! ```text
//! use backon::{ExponentialBuilder, Retryable};
//!
//! async fn before(client: &Client) -> io::Result<String> {
//!     (|| async { client.get().await })
//!         .retry(
//!             ExponentialBuilder::default()
//!                 .with_min_delay(Duration::from_millis(250))
//!                 .with_max_delay(Duration::from_secs(1))
//!                 .with_max_times(4),
//!         )
//!         .when(|error| error.kind() == io::ErrorKind::TimedOut)
//!         .await
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
//!     max_attempts = 5,
//!     initial_delay = 250ms,
//!     max_delay = 1s,
//!     jitter = "none",
//!     on = |error| error.kind() == io::ErrorKind::TimedOut,
//! )]
//! async fn after(client: &Client) -> io::Result<String> {
//!     client.get().await
//! }
//! ```
//!
//! Leave out `on`, and `std::io::Error` says itself which of its kinds are worth another attempt. Leave out `jitter`, and
//! callers don't come back all at the same moment.
//!
//! # A closure that blocks
//!
//! ```text
//! use backon::{BlockingRetryable, ExponentialBuilder};
//!
//! fn before(client: &Client) -> io::Result<String> {
//!     (|| client.get_blocking())
//!         .retry(ExponentialBuilder::default().with_max_times(2))
//!         .sleep(sleep)
//!         .when(|error| error.kind() != io::ErrorKind::NotFound)
//!         .call()
//! }
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { fn get_blocking(&self) -> io::Result<String> { Ok(String::new()) } }
//! # fn sleep(_: std::time::Duration) {}
//! use reattempt::{RetryExt, policy};
//!
//! fn after(client: &Client) -> io::Result<String> {
//!     (|| client.get_blocking())
//!         .retry(policy!(max_attempts = 3, initial_delay = 1s, jitter = "none"))
//!         .sleep(sleep)
//!         .on(|error: &io::Error| error.kind() != io::ErrorKind::NotFound)
//!         .call()
//! }
//! # after(&Client).unwrap();
//! ```
//!
//! An async closure ends in `.call_async().await`. (`sleep` is there for the tests: both wait by themselves.)
//!
//! # A limit in time
//!
//! ```text
//! async fn before(client: &Client) -> io::Result<String> {
//!     (|| client.get())
//!         .retry(
//!             ExponentialBuilder::default()
//!                 .without_max_times()
//!                 .with_total_delay(Some(Duration::from_secs(20))),
//!         )
//!         .await
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
//! #[retry(max_attempts = unlimited, max_elapsed = 20s, initial_delay = 1s, jitter = "none")]
//! async fn after(client: &Client) -> io::Result<String> {
//!     client.get().await
//! }
//! ```
//!
//! # Told of each retry
//!
//! ```text
//! async fn before(client: &Client, lines: &mut Vec<String>) -> io::Result<String> {
//!     (|| client.get())
//!         .retry(ExponentialBuilder::default())
//!         .notify(|error, delay| lines.push(format!("{error}, again in {delay:?}")))
//!         .await
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
//!     max_attempts = 4,
//!     initial_delay = 1s,
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
//! If the hook only logs, leave it out: each retry is [logged](crate::guide::observability) anyway.
//!
//! # What attempts share
//!
//! ```text
//! use backon::{ExponentialBuilder, RetryableWithContext};
//!
//! async fn before(connection: Connection) -> (Connection, Result<String, Busy>) {
//!     (|mut connection: Connection| async {
//!         let result = connection.query().await;
//!         (connection, result)
//!     })
//!     .retry(ExponentialBuilder::default())
//!     .context(connection)
//!     .await
//! }
//! ```
//!
//! →
//!
//! ```
//! # #[derive(Debug, reattempt::Retryable)]
//! # #[retry(transient)]
//! # struct Busy;
//! # impl std::fmt::Display for Busy {
//! #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("busy") }
//! # }
//! # struct Connection;
//! # impl Connection { async fn query(&mut self) -> Result<String, Busy> { Ok(String::new()) } }
//! # use reattempt::retry;
//! #[retry(max_attempts = 4, initial_delay = 1s, jitter = "none")]
//! async fn after(connection: &mut Connection) -> Result<String, Busy> {
//!     connection.query().await
//! }
//! ```
//!
//! # The delay that a server asks for
//!
//! ```text
//! async fn before(client: &Client) -> Result<String, Busy> {
//!     (|| client.attempt_async())
//!         .retry(ExponentialBuilder::default())
//!         .adjust(|busy, delay| delay.map(|delay| busy.retry_after.unwrap_or(delay)))
//!         .await
//! }
//! ```
//!
//! →
//!
//! ```
//! # struct Client;
//! # impl Client { async fn attempt_async(&self) -> Result<String, Busy> { Ok(String::new()) } }
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
//! #[retry(max_attempts = 4, initial_delay = 1s, jitter = "none", retry_after = "exact")]
//! async fn after(client: &Client) -> Result<String, Busy> {
//!     client.attempt_async().await
//! }
//! ```
//!
//! # The attribute of backon-macros
//!
//! ```text
//! use backon::ExponentialBuilder;
//! use backon_macros::backon;
//!
//! fn quick() -> ExponentialBuilder {
//!     ExponentialBuilder::default()
//!         .with_min_delay(Duration::from_millis(250))
//!         .with_max_times(2)
//! }
//!
//! fn says_nothing(busy: &Busy) -> bool {
//!     busy.retry_after.is_none()
//! }
//!
//! #[backon(backoff = quick, when = says_nothing)]
//! async fn before(client: &Client) -> Result<String, Busy> {
//!     client.attempt_async().await
//! }
//! ```
//!
//! →
//!
//! ```
//! # struct Client;
//! # impl Client { async fn attempt_async(&self) -> Result<String, Busy> { Ok(String::new()) } }
//! # struct Busy { retry_after: Option<std::time::Duration> }
//! # impl std::fmt::Display for Busy {
//! #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("busy") }
//! # }
//! use reattempt::{Policy, policy, retry};
//!
//! const QUICK: Policy = policy!(max_attempts = 3, initial_delay = 250ms, jitter = "none");
//!
//! #[retry(policy = QUICK, on = |busy| busy.retry_after.is_none())]
//! async fn after(client: &Client) -> Result<String, Busy> {
//!     client.attempt_async().await
//! }
//! ```
//!
//! # The delays alone
//!
//! ```text
//! use backon::{BackoffBuilder, ExponentialBuilder};
//!
//! fn before() -> Vec<Duration> {
//!     let mut delays = Vec::new();
//!     for delay in ExponentialBuilder::default().build() {
//!         delays.push(delay);
//!     }
//!     delays
//! }
//! ```
//!
//! →
//!
//! ```
//! # use std::time::Duration;
//! use reattempt::{Retryability, policy};
//!
//! fn after() -> Vec<Duration> {
//!     let mut delays = Vec::new();
//!     let policy = policy!(max_attempts = 4, initial_delay = 1s, jitter = "none");
//!     let mut waits = policy.waits();
//!     while let Some(delay) = waits.next(Retryability::transient()) {
//!         delays.push(delay);
//!     }
//!     delays
//! }
//! # assert_eq!(after().len(), 3);
//! ```
//!
//! Two backoffs one after the other, `quick.build().chain(steady.build())`, are a policy with
//! [`then`](crate::guide::time#quick-ones-first-and-then-steady-ones).
//!
//! # What differs
//!
//! - **Which errors.** backon retries every error unless `.when` says otherwise. Here the error's type says it, and an error
//!   that is permanent ends the call at once. `on(_)` is backon's way.
//! - **Limits in time.** `with_total_delay` adds up the delays. `max_elapsed` counts the time that attempts take as well, so
//!   where they are slow there are fewer of them.
//! - **Jitter.** backon's is added after the cap, so a delay may be up to twice `max_delay`. Here `max_delay` is the longest
//!   delay, jitter included: at the cap `jitter = 1.0` draws from the half of it to the whole. After its first delay,
//!   `FibonacciBuilder` adds up to `min_delay` only.
//! - **Fibonacci.** backon's delay stops growing once it has passed `max_delay`: with 4 s it is 1, 1, 2, 3, 5, 5 s. Here it is
//!   cut, 1, 1, 2, 3, 4, 4 s.
//! - **Delays that a server asks for.** One that is longer than `max_retry_after`, a minute unless you say otherwise, ends the
//!   call. Without `retry_after = "exact"` such a delay is a floor under the call's own.
//! - **`adjust` after the last attempt.** There, what it returns is waited even if the attempts were used up, so
//!   `error.retry_after.or(delay)` may go on for ever. Here the number of attempts holds.
//! - **Closures that change something.** `.when` and `.notify` take an `FnMut`. A hook of the attribute may change what it
//!   names; those of [`RetryExt`](crate::RetryExt) and [`Retry`](crate::Retry) are `Fn`, so they need a `Cell`.
//!
//! # What you gain
//!
//! A mistake in the policy is a compile error. An attempt can have [a limit in time](crate::guide::limits), and so can the
//! call, which then cuts off what runs. Retries are [logged](crate::guide::observability) without a hook. Errors of
//! [many crates](crate::guide::errors) are classified. A [budget](crate::guide::outages) keeps retries from making an outage
//! worse.
