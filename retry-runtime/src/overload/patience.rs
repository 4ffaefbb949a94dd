//! How long a call under a brake goes on waiting.

use core::cell::Cell;
use core::time::Duration;

use reattempt_policy::__private::nanoseconds;

#[cfg(target_has_atomic = "32")]
use super::brake::Brake;
#[cfg(not(target_has_atomic = "32"))]
use super::no_atomics::Brake;
use crate::classify::Retryability;
use crate::random::random;
use crate::schedule::RetryPolicy;

/// How long a call under a brake goes on waiting: its waits together are never longer than its policy's own delays without
/// jitter.
#[derive(Debug, Clone)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct Patience {
    /// In nanoseconds; `u64::MAX` until something was waited, and without a limit of attempts.
    left: Cell<u64>,
    /// Waits so far, withheld turns included.
    turns: Cell<u32>,
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
    fn wait(
        &self,
        policy: &dyn RetryPolicy,
        failures: u32,
        retryability: Retryability,
        delay: (u64, u64),
    ) -> Option<u64>;

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

    fn wait(
        &self,
        policy: &dyn RetryPolicy,
        failures: u32,
        retryability: Retryability,
        delay: (u64, u64),
    ) -> Option<u64> {
        self.1.wait(policy, failures, retryability, delay)
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
        Patience { left: Cell::new(u64::MAX), turns: Cell::new(0) }
    }

    fn left(&self, schedule: u64) -> u64 {
        self.left.get().min(schedule)
    }

    fn spend(&self, schedule: u64, wait: u64) {
        if schedule < u64::MAX {
            self.left.set(self.left(schedule).saturating_sub(wait));
        }
    }

    fn next_turn(&self) -> u32 {
        self.turns.set(self.turns.get().saturating_add(1));
        self.turns.get()
    }

    /// An attempt has failed, and a wait is to follow: how long it is, or that there is none. `failures`: how many attempts have
    /// failed. `delay`: as it was drawn, and `most`: what the call's limits in time allow.
    pub(crate) fn wait<P: RetryPolicy + ?Sized>(
        &self,
        policy: &P,
        failures: u32,
        retryability: Retryability,
        (delay, most): (u64, u64),
    ) -> Option<u64> {
        let turn = self.next_turn();
        let schedule = schedule(policy);
        // Without delays there is nothing to wait for.
        if schedule == 0 {
            return Some(delay);
        }
        let left = self.left(schedule);
        if left == 0 {
            return None;
        }
        // A server's wait is not cut short.
        let delay = if retryability.retry_after().is_some() {
            delay
        } else {
            // The backoff goes on while turns are withheld.
            let (longest, own) = (longest_at(policy, turn), longest_at(policy, failures).max(1));
            let grown = u128::from(delay) * u128::from(longest) / u128::from(own);
            u64::try_from(grown).unwrap_or(u64::MAX).min(most).max(delay).min(left)
        };
        self.spend(schedule, delay);
        Some(delay)
    }

    /// A wait is over.
    pub(crate) fn turn<P: RetryPolicy + ?Sized>(
        &self,
        brake: &Brake,
        policy: &P,
        now: Duration,
        draw: impl FnOnce() -> u64,
    ) -> Turn {
        let schedule = schedule(policy);
        if schedule == 0 || brake.may_try(now, Duration::from_nanos(schedule)) {
            return Turn::Try;
        }
        let turn = self.next_turn();
        let left = self.left(schedule);
        if left == 0 {
            return Turn::GiveUp;
        }
        // Half of it and a random share of the other half: without that, all that were caught together come back together.
        // A thousand callers made 853 retries in the second after an outage so, and 85 with it.
        let half = longest_at(policy, turn) / 2;
        #[allow(clippy::cast_possible_truncation, reason = "it is a share")]
        let share = ((u128::from(half) * u128::from(draw())) >> 64) as u64;
        // A wait of nothing would ask again at once.
        let wait = half.saturating_add(share).max(SHORTEST_WAIT).min(left);
        self.spend(schedule, wait);
        Turn::Wait(Duration::from_nanos(wait))
    }
}

/// Tells a brake that a retry has failed, with this error.
pub(crate) fn retry_failed<P: RetryPolicy + ?Sized>(
    brake: &Brake,
    policy: &P,
    retryability: Retryability,
    now: Duration,
) {
    if !retryability.is_retryable() {
        // The server works: it has an answer.
        recovered(brake, policy, now);
    } else if !retryability.is_conflict() {
        brake.retry_failed(now);
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
