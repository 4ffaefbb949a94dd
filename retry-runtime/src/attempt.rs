//! What every driver does between two attempts: asks the engine and tells the listeners.
//!
//! The loops themselves (the attribute's expansion, [`Retry`](crate::Retry)) only call and sleep.

use core::fmt::Display;
use core::time::Duration;

use crate::classify::{Certain, Retryability, Retryable, Verdict};
use crate::clock::{Clock, Moment};
use crate::description::Describe;
use crate::engine::{Decision, Engine, GiveUpReason};
use crate::events::{self, Event};
use crate::outcome::Outcome;
use crate::policy::Policy;
use crate::random;
use crate::schedule::RetryPolicy;
use crate::settings::{Setting, Settings};

/// What is the same for all the attempts of a call.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct Operation<'a> {
    /// What it is called in logs.
    pub name: &'a str,
    /// The policy it is retried under.
    pub policy: &'a dyn RetryPolicy,
    /// The clock it goes by.
    pub clock: Clock,
    /// Whether it may be applied twice.
    pub idempotent: bool,
}

/// What is the same for all the attempts of a function that can say so beforehand: what it is called in
/// logs, and what its attribute says. As one constant, it is handed over by one pointer.
pub type Site<'a> = (&'a str, &'a [Setting<'a>]);

/// Takes note of an attempt whose error says itself whether another one is worth it. The wait before the
/// next one, or `None` to return what there is.
///
/// Where the first attempt succeeds nothing is called.
#[inline]
pub(crate) fn judged<R, D>(
    engine: &mut Engine,
    site: &Site<'_>,
    clock: Clock,
    outcome: &R,
) -> Option<Duration>
where
    R: Outcome,
    R::Error: Retryable,
    D: Describe<R::Error>,
{
    match outcome.error() {
        Some(error) => judge::<R::Error, D>(engine, site, clock, error),
        None => succeeded(engine, site),
    }
}

#[cold]
#[inline(never)]
fn judge<E, D>(engine: &mut Engine, site: &Site<'_>, clock: Clock, error: &E) -> Option<Duration>
where
    E: Retryable,
    D: Describe<E>,
{
    failed_at(engine, site, clock, error.retryability(), D::describe(error))
}

/// Takes note of an attempt about whose error `on` is asked, as [`judged`] does.
#[inline]
pub(crate) fn judged_by<R, D, V>(
    engine: &mut Engine,
    site: &Site<'_>,
    clock: Clock,
    outcome: &R,
    on: impl FnOnce(&R::Error) -> V,
) -> Option<Duration>
where
    R: Outcome,
    D: Describe<R::Error>,
    V: Verdict,
{
    match outcome.error() {
        Some(error) => {
            let retryability = on(error).into_retryability();
            failed_at(engine, site, clock, retryability, D::describe(error))
        }
        None => succeeded(engine, site),
    }
}

#[cold]
#[inline(never)]
fn failed_at(
    engine: &mut Engine,
    &(name, settings): &Site<'_>,
    clock: Clock,
    retryability: Retryability,
    error: &dyn Display,
) -> Option<Duration> {
    let (settings, mut written) = (Settings(settings), Policy::DEFAULT);
    let policy = settings.policy(&mut written);
    let operation = Operation { name, policy, clock, idempotent: settings.idempotent() };
    failed(engine, &operation, retryability, error)
}

/// Takes note of a failed attempt. The wait before the next one, or `None` to give up.
#[cold]
#[inline(never)]
pub(crate) fn failed(
    engine: &mut Engine,
    operation: &Operation<'_>,
    retryability: Retryability,
    error: &dyn Display,
) -> Option<Duration> {
    next(engine, operation, retryability, Some(error))
}

/// Takes note of an attempt whose value `until` found lacking, as [`failed`] does.
#[cold]
#[inline(never)]
pub(crate) fn unsatisfied(engine: &mut Engine, operation: &Operation<'_>) -> Option<Duration> {
    next(engine, operation, Retryability::transient(), None)
}

/// `error`: none where the attempt succeeded, with a value that is not good enough yet.
fn next(
    engine: &mut Engine,
    operation: &Operation<'_>,
    retryability: Retryability,
    error: Option<&dyn Display>,
) -> Option<Duration> {
    let &Operation { name: operation, policy, clock, idempotent } = operation;
    let decision = engine.failed(policy, retryability, idempotent, &random::entropy);
    let attempt = engine.failures();
    match decision {
        Decision::Wait(delay) => {
            if attempt == 1 && events::ARE_REPORTED {
                engine.set_since(clock.now());
            }
            let max_attempts = policy.max_attempts();
            events::report(&match error {
                Some(error) => Event::Retrying { operation, attempt, max_attempts, delay, error },
                None => Event::Polling { operation, attempt, max_attempts, delay },
            });
            Some(delay)
        }
        Decision::GiveUp(reason) => {
            let now =
                if attempt > 1 && events::ARE_REPORTED { clock.now() } else { Moment::UNKNOWN };
            let elapsed = engine.since().until(now);
            let retries_are_off = matches!(
                reason,
                GiveUpReason::Permanent
                    | GiveUpReason::Cancelled
                    | GiveUpReason::NotIdempotent
                    | GiveUpReason::Attempts
            );
            events::report(&match error {
                Some(error) if attempt == 1 && retries_are_off => {
                    Event::NotRetryable { operation, reason, error }
                }
                Some(error) => {
                    Event::GaveUp { operation, attempts: attempt, reason, elapsed, error }
                }
                None => Event::NotSatisfied { operation, attempts: attempt, reason, elapsed },
            });
            None
        }
    }
}

/// Takes note of a successful attempt, one comparison where it is the first. There is no wait after it.
#[inline]
pub(crate) fn succeeded(engine: &Engine, site: &Site<'_>) -> Option<Duration> {
    if engine.has_failed() {
        recovered(engine, site);
    }
    None
}

#[cold]
#[inline(never)]
fn recovered(engine: &Engine, &(operation, _): &Site<'_>) {
    let attempt = engine.failures().saturating_add(1);
    events::report(&Event::Recovered { operation, attempt });
}

/// What the closure given as `on` answers about an error. Its bound is what tells the compiler the
/// type of the closure's argument.
pub fn classify<E: ?Sized, V: Verdict>(error: &E, on: impl FnOnce(&E) -> V) -> Retryability {
    on(error).into_retryability()
}

/// The same, where the answer has to say whether anything was applied.
pub fn classify_certain<E: ?Sized, V: Certain>(
    error: &E,
    on: impl FnOnce(&E) -> V,
) -> Retryability {
    on(error).certain()
}

/// Takes a value, in code that is never run, so that the block around it captures it as its own.
pub fn owned<T>(_: T) {}

/// What the function given as `sleep` to a blocking function answers.
#[diagnostic::on_unimplemented(
    message = "the `sleep` of a blocking function waits and returns nothing, \
               but this one returns `{Self}`",
    label = "does not block",
    note = "a function that returns a future is a timer for async functions"
)]
pub trait Slept {}

#[diagnostic::do_not_recommend]
impl Slept for () {}

/// Sees to it that a timer of the user's has waited.
#[inline]
pub fn slept<T: Slept>(_: T) {}

/// Whether the closure given as `until` is satisfied by a value.
pub fn is_done<T: ?Sized>(value: &T, until: impl FnOnce(&T) -> bool) -> bool {
    until(value)
}
