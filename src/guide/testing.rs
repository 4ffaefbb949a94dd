//! Test it without waiting.
//!
//! With the feature `testing`, three lines do for most tests:
//!
//! ```
//! # #[cfg(feature = "testing")]
//! # fn main() {
//! # use reattempt::{retry, testing};
//! # #[retry(max_attempts = 5)]
//! # fn upload() -> std::io::Result<()> { Err(std::io::ErrorKind::ConnectionReset.into()) }
//! let recording = testing::record();
//! assert!(upload().is_err());
//! assert_eq!(recording.attempts("upload"), 5);
//! # }
//! # #[cfg(not(feature = "testing"))]
//! # fn main() {}
//! ```
//!
//! ```toml
//! [dev-dependencies]
//! reattempt = { version = "0.1", features = ["testing"] }
//! ```
//!
//! Until `recording` is dropped, calls on this thread don't wait, for the backoff or for as long as a server asks, and what
//! happens to them is recorded. It does for sync and async functions, for `attempt!` and for [`Retry`](crate::Retry), under
//! `cargo test` and nextest.
//!
//! # What to assert on
//!
//! - [`attempts(name)`](crate::testing::Recording::attempts): how many attempts there were, in all calls of that name together.
//! - [`delays(name)`](crate::testing::Recording::delays): how long it would have waited before each retry.
//! - [`events()`](crate::testing::Recording::events): everything, with errors, reasons and what decided.
//!
//! A name is `upload`, or with as much of its path as you want, `storage::upload`; `storage::*` is a module and `*` everything.
//!
//! Delays are random. [`Scope::seed`](crate::Scope::seed) makes them the same each time, and `jitter = "none"` makes them plain:
//!
//! ```
//! # #[cfg(feature = "testing")]
//! # fn main() {
//! # use reattempt::{Scope, retry, testing};
//! # #[retry(max_attempts = 5)]
//! # fn upload() -> std::io::Result<()> { Err(std::io::ErrorKind::ConnectionReset.into()) }
//! let delays = || {
//!     let recording = testing::record_in(Scope::new().seed(7));
//!     assert!(upload().is_err());
//!     recording.delays("upload")
//! };
//! assert_eq!(delays(), delays());
//! # }
//! # #[cfg(not(feature = "testing"))]
//! # fn main() {}
//! ```
//!
//! [`record_in`](crate::testing::record_in) takes whatever a [`Scope`](crate::Scope) can say: `.max_attempts(1)` switches
//! retries off, `.policy("upload", policy)` sets another policy.
//!
//! # Without the real thing
//!
//! A script says what attempts come to. The body runs only when the script says so:
//!
//! ```
//! # #[cfg(feature = "testing")]
//! # fn main() {
//! use std::time::Duration;
//!
//! use reattempt::testing::Script;
//! use reattempt::{Retryable, retry, testing};
//!
//! #[derive(Debug, PartialEq, Retryable)]
//! enum ChargeError {
//!     #[retry(throttled)]
//!     Busy,
//!     #[retry(permanent)]
//!     Declined,
//! }
//!
//! #[retry(max_attempts = 5)]
//! fn charge(cents: u32) -> Result<u32, ChargeError> {
//!     Ok(cents) // It would call the bank.
//! }
//!
//! let recording = testing::record();
//! recording.script(
//!     "charge",
//!     Script::new()
//!         .fail(|| ChargeError::Busy)
//!         .fail_with_hint(Duration::from_secs(2), || ChargeError::Busy)
//!         .run(),
//! );
//! assert_eq!(charge(500), Ok(500));
//! assert!(recording.delays("charge")[1] >= Duration::from_secs(2));
//!
//! recording.script("charge", Script::new().fail(|| ChargeError::Declined).forever());
//! assert_eq!(charge(500), Err(ChargeError::Declined));
//! # }
//! # #[cfg(not(feature = "testing"))]
//! # fn main() {}
//! ```
//!
//! [`times(3)`](crate::faults::Script::times) repeats a step, and after the last step the body runs, unless it is
//! [`forever`](crate::faults::Script::forever). A script whose error is not the function's fails the test, and so does one that
//! nobody asked.
//!
//! A script can make each error that derives [`Retryable`](crate::Retryable), the errors of other crates that are classified
//! here, and boxed ones. For another type write `impl reattempt::testing::Scriptable for ChargeError {}`. Closures given to `Retry` and
//! the blocks of `attempt!` have no scripts: there, what they call is what you replace.
//!
//! # Tasks on other threads
//!
//! A recording belongs to its thread. `#[tokio::test]` runs the test's own future there, also with
//! `flavor = "multi_thread"`. What you spawn takes the recording along by its scope:
//!
//! ```
//! # #[cfg(feature = "testing")]
//! # #[tokio::main]
//! # async fn main() {
//! # use reattempt::{retry, testing};
//! # #[retry(max_attempts = 5)]
//! # async fn upload() -> std::io::Result<()> { Err(std::io::ErrorKind::ConnectionReset.into()) }
//! let recording = testing::record();
//! let task = tokio::spawn(recording.scope().run_async(upload()));
//! assert!(task.await.unwrap().is_err());
//! assert_eq!(recording.attempts("upload"), 5);
//! # }
//! # #[cfg(not(feature = "testing"))]
//! # fn main() {}
//! ```
//!
//! # Time itself
//!
//! A recording skips waits, and limits in time are then never reached. To test `deadline`, `attempt_timeout` or `max_elapsed`,
//! pause tokio's clock (its feature `test-util`). Every delay then passes at once, and counts:
//!
//! ```
//! use reattempt::retry;
//!
//! #[retry(max_attempts = 9, initial_delay = 10s, jitter = "none", max_elapsed = 60s)]
//! async fn fetch() -> std::io::Result<()> {
//!     Err(std::io::ErrorKind::TimedOut.into())
//! }
//!
//! #[tokio::main(flavor = "current_thread", start_paused = true)] // in a test: #[tokio::test(start_paused = true)]
//! async fn main() {
//!     let start = tokio::time::Instant::now();
//!     assert!(fetch().await.is_err());
//!     assert_eq!(start.elapsed().as_secs(), 10 + 20 + 20);
//! }
//! ```
//!
//! # A rehearsal in a running program
//!
//! With the feature `faults`, the same scripts make a running program fail: all of it, or a share.
//!
//! ```
//! # #[cfg(feature = "faults")]
//! # fn main() {
//! use reattempt::Scope;
//! use reattempt::faults::Script;
//!
//! // One upload in twenty is reset.
//! let faults = Script::new().fail(|| std::io::Error::from(std::io::ErrorKind::ConnectionReset)).forever();
//! Scope::new().script("storage::upload", faults.rate(0.05)).install();
//! # Scope::new().install();
//! # }
//! # #[cfg(not(feature = "faults"))]
//! # fn main() {}
//! ```
//!
//! Without that feature, nothing in the program asks for scripts. With it, each attempt looks whether there is a scope: two loads. A
//! script whose error is of another type than the function's is said in the logs, and the body runs.
//!
//! # Without the feature
//!
//! [`Scope::without_waits`](crate::Scope::without_waits) skips the waits and records nothing, and
//! [`Policy::delays`](crate::Policy::delays) gives the delays of a call that keeps failing, from a seed. A client that keeps its
//! policy, `#[retry(policy = &self.policy)]`, can be made with `policy!(max_attempts = 3, backoff = "none")` in tests.
