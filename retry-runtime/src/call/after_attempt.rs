//! What every call does between two attempts: it asks the engine, and tells the listeners.
//!
//! The loops themselves (the attribute's expansion, `blocking`, [`Retry`](crate::Retry)) only make attempts
//! and wait.

use core::time::Duration;

use reattempt_policy::Log;

use super::braked;
use super::outcome::Outcome;
#[cfg(feature = "faults")]
use super::scripted;
#[cfg(feature = "std")]
use super::site::of_retried;
use super::site::{Operation, Resolved, ResolvedPolicy, Site};
use super::view::View;
use crate::classify::timed_out::TimedOut;
use crate::classify::{RetryKind, Retryability, Retryable};
use crate::engine::{Decision, Engine, Failure, GiveUpReason, Timing};
use crate::error_view::ErrorView;
use crate::observe::{self, Event, EventKind, Name};
use crate::schedule::RetryPolicy;
use crate::scope::around::{Around, is_surrounded, skips_waits};
#[cfg(feature = "std")]
use crate::scope::retrying::{Retried, is_new_pair, retried};
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
    let retryability = &scripted::with_hint(*retryability, operation.name().as_str());
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
        warn_of_nesting(engine, operation, max_attempts, outer, &around);
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
        report(engine, operation, &decided, error.copied(), &around);
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

/// What was decided about a failed attempt, and by what.
struct Decided<'a> {
    policy: ResolvedPolicy<'a>,
    max_attempts: u32,
    retryability: Retryability,
    decision: Decision,
    elapsed: Option<u64>,
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

/// Tells the listeners what was decided.
#[cold]
#[inline(never)]
fn report(
    engine: &mut Engine,
    operation: Resolved<'_>,
    decided: &Decided<'_>,
    error: Option<ErrorView<'_>>,
    around: &Around,
) {
    let &Decided { max_attempts, retryability, decision, .. } = decided;
    let attempt = engine.failures();
    let now = timer::coarse(operation.clock().now());
    if attempt == 1 {
        engine.set_first_failure_at(now);
    }
    // With `reset_after` the count begins anew, and the call does not.
    let has_begun_anew = operation.operation().is_some_and(|operation| {
        operation.attempt_began_at.is_some() && operation.attempt_began_at != operation.began_at
    });
    let is_first = attempt == 1 && !has_begun_anew;
    let mut event = Event {
        max_attempts: (max_attempts < u32::MAX).then_some(max_attempts),
        error,
        classified_by: retryability.classified_by(),
        hint: retryability.retry_after(),
        elapsed: elapsed(engine, decided.elapsed),
        failing_for: timer::coarse_difference(engine.first_failure_at(), now)
            .filter(|_| attempt > 1),
        log: operation.log_under(decided.policy),
        ..Event::new(EventKind::Retrying, operation.name(), attempt)
    };
    match decision {
        Decision::Wait(delay) => event.delay = Some(Duration::from_nanos(delay)),
        Decision::GiveUp(reason) => {
            event.reason = Some(reason);
            // One attempt is all that the policy allows: retries are switched off, which is no alarm.
            let retries_are_off = matches!(reason, GiveUpReason::Attempts | GiveUpReason::Nested)
                || reason == GiveUpReason::Scope && around.attempts() == 1;
            let is_about_the_error =
                reason.is_about_the_error() || retryability.kind() == RetryKind::Cancelled;
            event.kind = if is_first && error.is_some() && (is_about_the_error || retries_are_off) {
                EventKind::NotRetryable
            } else {
                EventKind::GaveUp
            };
        }
    }
    around.report(&event, operation.observer());
    if let (Clock::Blocking, Some(delay)) = (operation.clock(), event.delay) {
        warn_of_blocking(operation, attempt, delay, around);
    }
}

/// The time since the call began, where it is known: from the clock of its limit, in nanoseconds, or for observers.
fn elapsed(engine: &Engine, of_limit: Option<u64>) -> Option<Duration> {
    of_limit.map(Duration::from_nanos).or_else(|| engine.began().elapsed())
}

/// Says once that a blocking call is about to block a thread of an async runtime.
fn warn_of_blocking(operation: Resolved<'_>, attempt: u32, delay: Duration, around: &Around) {
    use core::sync::atomic::{AtomicBool, Ordering};

    static IS_SAID: AtomicBool = AtomicBool::new(false);
    let is_skipped = around.skips_waits();
    if is_skipped
        || delay.is_zero()
        || IS_SAID.load(Ordering::Relaxed)
        || !timer::is_executor_thread()
    {
        return;
    }
    IS_SAID.store(true, Ordering::Relaxed);
    let event = Event {
        delay: Some(delay),
        ..Event::new(EventKind::BlocksExecutor, operation.name(), attempt)
    };
    around.report(&event, operation.observer());
}

