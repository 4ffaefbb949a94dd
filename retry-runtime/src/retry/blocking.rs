//! The blocking calls of a [`Retry`].

use core::time::Duration;

use super::classifier::Classifier;
use super::judge::{Call, Said};
use super::report::{Alone, Answer};
use super::slots::{Braked, Hooks, HooksFor, PerhapsObserver, Unset};
use super::{CallReport, Reporting, Retry};
use crate::call::after_attempt::time_to_wait;
use crate::call::blocking::Attempt;
use crate::call::braked::TurnOver;
#[cfg(feature = "std")]
use crate::call::cancel::BlockingCancellation;
use crate::call::context::Context;
use crate::call::outcome::Outcome;
use crate::classify::Retryability;
use crate::engine::GiveUpReason;
use crate::schedule::RetryPolicy;
use crate::timer::BlockingTimer;
#[cfg(feature = "std")]
use crate::timer::clock::Clock;

/// The limits of a blocking call, which nothing can cut off.
#[diagnostic::on_unimplemented(
    message = "a blocking call can't be cut off, so `.deadline(…)`, `.attempt_timeout(…)` and `.timed_out(…)` are for \
               async calls",
    note = "write `.max_elapsed(…)`, after which no attempt begins, and set the time-out of the client that is called"
)]
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait BlockingLimits {}

#[diagnostic::do_not_recommend]
impl BlockingLimits for Unset {}

/// What ends the waits of a blocking call, or nothing.
#[diagnostic::on_unimplemented(
    message = "`cancel` of a blocking call takes a `CancelToken`, an `AtomicBool` or a closure that answers whether the \
               call is to end, but this is `{Self}`",
    note = "write `.cancel(&stop)` for a flag, `.cancel(|| token.is_cancelled())` for a token of another crate"
)]
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait PerhapsCancellation {
    #[doc(hidden)]
    const IS_SET: bool;

    #[doc(hidden)]
    fn is_cancelled(&self) -> bool;

    /// Waits; whether it was cancelled.
    #[doc(hidden)]
    fn wait<T: BlockingTimer>(&self, timer: &T, delay: Duration) -> bool;
}

#[diagnostic::do_not_recommend]
impl PerhapsCancellation for Unset {
    const IS_SET: bool = false;

    fn is_cancelled(&self) -> bool {
        false
    }

    fn wait<T: BlockingTimer>(&self, timer: &T, delay: Duration) -> bool {
        timer.block(delay);
        false
    }
}

#[diagnostic::do_not_recommend]
impl<K: PerhapsCancellation> PerhapsCancellation for Braked<K> {
    const IS_SET: bool = true;

    fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    fn wait<T: BlockingTimer>(&self, timer: &T, delay: Duration) -> bool {
        self.cancel.wait(timer, delay)
    }
}

#[cfg(feature = "std")]
#[diagnostic::do_not_recommend]
impl<K: BlockingCancellation> PerhapsCancellation for K {
    const IS_SET: bool = true;

    fn is_cancelled(&self) -> bool {
        BlockingCancellation::is_cancelled(self)
    }

    fn wait<T: BlockingTimer>(&self, timer: &T, delay: Duration) -> bool {
        if let Clock::Blocking = timer.clock() {
            return BlockingCancellation::wait(self, delay);
        }
        // Nothing wakes a timer of the user's.
        crate::call::cancel::user_wait_blocking_or(self, || timer.block(delay))
    }
}

