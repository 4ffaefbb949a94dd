//! The engine's state for those who make no call.

use core::time::Duration;

use reattempt_policy::__private::{SplitMix64, StartWaits, nanoseconds};
use reattempt_policy::Policy;

use crate::classify::{Retryability, Retryable};
use crate::engine::{Decision, Engine, Failure, GiveUpReason, Timing};
use crate::overload::{Brake, Budget, FailedTurn, Patience, Turn, patience};
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
    brake: Option<&'static Brake>,
    patience: Patience,
    random: Option<SplitMix64>,
    reason: Option<GiveUpReason>,
}

impl<P: RetryPolicy> Waits<P> {
    /// Before the first attempt.
    pub const fn new(policy: P) -> Waits<P> {
        Waits {
            policy,
            engine: Engine::start(),
            budget: None,
            brake: None,
            patience: Patience::new(),
            random: None,
            reason: None,
        }
    }

    /// What its retries are paid from: see [`Budget`]. [`reset`](Waits::reset) says that an attempt succeeded.
    #[must_use]
    pub fn budget(self, budget: &'static Budget) -> Waits<P> {
        Waits { budget: Some(budget), ..self }
    }

    /// A brake for its retries: see [`Brake`]. When a wait is over, [`turn`](Waits::turn) says whether to try.
    ///
    /// ```
    /// use core::time::Duration;
    ///
    /// use reattempt::{Brake, Retryability, Turn, Waits, policy};
    ///
    /// static UPSTREAM: Brake = Brake::new();
    ///
    /// let mut waits = Waits::new(policy!(max_attempts = 9, jitter = "none")).brake(&UPSTREAM);
    /// let mut now = Duration::ZERO;
    /// let mut attempts = 0;
    /// 'call: loop {
    ///     attempts += 1;
    ///     // It fails each time.
    ///     waits.failed_at(now, Retryability::transient());
    ///     let Some(delay) = waits.next(Retryability::transient()) else { break };
    ///     now += delay;
    ///     loop {
    ///         match waits.turn(now) {
    ///             Turn::Try => break,
    ///             Turn::Wait(longer) => now += longer,
    ///             _ => break 'call,
    ///         }
    ///     }
    /// }
    /// assert!(attempts > 5, "by itself a call of five attempts is never braked");
    /// assert!(UPSTREAM.is_on());
    /// ```
    #[must_use]
    pub fn brake(self, brake: &'static Brake) -> Waits<P> {
        Waits { brake: Some(brake), ..self }
    }

    /// Draws its delays from this seed, so that they are the same each time: for simulations and tests.
    ///
    /// ```
    /// use reattempt::{Retryability, policy};
    ///
    /// let delay = |seed| policy!().waits().seed(seed).next(Retryability::transient());
    /// assert_eq!(delay(1), delay(1));
    /// assert_ne!(delay(1), delay(2));
    /// ```
    #[must_use]
    pub fn seed(self, seed: u64) -> Waits<P> {
        Waits { random: Some(SplitMix64::new(seed)), ..self }
    }

    /// Takes note of the time at which an attempt failed, before [`next`](Waits::next), for the brake: from a clock that is
    /// the same for all that share it.
    pub fn failed_at(&mut self, now: Duration, retryability: Retryability) {
        if let Some(brake) = self.brake.filter(|_| self.engine.has_failed()) {
            patience::retry_failed(brake, &self.policy, retryability, now);
        }
    }

    /// A wait is over, at this time: whether the next attempt may be made.
    pub fn turn(&mut self, now: Duration) -> Turn {
        let Some(brake) = self.brake else { return Turn::Try };
        let random = draw(&mut self.random);
        let turn = self.patience.turn(brake, &self.policy, now, random);
        if turn == Turn::GiveUp {
            self.reason = Some(GiveUpReason::Withheld);
            // The retry that was paid for is not made.
            if let Some(budget) = self.budget {
                budget.give_back(self.patience.was_throttled());
            }
        }
        turn
    }

    /// Takes note of a success at this time, and starts anew: as [`reset`](Waits::reset), for the brake too.
    pub fn succeeded_at(&mut self, now: Duration) {
        if let Some(brake) = self.brake.filter(|_| self.engine.has_failed()) {
            patience::recovered(brake, &self.policy, now);
        }
        self.reset();
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
        let failure = Failure {
            retryability,
            idempotent: true,
            error: None,
            timing,
            ends_by: None,
            most_attempts: None,
        };
        let max_attempts = self.policy.max_attempts().max(1);
        match self.engine.failed(&self.policy, max_attempts, &failure, draw(&mut self.random)) {
            Decision::Wait(delay) => self.wait(retryability, timing, delay),
            Decision::GiveUp(reason) => {
                self.reason = Some(reason);
                None
            }
        }
    }

    /// What the brake and the budget make of a delay, in nanoseconds.
    fn wait(&mut self, retryability: Retryability, timing: Timing, delay: u64) -> Option<Duration> {
        let mut delay = delay;
        if self.brake.is_some() {
            let most = self.policy.max_elapsed().zip(timing.elapsed);
            let most = most
                .map_or(u64::MAX, |(limit, elapsed)| nanoseconds(limit).saturating_sub(elapsed));
            let failures = self.engine.failures();
            let failed = FailedTurn { failures, retryability, is_poll: false, delay, most };
            let Some(wait) = self.patience.wait(&self.policy, &failed) else {
                self.reason = Some(GiveUpReason::Withheld);
                return None;
            };
            delay = wait;
        }
        let is_paid = self.budget.is_none_or(|budget| budget.withdraw(retryability));
        self.reason = (!is_paid).then_some(GiveUpReason::Budget);
        is_paid.then(|| Duration::from_nanos(delay))
    }

    /// Starts anew, after an attempt that succeeded: its count and its delays begin with the first.
    pub fn reset(&mut self) {
        self.engine = Engine::start();
        self.patience = Patience::new();
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

/// What a delay is drawn from.
fn draw(seeded: &mut Option<SplitMix64>) -> impl FnOnce() -> u64 {
    move || match seeded {
        Some(seeded) => seeded.next_u64(),
        None => random::random(),
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
