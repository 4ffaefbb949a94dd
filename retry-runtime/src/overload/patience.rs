//! How long a call under a brake goes on waiting.

use core::cell::Cell;
use core::time::Duration;

use reattempt_policy::__private::nanoseconds;

#[cfg(target_has_atomic = "32")]
use super::brake::Brake;
#[cfg(not(target_has_atomic = "32"))]
use super::no_atomics::Brake;
use crate::classify::{RetryKind, Retryability};
use crate::random::random;
use crate::schedule::RetryPolicy;

/// How long a call under a brake goes on waiting: where turns were withheld, its waits together are never longer than its
/// policy's own delays without jitter.
#[derive(Debug, Clone)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct Patience {
    /// How much of that its waits have used up, in nanoseconds.
    spent: Cell<u64>,
    /// How many turns were withheld.
    withheld: Cell<u32>,
    last: Cell<Last>,
}

/// What the last failed attempt was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// An error that says something about how the server does.
    Failure { failures: u32, throttled: bool },
    /// A conflict, or a value that is not good enough yet: they are no sign of an overload.
    Exempt { throttled: bool },
}

/// A brake, and how long a call goes on waiting under it.
///
/// A trait, so that a program without brakes has no code of them.
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait Hold {
    /// A retry has failed, with this error.
    #[doc(hidden)]
    fn retry_failed(&self, policy: &dyn RetryPolicy, retryability: Retryability, now: Duration);

    /// A retry has succeeded.
    #[doc(hidden)]
    fn recovered(&self, policy: &dyn RetryPolicy, now: Duration);

    /// An attempt has failed, and a wait is to follow: see [`Patience`].
    #[doc(hidden)]
    fn wait(&self, policy: &dyn RetryPolicy, failed: &FailedTurn) -> Option<u64>;

    /// Whether the last attempt said "throttled".
    #[doc(hidden)]
    fn was_throttled(&self) -> bool;

    /// A wait is over.
    #[doc(hidden)]
    fn turn(&self, policy: &dyn RetryPolicy, now: Duration) -> Turn;
}

impl Hold for (&Brake, &Patience) {
    fn retry_failed(&self, policy: &dyn RetryPolicy, retryability: Retryability, now: Duration) {
        retry_failed(self.0, policy, retryability, now);
    }

    fn recovered(&self, policy: &dyn RetryPolicy, now: Duration) {
        recovered(self.0, policy, now);
    }

    fn wait(&self, policy: &dyn RetryPolicy, failed: &FailedTurn) -> Option<u64> {
        self.1.wait(policy, failed)
    }

    fn was_throttled(&self) -> bool {
        self.1.was_throttled()
    }

    fn turn(&self, policy: &dyn RetryPolicy, now: Duration) -> Turn {
        self.1.turn(self.0, policy, now, random)
    }
}

/// What follows a wait that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Turn {
    /// The next attempt.
    Try,
    /// Nothing yet: wait so much longer, and ask again.
    Wait(Duration),
    /// No attempt any more: the call has waited as long as its policy may.
    GiveUp,
}

impl Patience {
    /// Of a call that begins.
    pub const fn new() -> Patience {
        Patience {
            spent: Cell::new(0),
            withheld: Cell::new(0),
            last: Cell::new(Last::Exempt { throttled: false }),
        }
    }

    fn spend(&self, wait: u64) {
        self.spent.set(self.spent.get().saturating_add(wait));
    }

    fn left(&self, schedule: u64) -> u64 {
        if schedule == u64::MAX { schedule } else { schedule.saturating_sub(self.spent.get()) }
    }

    /// Whether the last attempt said "throttled".
    pub(crate) fn was_throttled(&self) -> bool {
        match self.last.get() {
            Last::Failure { throttled, .. } | Last::Exempt { throttled } => throttled,
        }
    }

    /// An attempt has failed, and a wait is to follow: how long it is, or that there is none.
    pub(crate) fn wait<P: RetryPolicy + ?Sized>(
        &self,
        policy: &P,
        failed: &FailedTurn,
    ) -> Option<u64> {
        let &FailedTurn { failures, retryability, is_poll, delay, most } = failed;
        let throttled = retryability.kind() == RetryKind::Throttled;
        if failures == 1 {
            // It is the first one, or the count began anew.
            self.spent.set(0);
            self.withheld.set(0);
        }
        if is_poll || retryability.is_conflict() {
            self.last.set(Last::Exempt { throttled });
            return Some(delay);
        }
        self.last.set(Last::Failure { failures, throttled });
        let own = longest_at(policy, failures);
        // What the policy does not count, and what a server asks for, takes nothing of the schedule.
        let is_its_own = !retryability.is_uncounted() && retryability.retry_after().is_none();
        if self.withheld.get() == 0 {
            self.spend(if is_its_own { delay.min(own) } else { 0 });
            return Some(delay);
        }
        let schedule = schedule(policy);
        let left = self.left(schedule);
        if left == 0 && schedule > 0 {
            return None;
        }
        if !is_its_own {
            return Some(delay);
        }
        // The backoff has gone on while turns were withheld.
        let longest = longest_at(policy, failures.saturating_add(self.withheld.get()));
        let grown = u128::from(delay) * u128::from(longest) / u128::from(own.max(1));
        let wait = u64::try_from(grown).unwrap_or(u64::MAX).min(most).max(delay).min(left);
        self.spend(wait);
        Some(wait)
    }

