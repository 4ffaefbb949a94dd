//! The state of one call: a failure goes in, "wait this long" or "give up because" comes out.
//!
//! It neither sleeps, logs, nor reads a clock, and it is not generic: every attribute, every driver
//! and every test goes through this one copy.

use core::fmt;
use core::num::NonZeroU32;
use core::time::Duration;

use fastrand::Rng;

use crate::classify::{RetryKind, Retryability};
use crate::clock::Moment;
use crate::schedule::{FailedAttempt, RetryPolicy, nanoseconds};

/// The state of one call. A future holds it across its waits, so it is 20 bytes; and until something has
/// failed there is nothing in it, so that to start one is a single store.
#[derive(Debug)]
pub(crate) struct Engine {
    failing: Option<Failing>,
}

#[derive(Debug)]
struct Failing {
    /// Never zero, which makes room for there being none of this.
    failures: NonZeroU32,
    /// When the first attempt had failed, where somebody wants to know.
    since: Moment,
    /// The state of the jitter's generator; zero until the first wait that is jittered.
    random: u32,
    /// In nanoseconds, the upper half first: as one number it would want four bytes of padding.
    previous_delay: [u32; 2],
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
    /// It may have been applied, and must not be applied twice.
    NotIdempotent,
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
            GiveUpReason::NotIdempotent => "not_idempotent",
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
    pub(crate) const fn start() -> Engine {
        Engine { failing: None }
    }

    #[inline]
    pub(crate) const fn has_failed(&self) -> bool {
        self.failing.is_some()
    }

    pub(crate) const fn failures(&self) -> u32 {
        match &self.failing {
            Some(failing) => failing.failures.get(),
            None => 0,
        }
    }

    /// The last wait that was decided on; zero before the first.
    // Out of line, for it stands in each function that has a timer of its own.
    #[inline(never)]
    pub(crate) const fn previous_delay(&self) -> Duration {
        match &self.failing {
            Some(failing) => failing.previous_delay(),
            None => Duration::ZERO,
        }
    }

    /// Takes note of a moment since which the call has been failing.
    pub(crate) const fn set_since(&mut self, now: Moment) {
        if let Some(failing) = &mut self.failing {
            failing.since = now;
        }
    }

    /// That moment.
    pub(crate) const fn since(&self) -> Moment {
        match &self.failing {
            Some(failing) => failing.since,
            None => Moment::UNKNOWN,
        }
    }

    /// Takes note of a failed attempt and says what follows.
    ///
    /// What is not `idempotent` is tried again only where it is known that nothing was applied.
    ///
    /// `entropy` is asked for a seed at most once in the life of a call, when the first wait is
    /// jittered.
    pub(crate) fn failed(
        &mut self,
        policy: &dyn RetryPolicy,
        retryability: Retryability,
        idempotent: bool,
        entropy: &dyn Fn() -> u64,
    ) -> Decision {
        let failing = match &mut self.failing {
            Some(failing) => {
                failing.failures = failing.failures.saturating_add(1);
                failing
            }
            none => none.insert(Failing {
                failures: NonZeroU32::MIN,
                since: Moment::UNKNOWN,
                random: 0,
                previous_delay: [0; 2],
            }),
        };
        match retryability.kind() {
            RetryKind::Permanent => return Decision::GiveUp(GiveUpReason::Permanent),
            RetryKind::Cancelled => return Decision::GiveUp(GiveUpReason::Cancelled),
            RetryKind::Transient | RetryKind::Throttled => {}
        }
        if !idempotent && !retryability.is_not_applied() {
            return Decision::GiveUp(GiveUpReason::NotIdempotent);
        }
        if policy.max_attempts().is_some_and(|max_attempts| failing.failures >= max_attempts) {
            return Decision::GiveUp(GiveUpReason::Attempts);
        }
        let hint = retryability.retry_after();
        if hint.is_some_and(|hint| hint > policy.max_retry_after()) {
            return Decision::GiveUp(GiveUpReason::HintTooLong);
        }
        let failed = FailedAttempt {
            attempt: failing.failures.get(),
            retryability,
            previous_delay: failing.previous_delay(),
        };
        let Some(mut window) = policy.wait(&failed) else {
            return Decision::GiveUp(GiveUpReason::Policy);
        };
        if let Some(hint) = hint {
            window = window.raised_to(hint);
        }
        let delay =
            if window.is_exact() { window.low() } else { window.draw(failing.word(entropy)) };
        failing.set_previous_delay(delay);
        Decision::Wait(delay)
    }
}

