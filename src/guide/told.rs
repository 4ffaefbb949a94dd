//! What the caller is told: hooks, an error made anew, a report.
//!
//! | I want | I write |
//! |---|---|
//! | to count retries, or to show them | `on_retry = \|retry\| …` |
//! | to know when a call is lost | `on_give_up = \|call\| …` |
//! | an error that says how often it was tried | `map_err = \|error, call\| …` |
//! | something else in place of the error | `call().await.unwrap_or_else(…)`, as `examples/ai_decisions` in the repository has it |
//! | an error where polling ran out | `otherwise = \|value\| Err(…)` |
//! | attempts, time and reason beside the outcome | [`Retry::report`](crate::Retry::report) |
//! | quieter or louder logs | `log = "debug"`, see [See it](super::observability) |
//!
//! Hooks may name the function's arguments, and borrow them exclusively. They see the error as its own type:
//!
//! ```
//! use std::cell::Cell;
//! use std::io;
//!
//! use reattempt::{GaveUp, retry};
//!
//! #[retry(
//!     max_attempts = 3,
//!     initial_delay = 1ms,
//!     on_retry = |retry| retries.set(retries.get() + 1),
//!     on_give_up = |call| println!("lost after {:?}: {}", call.elapsed(), call.error()),
//!     map_err = with_attempts,
//! )]
//! fn read(path: &str, retries: &Cell<u32>) -> io::Result<String> {
//!     Err(io::ErrorKind::TimedOut.into())
//! }
//!
//! fn with_attempts(error: io::Error, call: &GaveUp) -> io::Error {
//!     io::Error::new(error.kind(), format!("{error}, after {} attempts", call.attempts()))
//! }
//!
//! let retries = Cell::new(0);
//! let error = read("x", &retries).unwrap_err();
//! assert_eq!(error.to_string(), "timed out, after 3 attempts");
//! assert_eq!(retries.get(), 2);
//! ```
//!
//! A hook that several functions share knows them apart by `retry.operation()` and `call.operation()`:
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::sync::Mutex;
//!
//! use reattempt::{GivingUp, retry};
//!
//! static LOST: Mutex<BTreeMap<String, u32>> = Mutex::new(BTreeMap::new());
//!
//! fn count<E>(call: &GivingUp<'_, E>) {
//!     *LOST.lock().unwrap().entry(call.operation().to_owned()).or_default() += 1;
//! }
//!
//! #[retry(max_attempts = 2, initial_delay = 1ms, name = "read", on_give_up = count)]
//! fn read(path: &str) -> std::io::Result<String> {
//!     Err(std::io::ErrorKind::TimedOut.into())
//! }
//! # read("x").unwrap_err();
//! # assert_eq!(LOST.lock().unwrap()["read"], 1);
//! ```
//!
//! `on_retry` is told of failed attempts, and not of values that `until` rejects. Nothing waits for a hook: what takes its time
//! goes into a task of its own (`tokio::spawn`). `on_give_up` is told of the error that the call ends with, also if `otherwise`
//! has made it of a value. After that, `map_err` runs once at the end of a call that failed, also if that was at its first
//! attempt. With any of the three, the clock is read once when the call begins.