    /// A wait is over.
    pub(crate) fn turn<P: RetryPolicy + ?Sized>(
        &self,
        brake: &Brake,
        policy: &P,
        now: Duration,
        draw: impl FnOnce() -> u64,
    ) -> Turn {
        let Last::Failure { failures, .. } = self.last.get() else { return Turn::Try };
        let schedule = schedule(policy);
        // Without delays there is nothing to wait for.
        if schedule == 0 || brake.may_try(now, Duration::from_nanos(schedule)) {
            return Turn::Try;
        }
        self.withheld.set(self.withheld.get().saturating_add(1));
        let left = self.left(schedule);
        if left == 0 {
            return Turn::GiveUp;
        }
        // Half of it and a random share of the other half: without that, all that were caught together come back together.
        // A thousand callers made 853 retries in the second after an outage so, and 85 with it.
        let half = longest_at(policy, failures.saturating_add(self.withheld.get())) / 2;
        #[allow(clippy::cast_possible_truncation, reason = "it is a share")]
        let share = ((u128::from(half) * u128::from(draw())) >> 64) as u64;
        // A wait of nothing would ask again at once.
        let wait = half.saturating_add(share).max(SHORTEST_WAIT).min(left);
        self.spend(wait);
        Turn::Wait(Duration::from_nanos(wait))
    }
}

/// A failed attempt that a wait is to follow.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only this crate makes them")]
pub struct FailedTurn {
    /// How many attempts have failed, since the count began.
    pub(crate) failures: u32,
    pub(crate) retryability: Retryability,
    /// Whether it was a value that is not good enough yet.
    pub(crate) is_poll: bool,
    /// As it was drawn, in nanoseconds.
    pub(crate) delay: u64,
    /// What the call's limits in time allow.
    pub(crate) most: u64,
}

/// Tells a brake that a retry has failed, with this error.
pub(crate) fn retry_failed<P: RetryPolicy + ?Sized>(
    brake: &Brake,
    policy: &P,
    retryability: Retryability,
    now: Duration,
) {
    match retryability.kind() {
        // The server works: it has an answer.
        RetryKind::Permanent if !retryability.is_unclassified() => recovered(brake, policy, now),
        RetryKind::Transient | RetryKind::Throttled if !retryability.is_conflict() => {
            brake.retry_failed(now);
        }
        _ => {}
    }
}

/// Tells a brake that a retry has succeeded.
pub(crate) fn recovered<P: RetryPolicy + ?Sized>(brake: &Brake, policy: &P, now: Duration) {
    brake.recovered(now, Duration::from_nanos(schedule(policy)));
}

/// The delay of a turn without jitter, in nanoseconds. Beyond the policy's own retries it is that of the last: with the first in
/// its place, turns came due so often that a fleet of ten attempts never recovered.
fn longest_at<P: RetryPolicy + ?Sized>(policy: &P, turn: u32) -> u64 {
    let last = policy.max_attempts().saturating_sub(1).max(1);
    policy.delay_for(turn.min(last)).map_or(0, nanoseconds)
}

/// A millisecond, which is how finely a brake counts.
const SHORTEST_WAIT: u64 = 1_000_000;

impl Default for Patience {
    fn default() -> Patience {
        Patience::new()
    }
}

/// All the delays of a policy together, without jitter, in nanoseconds; `u64::MAX` without a limit of attempts.
fn schedule<P: RetryPolicy + ?Sized>(policy: &P) -> u64 {
    /// Beyond it, each delay counts as the one there.
    const LOOKED_AT: u32 = 100;

    let retries = match policy.max_attempts() {
        u32::MAX => return u64::MAX,
        attempts => attempts.saturating_sub(1),
    };
    let mut sum = 0_u64;
    let mut last = 0;
    for retry in 1..=retries.min(LOOKED_AT) {
        let Some(delay) = policy.delay_for(retry) else { return sum };
        last = nanoseconds(delay);
        sum = sum.saturating_add(last);
    }
    let rest = u64::from(retries.saturating_sub(LOOKED_AT));
    sum.saturating_add(rest.saturating_mul(last)).min(u64::MAX - 1)
}
