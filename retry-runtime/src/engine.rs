//! The state of one call: a failure goes in, "wait this long" or "give up because" comes out.
//!
//! It neither sleeps, logs, nor reads a clock, and it is not generic: every attribute, every driver
//! and every test goes through this one copy.

use core::fmt;
use core::time::Duration;

use fastrand::Rng;

use crate::classify::{RetryKind, Retryability};
use crate::clock::Moment;
use crate::schedule::{FailedAttempt, RetryPolicy, nanoseconds};

/// The state of one call, kept small because a future holds it across its waits.
#[derive(Debug)]
pub struct Engine {
    /// The state of the jitter's generator; zero until the first wait that is jittered.
    random: u64,
    /// In nanoseconds.
    previous_delay: u64,
    failures: u32,
    /// When the first attempt had failed, where somebody wants to know.
    pub(crate) first_failure: Moment,
}

/// What to do after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Wait(Duration),
    GiveUp(GiveUpReason),
}

/// Why a call was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum GiveUpReason {
    /// The error is not worth another attempt.
    Permanent,
    /// The caller no longer wants it.
    Cancelled,
    /// There are no attempts left.
    Attempts,
    /// The server asked for a longer wait than the policy allows.
    HintTooLong,
    /// The policy gave no wait.
    Policy,
}

impl GiveUpReason {
    /// As it stands in logs and metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            GiveUpReason::Permanent => "permanent",
            GiveUpReason::Cancelled => "cancelled",
            GiveUpReason::Attempts => "attempts",
            GiveUpReason::HintTooLong => "hint_too_long",
            GiveUpReason::Policy => "policy",
        }
    }
}

impl fmt::Display for GiveUpReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Engine {
    /// Before the first attempt.
    #[inline]
    pub const fn start() -> Engine {
        Engine { random: 0, previous_delay: 0, failures: 0, first_failure: Moment::UNKNOWN }
    }

    #[inline]
    pub(crate) const fn failures(&self) -> u32 {
        self.failures
    }

    /// Takes note of a failed attempt and says what follows.
    ///
    /// `entropy` is asked for a seed at most once in the life of a call, when the first wait is
    /// jittered.
    pub(crate) fn failed(
        &mut self,
        policy: &dyn RetryPolicy,
        retryability: Retryability,
        entropy: fn() -> u64,
    ) -> Decision {
        self.failures = self.failures.saturating_add(1);
        match retryability.kind() {
            RetryKind::Permanent => return Decision::GiveUp(GiveUpReason::Permanent),
            RetryKind::Cancelled => return Decision::GiveUp(GiveUpReason::Cancelled),
            RetryKind::Transient | RetryKind::Throttled => {}
        }
        if policy.max_attempts().is_some_and(|max_attempts| self.failures >= max_attempts.get()) {
            return Decision::GiveUp(GiveUpReason::Attempts);
        }
        let hint = retryability.retry_after().unwrap_or_default();
        if hint > policy.max_retry_after() {
            return Decision::GiveUp(GiveUpReason::HintTooLong);
        }
        let failed = FailedAttempt {
            attempt: self.failures,
            retryability,
            previous_delay: Duration::from_nanos(self.previous_delay),
        };
        let Some(window) = policy.window(&failed) else {
            return Decision::GiveUp(GiveUpReason::Policy);
        };
        let window = window.raised_to(hint);
        let delay = if window.is_exact() { window.low() } else { window.draw(self.word(entropy)) };
        self.previous_delay = nanoseconds(delay);
        Decision::Wait(delay)
    }

    fn word(&mut self, entropy: fn() -> u64) -> u64 {
        let seed = if self.random == 0 { entropy() } else { self.random };
        let mut generator = Rng::with_seed(seed);
        let word = generator.u64(..);
        self.random = generator.get_seed();
        word
    }
}
