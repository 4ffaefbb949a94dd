//! In the middle of a function, and without a call: `attempt!`, closures, waits, other stacks.
//!
//! | I have | I write |
//! |---|---|
//! | a part of a function, with what is around it | [`attempt!`](crate::attempt) |
//! | a closure, or a policy and hooks that I hand around | [`Retry`](crate::Retry) |
//! | a habit of writing `.retry(policy)` behind it | [`RetryExt`](crate::RetryExt) |
//! | a state machine, a poll function, a stream | [`Policy::waits`](crate::Policy::waits) |
//! | a service of tower | the feature `tower`, `reattempt::tower::Retries` |
//! | a client of reqwest-middleware | the feature `reqwest-middleware`, `reattempt::reqwest_middleware::RetryMiddleware` |
//!
//! # `attempt!`
//!
//! The keys of the attribute, and then what is retried: an `async` block to await, or a block. It may borrow exclusively what
//! is around it, and its future is `Send` where the block's is.
//!
//! ```
//! use std::io;
//!
//! use reattempt::attempt;
//!
//! struct Connection;
//!
//! impl Connection {
//!     async fn query(&mut self, key: &str) -> io::Result<u32> {
//!         Ok(key.len() as u32)
//!     }
//! }
//!
//! async fn sum(connection: &mut Connection, keys: &[String]) -> io::Result<u32> {
//!     let mut sum = 0;
//!     for key in keys {
//!         sum += attempt!(max_attempts = 5, deadline = 10s, async {
//!             connection.query(key).await
//!         })
//!         .await?;
//!     }
//!     Ok(sum)
//! }
//! ```
//!
//! `?` and `return` end the attempt. Where there is a `?` in the block and another one outside, the compiler can't know the
//! error in between; say it in the value, `Ok::<_, Error>(value)`, or as the return type of a closure,
//! `async || -> Result<u32, Error> { … }`.
//!
//! # `Retry`
//!
//! Whatever the attribute has a key for, [`Retry`](crate::Retry) has a method for; the keys of the policy are in the policy.
//! `log` takes a [`Log`](crate::Log), such as `Log::all(LogLevel::Debug)`, and `cancel` of async calls a closure that makes a
//! future, `|| token.cancelled()`.
//!
//! ```
//! use reattempt::{Retry, policy};
//!
//! # fn main() -> std::io::Result<()> {
//! let retry = Retry::new(policy!(max_attempts = 4, max_elapsed = 30s)).name("read configuration");
//! let text = retry.call(|| std::fs::read_to_string("Cargo.toml"))?;
//! # assert!(!text.is_empty());
//!
//! let (outcome, report) = retry.report().call(|| std::fs::read_to_string("Cargo.toml"));
//! println!("{report}"); // 1 attempt in 31.2µs
//! # outcome?;
//! # Ok(())
//! # }
//! ```
//!
//! | method | takes |
//! |---|---|
//! | `call`, `call_with` | a blocking closure; one that takes the [`Context`](crate::Context) |
//! | `call_async`, `call_async_with` | a closure that returns a future, `async \|\| …` included if it lends nothing exclusively. The future is `Send` |
//! | `call_async_mut`, `call_async_mut_with` | an `async \|\| …` that lends exclusively what it holds. On today's compilers it can't be spawned if it has captured a reference: `attempt!` can |
//!
//! Errors need a `Display`, or `.without_display()`.
//!
//! # tower, reqwest-middleware
//!
//! `RetryLayer::new(reattempt::tower::Retries::new(policy))` takes the place of a `tower::retry::Policy` that one writes. It has
//! `name`, `on`, `until` (for a response that is not good enough), and `clone_request`, for requests that aren't `Clone` or must
//! not be sent twice. Time-outs are other layers', and there are no hooks.
//!
//! # Waits
//!
//! ```
//! use reattempt::{Retryability, policy};
//!
//! let mut waits = policy!(max_attempts = 5, jitter = "none").waits();
//! let first = waits.next(Retryability::transient());
//! assert_eq!(first.unwrap().as_millis(), 100);
//! waits.reset();
//! ```
//!
//! [`Waits`](crate::Waits) is the state of a call for those who make none. It goes by the same rules, and neither waits, logs,
//! nor reads a clock, so that it serves without the standard library as well.
