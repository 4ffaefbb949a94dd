//! What a [`Retry`] does with what an attempt came to.

use core::time::Duration;

#[cfg(feature = "alloc")]
use alloc::borrow::Cow;

use super::classifier::Classifier;
use super::slots::{HooksFor, PerhapsObserver};
use super::{CallReport, Nested, Retry};
use crate::call::after_attempt;
use crate::call::braked::{self, TurnOver};
use crate::call::cancel::ends_by;
use crate::call::context::{Context, attempt_limits};
use crate::call::limits::{limits_inside, remaining_of_call};
use crate::call::outcome::Outcome;
use crate::call::record::{self, Record, Retrying};
use crate::call::site::{Operation, PolicySource};
use crate::call::tell;
use crate::classify::Retryability;
use crate::classify::timed_out::TimedOut;
use crate::engine::{Engine, GiveUpReason};
use crate::error_view::ErrorView;
use crate::observe::Name;
use crate::overload::{Hold, Patience};
use crate::schedule::{FailedAttempt, RetryPolicy, is_timed};
use crate::scope::around::{beginning_for, wants_successes};
#[cfg(feature = "std")]
use crate::scope::current::EnteredLimits;
use crate::scope::limits::Limits;
#[cfg(feature = "std")]
use crate::scope::retrying::{EnteredRetry, Retried};
use crate::timer::began::Began;
use crate::timer::clock::Clock;
use crate::timer::moment::Moment;

/// The policy with the limit in time that the `Retry` has over it.
pub(super) struct WithLimit<'a, P> {
    policy: &'a P,
    max_elapsed: Option<Duration>,
}

impl<P: RetryPolicy> RetryPolicy for WithLimit<'_, P> {
    fn max_attempts(&self) -> u32 {
        self.policy.max_attempts()
    }

    fn delay_for(&self, attempt: u32) -> Option<Duration> {
        self.policy.delay_for(attempt)
    }

    fn wait(&self, failed: &FailedAttempt<'_>) -> Option<crate::Window> {
        self.policy.wait(failed)
    }

    fn hinted(&self, window: crate::Window, hint: Duration) -> Option<crate::Window> {
        self.policy.hinted(window, hint)
    }

    fn max_delay(&self) -> Option<Duration> {
        self.policy.max_delay()
    }

    fn max_elapsed(&self) -> Option<Duration> {
        self.max_elapsed.or(self.policy.max_elapsed())
    }

    fn reset_after(&self) -> Option<Duration> {
        self.policy.reset_after()
    }

    fn throttled_max_attempts(&self) -> Option<u32> {
        self.policy.throttled_max_attempts()
    }

    fn log(&self) -> reattempt_policy::Log {
        self.policy.log()
    }
}

/// The state of a call.
pub(super) struct Call {
    pub(super) engine: Engine,
    pub(super) record: Record,
    pub(super) began_at: Option<Moment>,
    pub(super) deadline: Option<Moment>,
    pub(super) attempt_began_at: Option<Moment>,
    patience: Patience,
}

impl Call {
    /// One that began then, by what observers are told.
    pub(super) fn new(began: Began, began_at: Option<Moment>, deadline: Option<Moment>) -> Call {
        Call {
            engine: Engine::start().with_beginning(began),
            record: Record::new(),
            began_at,
            deadline,
            attempt_began_at: began_at,
            patience: Patience::new(),
        }
    }

    pub(super) fn elapsed(&self, clock: Clock<'_>) -> Duration {
        record::elapsed(self.began_at, clock)
    }

    /// Another attempt begins.
    pub(super) fn attempt_begins(&mut self, clock: Clock<'_>) {
        if self.began_at.is_some() {
            self.attempt_began_at = Some(Moment::now(clock));
        }
    }

    /// Whether an attempt that begins has something to say to calls inside of it: a limit in time, or that it is a retry.
    #[cfg(feature = "std")]
    #[inline]
    pub(super) const fn enters_anything(&self) -> bool {
        self.began_at.is_some() || self.engine.has_failed()
    }

    pub(super) fn report(&self, clock: Clock<'_>) -> CallReport {
        CallReport::new(&self.record, self.elapsed(clock))
    }
}

/// What an attempt said in addition to what it came to.
#[derive(Clone, Copy, Default)]
pub(super) struct Said {
    /// A mark of the body's.
    pub(super) marked: Option<Retryability>,
    pub(super) ends_by: Option<GiveUpReason>,
    pub(super) made_progress: bool,
}