impl<P, C, T, O, R, G, M, U, W, K, L, S> Retry<P, C, T, O, Hooks<R, G, M, U, W, K, L, S>>
where
    P: RetryPolicy,
    O: PerhapsObserver,
    T: BlockingTimer,
{
    /// Calls until it succeeds or is given up, and blocks the thread in between. What is called returns a `Result` or
    /// an `Option`.
    ///
    /// The error needs a `Display`, to show in the logs, unless
    /// [`without_display`](Retry::without_display) says otherwise.
    ///
    /// # Errors
    ///
    /// The last attempt's own error.
    #[inline]
    pub fn call<V>(&self, mut operation: impl FnMut() -> V) -> V
    where
        V: Outcome,
        K: PerhapsCancellation,
        L: BlockingLimits,
        C: Classifier<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        let began = self.beginning();
        let began_at = self.began_at::<V>(self.timer.clock(), false);
        let outcome = match began_at {
            None => operation(),
            // It is a limit for calls inside.
            Some(_) => self.attempt_inside(&Call::new(began, began_at, None), &mut operation),
        };
        let Err(rejected) = self.satisfies(&outcome) else {
            self.succeeded_at_once(began, self.timer.clock());
            return outcome;
        };
        let call = Call::new(began, began_at, None);
        self.after_first_failure::<V, Alone<V>>(call, outcome, rejected, &mut operation).0
    }

    /// As [`call`](Retry::call), of what takes the call's [`Context`].
    ///
    /// ```
    /// use reattempt::{Policy, Retry};
    ///
    /// let number = Retry::new(Policy::DEFAULT).call_with(|cx| Ok::<_, std::io::Error>(cx.attempt()));
    /// assert_eq!(number.unwrap(), 1);
    /// ```
    ///
    /// # Errors
    ///
    /// The last attempt's own error.
    pub fn call_with<V>(&self, operation: impl FnMut(&Context) -> V) -> V
    where
        V: Outcome,
        K: PerhapsCancellation,
        L: BlockingLimits,
        C: Classifier<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.call_with_as::<V, Alone<V>>(operation).0
    }

    /// The same, with its report.
    pub(super) fn call_reported<V>(&self, mut operation: impl FnMut() -> V) -> (V, CallReport)
    where
        V: Outcome,
        K: PerhapsCancellation,
        L: BlockingLimits,
        C: Classifier<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        let began_at = self.began_at::<V>(self.timer.clock(), true);
        let call = Call::new(self.beginning(), began_at, None);
        let outcome = self.attempt_inside(&call, &mut operation);
        self.after_first_failure(call, outcome, None, &mut operation)
    }

    #[cold]
    #[inline(never)]
    fn after_first_failure<V, A>(
        &self,
        mut call: Call,
        mut outcome: V,
        mut rejected: Option<Retryability>,
        attempt: &mut dyn Attempt<V>,
    ) -> A
    where
        V: Outcome,
        A: Answer<V>,
        K: PerhapsCancellation,
        L: BlockingLimits,
        C: Classifier<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        loop {
            match self.wait_after(&mut call, outcome, Said::default(), rejected.take()) {
                Ok(outcome) => return A::new(outcome, || call.report(self.timer.clock())),
                Err(()) => outcome = self.attempt_inside(&call, || attempt.make()),
            }
        }
    }

    /// Makes an attempt, inside of which other calls keep to the limits of this one.
    #[inline]
    fn attempt_inside<V>(&self, call: &Call, attempt: impl FnOnce() -> V) -> V {
        #[cfg(feature = "std")]
        let _entered = call.enters_anything().then(|| self.enter(call, self.timer.clock()));
        let _ = call;
        attempt()
    }

    fn call_with_as<V, A>(&self, mut operation: impl FnMut(&Context) -> V) -> A
    where
        V: Outcome,
        A: Answer<V>,
        K: PerhapsCancellation,
        L: BlockingLimits,
        C: Classifier<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        let began_at = self.began_at::<V>(self.timer.clock(), A::IS_REPORTED);
        let mut call = Call::new(self.beginning(), began_at, None);
        let mut context = Context::start(false);
        loop {
            context.begin(&call.engine, self.attempt_limits());
            context.set_remaining(self.remaining(&call, self.timer.clock()));
            let outcome = self.attempt_inside(&call, || operation(&context));
            let said = Said::by(&context);
            if let Ok(outcome) = self.wait_after(&mut call, outcome, said, None) {
                return A::new(outcome, || call.report(self.timer.clock()));
            }
        }
    }

    /// Waits, once more for each turn that a brake withholds: why the call ends with it, if it does.
    fn wait_or_end(&self, call: &mut Call, mut delay: Duration) -> Option<GiveUpReason>
    where
        K: PerhapsCancellation,
    {
        loop {
            if self.hooks.cancel.wait(&self.timer, delay) {
                return Some(GiveUpReason::Cancelled);
            }
            match self.turn(call, self.timer.clock()) {
                TurnOver::Try => return None,
                TurnOver::Wait => delay = time_to_wait(&call.engine),
                TurnOver::GiveUp(reason) => return Some(reason),
            }
        }
    }

    /// What the call comes to, or nothing, if another attempt follows. `rejected`: what `until` has said of its value
    /// already.
    fn wait_after<V>(
        &self,
        call: &mut Call,
        outcome: V,
        said: Said,
        rejected: Option<Retryability>,
    ) -> Result<V, ()>
    where
        V: Outcome,
        K: PerhapsCancellation,
        L: BlockingLimits,
        C: Classifier<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        let clock = self.timer.clock();
        let is_cancelled = || self.hooks.cancel.is_cancelled();
        if self.judge(call, clock, &outcome, said, rejected, is_cancelled) {
            return Ok(self.finish(call, clock, outcome));
        }
        let delay = time_to_wait(&call.engine);
        if !K::IS_SET {
            // Whatever the error holds is let go before the wait begins.
            drop(outcome);
            self.timer.block(delay);
        } else if let Some(reason) = self.wait_or_end(call, delay) {
            let error = outcome.error().map(<Hooks<R, G, M, U, W, K, L, S> as HooksFor<V>>::view);
            self.judge_ended_waiting(call, clock, error, reason);
            return Ok(self.finish(call, clock, outcome));
        }
        call.attempt_begins(clock);
        Err(())
    }
}

impl<P, C, T, O, R, G, M, U, W, K, L, S> Reporting<Retry<P, C, T, O, Hooks<R, G, M, U, W, K, L, S>>>
where
    P: RetryPolicy,
    O: PerhapsObserver,
    T: BlockingTimer,
{
    /// As [`Retry::call`], with its report.
    pub fn call<V>(&self, operation: impl FnMut() -> V) -> (V, CallReport)
    where
        V: Outcome,
        K: PerhapsCancellation,
        L: BlockingLimits,
        C: Classifier<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.retry.call_reported(operation)
    }

    /// As [`Retry::call_with`], with its report.
    pub fn call_with<V>(&self, operation: impl FnMut(&Context) -> V) -> (V, CallReport)
    where
        V: Outcome,
        K: PerhapsCancellation,
        L: BlockingLimits,
        C: Classifier<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.retry.call_with_as(operation)
    }
}
