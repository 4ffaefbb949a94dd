//! Calls under a brake: what is decided, and what follows a wait that is over.

use reattempt_policy::__private::nanoseconds;

use super::site::{Operation, Resolved, ResolvedPolicy, Site as _};
use crate::engine::{Decision, Engine, Failure, GiveUpReason, Timing};
use crate::observe::{self, Event, EventKind};
use crate::overload::{Hold, Turn};
use crate::schedule::RetryPolicy;
use crate::scope::around::Around;

/// Tells the brake of a failed retry. A call that has waited as long as its policy may ends here, where its error is.
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
    if engine.failures() > 1 {
        brake.retry_failed(policy, retryability, operation.clock().now());
    }
    let Decision::Wait(delay) = decision else { return decision };
    let most = time_left(policy, &failure.timing);
    match brake.wait(policy, engine.failures(), retryability, (delay, most)) {
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
pub(crate) fn turn(engine: &mut Engine, operation: &Operation<'_>) -> Turn {
    let Some(brake) = operation.brake else { return Turn::Try };
    let around = Around::now();
    if around.skips_waits() {
        return Turn::Try;
    }
    operation.resolved(|resolved| {
        let in_its_place = around.policy(|| operation.name.as_str());
        let policy = in_its_place.as_ref().map_or(resolved.policy(), ResolvedPolicy::Read);
        let now = operation.clock.now();
        let turn = brake.turn(policy.as_any(), now);
        let Turn::Wait(delay) = turn else { return turn };
        let wait = nanoseconds(delay);
        // Limits in time are kept by what the call is withheld as well.
        let timing = operation.timing().within(around.remaining());
        if wait > time_left(policy.as_any(), &timing) {
            return Turn::GiveUp;
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
        turn
    })
}

/// Tells the brake, if there is one, that a retry has succeeded.
#[cold]
#[inline(never)]
pub(crate) fn release(operation: &Operation<'_>) {
    let Some(brake) = operation.brake else { return };
    operation.resolved(|resolved| {
        brake.recovered(resolved.policy().as_any(), operation.clock.now());
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
