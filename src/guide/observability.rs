//! See it: logs, counts and metrics, and what a program retries at all.
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
//!   `retry` unless you name it, for `attempt!` the module and the line, and for `retry_with_policy` that name.
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
//!   The words are the error's own. Some clients put the URL into them, with its query: reqwest does, and so what is around it, such
//!   as the Azure SDK. If the URL has a key or a signature in it, keep the error in a type of yours that shows something else, has no
//!   `source`, and is derived with `#[retry(forward)]`, as `examples/large-upload` does; of reqwest's error,
//!   `reqwest::Error::without_url` is enough.
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
//! # A span for each attempt
//!
//! With the key `span`, each attempt runs in a `tracing` span `attempt`, with `operation` and `attempt` as its fields (and `otel.name` for OpenTelemetry), inside of whatever span
//! the call is in. What the client logs then has the number of the attempt, and an OpenTelemetry layer shows each attempt by itself:
//!
//! ```
//! use reattempt::retry;
//!
//! #[retry(max_attempts = 5, span)]
//! async fn upload() -> std::io::Result<()> {
//!     tracing::debug!("sending"); // attempt{operation="app::upload" attempt=1 …}: sending
//!     Ok(())
//! }
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(upload()).unwrap();
//! ```
//!
//! `#[tracing::instrument]` above or below `#[retry]` makes one span of the whole call. A closure for [`Retry`](crate::Retry) opens its own.
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
//!
//! # Counts and metrics
//!
//! Observers that are ready, each behind the feature of its name. `main` installs one, and it is told of all calls:
//!
//! | feature | observer | for |
//! |---|---|---|
//! | `counters` | `observers::Counters` | a status page, a log line each minute: counts in the process itself |
//! | `metrics` | `observers::Metrics` | the crate `metrics`, and so Prometheus, `StatsD` and whatever else exports it |
//! | `opentelemetry` | `observers::OpenTelemetry` | OpenTelemetry instruments |
//!
//! ```
//! # #[cfg(feature = "counters")]
//! # fn main() {
//! use reattempt::Scope;
//! use reattempt::observers::Counters;
//!
//! static COUNTERS: Counters = Counters::new();
//!
//! Scope::new().observer(&COUNTERS).install(); // In `main`.
//! # Scope::new().install();
//!
//! for (operation, counts) in COUNTERS.by_operation() {
//!     println!("{operation}: {counts}, success after retry: {:.0} %", counts.success_after_retry() * 100.0);
//! }
//! # }
//! # #[cfg(not(feature = "counters"))]
//! # fn main() {}
//! ```
//!
//! Each observer's page lists its metrics and labels. Labels are names of operations, outcomes and what decided about an error: never
//! arguments, messages or numbers of attempts, so that there are few of them. Of names that are made at run time, a thousand are kept
//! apart.
//!
//! Four numbers show whether retries help, and a fifth shows what they do to the server:
//!
//! | figure | of `Counts` | from metrics, over five minutes |
//! |---|---|---|
//! | retries for each call | `retry_rate()` | `sum(rate(retry_attempts_total[5m])) / sum(rate(retry_operation_attempts_count[5m])) - 1` |
//! | retries that succeeded | `success_after_retry()` | `sum(rate(retry_operation_attempts_count{outcome="success_retried"}[5m])) / sum(rate(retry_delay_seconds_count[5m]))` |
//! | calls that had no attempt left | `attempts_exceeded_rate()` | `sum(rate(retry_operation_attempts_count{outcome="exhausted_attempts"}[5m])) / sum(rate(retry_operation_attempts_count[5m]))` |
//! | retries of those calls that had any | `average_retries()` | `sum(rate(retry_delay_seconds_count[5m])) / (sum(rate(retry_operation_attempts_count[5m])) - sum(rate(retry_operation_attempts_bucket{le=~"1(.0)?"}[5m])))` |
//! | attempts for each call; above 1.2 somebody should look | `amplification()` | `sum(rate(retry_attempts_total[5m])) / sum(rate(retry_operation_attempts_count[5m]))` |
//!
//! Whoever polls by `until` makes many attempts while all is well. `retry_attempts_total{result!="not_done"}` leaves those out.
//! The fourth one asks for buckets: an exporter for Prometheus makes them if it is handed `Metrics::BUCKETS`.
//!
//! ## Dashboards and alerts
//!
//! `examples/metrics` in the repository is a program with an outage, a real Prometheus that looks at it, a dashboard for
//! Grafana, and alerts with tests. Take `grafana-dashboard.json` and `alerts.yml` as they are. The alerts fire when
//! attempts are more than 1.2 for each call, when a budget is empty, when calls have no attempt left, when more calls than before
//! recover, when retries are inside of retries, and when an operation only fails.
//!
//! ## Metrics that are pushed
//!
//! A push is a request as others are, and may arrive twice, or not at all. Push what was counted since the start of the program, and
//! replace the whole group: then a second one changes nothing, and the next one brings what was lost. `examples/metrics-push` does
//! that with a real Pushgateway, which is killed and restarted.
//!
//! ## Calls that succeed at once
//!
//! Reporting successes costs a little on every call, so it is a feature of its own, `successes`, which those above enable. With it, each
//! call looks whether an observer wants them: two loads. Where one does, a call reads the clock twice. Your observer gets them if its
//! [`wants_successes`](crate::Observer::wants_successes) returns true, and [`Event::elapsed`](crate::Event::elapsed) is then known for
//! every call. Without the feature, it is never told.
//!
//! # What a program retries at all
//!
//! With the feature `registry`, a binary can be asked: `sites()` has every annotated function of all crates that are linked, with its place,
//! its policy, and how long it waits at most, unless a server asks for more. It prints as a table:
//!
//! ```
//! # #[cfg(feature = "registry")]
//! # fn main() {
//! if std::env::args().any(|argument| argument == "--retries") {
//!     print!("{}", reattempt::sites());
//!     return;
//! }
//! # }
//! # #[cfg(not(feature = "registry"))]
//! # fn main() {}
//! ```
//!
//! ```text
//! app::storage::upload  src/storage.rs:12  max_attempts=5 initial_delay=250ms  waits up to 15s
//! app::feed::reconnect  src/feed.rs:40     max_attempts=unlimited              waits without an end
//! ```
