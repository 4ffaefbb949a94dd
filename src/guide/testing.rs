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
//! Pass the policy in, so that a test can switch the delays off:
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
