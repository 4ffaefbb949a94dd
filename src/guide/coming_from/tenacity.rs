//! Coming from tenacity (9.2), which is for Python.
//!
//! The programs in Python were run, and what they came to is compared with what those in Rust come to: the number of calls, the
//! waits, and the end. They are in the repository, in `tests/migration/python/before.py` and
//! `tests/migration/tests/tenacity.rs`. (`sleep` is there for that: all of them wait by themselves.)
//!
//! | you write | you write now |
//! |---|---|
//! | `@retry` and nothing else: for ever, without a wait | `max_attempts = unlimited`, with a delay: without one it is refused |
//! | `stop=stop_after_attempt(4)` | `max_attempts = 4` |
//! | `stop=stop_before_delay(10)` | `max_elapsed = 10s`, with `max_attempts = unlimited` if the number is not to count |
//! | `stop=stop_after_delay(10)` | the same: no wait begins that would end past it |
//! | `stop=stop_when_event_set(event)` | `cancel = …` |
//! | `stop=a \| b` | both keys: whatever comes first |
//! | `wait=wait_fixed(2)` | `backoff = "fixed", initial_delay = 2s, jitter = "none"` |
//! | `wait=wait_none()` | `backoff = "none"` |
//! | `wait=wait_exponential(multiplier=1, max=60)` | `initial_delay = 1s, max_delay = 60s, jitter = "none"` |
//! | `exp_base=3` | `multiplier = 3` |
//! | `wait=wait_random_exponential(multiplier=1, max=60)` | `initial_delay = 1s, max_delay = 60s`: full jitter is the default |
//! | `wait=wait_incrementing(1, 1, 10)` | `backoff = "linear", initial_delay = 1s, max_delay = 10s, jitter = "none"` |
//! | `wait=wait_chain(…)` | `backoff = [1s, 2s, 5s]` |
//! | another `wait`, or a sum of them | a `fn(u32) -> Duration` as `backoff` |
//! | `retry=retry_if_exception_type(TimeoutError)` | `on = …`, or the error's [`Retryable`](crate::Retryable) |
//! | `retry=retry_if_result(is_pending)` | `until = …`, the other way round: what it accepts is returned |
//! | `raise TryAgain` | an error that is transient |
//! | `reraise=True` | nothing: the error that comes back is always the function's own |
//! | `retry_error_callback=…` | `.unwrap_or_else(…)` at the call; `map_err` for another error, `otherwise` while polling |
//! | `before_sleep=…` | `on_retry = \|retry\| …`; for `before_sleep_log` nothing, see [logs](crate::guide::observability) |
//! | `before=…`, `after=…` | the first and the last line of the body |
//! | `f.retry_with(…)`, `f.retry.wait = wait_none()` in tests | [a scope](crate::guide::testing) without waits, or a policy that is passed in |
//! | `f.statistics` | [`Retry::report`](crate::Retry::report) |
//! | `for attempt in Retrying(…)` | [`attempt!`](crate::attempt) |
//! | an `async def` under `@retry` | an `async fn` under `#[retry]` |
//!
//! # Attempts, waits, and which errors
//!
//! ```text
//! @retry(
//!     stop=stop_after_attempt(4),
//!     wait=wait_exponential(multiplier=1, max=3),
//!     retry=retry_if_exception_type(TimeoutError),
//!     reraise=True,
//!     sleep=sleep,
//! )
//! def exponential(client):
//!     return client.get()
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { fn get_blocking(&self) -> io::Result<String> { Ok(String::new()) } }
//! # fn sleep(_: std::time::Duration) {}
//! use reattempt::retry;
//!
//! #[retry(
//!     max_attempts = 4,
//!     initial_delay = 1s,
//!     max_delay = 3s,
//!     jitter = "none",
//!     on = |error| error.kind() == io::ErrorKind::TimedOut,
//!     sleep = sleep,
//! )]
//! fn exponential(client: &Client) -> io::Result<String> {
//!     client.get_blocking()
//! }
//! # exponential(&Client).unwrap();
//! ```
//!
//! Several exceptions are several patterns: `on(FetchError::TimedOut | FetchError::Refused { .. })`. If your error has a
//! variant for each, [derive `Retryable`](crate::guide::errors), and the attribute need not say it.
//!
//! # Random waits
//!
//! ```text
//! @retry(
//!     stop=stop_after_attempt(5),
//!     wait=wait_random_exponential(multiplier=1, max=4),
//!     reraise=True,
//!     sleep=sleep,
//! )
//! def random_exponential(client):
//!     return client.get()
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { fn get_blocking(&self) -> io::Result<String> { Ok(String::new()) } }
//! # fn sleep(_: std::time::Duration) {}
//! # use reattempt::retry;
//! #[retry(max_attempts = 5, initial_delay = 1s, max_delay = 4s, sleep = sleep)]
//! fn random_exponential(client: &Client) -> io::Result<String> {
//!     client.get_blocking()
//! }
//! # random_exponential(&Client).unwrap();
//! ```
//!
//! # Waits of a shape of their own
//!
//! ```text
//! @retry(
//!     stop=stop_after_attempt(5),
//!     wait=wait_exponential(multiplier=1, min=4, max=10),
//!     reraise=True,
//!     sleep=sleep,
//! )
//! def least(client):
//!     return client.get()
//! ```
//!
//! It waits 4, 4, 4 and 8 seconds: `min` raises what is below it. A function says it:
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { fn get_blocking(&self) -> io::Result<String> { Ok(String::new()) } }
//! # fn sleep(_: Duration) {}
//! # use reattempt::retry;
//! # use std::time::Duration;
//! fn at_least_four_seconds(retry: u32) -> Duration {
//!     Duration::from_secs((1 << (retry - 1).min(4)).clamp(4, 10))
//! }
//!
//! #[retry(max_attempts = 5, backoff = at_least_four_seconds, jitter = "none", sleep = sleep)]
//! fn least(client: &Client) -> io::Result<String> {
//!     client.get_blocking()
//! }
//! # least(&Client).unwrap();
//! ```
//!
//! # Told of each retry
//!
//! ```text
//! @retry(
//!     stop=stop_after_attempt(3),
//!     wait=wait_fixed(1),
//!     retry=retry_if_not_exception_type(FileNotFoundError),
//!     before_sleep=before_sleep_log(logger, logging.WARNING),
//!     reraise=True,
//!     sleep=sleep,
//! )
//! def told(client):
//!     return client.get()
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { fn get_blocking(&self) -> io::Result<String> { Ok(String::new()) } }
//! # fn sleep(_: std::time::Duration) {}
//! # use reattempt::retry;
//! #[retry(
//!     max_attempts = 3,
//!     backoff = "fixed",
//!     initial_delay = 1s,
//!     jitter = "none",
//!     on = |error| error.kind() != io::ErrorKind::NotFound,
//!     on_retry = |retry| lines.push(format!("again in {:?}: {}", retry.delay(), retry.error())),
//!     sleep = sleep,
//! )]
//! fn told(client: &Client, lines: &mut Vec<String>) -> io::Result<String> {
//!     client.get_blocking()
//! }
//! # told(&Client, &mut Vec::new()).unwrap();
//! ```
//!
//! # Polling
//!
//! ```text
//! def is_pending(state):
//!     return state == "pending"
//!
//! @retry(
//!     stop=stop_after_attempt(3),
//!     wait=wait_fixed(2),
//!     retry=retry_if_result(is_pending),
//!     sleep=sleep,
//! )
//! def poll(client):
//!     return client.get()
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Job;
//! # impl Job { fn state(&self) -> io::Result<String> { Ok(String::new()) } }
//! # fn sleep(_: std::time::Duration) {}
//! # use reattempt::retry;
//! #[retry(
//!     max_attempts = 3,
//!     backoff = "fixed",
//!     initial_delay = 2s,
//!     jitter = "none",
//!     until = |state| state != "pending",
//!     on = |_| false,
//!     sleep = sleep,
//! )]
//! fn poll(job: &Job) -> io::Result<String> {
//!     job.state()
//! }
//! # poll(&Job).unwrap();
//! ```
//!
//! `on = |_| false` is there because `retry_if_result` alone retries no error. Without it errors are retried as always, which is
//! tenacity's `retry_if_result(…) | retry_if_exception_type(…)`.
//!
//! # A default in place of the error
//!
//! ```text
//! @retry(
//!     stop=stop_after_attempt(3),
//!     wait=wait_fixed(2),
//!     retry=retry_if_result(is_pending) | retry_if_exception_type(TimeoutError),
//!     retry_error_callback=lambda state: "gave up",
//!     sleep=sleep,
//! )
//! def poll_or_default(client):
//!     return client.get()
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Job;
//! # impl Job { fn state(&self) -> io::Result<String> { Ok(String::new()) } }
//! # fn sleep(_: std::time::Duration) {}
//! # use reattempt::retry;
//! #[retry(
//!     max_attempts = 3,
//!     backoff = "fixed",
//!     initial_delay = 2s,
//!     jitter = "none",
//!     until = |state| state != "pending",
//!     otherwise = |_| Err(io::ErrorKind::TimedOut.into()),
//!     sleep = sleep,
//! )]
//! fn poll_or_fail(job: &Job) -> io::Result<String> {
//!     job.state()
//! }
//!
//! fn poll_or_default(job: &Job) -> String {
//!     poll_or_fail(job).unwrap_or_else(|_| "gave up".to_owned())
//! }
//! # poll_or_default(&Job);
//! ```
//!
//! # A wait that the error names
//!
//! ```text
//! def wait_as_told(state):
//!     error = state.outcome.exception()
//!     return error.retry_after if isinstance(error, Busy) else 1
//!
//! @retry(stop=stop_after_attempt(3), wait=wait_as_told, reraise=True, sleep=sleep)
//! def as_told(client):
//!     return client.get()
//! ```
//!
//! →
//!
//! ```
//! # struct Script<E>(std::marker::PhantomData<E>);
//! # impl Script<Error> { fn attempt(&self) -> Result<String, Error> { Ok(String::new()) } }
//! # impl std::fmt::Display for Error {
//! #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("busy") }
//! # }
//! # fn sleep(_: Duration) {}
//! # use std::time::Duration;
//! use reattempt::{Retryable, retry};
//!
//! #[derive(Debug, Clone, Retryable)]
//! enum Error {
//!     #[retry(transient)]
//!     Late,
//!     #[retry(transient, after = retry_after)]
//!     Busy { retry_after: Duration },
//! }
//!
//! #[retry(
//!     max_attempts = 3,
//!     backoff = "fixed",
//!     initial_delay = 1s,
//!     jitter = "none",
//!     retry_after = "exact",
//!     sleep = sleep,
//! )]
//! fn as_told(client: &Script<Error>) -> Result<String, Error> {
//!     client.attempt()
//! }
//! # as_told(&Script(std::marker::PhantomData)).unwrap();
//! ```
//!
//! # In the middle of a function
//!
//! ```text
//! async def in_the_middle_async(client):
//!     async for attempt in AsyncRetrying(
//!         stop=stop_after_attempt(3), wait=wait_fixed(1), reraise=True, sleep=sleep_async
//!     ):
//!         with attempt:
//!             text = client.get()
//!     return text
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { async fn get(&self) -> io::Result<String> { Ok(String::new()) } }
//! use reattempt::attempt;
//!
//! async fn in_the_middle_async(client: &Client) -> io::Result<String> {
//!     let text = attempt!(
//!         max_attempts = 3,
//!         backoff = "fixed",
//!         initial_delay = 1s,
//!         jitter = "none",
//!         async { client.get().await }
//!     )
//!     .await?;
//!     Ok(text)
//! }
//! ```
//!
//! # What differs
//!
//! - **The defaults.** tenacity goes on for ever and doesn't wait. Here it is three attempts, with growing waits at random.
//! - **What ends.** Without `reraise=True`, tenacity raises a `RetryError`. Here the error of the last attempt comes back. While
//!   polling, the last value comes back, unless `otherwise` makes an error of it.
//! - **Which errors.** tenacity retries every exception that is an `Exception`. Here the error's type says it; `on(_)` retries
//!   every error. A panic is not retried: it is no error that is returned.
//! - **Jitter.** `wait_exponential_jitter` adds up to a second to each wait, however long it is. A fraction adds a share of the
//!   wait: `jitter = 0.5` up to half of it, within `max_delay`.
//! - **Limits in time.** `stop_after_delay` looks at the clock after an attempt, so the last wait may end past it, and another
//!   call is made then. `max_elapsed` and `stop_before_delay` begin no such wait. (A wait that would end exactly at the limit is
//!   made here, and not there.)
//!
//! # What you gain
//!
//! A mistake in the policy is a compile error. An attempt can be [cut off](crate::guide::limits), and so can the whole call. The
//! attribute keeps the function's signature. A [budget](crate::guide::outages) keeps retries from making an outage worse.
