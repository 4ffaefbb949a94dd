//! Test it without waiting.
//!
//! # Async functions
//!
//! Pause tokio's clock, for which its feature `test-util` is needed, and every delay passes at once:
//!
//! ```
//! use reattempt::retry;
//! use std::cell::Cell;
//!
//! #[retry(max_attempts = 3, initial_delay = 10s, jitter = "none")]
//! async fn fetch(calls: &Cell<u32>) -> std::io::Result<u32> {
//!     calls.set(calls.get() + 1);
//!     if calls.get() < 3 { Err(std::io::ErrorKind::TimedOut.into()) } else { Ok(calls.get()) }
//! }
//!
//! #[tokio::main(flavor = "current_thread", start_paused = true)] // in a test: #[tokio::test(start_paused = true)]
//! async fn main() {
//!     let start = tokio::time::Instant::now();
//!     assert_eq!(fetch(&Cell::new(0)).await.unwrap(), 3);
//!     assert_eq!(start.elapsed().as_secs(), 30);
//! }
//! ```
//!
//! # Blocking functions
//!
//! Run them in a scope without waits. It is there for async functions too, and for all calls that they make:
//!
//! ```
//! use reattempt::{Scope, retry};
//!
//! #[retry(max_attempts = 3, initial_delay = 10s)]
//! fn fetch(calls: &mut u32) -> std::io::Result<()> {
//!     *calls += 1;
//!     Err(std::io::ErrorKind::TimedOut.into())
//! }
//!
//! let mut calls = 0;
//! assert!(Scope::new().without_waits().run(|| fetch(&mut calls)).is_err());
//! assert_eq!(calls, 3);
//! // With `.max_attempts(1)` there are no retries at all.
//! ```
//!
//! Or pass the policy in:
//!
//! ```
//! use reattempt::{Policy, policy, retry};
//!
//! struct Client {
//!     policy: Policy,
//! }
//!
//! impl Client {
//!     #[retry(policy = &self.policy)]
//!     fn fetch(&self) -> std::io::Result<u32> {
//!         Err(std::io::ErrorKind::TimedOut.into())
//!     }
//! }
//!
//! // No delays in tests.
//! let client = Client { policy: policy!(max_attempts = 3, backoff = "none") };
//! assert!(client.fetch().is_err());
//! ```
//!
//! # The schedule
//!
//! [`Policy::delays`](crate::Policy::delays) gives the delays of a call that keeps failing, from a seed.
