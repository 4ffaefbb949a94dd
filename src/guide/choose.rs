//! Choose by problem.
//!
//! | I have | I write |
//! |---|---|
//! | a call that fails now and then | `#[retry]` |
//! | a call that should be tried more often | `#[retry(max_attempts = 5)]` |
//! | a connection that must come up eventually | `#[retry(max_attempts = unlimited)]` |
//! | a call that somebody waits for | `#[retry(max_attempts = unlimited, deadline = 30s)]`; in blocking code `max_elapsed = 30s`, see [Limits](super::limits) |
//! | a server that hangs | `#[retry(attempt_timeout = 5s)]` |
//! | a request that calls many things | a [`Scope`](crate::Scope) with a deadline, see [What surrounds a call](super::scopes) |
//! | a server that must not be overrun when it is down | `#[retry(budget = UPSTREAM)]` or `#[retry(brake = UPSTREAM)]`, see [When the server is really down](super::outages) |
//! | a function that calls other retried ones | `#[retry(nested = "once")]` |
//! | a program that shuts down | `#[retry(cancel = token)]` |
//! | a session that is to be made again whenever it breaks | `#[retry(max_attempts = unlimited, reset_after = 60s)]`, see [Reconnecting](super::limits#reconnecting) |
//! | an answer that is passed on while it comes in | `#[retry(context = cx)]` and `cx.commit()` |
//! | a progress bar | `#[retry(on_retry = \|retry\| …)]`, see [What the caller is told](super::told) |
//! | metrics | an observer that `main` installs, see [Counts and metrics](super::observability#counts-and-metrics) |
//! | traces | `#[retry(span)]` |
//! | a program whose operator asks what it retries | `sites()`, of the feature `registry` |
//! | tests that sleep | `testing::record()`, see [Test it](super::testing) |
//! | an outage to rehearse | [a script](super::testing#a-rehearsal-in-a-running-program), of the feature `faults` |
//! | an error that is to say how often it was tried | `#[retry(map_err = \|error, call\| …)]` |
//! | failures that are ordinary | `#[retry(log = "debug")]` |
//! | a rate-limited API with `Retry-After` | `#[retry(max_retry_after = 5m)]`, and [`error statuses`](super::http) as errors |
//! | an error type of my own | `#[derive(Retryable)]`, see [Errors](super::errors) |
//! | an error type that I can't change | `#[retry(on = is_transient)]` or `#[retry(on(Error::Busy))]` |
//! | `anyhow::Error` or `Box<dyn Error>` | `#[retry]`; `#[retry(on = detect::error)]` to go by words as well |
//! | a payment, or anything else that must not be done twice | `#[retry(idempotent = false)]`, see [Is it safe to run twice?](super::idempotency) |
//! | an API that takes an idempotency key | `#[retry(context = cx)]` and `cx.call_id()` |
//! | a deadlock or a serialization failure | `#[retry]` on the function that holds the whole transaction, see [Databases](super::databases) |
//! | a job to wait for | `#[retry(until = is_done, max_attempts = unlimited, max_elapsed = 10m, backoff = "fixed", initial_delay = 2s, jitter = "none")]`, see [Polling](super::polling) |
//! | an argument that the body consumes | `#[retry(clone(body))]` |
//! | a compare-and-swap loop | `#[retry(max_attempts = 20, backoff = "none", on(Error::Conflict))]` |
//! | a fixed list of delays | `#[retry(backoff = [100ms, 1s, 10s])]` |
//! | a policy that several functions share | `const STORAGE: Policy = policy!(…);` and `#[retry(policy = STORAGE)]` |
//! | a policy from configuration | `#[retry(policy = &self.policy)]`, see [Policies](super::policies) |
//! | policies that an operator sets from outside | [`Policies`](crate::Policies), by the names of functions |
//! | a part of a function | [`attempt!`](crate::attempt), see [In the middle of a function](super::closures) |
//! | a closure | [`Retry`](crate::Retry) |
//! | policies as objects, with constructors | [`ExponentialBackoff`](crate::ExponentialBackoff), [`FixedDelay`](crate::FixedDelay), [`WithJitter`](crate::WithJitter) |
//! | a state machine that reconnects | [`Policy::waits`](crate::Policy::waits) |
//! | a service of tower, a client of reqwest-middleware | [the features of these names](super::closures) |
//! | a runtime other than tokio | the feature `async-io`, `futures-timer` or `wasm`, or `sleep = …`, see [Time](super::time) |
//! | only one platform that needs it | `#[cfg_attr(windows, retry)]` |
//!
//! When not to use it: where a client retries by itself and does it well, where a queue redelivers, or for a single
//! call that a loop of five lines serves.
//!
//! `examples/README.md` in the repository lists whole programs, which kill real servers and look at what is stored in the end.
