//! What every driver does between two attempts: asks the engine and tells the listeners.
//!
//! The loops themselves (the attribute's expansion, `blocking`, [`Retry`](crate::Retry)) only call and sleep.

use core::fmt::Display;
use core::time::Duration;

use crate::classify::{Certain, Retryability, Retryable, Verdict};
use crate::clock::Moment;
use crate::description::Describe;
use crate::engine::{Decision, Engine, GiveUpReason};
use crate::events::{self, Event};
use crate::outcome::Outcome;
use crate::policy::Policy;
use crate::random;
use crate::site::{Operation, Site};

/// Takes note of an attempt whose error says itself whether another one is worth it. Whether that was
/// the last one.
///
/// Where the first attempt succeeds nothing is called.
#[inline]
pub(crate) fn was_last<R, D, S>(engine: &mut Engine, site: &S, outcome: &R) -> bool
where
    S: Site + ?Sized,
    R: Outcome,
    R::Error: Retryable,
    D: Describe<R::Error>,
{
    match outcome.error() {
        Some(error) => judge::<R::Error, D, S>(engine, site, error),
        None => succeeded_at(engine, site),
    }
}

#[cold]
#[inline(never)]
fn judge<E, D, S>(engine: &mut Engine, site: &S, error: &E) -> bool
where
    S: Site + ?Sized,
    E: Retryable,
    D: Describe<E>,
{
    failed_at(engine, site, error.retryability(), D::describe(error))
}

/// Takes note of an attempt about whose error `on` is asked, as [`was_last`] does.
#[inline]
pub(crate) fn was_last_by<R, D, S>(
    engine: &mut Engine,
    site: &S,
    outcome: &R,
    on: impl FnOnce(&R::Error) -> Retryability,
) -> bool
where
    S: Site + ?Sized,
    R: Outcome,
    D: Describe<R::Error>,
{
    match outcome.error() {
        Some(error) => failed_at(engine, site, on(error), D::describe(error)),
        None => succeeded_at(engine, site),
    }
}

/// Takes note of a failed attempt, in one function for all the errors of a crate. Whether that was the last
/// one.
#[cold]
#[inline(never)]
fn failed_at<S: Site + ?Sized>(
    engine: &mut Engine,
    site: &S,
    retryability: Retryability,
    error: &dyn Display,
) -> bool {
    let mut policy = Policy::DEFAULT;
    failed(engine, &site.operation(&mut policy), retryability, error).is_none()
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

/// Takes note of a successful attempt, one comparison where it is the first. It was the last one.
#[inline]
fn succeeded_at<S: Site + ?Sized>(engine: &Engine, site: &S) -> bool {
    if engine.has_failed() {
        recovered_at(engine, site);
    }
    true
}

#[cold]
#[inline(never)]
fn recovered_at<S: Site + ?Sized>(engine: &Engine, site: &S) {
    recovered(engine, site.name());
}

/// Takes note of a successful attempt, as [`succeeded_at`] does, by its name.
#[inline]
pub(crate) fn succeeded(engine: &Engine, name: &str) {
    if engine.has_failed() {
        recovered(engine, name);
    }
}

#[cold]
#[inline(never)]
fn recovered(engine: &Engine, operation: &str) {
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
