//! Time: attempts, delays, what servers ask for, clocks and timers.
//!
//! # One call
//!
//! ```text
//! #[retry(max_attempts = 3, initial_delay = 100ms)]
//!
//!   attempt 1      delay       attempt 2         delay           attempt 3
//! ├───────────┤┄┄┄┄┄┄┄┄┄┄┄┄┄├───────────┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄├───────────┤ → the error
//!             up to 100 ms               up to 200 ms
//! ```
//!
//! Nothing is waited after the last attempt. `max_attempts = unlimited` goes on until an attempt succeeds or fails
//! permanently.
//!
//! # The delays
//!
//! With b the initial delay, c the longest delay, m the multiplier, n the number of the retry, and u a random number
//! from 0 to below 1, the delay w before jitter is
//!
//! | `backoff` | w |
//! |---|---|
//! | `"exponential"` | min(c, b·mⁿ⁻¹) |
//! | `"fixed"` | min(c, b) |
//! | `"linear"` | min(c, b·n) |
//! | `"fibonacci"` | min(c, b·Fₙ), with F = 1, 1, 2, 3, 5, … |
//! | a list | its entry, or its last one |
//!
//! and with jitter
//!
//! | `jitter` | delay |
//! |---|---|
//! | `"full"` | u·w |
//! | `"equal"` | w/2 + u·w/2 |
//! | `"decorrelated"` | between b and min(c, 3·previous), where the first previous delay is b. A server's hint does not count as a previous delay |
//! | a fraction f | v·(1 + f·u), with v = min(w, c/(1+f)) |
//! | `"none"` | w |
//!
//! The delays are computed in whole nanoseconds, and don't overflow, drift or round to zero.
//! [`Policy::window`](crate::Policy::window) and [`Policy::delays`](crate::Policy::delays) show them without waiting:
//!
//! ```
//! use reattempt::Policy;
//!
//! let policy: Policy = "max_attempts=5 jitter=none".parse().unwrap();
//! let delays: Vec<_> = policy.delays(7).map(|delay| delay.as_millis()).collect();
//! assert_eq!(delays, [100, 200, 400, 800]);
//! ```
//!
//! # What a server asks for
//!
//! A server's delay (`Retry-After`, gRPC's `RetryInfo`, a database's hint) is a floor under the call's own, with
//! jitter upwards, so that everybody who was told the same comes back later, but not at once. If it is longer than
//! `max_retry_after`, a minute by default, the call gives up immediately, because an earlier attempt would ignore what
//! the server said. `retry_after = "exact"` waits exactly as long as the server asks for, in place of the call's own
//! delay, and `retry_after = "capped"` at most `max_delay`, however much is asked for. `examples/third_party_api` in the repository
//! has a service that limits the rate and says when to come back.
//!
//! After an error that says "throttled" without a delay, the first delay is `throttled_delay`. Such errors may have more of
//! their own: `throttled(max_attempts = 8, initial_delay = 1s, max_delay = 60s)`. With a number of attempts of their own they
//! are counted apart: `max_attempts` is for the others, and so is `then`.
//!
//! # Errors with a way of their own
//!
//! | the error says | what follows |
//! |---|---|
//! | [`Retryability::immediately`](crate::Retryability::immediately) | no delay of ours before the next attempt, as after a stale token; the delay after that is the first of the backoff |
//! | [`Retryability::uncounted`](crate::Retryability::uncounted) | it uses up no attempt; a limit in time bounds the call, or a hundred of these (unless the attempts are unlimited) |
//!
//! # Quick ones first, and then steady ones
//!
//! ```
//! use reattempt::{Policy, policy};
//!
//! const STEADY: Policy = policy!(max_attempts = unlimited, backoff = "fixed", initial_delay = 15s, jitter = "none");
//! const PATIENT: Policy = policy!(max_attempts = 5, then = STEADY);
//! # assert_eq!(PATIENT.max_attempts(), None);
//! ```
//!
//! Five attempts with growing delays, and from then on one every fifteen seconds. Limits in time, and how loud it is, belong to
//! the first policy.
//!
//! # Time limits
//!
//! `max_elapsed`, `deadline`, `attempt_timeout` and others are on [a page of their own](super::limits).
//!
//! # Timers
//!
//! A blocking function waits by `std::thread::sleep`. If it is called on a thread that runs async tasks, all of them
//! stand still meanwhile; a warning says so, once in the life of a process.
//!
//! An async function waits on tokio's timer inside a tokio runtime. Anywhere else it waits on the timer of smol
//! (feature `async-io`) or on one with a thread of its own (`futures-timer`). In browsers and workers it waits in
//! JavaScript (`wasm`, on the target `wasm32-unknown-unknown`), as `examples/cloudflare-worker` in the repository does in
//! Cloudflare's runtime. Which one serves is decided when the program runs, so a feature that another crate enables doesn't take
//! your timer away. If only `tokio` is enabled and there is no tokio
//! runtime, the call returns the error of its last attempt, and the event has the reason `no_timer`; and an attempt with
//! a limit is cut off only when something wakes it after its time. If no timer is enabled at all, an annotated async function
//! does not compile. A tokio runtime that was built by hand needs `enable_time()`: without it, tokio itself panics when its
//! timer is used.
//!
//! Without tokio, for instance with smol, that is in `Cargo.toml`:
//!
//! ```toml
//! reattempt = { version = "0.1", default-features = false, features = ["macros", "tracing", "async-io"] }
//! ```
//!
//! A timer of your own is a function or closure, or a type that implements [`Timer`](crate::timer::Timer) and so
//! brings its clock:
//!
//! ```
//! use reattempt::retry;
//! use std::time::Duration;
//!
//! fn spin(delay: Duration) {
//!     let _ = delay;
//! }
//!
//! #[retry(sleep = spin)]
//! fn read(path: &str) -> std::io::Result<String> {
//!     std::fs::read_to_string(path)
//! }
//!
//! // A timer that borrows exclusively is an async closure.
//! struct Device {
//!     waits: u32,
//! }
//!
//! impl Device {
//!     async fn wait(&mut self, delay: Duration) {
//!         let _ = delay;
//!         self.waits += 1;
//!     }
//!
//!     #[retry(sleep = async |delay| self.wait(delay).await)]
//!     async fn read(&mut self) -> std::io::Result<u8> {
//!         Ok(1)
//!     }
//! }
//! # assert!(read("/no/such/file").is_err());
//! ```
