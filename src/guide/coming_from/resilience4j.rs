//! Coming from resilience4j (2), which is for Java.
//!
//! **The Java side of this page was not run.** It is written from resilience4j's documentation of Retry and of Micrometer and
//! from its sources, as of November 2026. What is in Rust was run, in the repository's `tests/migration/tests/resilience4j.rs`.
//!
//! | you write | you write now |
//! |---|---|
//! | `maxAttempts(3)` | `max_attempts = 3`: both count the first call |
//! | `waitDuration(ofMillis(500))` | `backoff = "fixed", initial_delay = 500ms, jitter = "none"` |
//! | `intervalFunction(ofExponentialBackoff(500, 1.5, 60000))` | `initial_delay = 500ms, multiplier = 1.5, max_delay = 1m, jitter = "none"` |
//! | `ofExponentialRandomBackoff(…)` | the same without `jitter`, for full jitter; see [below](#what-differs) |
//! | an `IntervalFunction` of yours | a `fn(u32) -> Duration` as `backoff` |
//! | `intervalBiFunction`, to wait as a response says | the error says it ([`Retryability::after`](crate::Retryability::after)); `until` may answer a `Retryability` for a value |
//! | `retryExceptions(…)`, `ignoreExceptions(…)`, `retryOnException(…)` | the error's [`Retryable`](crate::Retryable), or `on` |
//! | `retryOnResult(…)` | `until`, the other way round: what it accepts is returned |
//! | `failAfterMaxAttempts(true)` | `otherwise = \|value\| Err(…)` |
//! | `consumeResultBeforeRetryAttempt(…)` | a line in the body |
//! | `@Retry(name = "inventory")` | `#[retry(name = "inventory")]` |
//! | `fallbackMethod = "…"` | `.unwrap_or_else(…)` at the call, or a function around it |
//! | `RetryRegistry`, `RetryConfig.from(…)` | a `const` made by [`policy!`](crate::policy), see [Policies](crate::guide::policies) |
//! | `resilience4j.retry.instances` in the configuration | a policy's text form, `"max_attempts=3".parse()` |
//! | `getEventPublisher().onRetry(…)` and others | `on_retry`, `on_give_up`, or an [`Observer`](crate::Observer) for many functions |
//! | `executeCallable`, `decorateSupplier` | [`Retry`](crate::Retry), [`attempt!`](crate::attempt) |
//! | `executeCompletionStage` with a scheduler | the attribute on an `async fn` |
//! | `@CircuitBreaker` | a crate of its own, inside of the retried function: see [Circuit breakers](crate::guide::breakers) |
//! | `@TimeLimiter` | `attempt_timeout`, or `deadline` for the whole call: see [Limits](crate::guide::limits) |
//! | `@Bulkhead`, `@RateLimiter` | nothing here: a semaphore, or a layer of tower; what limits *retries* is a [budget](crate::guide::outages) |
//!
//! # A configuration
//!
//! ```text
//! RetryConfig config = RetryConfig.custom()
//!     .maxAttempts(3)
//!     .waitDuration(Duration.ofMillis(500))
//!     .retryExceptions(IOException.class)
//!     .ignoreExceptions(FileNotFoundException.class)
//!     .build();
//! String text = Retry.of("fetch", config).executeCallable(() -> client.get());
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
//!     max_attempts = 3,
//!     backoff = "fixed",
//!     initial_delay = 500ms,
//!     jitter = "none",
//!     on = |error| !matches!(error.kind(), io::ErrorKind::NotFound),
//!     sleep = sleep,
//! )]
//! fn fetch(client: &Client) -> io::Result<String> {
//!     client.get_blocking()
//! }
//! # fetch(&Client).unwrap();
//! ```
//!
//! (`sleep` is there for the tests.) Without `on`, the error's own type says which errors are worth another attempt; for your
//! own enum [the derive](crate::guide::errors) does, with a word at each variant.
//!
//! # Retried by the result
//!
//! ```text
//! RetryConfig config = RetryConfig.<String>custom()
//!     .maxAttempts(3)
//!     .retryOnResult(text -> text.equals("pending"))
//!     .failAfterMaxAttempts(true)
//!     .build();
//! ```
//!
//! →
//!
//! ```
//! # use std::{io, sync::Mutex};
//! # fn sleep(_: std::time::Duration) {}
//! # use reattempt::retry;
//! #[retry(
//!     max_attempts = 3,
//!     backoff = "fixed",
//!     initial_delay = 500ms,
//!     jitter = "none",
//!     until = |text| *text != "pending",
//!     otherwise = |_| Err(io::ErrorKind::TimedOut.into()),
//!     sleep = sleep,
//! )]
//! fn poll_or_fail(state: &Mutex<u32>) -> io::Result<&'static str> {
//!     let mut calls = state.lock().unwrap();
//!     *calls += 1;
//!     Ok(if *calls > 3 { "done" } else { "pending" })
//! }
//! # poll_or_fail(&Mutex::new(3)).unwrap();
//! ```
//!
//! Without `otherwise` the last value comes back, as it does without `failAfterMaxAttempts`.
//!
//! # An annotation with a fallback
//!
//! ```text
//! @Retry(name = "inventory", fallbackMethod = "unknown")
//! public String stock() { return client.get(); }
//!
//! private String unknown(IOException error) { return "unknown"; }
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
//! #[retry(name = "inventory", max_attempts = 2, sleep = sleep)]
//! fn stock_from_server(client: &Client) -> io::Result<String> {
//!     client.get_blocking()
//! }
//!
//! fn stock(client: &Client) -> String {
//!     stock_from_server(client).unwrap_or_else(|_| "unknown".to_owned())
//! }
//! # stock(&Client);
//! ```
//!
//! # One configuration for many
//!
//! ```
//! # use std::io;
//! # use std::sync::LazyLock;
//! # struct Client;
//! # impl Client { fn get_blocking(&self) -> io::Result<String> { Ok(String::new()) } }
//! # fn sleep(_: std::time::Duration) {}
//! use reattempt::{Policy, policy, retry};
//!
//! const INVENTORY: Policy = policy!(max_attempts = 4, initial_delay = 1s, jitter = "none");
//!
//! #[retry(policy = INVENTORY, max_attempts = 5, sleep = sleep)]
//! fn patient(client: &Client) -> io::Result<String> {
//!     client.get_blocking()
//! }
//!
//! static CONFIGURED: LazyLock<Policy> = LazyLock::new(|| {
//!     let text = "max_attempts=4 backoff=fixed initial_delay=500ms jitter=none";
//!     text.parse().expect("it is a policy")
//! });
//!
//! #[retry(policy = *CONFIGURED, sleep = sleep)]
//! fn configured(client: &Client) -> io::Result<String> {
//!     client.get_blocking()
//! }
//! # patient(&Client).unwrap();
//! # configured(&Client).unwrap();
//! ```
//!
//! A registry is asked for an instance by its name. Here the compiler knows the policy, and
//! [`Scope::policy`](crate::Scope::policy) gives functions another one by their names, while the program runs.
//!
//! # Metrics
//!
//! resilience4j exports `resilience4j.retry.calls` with `name` and `kind`. An observer counts what you want, here three of
//! the kinds:
//!
//! ```
//! # use std::sync::atomic::{AtomicU64, Ordering};
//! use reattempt::{Event, EventKind, Observer};
//!
//! #[derive(Default)]
//! struct Calls {
//!     successful_with_retry: AtomicU64,
//!     failed_with_retry: AtomicU64,
//!     failed_without_retry: AtomicU64,
//! }
//!
//! impl Observer for Calls {
//!     fn event(&self, event: &Event<'_>) {
//!         let count = match event.kind() {
//!             EventKind::Recovered => &self.successful_with_retry,
//!             EventKind::GaveUp => &self.failed_with_retry,
//!             EventKind::NotRetryable => &self.failed_without_retry,
//!             _ => return,
//!         };
//!         count.fetch_add(1, Ordering::Relaxed);
//!     }
//! }
//! ```
//!
//! | `kind` | event |
//! |---|---|
//! | `successful_without_retry` | none: a call that succeeds at once tells nobody. Count it in the function |
//! | `successful_with_retry` | [`EventKind::Recovered`](crate::EventKind::Recovered) |
//! | `failed_with_retry` | [`EventKind::GaveUp`](crate::EventKind::GaveUp) |
//! | `failed_without_retry` | [`EventKind::NotRetryable`](crate::EventKind::NotRetryable) |
//!
//! `name` is [`Event::operation`](crate::Event::operation). An observer is installed for the whole program by
//! [a scope](crate::guide::observability#observers).
//!
//! # What differs
//!
//! - **Jitter.** `ofExponentialRandomBackoff` draws around the delay, by default from half of it to one and a half. Here a delay
//!   is drawn below the backoff's own (full jitter, the default), in its upper half (`"equal"`), or above it (a fraction). Two
//!   thirds of the delay as `initial_delay`, with `jitter = 1.0`, have the same mean.
//! - **Delays.** resilience4j waits the same 500 ms each time unless it is told otherwise. Here they grow, by a factor of 2 from
//!   100 ms.
//! - **Which errors.** resilience4j retries every exception unless it is told otherwise. Here the error's type says it; `on(_)`
//!   retries every error.
//! - **Order.** resilience4j's annotations are one around the other: a retry around a circuit breaker, a rate limiter, a time
//!   limiter and a bulkhead. Here what stands in the body is inside of the retry, and what stands at the call is outside.
//! - **State.** A `Retry` of resilience4j is an object that counts. Here a function has no state of its own, unless it has a
//!   [budget or a brake](crate::guide::outages).
//!
//! # What you gain
//!
//! A mistake in the policy is a compile error, and not an exception when the program starts. Blocking and async functions have
//! the same attribute. A server's `Retry-After` counts where the [error has it](crate::guide::http). Nothing is proxied, so a
//! call from the same `impl` is retried as well.