/// Says once that an operation is retried inside of another one that is being retried.
#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn warn_of_nesting(
    engine: &Engine,
    operation: Resolved<'_>,
    max_attempts: u32,
    outer: Retried,
    around: &Around,
) {
    let name = operation.name();
    let (outer, outer_attempts) = of_retried(outer);
    if !is_new_pair(outer, name.as_str()) {
        return;
    }
    let is_limited = max_attempts < u32::MAX && outer_attempts < u32::MAX;
    let event = Event {
        max_attempts: is_limited.then(|| max_attempts.saturating_mul(outer_attempts)),
        outer: Some(outer),
        ..Event::new(EventKind::Nested, name, engine.failures())
    };
    around.report(&event, operation.observer());
}

/// How long to wait before the next attempt: not at all, where what surrounds the call says so.
pub(crate) fn time_to_wait(engine: &Engine) -> Duration {
    if skips_waits() { Duration::ZERO } else { engine.delay() }
}

/// Takes note of a successful attempt, one comparison where it is the first. (With the feature `successes` also two loads, for
/// whether there are scopes.) The call ends with it.
///
/// The name is looked at only where there is something to say: to read it out of a text at each success took
/// 109 instructions instead of 43.
#[inline]
pub(crate) fn succeeded_at<S: Site>(engine: &Engine, site: S) -> bool {
    if is_told_of_success(engine, site.observer()) {
        succeeded_after_all(engine, site);
    }
    true
}

/// Whether anybody may have to be told of a success: after a failure, or at once if there are observers for that.
#[inline]
pub(crate) fn is_told_of_success(
    engine: &Engine,
    observer: Option<&dyn observe::Observer>,
) -> bool {
    engine.has_failed() || cfg!(feature = "successes") && (observer.is_some() || is_surrounded())
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

/// Tells of a success of what has this name. The call ends with it.
#[cold]
#[inline(never)]
pub(crate) fn succeeded_as(engine: &Engine, name: &'static str, log: Log) -> bool {
    tell_of_success(engine, None, || (Name::Static(name), log));
    true
}

/// Tells of the success of an attempt that was made out of line.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn succeeded_at_once(began: Began, site: &'static str) {
    if cfg!(feature = "successes") && is_surrounded() {
        succeeded_after_all(&Engine::start().with_beginning(began), site);
    }
}

#[cold]
#[inline(never)]
fn succeeded_after_all<S: Site>(engine: &Engine, site: S) {
    tell_of_success(engine, site.observer(), || (site.name(), site.log()));
}

/// Tells the listeners of a success, if there are any.
fn tell_of_success<'a>(
    engine: &Engine,
    observer: Option<&dyn observe::Observer>,
    operation: impl FnOnce() -> (Name<'a>, Log),
) {
    let around = Around::now();
    if observe::is_listened_to(observer) || around.is_listened_to() {
        let (operation, log) = operation();
        let in_its_place = around.policy(|| operation.as_str());
        let log = in_its_place.map_or(log, |policy| policy.log());
        tell_of_success_as(engine, operation, log, observer, &around);
    }
}

#[cold]
#[inline(never)]
fn tell_of_success_as(
    engine: &Engine,
    operation: Name<'_>,
    log: Log,
    observer: Option<&dyn observe::Observer>,
    around: &Around,
) {
    let kind = if engine.has_failed() { EventKind::Recovered } else { EventKind::Succeeded };
    let attempt = engine.failures().saturating_add(1);
    let elapsed = engine.began().elapsed();
    around.report(&Event { elapsed, log, ..Event::new(kind, operation, attempt) }, observer);
}

/// Tells the listeners that the call ended while it waited: it was cancelled, or withheld for too long.
#[cold]
#[inline(never)]
pub(crate) fn ended_waiting(
    engine: &Engine,
    operation: &Operation<'_>,
    error: Option<ErrorView<'_>>,
    reason: GiveUpReason,
) {
    if let Some(record) = operation.record {
        record.give_up(reason);
    }
    let around = Around::now();
    if !observe::is_listened_to(operation.observer) && !around.is_listened_to() {
        return;
    }
    operation.resolved(|resolved| {
        let now = timer::coarse(operation.clock.now());
        let in_its_place = around.policy(|| operation.name.as_str());
        let policy = resolved.policy_or(in_its_place.as_ref());
        let max_attempts = policy.as_any().max_attempts().min(around.attempts());
        let event = Event {
            error,
            reason: Some(reason),
            log: resolved.log_under(policy),
            elapsed: elapsed(engine, operation.timing().elapsed),
            failing_for: timer::coarse_difference(engine.first_failure_at(), now),
            was_waiting: true,
            max_attempts: (max_attempts < u32::MAX).then_some(max_attempts),
            ..Event::new(EventKind::GaveUp, operation.name, engine.failures())
        };
        around.report(&event, operation.observer);
    });
}
