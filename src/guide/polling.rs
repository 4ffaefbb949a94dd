//! Polling, and what happens between attempts.
//!
//! # Polling
//!
//! `until` calls again until it accepts the value. **If the attempts run out, the last value is returned as `Ok`**, and
//! the caller sees from it that the work is not done. (If the last attempt failed, its error is returned.) A value that
//! is not accepted is not a failure: the next attempt is logged at DEBUG, and if the attempts run out, that is logged at
//! WARN.
//!
//! ```
//! use reattempt::retry;
//!
//! #[derive(Debug, PartialEq)]
//! enum State {
//!     Running,
//!     Done,
//! }
//!
//! fn state_of(job: u32) -> std::io::Result<State> {
//!     Ok(if job == 1 { State::Done } else { State::Running })
//! }
//!
//! #[retry(
//!     max_attempts = 10,
//!     backoff = "fixed",
//!     initial_delay = 2s,
//!     jitter = "none",
//!     until = |state| *state == State::Done
//! )]
//! fn wait_for(job: u32) -> std::io::Result<State> {
//!     state_of(job)
//! }
//!
//! assert_eq!(wait_for(1).unwrap(), State::Done);
//! ```
//!
//! Errors are retried as always, and count as attempts too.
//!
//! `otherwise = |value| Err(Error::NotReady(value))` makes an error of the last value if the call ends with it: if the attempts
//! or the time run out, or if it is cancelled. (`map_err` is told which, by `call.reason()`.) And `until` may
//! answer a [`Retryability`](crate::Retryability) in place of a `bool`, for a value that says when to come back: what is worth
//! another attempt is called again, after the wait that it names; anything else is accepted.
//!
//! # Between attempts
//!
//! Put it at the top of the body, where `cx.attempt()` says which attempt this is. State that attempts share is passed
//! by `&mut`:
//!
//! ```
//! use reattempt::retry;
//! use std::io;
//!
//! struct Mirrors {
//!     left: Vec<&'static str>,
//! }
//!
//! #[retry(max_attempts = 3, backoff = "none", context = cx)]
//! fn fetch(mirrors: &mut Mirrors) -> io::Result<String> {
//!     if cx.attempt() > 1 {
//!         mirrors.left.pop();
//!     }
//!     match mirrors.left.last() {
//!         Some(mirror) if mirror.starts_with("good") => Ok((*mirror).to_owned()),
//!         _ => Err(io::ErrorKind::ConnectionRefused.into()),
//!     }
//! }
//!
//! let mut mirrors = Mirrors { left: vec!["good.example", "bad.example"] };
//! assert_eq!(fetch(&mut mirrors).unwrap(), "good.example");
//! ```
//!
//! # Reconnecting
//!
//! A worker that stays connected is two functions: one connects, with `max_attempts = unlimited`, and a loop uses the
//! connection until it is lost. Once connected, the first function has succeeded, so the next reconnection starts with
//! the first delay again. Or it is one function: see [Reconnecting](super::limits#reconnecting).
