//! What every call does between two attempts: it asks the engine, and tells the listeners.
//!
//! The loops themselves (the attribute's expansion, `blocking`, [`Retry`](crate::Retry)) only make attempts
//! and wait.

use core::time::Duration;

#[cfg(feature = "faults")]
use super::asked;
use super::braked;
use super::outcome::Outcome;
use super::site::{Operation, Resolved, ResolvedPolicy, Site};
use super::tell::{self, Decided};
use super::view::View;
use crate::classify::timed_out::TimedOut;
use crate::classify::{RetryKind, Retryability, Retryable};
use crate::engine::{Decision, Engine, Failure, GiveUpReason, Timing};
use crate::error_view::ErrorView;
use crate::observe;
use crate::schedule::RetryPolicy;
use crate::scope::around::{Around, skips_waits, wants_successes};
#[cfg(feature = "std")]
use crate::scope::retrying::retried;
#[cfg(any(feature = "std", feature = "__async-timer"))]
use crate::timer;
#[cfg(feature = "std")]
use crate::timer::began::Began;
use crate::timer::clock::Clock;

/// Takes note of an attempt whose error classifies itself. Whether the call ends with it.
///
/// Where the first attempt succeeds nothing is called.
#[inline]
pub(crate) fn should_return<R, V, S>(engine: &mut Engine, site: S, outcome: &R) -> bool
where
    S: Site,
    R: Outcome<Error: Retryable>,
    V: View<R::Error>,
{
    match outcome.error() {
        Some(error) => failed_by_itself::<R::Error, V, S>(engine, site, error),
        None => succeeded_at(engine, site),
    }
}

#[cold]
#[inline(never)]
fn failed_by_itself<E, V, S>(engine: &mut Engine, site: S, error: &E) -> bool
where
    S: Site,
    E: Retryable,
    V: View<E>,
{
    failed_at(engine, site, error.retryability(), V::view(error))
}

/// Takes note of an attempt about whose error `on` is asked, as [`should_return`] does.
#[inline]
pub(crate) fn should_return_by<R, V, S>(
    engine: &mut Engine,
    site: S,
    outcome: &R,
    on: impl FnOnce(&R::Error) -> Retryability,
) -> bool
where
    S: Site,
    R: Outcome,
    V: View<R::Error>,
{
    match outcome.error() {
        Some(error) => failed_at(engine, site, on(error), V::view(error)),
        None => succeeded_at(engine, site),
    }
}

/// Takes note of a failed attempt, in one function for all the errors of a crate. Whether the call ends with
/// it.
#[cold]
#[inline(never)]
fn failed_at<S: Site>(
    engine: &mut Engine,
    site: S,
    retryability: Retryability,
    error: ErrorView<'_>,
) -> bool {
    site.resolved(|operation| failed(engine, operation, &retryability, Some(&error)))
}

/// Takes note of a failed attempt, or of one whose value does not satisfy `until`: that has no error. Whether the
/// call ends with it.
#[cold]
#[inline(never)]
pub(crate) fn failed_operation(
    engine: &mut Engine,
    operation: &Operation<'_>,
    retryability: Retryability,
    error: Option<ErrorView<'_>>,
) -> bool {
    operation.resolved(|operation| failed(engine, operation, &retryability, error.as_ref()))
}

/// Takes note of an attempt that was cut off: it is worth another, and may have been applied.
#[cold]
#[inline(never)]
pub(crate) fn cut_off(
    engine: &mut Engine,
    operation: &Operation<'_>,
    timed_out: &TimedOut,
) -> bool {
    let ends_by =
        if timed_out.is_deadline() { Some(GiveUpReason::Deadline) } else { operation.ends_by };
    // It lasted because it hung, unless something came of it.
    let attempt_began_at = operation.attempt_began_at.filter(|_| operation.made_progress);
    let operation = &Operation { attempt_began_at, ends_by, ..*operation };
    failed_operation(
        engine,
        operation,
        Retryability::transient(),
        Some(ErrorView::Error(timed_out)),
    )
}

