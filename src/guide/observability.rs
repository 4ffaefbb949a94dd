//! See it: logs and observers.
//!
//! # Logs
//!
//! With the feature `tracing` (on by default), what happens is logged under the target `reattempt`. With the
//! feature `log`, it goes to the `log` crate where there is no `tracing` subscriber.
//!
//! | when | level | message | fields |
//! |---|---|---|---|
//! | an attempt failed, another follows | WARN | `operation failed, retrying` | `operation`, `attempt`, `max_attempts`, `delay`, `delay_ms`, `classified_by`, `error` |
//! | a success, or an accepted value, after another attempt | INFO | `operation succeeded after retry` | `operation`, `attempt` |
//! | given up after retries, or because a server asked for too long a delay, or without a timer | ERROR | `operation failed after N attempts` | `operation`, `attempt`, `reason`, `failing_for`, `failing_for_ms`, `classified_by`, `error` |
//! | cancelled by `cancel` | DEBUG | `operation failed after N attempts`, or `operation not done after N attempts` | the same; if it was while the call waited, without `classified_by` |
//! | not worth another attempt at all | DEBUG | `operation failed, not retryable` | `operation`, `attempt`, `reason`, `classified_by`, `error` |
//! | not retried, because it may have been applied | WARN | `operation failed, not retried because it may have been applied` | the same |
//! | retries are switched off by what surrounds the call | DEBUG | `operation failed, not retried because …` | the same |
//! | a brake withholds an attempt | DEBUG | `operation waits for a sign of recovery` | `operation`, `attempt`, `delay`, `delay_ms` |
//! | `until` does not accept a value | DEBUG | `operation not done yet, trying again` | `operation`, `attempt`, `max_attempts`, `delay`, `delay_ms` |
//! | attempts ran out while polling | WARN | `operation not done after N attempts` | `operation`, `attempt`, `reason`, `failing_for`, `failing_for_ms` |
//! | a blocking call blocks an executor, once in a process | WARN | `operation blocks a thread of the async runtime …` | `operation`, `attempt`, `delay`, `delay_ms` |
//! | a retry inside of a retry, once for each pair of operations | WARN | `operation is retried inside of an operation that is retried …` | `operation`, `outer_operation`, `calls` |
//!
//! A first attempt that succeeds logs nothing.
//!
//! - `operation` is the function with the path of its module, unless `name` says something else. For `Retry` it is
//!   `retry` unless you name it.
//! - `attempt` is counted from 1. At the end of a call it is the number of attempts; with `reset_after`, both are since the
//!   count began anew, and so is `failing_for`.
//! - `delay` and `failing_for` are for people (`83.1ms`); `delay_ms` and `failing_for_ms` are numbers of milliseconds.
//!   `failing_for` is the time since the first attempt had failed (or was not done yet), in whole milliseconds: a call reads no clock before something has failed.
//! - `reason` is `attempts`, `permanent`, `unclassified`, `not_idempotent`, `committed`, `elapsed`, `deadline`,
//!   `hint_too_long`, `cancelled`, `budget`, `withheld`, `nested`, `scope`, `policy` or `no_timer`.
//! - `classified_by` is what decided, if an error was classified by this crate: its type, words of its message, or
//!   "an HTTP status" in it.
//! - `error` is shown by its `Display`, with the chain of its sources, or as the name of its type if it has no
//!   `Display`. `Retry` shows its `Display` alone. Its `Debug` is never logged, because it may hold secrets, and neither are arguments.
//!
//! # How loud
//!
//! The levels above are the defaults. `log` changes them, on a function, in a policy, or on a
//! [`Retry`](crate::Retry::log):
//!
//! ```
//! use reattempt::{Policy, policy, retry};
//!
//! // Conflicts are ordinary here: nobody is to be told before the third retry, and then not loudly.
//! const CONFLICTS: Policy = policy!(max_attempts = 20, log(retry = "info", recovered = "debug", give_up = "warn", after = 2));
//!
//! #[retry(log = "off")]
//! fn probe() -> std::io::Result<()> {
//!     Ok(())
//! }
//! # probe().unwrap();
//! # assert_eq!(CONFLICTS.to_string(), "max_attempts=20 log=retry:info,recovered:debug,give_up:warn,after:2");
//! ```
//!
//! `log = "debug"` is one level for all; in `log(…)`, what is not said stays as it is, and the first `after` retries are one
//! level lower. An error that is not worth another attempt is told at DEBUG at most, whatever `give_up` says. Observers and hooks are told of
//! everything.
//!
//! For all functions at once, filter the target: `RUST_LOG=info,reattempt=error`.
//!
//! # Observers
//!
//! Annotated functions tell `tracing`, and hooks of their own: see [What the caller is told](super::told). An
//! [`Observer`](crate::Observer) is told each [`Event`](crate::Event) with its numbers and its error: of all calls inside of a
//! scope ([`Scope::observer`](crate::Scope::observer)), of all in the process if that scope is installed by `main`, or of one
//! closure ([`Retry::observer`](crate::Retry::observer)). A panic in it does not lose the call.
//!
//! ```
//! use reattempt::{Event, EventKind, Observer, Retry, policy};
//!
//! struct Print;
//!
//! impl Observer for Print {
//!     fn event(&self, event: &Event<'_>) {
//!         if let (EventKind::Retrying, Some(error)) = (event.kind(), event.error()) {
//!             println!("{} failed: {error}, again in {:?}", event.operation(), event.delay());
//!         }
//!     }
//! }
//!
//! let retry = Retry::new(policy!(max_attempts = 2, backoff = "none")).name("read").observer(Print);
//! assert!(retry.call(|| std::fs::read_to_string("/no/such/file")).is_err());
//! ```
