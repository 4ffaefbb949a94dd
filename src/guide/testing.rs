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
//! Until `recording` is dropped, calls on this thread skip every wait, also one that a server asks for, and what happens to
//! them is recorded. It works for sync and async functions, for `attempt!` and for [`Retry`](crate::Retry), under `cargo test` and
//! nextest. Keep it in a variable: `let _ = testing::record();` drops it at once.
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
//! retries off, `.policy("*", policy)` sets another policy.
//!
//! Recordings nest. A call counts in all that it is inside of, and a script of the inner one takes the place of the outer one's. What a
//! program [installs](crate::Scope::install) applies in a recording too, so don't install anything in a test that runs beside others.
//!
//! # Without the real thing
//!
//! A script decides how each attempt ends. The body runs only when the script says so:
//!
//! ```
//! # #[cfg(feature = "testing")]
//! # fn main() {
//! use std::time::Duration;
//!
//! use reattempt::faults::Script;
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
//! [`succeed(|| 7)`](crate::faults::Script::succeed) returns a value in place of the body, [`times(3)`](crate::faults::Script::times) repeats a
//! step, and after the last step the body runs, unless that goes on [`forever`](crate::faults::Script::forever). A script with the wrong type
//! fails the test. So does one that was never used.
//!
//! A script can make each error that derives [`Retryable`](crate::Retryable) and is not generic, the errors of other crates that are classified
//! here, boxed ones, and plain values. For another type write `impl reattempt::faults::Scriptable for ChargeError {}` beside it: that trait is
//! there without any feature. What returns an `Option`, or borrows from its arguments, has no script, and neither have closures given
//! to `Retry` and the blocks of `attempt!`: replace what they call instead. To test a time-out, let the body wait for ever, and pause the
//! clock.
//!
//! # Tasks on other threads
//!
//! A recording belongs to its thread. `#[tokio::test]` runs the test's own future there, also with `flavor = "multi_thread"`. Without that,
//! what is spawned runs there too. With it, wrap what you spawn in `recording.scope()`:
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
//! What spawns by itself, deep in the code that you test, is outside on a runtime of several threads.
//!
//! # Time itself
//!
//! In a recording no time passes while a call would wait, so `deadline` and `max_elapsed` end it only if a single delay is too long for them;
//! `attempt_timeout` runs in real time. To test limits, pause tokio's clock (its feature `test-util`). Every delay then passes at once,
//! and counts:
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
//! **Against a real server**, leave the clock alone. A paused one jumps to the next limit whenever nothing moves, also while an
//! answer is on its way, so that attempts are cut off that were not late. With a recording there are no waits, and what the server
//! has stored in the end is what to look at. `tests/third_party_api.rs` and `tests/stays_connected.rs` in the repository do it so.
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
//! Events of such attempts say `classified_by="a script"`, in logs and as `error_type` in metrics, so that nobody takes a rehearsal for an
//! outage. Without that feature, nothing in the program asks for scripts. With it, each attempt looks whether there are any: two
//! loads. A script whose error is of another type than the function's is logged, once for each operation, and the body runs.
//!
//! # Without the feature
//!
//! [`Scope::without_waits`](crate::Scope::without_waits) skips the waits and records nothing, and
//! [`Policy::delays`](crate::Policy::delays) gives the delays of a call that keeps failing, from a seed. A client that keeps its
//! policy, `#[retry(policy = &self.policy)]`, can be made with `policy!(max_attempts = 3, backoff = "none")` in tests.
//!
//! Where a server has to be asked what it holds in the end, see the tests of the examples in the repository, such as
//! `examples/bank-transfers/tests/bank.rs`: the retries are real there, and short.
