//! What observers and logs are told of a call.

use core::time::Duration;

use reattempt_policy::Log;

#[cfg(feature = "std")]
use super::site::of_retried;
use super::site::{Operation, Resolved, ResolvedPolicy, Site};
use crate::classify::{RetryKind, Retryability};
use crate::engine::{Decision, Engine, GiveUpReason};
use crate::error_view::ErrorView;
use crate::observe::{self, Event, EventKind, Name};
use crate::scope::around::Around;
#[cfg(feature = "std")]
use crate::scope::retrying::{Retried, is_new_pair};
use crate::timer;
use crate::timer::clock::Clock;

/// What was decided about a failed attempt, and by what.
pub(super) struct Decided<'a> {
    pub(super) policy: ResolvedPolicy<'a>,
    pub(super) max_attempts: u32,
    pub(super) retryability: Retryability,
    pub(super) decision: Decision,
    pub(super) elapsed: Option<u64>,
}

/// Tells the listeners what was decided.
#[cold]
#[inline(never)]
pub(super) fn report(
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
        total_attempts: engine.all_failures(),
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
pub(super) fn warn_of_nesting(
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

/// Tells of a success of what has this name. The call ends with it.
#[cold]
#[inline(never)]
pub(crate) fn succeeded_as(
    engine: &Engine,
    name: &'static str,
    log: Log,
    elapsed: impl FnOnce() -> Option<Duration>,
) -> bool {
    tell_of_success(engine, None, || (Name::Static(name), log, elapsed()));
    true
}

#[cold]
#[inline(never)]
pub(super) fn succeeded_after_all<S: Site>(engine: &Engine, site: S) {
    tell_of_success(engine, site.observer(), || (site.name(), site.log(), site.elapsed()));
}

/// Tells the listeners of a success, if there are any.
fn tell_of_success<'a>(
    engine: &Engine,
    observer: Option<&dyn observe::Observer>,
    operation: impl FnOnce() -> (Name<'a>, Log, Option<Duration>),
) {
    let around = Around::now();
    if observe::is_listened_to(observer) || around.is_listened_to() {
        let (operation, log, elapsed) = operation();
        let in_its_place = around.policy(|| operation.as_str());
        let log = in_its_place.map_or(log, |policy| policy.log());
        let elapsed = elapsed.or_else(|| engine.began().elapsed());
        tell_of_success_as(engine, (operation, log, elapsed), observer, &around);
    }
}

#[cold]
#[inline(never)]
fn tell_of_success_as(
    engine: &Engine,
    (operation, log, elapsed): (Name<'_>, Log, Option<Duration>),
    observer: Option<&dyn observe::Observer>,
    around: &Around,
) {
    let kind = if engine.has_failed() { EventKind::Recovered } else { EventKind::Succeeded };
    let attempt = engine.failures().saturating_add(1);
    let total_attempts = engine.all_failures().saturating_add(1);
    let event = Event { total_attempts, elapsed, log, ..Event::new(kind, operation, attempt) };
    around.report(&event, observer);
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
            total_attempts: engine.all_failures(),
            max_attempts: (max_attempts < u32::MAX).then_some(max_attempts),
            ..Event::new(EventKind::GaveUp, operation.name, engine.failures())
        };
        around.report(&event, operation.observer);
    });
}