#[allow(clippy::cast_possible_truncation, reason = "that is what is asked for")]
const fn lower(number: u64) -> u32 {
    number as u32
}

impl Failing {
    fn word(&mut self, entropy: &dyn Fn() -> u64) -> u64 {
        if self.random == 0 {
            let seed = entropy();
            self.random = lower(seed ^ (seed >> 32)).max(1);
        }
        // The generator counts on by an odd number, so that half of its state goes as well through all
        // the values that it has.
        let mut generator = Rng::with_seed(u64::from(self.random));
        let word = generator.u64(..);
        self.random = lower(generator.get_seed()).max(1);
        word
    }

    const fn previous_delay(&self) -> Duration {
        let [upper, lower] = self.previous_delay;
        Duration::from_nanos((upper as u64) << 32 | lower as u64)
    }

    const fn set_previous_delay(&mut self, delay: Duration) {
        let delay = nanoseconds(delay);
        self.previous_delay = [lower(delay >> 32), lower(delay)];
    }
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;
    use core::num::NonZeroU32;
    use core::time::Duration;

    use super::{Decision, Engine, GiveUpReason};
    use crate::classify::Retryability;
    use crate::policy::{Jitter, Policy};
    use crate::schedule::{FailedAttempt, RetryPolicy, Window};

    std::thread_local! {
        static SEEDS: Cell<u32> = const { Cell::new(0) };
    }

    /// Counts how often it is asked.
    fn entropy() -> u64 {
        SEEDS.set(SEEDS.get() + 1);
        42
    }

    fn policy(jitter: Jitter) -> Policy {
        Policy::builder().max_attempts(100).jitter(jitter).build().unwrap()
    }

    #[test]
    fn a_failing_call_is_seeded_once() {
        let (mut engine, policy) = (Engine::start(), policy(Jitter::Full));
        let mut waits = [Duration::ZERO; 99];
        for wait in &mut waits {
            let decision = engine.failed(&policy, Retryability::transient(), true, &entropy);
            let Decision::Wait(drawn) = decision else { panic!("{decision:?}") };
            *wait = drawn;
        }
        assert_eq!(SEEDS.get(), 1);
        waits.sort();
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "each wait is drawn anew");
    }

    #[test]
    fn what_does_not_jitter_is_not_seeded() {
        let mut engine = Engine::start();
        for _ in 0..5 {
            engine.failed(&policy(Jitter::None), Retryability::transient(), true, &entropy);
        }
        let mut engine = Engine::start();
        engine.failed(&policy(Jitter::Full), Retryability::permanent(), true, &entropy);
        let once = Policy::builder().max_attempts(1).build().unwrap();
        let decision = Engine::start().failed(&once, Retryability::transient(), true, &entropy);
        assert_eq!(decision, Decision::GiveUp(GiveUpReason::Attempts));
        assert_eq!(SEEDS.get(), 0);
    }

    struct Unlimited;

    impl RetryPolicy for Unlimited {
        fn max_attempts(&self) -> Option<NonZeroU32> {
            None
        }
        fn wait(&self, failed: &FailedAttempt) -> Option<Window> {
            Some(Policy::DEFAULT.window(failed.attempt))
        }
    }

    #[test]
    fn attempts_without_a_limit_do_not_overflow() {
        let mut engine = Engine::start();
        engine.failed(&Unlimited, Retryability::transient(), true, &entropy);
        engine.failing.as_mut().unwrap().failures = NonZeroU32::MAX;
        let decision = engine.failed(&Unlimited, Retryability::transient(), true, &entropy);
        assert!(matches!(decision, Decision::Wait(_)));
        assert_eq!(engine.failures(), u32::MAX);
    }
}