impl Said {
    pub(super) fn by(context: &Context) -> Said {
        Said {
            marked: context.marked(),
            ends_by: context.ends_by(),
            made_progress: context.moved_ago().is_some(),
        }
    }

    fn cancelled(self, is_cancelled: bool) -> Said {
        Said { ends_by: ends_by(self.ends_by, is_cancelled), ..self }
    }
}

impl<P: RetryPolicy, C, T, O: PerhapsObserver, H> Retry<P, C, T, O, H> {
    /// When the call began, if an observer may be told.
    #[inline]
    pub(super) fn beginning(&self) -> Began {
        beginning_for(self.observer.get().is_some())
    }

    /// When the call began, if anything asks for it.
    pub(super) fn began_at<R: Outcome>(&self, clock: Clock<'_>, is_asked: bool) -> Option<Moment>
    where
        H: HooksFor<R>,
    {
        let is_asked =
            is_asked || H::TELLS_TIME || self.max_elapsed.is_some() || is_timed(&self.policy);
        is_asked.then(|| Moment::now(clock))
    }

    /// Whether an attempt was good enough; if not, what `until` says of its value.
    #[inline]
    pub(super) fn satisfies<R: Outcome>(&self, outcome: &R) -> Result<(), Option<Retryability>>
    where
        H: HooksFor<R>,
    {
        match outcome.result() {
            Ok(value) => self.hooks.satisfied(value).map_or(Ok(()), |rejected| Err(Some(rejected))),
            Err(_) => Err(None),
        }
    }

    /// Takes note of an attempt. Whether the call ends with it.
    pub(super) fn judge<R: Outcome>(
        &self,
        call: &mut Call,
        clock: Clock<'_>,
        outcome: &R,
        said: Said,
        rejected: Option<Retryability>,
        is_cancelled: impl FnOnce() -> bool,
    ) -> bool
    where
        C: Classifier<R::Error>,
        H: HooksFor<R>,
    {
        let (retryability, error) = match outcome.result() {
            Ok(value) => match rejected.or_else(|| self.hooks.satisfied(value)) {
                None => {
                    self.operate(call, clock, said, after_attempt::succeeded_operation);
                    return true;
                }
                Some(rejected) => (rejected, None),
            },
            // What the body said counts for more than anything else, which then isn't asked.
            Err(error) => {
                let said = said.marked.unwrap_or_else(|| self.classifier.retryability(error));
                (said, Some(H::view(error)))
            }
        };
        let said = said.cancelled(retryability.is_retryable() && is_cancelled());
        let ends = self.operate(call, clock, said, |engine, operation| {
            after_attempt::failed_operation(engine, operation, retryability, error)
        });
        self.tell(call, clock, outcome);
        ends
    }

    /// Takes note of an attempt that was cut off. Whether the call ends with it.
    pub(super) fn judge_cut_off(
        &self,
        call: &mut Call,
        clock: Clock<'_>,
        timed_out: &TimedOut,
        said: Said,
        is_cancelled: impl FnOnce() -> bool,
    ) -> bool {
        let said = said.cancelled(is_cancelled());
        self.operate(call, clock, said, |engine, operation| {
            after_attempt::cut_off(engine, operation, timed_out)
        })
    }

    /// Takes note of a first attempt that was good enough, where there is no state yet.
    #[inline]
    pub(super) fn succeeded_at_once(&self, began: Began, clock: Clock<'_>) {
        if let Some(budget) = self.budget {
            budget.deposit();
        }
        if cfg!(feature = "successes") && (self.observer.get().is_some() || wants_successes()) {
            self.tell_of_success_at_once(began, clock);
        }
    }

    #[cold]
    #[inline(never)]
    fn tell_of_success_at_once(&self, began: Began, clock: Clock<'_>) {
        let mut call = Call::new(began, None, None);
        self.operate(&mut call, clock, Said::default(), |engine, operation| {
            after_attempt::succeeded_at(engine, operation);
        });
    }

    /// What follows a wait that is over.
    pub(super) fn turn(&self, call: &mut Call, clock: Clock<'_>) -> TurnOver {
        if self.brake.is_none() {
            return TurnOver::Try;
        }
        self.operate(call, clock, Said::default(), braked::turn)
    }

    /// Takes note of a call that ended while it waited.
    pub(super) fn judge_ended_waiting(
        &self,
        call: &mut Call,
        clock: Clock<'_>,
        error: Option<ErrorView<'_>>,
        reason: GiveUpReason,
    ) {
        self.operate(call, clock, Said::default(), |engine, operation| {
            tell::ended_waiting(engine, operation, error, reason);
        });
    }

    /// Tells `on_retry` of an attempt that failed, if another one follows.
    pub(super) fn tell<R: Outcome>(&self, call: &Call, clock: Clock<'_>, outcome: &R)
    where
        H: HooksFor<R>,
    {
        if call.record.is_given_up() {
            return;
        }
        if let Some(error) = outcome.error() {
            let (name, elapsed) = (self.operation_name(), call.elapsed(clock));
            self.hooks.on_retry(&Retrying::new(name.as_str(), &call.engine, elapsed, error));
        }
    }

    /// What the caller gets.
    pub(super) fn finish<R: Outcome>(&self, call: &Call, clock: Clock<'_>, outcome: R) -> R
    where
        H: HooksFor<R>,
    {
        if !call.record.is_given_up() {
            return outcome;
        }
        let gave_up = call.record.gave_up(call.elapsed(clock));
        self.hooks.finish(outcome, self.operation_name().as_str(), gave_up)
    }

    /// Hands over what the engine goes by.
    fn operate<V>(
        &self,
        call: &mut Call,
        clock: Clock<'_>,
        said: Said,
        action: impl FnOnce(&mut Engine, &Operation<'_>) -> V,
    ) -> V {
        let policy = WithLimit { policy: &self.policy, max_elapsed: self.max_elapsed };
        let brake = self.brake.map(|brake| (brake, &call.patience));
        let operation = Operation {
            name: self.operation_name(),
            policy: PolicySource::Value(&policy),
            clock,
            idempotent: self.idempotent,
            observer: self.observer.get(),
            log: self.log,
            began_at: call.began_at,
            deadline: call.deadline,
            attempt_began_at: call.attempt_began_at,
            ends_by: said.ends_by,
            made_progress: said.made_progress,
            budget: self.budget,
            brake: brake.as_ref().map(|brake| brake as &dyn Hold),
            record: Some(&call.record),
        };
        action(&mut call.engine, &operation)
    }

    fn operation_name(&self) -> Name<'_> {
        #[cfg(feature = "alloc")]
        return match &self.name {
            Cow::Borrowed(name) => Name::Static(name),
            Cow::Owned(name) => Name::Made(name),
        };
        #[cfg(not(feature = "alloc"))]
        Name::Static(self.name)
    }

    /// What calls inside of an attempt keep to.
    #[inline]
    pub(super) fn limits_inside(&self, call: &Call, clock: Clock<'_>) -> Limits {
        if call.began_at.is_none() && self.nested == Nested::All {
            return Limits::NONE;
        }
        let max_elapsed = self.max_elapsed.or(self.policy.max_elapsed());
        let once = self.nested == Nested::Once && call.engine.has_failed();
        limits_inside(max_elapsed, call.began_at, call.deadline, clock, once)
    }

    /// A blocking attempt begins.
    #[cfg(feature = "std")]
    #[cold]
    #[inline(never)]
    pub(super) fn enter(
        &self,
        call: &Call,
        clock: Clock<'_>,
    ) -> (Option<EnteredLimits>, Option<EnteredRetry>) {
        let limits = self.limits_inside(call, clock);
        let limits = limits.is_inside().then(|| EnteredLimits::new(limits));
        let retried = match self.operation_name() {
            Name::Static(name) if call.engine.has_failed() => {
                Some(Retried::Named { name, max_attempts: self.policy.max_attempts() })
            }
            _ => None,
        };
        (limits, retried.map(|retried| EnteredRetry::new(Some(retried), false)))
    }

    /// The numbers of attempts, for a body that asks.
    pub(super) fn attempt_limits(&self) -> [u32; 2] {
        attempt_limits(&self.policy)
    }

    /// The time that is left to a call, for a body that asks.
    pub(super) fn remaining(&self, call: &Call, clock: Clock<'_>) -> Option<Duration> {
        let policy = WithLimit { policy: &self.policy, max_elapsed: self.max_elapsed };
        let source = PolicySource::Value(&policy);
        remaining_of_call(source, call.began_at, call.deadline, clock)
    }
}
