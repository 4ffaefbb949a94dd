//! The engine's state for those who make no call.

use core::time::Duration;

use reattempt_policy::__private::{StartWaits, nanoseconds};
use reattempt_policy::Policy;

use crate::classify::{Retryability, Retryable};
use crate::engine::{Decision, Engine, Failure, GiveUpReason, Timing};
use crate::overload::Budget;
use crate::random;
use crate::schedule::RetryPolicy;

/// The delays of a policy, one after the other, for those who make no call that could be retried: a state machine that
/// reconnects, a poll function, a stream. It goes by the rules of every retried call, but neither waits, logs, nor
/// reads a clock.
///
/// [`Policy::waits`] makes one, and [`Waits::new`] makes one of any policy.
///
/// ```
/// use core::time::Duration;
/// use reattempt::{Retryability, Waits, policy};
///
/// /// A connection as a state machine.
/// enum State {
///     Connected,
///     Waiting(Duration),
///     Failed,
/// }
///
/// let mut waits = policy!(max_attempts = unlimited, jitter = "none").waits();
/// let mut on_event = |connected: bool| {
///     if connected {
///         // The next loss begins with the first delay.
///         waits.reset();
///         return State::Connected;
///     }
///     match waits.next(Retryability::transient()) {
///         Some(delay) => State::Waiting(delay),
///         None => State::Failed,
///     }
/// };
/// assert!(matches!(on_event(false), State::Waiting(delay) if delay.as_millis() == 100));
/// assert!(matches!(on_event(false), State::Waiting(delay) if delay.as_millis() == 200));
/// assert!(matches!(on_event(true), State::Connected));
/// assert!(matches!(on_event(false), State::Waiting(delay) if delay.as_millis() == 100));
/// ```
#[derive(Debug, Clone)]
#[doc(alias = "next_backoff")]
#[doc(alias = "BackoffBuilder")]
pub struct Waits<P = Policy> {
    policy: P,
    engine: Engine,
    budget: Option<&'static Budget>,
    reason: Option<GiveUpReason>,
}

impl<P: RetryPolicy> Waits<P> {
    /// Before the first attempt.
    pub const fn new(policy: P) -> Waits<P> {
        Waits { policy, engine: Engine::start(), budget: None, reason: None }
    }

    /// What its retries are paid from: see [`Budget`]. [`reset`](Waits::reset) says that an attempt succeeded.
    #[must_use]
    pub fn budget(self, budget: &'static Budget) -> Waits<P> {
        Waits { budget: Some(budget), ..self }
    }

    /// Takes note of a failed attempt: how long to wait before the next one, or `None` if there is none. A wait that a
    /// server asked for counts.
    ///
    /// It knows no time, so that `max_elapsed` and `reset_after` don't count: see
    /// [`next_within`](Waits::next_within).
    #[allow(clippy::should_implement_trait, reason = "an iterator's takes nothing")]
    pub fn next(&mut self, retryability: Retryability) -> Option<Duration> {
        self.after(retryability, Timing::default())
    }

    /// As [`next`](Waits::next), for an error that says itself whether it is worth another attempt.
    pub fn next_after<E: Retryable + ?Sized>(&mut self, error: &E) -> Option<Duration> {
        self.next(error.retryability())
    }

    /// As [`next`](Waits::next), by a clock of yours: `elapsed` is the time since the first attempt began, and `lasted`
    /// how long this one took. The policy's `max_elapsed` and `reset_after` count.
    pub fn next_within(
        &mut self,
        retryability: Retryability,
        elapsed: Duration,
        lasted: Duration,
    ) -> Option<Duration> {
        let timing = Timing {
            elapsed: Some(nanoseconds(elapsed)),
            remaining: None,
            lasted: Some(nanoseconds(lasted)),
        };
        self.after(retryability, timing)
    }

    fn after(&mut self, retryability: Retryability, timing: Timing) -> Option<Duration> {
        let failure =
            Failure { retryability, idempotent: true, error: None, timing, ends_by: None };
        let max_attempts = self.policy.max_attempts().max(1);
        match self.engine.failed(&self.policy, max_attempts, &failure, random::random) {
            Decision::Wait(_)
                if !self.budget.is_none_or(|budget| budget.withdraw(retryability)) =>
            {
                self.reason = Some(GiveUpReason::Budget);
                None
            }
            Decision::Wait(delay) => {
                self.reason = None;
                Some(Duration::from_nanos(delay))
            }
            Decision::GiveUp(reason) => {
                self.reason = Some(reason);
                None
            }
        }
    }

    /// Starts anew, after an attempt that succeeded: its count and its delays begin with the first.
    pub fn reset(&mut self) {
        self.engine = Engine::start();
        self.reason = None;
        if let Some(budget) = self.budget {
            budget.deposit();
        }
    }

    /// How many attempts have failed since the last reset.
    pub const fn attempts(&self) -> u32 {
        self.engine.failures()
    }

    /// Why there was no wait the last time.
    pub const fn reason(&self) -> Option<GiveUpReason> {
        self.reason
    }

    /// The policy.
    pub const fn policy(&self) -> &P {
        &self.policy
    }
}

/// A type of this crate, so that it may give policies a method.
#[derive(Debug, Clone, Copy)]
#[doc(hidden)]
#[allow(unnameable_types, reason = "nobody has to name it")]
pub enum OfRuntime {}

impl StartWaits<OfRuntime> for Policy {
    type Waits = Waits;

    fn start(self) -> Waits {
        Waits::new(self)
    }
}
