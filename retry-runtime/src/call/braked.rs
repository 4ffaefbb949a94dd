//! Calls under a brake: what is decided, and what follows a wait that is over.

use reattempt_policy::__private::nanoseconds;

use super::site::{Operation, Resolved, Site as _};
use crate::engine::{Decision, Engine, Failure, GiveUpReason, Timing};
use crate::observe::{self, Event, EventKind};
use crate::overload::{FailedTurn, Hold, Turn};
use crate::schedule::RetryPolicy;
use crate::scope::around::Around;

/// Tells the brake of a failed retry. A call that has waited as long as its policy allows ends here, while there is an error to
/// return.
#[cold]
#[inline(never)]
pub(crate) fn decision(
    engine: &mut Engine,
    operation: Resolved<'_>,
    policy: &dyn RetryPolicy,
    failure: &Failure<'_>,
    decision: Decision,
    brake: &dyn Hold,
) -> Decision {
    let retryability = failure.retryability;
    // A value that is not good enough yet is no failure.
    let is_poll = failure.error.is_none();
    if engine.failures() > 1 && !is_poll {
        brake.retry_failed(policy, retryability, operation.clock().now());
    }
    let Decision::Wait(delay) = decision else { return decision };
    let most = time_left(policy, &failure.timing);
    let failures = engine.failures();
    let failed = FailedTurn { failures, retryability, is_poll, delay, most };
    match brake.wait(policy, &failed) {
        Some(wait) if wait == delay => decision,
        Some(wait) => {
            engine.wait_instead(wait);
            Decision::Wait(wait)
        }
        None => Decision::GiveUp(GiveUpReason::Withheld),
    }
}

/// What follows a wait that is over, of a call under a brake. The engine has the delay, if the call has to wait once more.
#[cold]
#[inline(never)]
pub(crate) fn turn(engine: &mut Engine, operation: &Operation<'_>) -> TurnOver {
    let Some(brake) = operation.brake else { return TurnOver::Try };
    let around = Around::now();
    if around.skips_waits() {
        return TurnOver::Try;
    }
    let turn = turn_under(engine, operation, brake, &around);
    if let TurnOver::GiveUp(_) = turn {
        // The retry that was taken when its wait began is not made.
        around.give_retry_back();
        if let Some(budget) = operation.budget {
            budget.give_back(brake.was_throttled());
        }
    }
    turn
}

/// What follows a wait that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub enum TurnOver {
    /// The next attempt.
    Try,
    /// Another wait, which the engine has.
    Wait,
    /// The end of the call.
    GiveUp(GiveUpReason),
}

fn turn_under(
    engine: &mut Engine,
    operation: &Operation<'_>,
    brake: &dyn Hold,
    around: &Around,
) -> TurnOver {
    operation.resolved(|resolved| {
        let in_its_place = around.policy(|| operation.name.as_str());
        let policy = resolved.policy_or(in_its_place.as_ref());
        let now = operation.clock.now();
        let delay = match brake.turn(policy.as_any(), now) {
            Turn::Try => return TurnOver::Try,
            Turn::GiveUp => return TurnOver::GiveUp(GiveUpReason::Withheld),
            Turn::Wait(delay) => delay,
        };
        let wait = nanoseconds(delay);
        // A wait that a brake adds keeps to the limits in time like any other.
        let timing = operation.timing().within(around.remaining());
        if timing.remaining.is_some_and(|remaining| wait > remaining) {
            return TurnOver::GiveUp(GiveUpReason::Deadline);
        }
        if wait > time_left(policy.as_any(), &timing) {
            return TurnOver::GiveUp(GiveUpReason::Elapsed);
        }
        engine.wait_instead(wait);
        if let Some(record) = operation.record {
            record.wait(wait);
            record.turn_withheld();
        }
        if observe::is_listened_to(operation.observer) || around.is_listened_to() {
            let event = Event {
                delay: Some(delay),
                log: resolved.log_under(policy),
                ..Event::new(EventKind::Withheld, operation.name, engine.failures())
            };
            around.report(&event, operation.observer);
        }
        TurnOver::Wait
    })
}

/// Tells the brake, if there is one, that a retry has succeeded.
#[cold]
#[inline(never)]
pub(crate) fn release(operation: &Operation<'_>) {
    let Some(brake) = operation.brake else { return };
    let around = Around::now();
    operation.resolved(|resolved| {
        let in_its_place = around.policy(|| operation.name.as_str());
        let policy = resolved.policy_or(in_its_place.as_ref());
        brake.recovered(policy.as_any(), operation.clock.now());
    });
}

/// How long the call's limits in time let it wait, in nanoseconds.
fn time_left(policy: &dyn RetryPolicy, timing: &Timing) -> u64 {
    let until_elapsed = policy
        .max_elapsed()
        .zip(timing.elapsed)
        .map(|(limit, elapsed)| nanoseconds(limit).saturating_sub(elapsed));
    let until_deadline = timing.remaining;
    until_elapsed.unwrap_or(u64::MAX).min(until_deadline.unwrap_or(u64::MAX))
}