/// The one place where it is decided and told what follows an attempt.
fn failed(
    engine: &mut Engine,
    operation: Resolved<'_>,
    retryability: &Retryability,
    error: Option<&ErrorView<'_>>,
) -> bool {
    #[cfg(feature = "faults")]
    let retryability = &asked::with_script(*retryability, operation.name().as_str());
    let around = Around::now();
    let more = operation.operation();
    let timing = more.map_or_else(Timing::default, Operation::timing);
    let mut failure = Failure {
        retryability: *retryability,
        idempotent: operation.is_idempotent(),
        error,
        timing: timing.within(around.remaining()),
        ends_by: more.and_then(|more| more.ends_by),
        most_attempts: None,
    };
    let in_its_place = around.policy(|| operation.name().as_str());
    let policy = operation.policy_or(in_its_place.as_ref());
    let (mut decision, max_attempts) = match policy {
        ResolvedPolicy::Read(policy) => decide(engine, policy, &mut failure, &around),
        ResolvedPolicy::Any(policy) => decide(engine, policy, &mut failure, &around),
    };
    if let Some(braked) = more.and_then(|more| more.brake) {
        decision = braked::decision(engine, operation, policy.as_any(), &failure, decision, braked);
    }
    if let Decision::Wait(delay) = decision {
        if delay > 0 && !around.skips_waits() && !can_wait(operation.clock()) {
            decision = Decision::GiveUp(GiveUpReason::NoTimer);
        } else if let Some(reason) = refused(&failure, more, &around) {
            decision = Decision::GiveUp(reason);
        }
    }
    #[cfg(feature = "std")]
    if let (Decision::Wait(_), Some(outer)) = (decision, retried()) {
        tell::warn_of_nesting(engine, operation, max_attempts, outer, &around);
    }
    if let Some(record) = more.and_then(|more| more.record) {
        record.attempt_failed();
        match decision {
            Decision::Wait(delay) => record.wait(delay),
            Decision::GiveUp(reason) => record.give_up(reason),
        }
    }
    if observe::is_listened_to(operation.observer()) || around.is_listened_to() {
        let decided = Decided {
            policy,
            max_attempts,
            retryability: *retryability,
            decision,
            elapsed: failure.timing.elapsed,
        };
        tell::report(engine, operation, &decided, error.copied(), &around);
    }
    matches!(decision, Decision::GiveUp(_))
}

/// Whether it was a value that is not good enough yet: to ask again for what is not ready is no retry.
#[inline]
const fn is_poll(failure: &Failure<'_>) -> bool {
    failure.error.is_none()
}

/// Takes what a retry takes, of what surrounds the call and of its budget: why it may not be made, if it may not.
#[inline]
fn refused(
    failure: &Failure<'_>,
    operation: Option<&Operation<'_>>,
    around: &Around,
) -> Option<GiveUpReason> {
    let retryability = failure.retryability;
    let throttled = retryability.kind() == RetryKind::Throttled;
    let is_free = is_poll(failure) && !throttled;
    let budget = operation.and_then(|operation| operation.budget).filter(|_| !is_free);
    if is_free {
        return None;
    }
    if !around.take_retry() {
        return Some(GiveUpReason::Scope);
    }
    if budget.is_none_or(|budget| budget.withdraw(retryability)) {
        return None;
    }
    around.give_retry_back();
    Some(GiveUpReason::Budget)
}

/// The decision, and the number of attempts that the policy and what surrounds the call allow.
#[inline]
fn decide<P: RetryPolicy + ?Sized>(
    engine: &mut Engine,
    policy: &P,
    failure: &mut Failure<'_>,
    around: &Around,
) -> (Decision, u32) {
    let max_attempts = policy.max_attempts().max(1);
    failure.most_attempts = around.most_attempts(max_attempts, is_poll(failure));
    let decision = engine.failed(policy, max_attempts, failure, || around.random());
    (decision, max_attempts.min(around.attempts()))
}

/// Whether there is a timer. A timer of the user's is asked when it is waited for.
#[inline]
fn can_wait(clock: Clock<'_>) -> bool {
    match clock {
        #[cfg(feature = "__async-timer")]
        Clock::Async => timer::is_available(),
        #[cfg(feature = "std")]
        Clock::Blocking => timer::can_block(),
        _ => true,
    }
}

/// How long to wait before the next attempt: not at all, where what surrounds the call says so.
pub(crate) fn time_to_wait(engine: &Engine) -> Duration {
    if skips_waits() { Duration::ZERO } else { engine.delay() }
}

/// Takes note of a successful attempt, one comparison where it is the first. (With the feature `successes` also two loads, for
/// whether an observer wants it.) The call ends with it.
///
/// The name is looked at only where there is something to say: to read it out of a text at each success took
/// 109 instructions instead of 43.
#[inline]
pub(crate) fn succeeded_at<S: Site>(engine: &Engine, site: S) -> bool {
    if is_told_of_success(engine, site.observer()) {
        tell::succeeded_after_all(engine, site);
    }
    true
}

/// Whether anybody may have to be told of a success: after a failure, or at once if there are observers for that.
#[inline]
pub(crate) fn is_told_of_success(
    engine: &Engine,
    observer: Option<&dyn observe::Observer>,
) -> bool {
    engine.has_failed() || cfg!(feature = "successes") && (observer.is_some() || wants_successes())
}

/// The same, of an operation.
pub(crate) fn succeeded_operation(engine: &mut Engine, operation: &Operation<'_>) {
    if let Some(budget) = operation.budget {
        budget.deposit();
    }
    if engine.has_failed() {
        braked::release(operation);
    }
    succeeded_at(engine, operation);
}

/// Tells of the success of an attempt that was made out of line.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn succeeded_at_once(began: Began, site: &'static str) {
    if wants_successes() {
        tell::succeeded_after_all(&Engine::start().with_beginning(began), site);
    }
}
