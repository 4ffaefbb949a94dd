//! Limits in time, and how a call is ended from outside.
//!
//! # How long a call may take
//!
//! | I want | I write | a running attempt |
//! |---|---|---|
//! | no attempt to begin after 30 seconds | `max_elapsed = 30s` | is left alone |
//! | the whole call to be over after 30 seconds (async) | `deadline = 30s` | is cut off |
//! | each attempt to take at most 5 seconds (async) | `attempt_timeout = 5s` | is cut off, and the next one begins |
//! | an attempt in which nothing moves to end (async) | `stall_timeout = 10s` with `cx.progress()` | is cut off, and the next one begins |
//!
//! With `max_elapsed` and `deadline`, the call's own error comes back **at once** when the next delay would end past the
//! limit: nobody waits for an attempt that can't be made. That goes for a server's `Retry-After` as well. The event says
//! `reason=elapsed` or `reason=deadline`, and its error is the real one.
//!
//! After a `deadline` no attempt is begun, not even the first: a caller's deadline may have passed while its request was waiting. The
//! error is then made of [`TimedOut`](crate::TimedOut), as that of an attempt that is cut off.
//!
//! ```
//! use std::io;
//! use std::time::Instant;
//!
//! use reattempt::retry;
//!
//! #[retry(max_attempts = unlimited, deadline = 30s, attempt_timeout = 5s)]
//! async fn fetch(url: &str) -> io::Result<String> {
//!     Ok(url.to_owned())
//! }
//!
//! // A deadline may come from the caller: a `Duration`, an `Instant`, or an `Option` of one.
//! #[retry(deadline = until)]
//! async fn fetch_until(url: &str, until: Option<Instant>) -> io::Result<String> {
//!     Ok(url.to_owned())
//! }
//!
//! // Blocking code can't be cut off. What is left of the limit goes into the client's own time-out.
//! #[retry(max_elapsed = 30s, context = cx)]
//! fn read() -> io::Result<()> {
//!     let timeout = cx.remaining();
//!     assert!(timeout.is_some());
//!     Ok(())
//! }
//! # read().unwrap();
//! ```
//!
//! All of the limits together, against a language model that hangs, stalls and never ends, with a decision for when there is no
//! answer in time: `cargo run --example ai_decisions --features reqwest` in the repository.
//!
//! `max_elapsed` and `reset_after` belong to the policy, so a named one may have them:
//! `const STORAGE: Policy = policy!(max_elapsed = 30s)`. The others are about a function.
//!
//! Times are by the clock of the timer that waits: in async functions tokio's, which tests can pause. A call that has a limit
//! reads the clock once when it begins, and one without doesn't. (A policy that is made at run time
//! may have one: then the clock is read if it does, and always where a method or a function makes the policy.)
//!
//! # An attempt that was cut off
//!
//! It is tried again as after a transient error. It may have been applied, so with `idempotent = false` it ends the call: give such a
//! function a `deadline` alone, because to cut it off earlier loses an answer and wins nothing. If it was the last, the function's own error has to come from somewhere: from its `From<TimedOut>`, which `std::io::Error`
//! has, `Box<dyn Error>`, `anyhow::Error`, and, with their features, the errors of tonic, sqlx, redis, mongodb,
//! object_store and the Azure SDK; or from `timed_out = …`:
//!
//! ```
//! use reattempt::{TimedOut, retry};
//!
//! #[derive(Debug)]
//! enum FetchError {
//!     TimedOut(TimedOut),
//! }
//!
//! #[retry(attempt_timeout = 5s, timed_out = FetchError::TimedOut, on(_))]
//! async fn fetch(url: &str) -> Result<String, FetchError> {
//!     Ok(url.to_owned())
//! }
//! ```
//!
//! Nothing can be cut off while it blocks its thread. A timer of your own (`sleep = …`) also times the attempts that have a
//! limit, so it must not return early: an attempt would be cut off as soon as it waits for anything.
//!
//! # Reconnecting
//!
//! `reset_after = 60s` starts the count of attempts and the delays anew when an attempt had lasted a minute before it failed:
//! a session that had held is not one that was never made. An attempt that was cut off counts only if it called
//! `cx.progress()`, for otherwise it lasted because it hung. With it, and `max_attempts = unlimited` or a small number, a
//! function that holds a session is its own reconnect loop:
//!
//! ```
//! use std::io;
//!
//! use reattempt::retry;
//!
//! #[retry(max_attempts = unlimited, reset_after = 60s, cancel = stop.changed())]
//! async fn stay_connected(stop: &mut tokio::sync::watch::Receiver<bool>) -> io::Result<()> {
//!     // Connect, and serve the connection until it breaks.
//!     Err(io::ErrorKind::ConnectionReset.into())
//! }
//! ```
//!
//! `examples/stays_connected` in the repository is such a worker, whose server hangs up, is killed, comes back and goes silent.
//!
//! # Cancellation
//!
//! `cancel = …` stops the wait at once, begins no further attempt, and returns the last error; the reason is `cancelled`. A
//! running attempt is left alone: to cut that off as well, drop the future. Where it is to end in good order, such as a session that
//! finishes the message that it has, let the body look at the token too, and return `Ok`.
//!
//! | function | `cancel` takes |
//! |---|---|
//! | async | a future (`token.cancelled()`, `stop.changed()`, `async { … }`), made anew whenever it is looked at; or the name of a token that has a method `cancelled`, such as tokio-util's `CancellationToken` |
//! | blocking | a [`CancelToken`](crate::CancelToken), which wakes a thread that waits at once; an `AtomicBool`, or a closure that answers `bool`, which are asked every 10 ms |
//!
//! It is looked at when an attempt has failed with an error that is worth another one, and while the call waits. What fires only
//! at one moment, such as `ctrl_c()`, is missed if it fires while an attempt runs: give something that stays, such as a token.
//!
//! A call that was cancelled while it waited returns its last error. Whether it was cancelled is known to the token:
//! `Err(_) if stop.is_cancelled() => Ok(())`.
//!
//! # Once a part was given out
//!
//! `cx.commit()` says that a part of the answer has been given out: from there on nothing of the call is tried again, whatever
//! error follows. A download that has begun to write to its caller, or a stream, would otherwise begin again from the
//! start. Say it before the part is handed on, and not after: an attempt may be cut off in between, and would be made again.
//! Where a program acts on the answer, collect it, and commit to nothing. `examples/ai_decisions` in the repository does both.
