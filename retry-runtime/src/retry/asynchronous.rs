//! The async calls of a [`Retry`].

#[cfg(feature = "alloc")]
use alloc::sync::Arc;
use core::future::Future;
use core::time::Duration;

use super::async_cancellation::PerhapsAsyncCancellation;
use super::classifier::Classifier;
use super::cut_offs::AsyncLimits;
use super::judge::{Call, Said};
use super::report::{Alone, Answer};
use super::slots::{Hooks, HooksFor, PerhapsObserver};
use super::{CallReport, Reporting, Retry};
use crate::call::after_attempt::time_to_wait;
use crate::call::braked::TurnOver;
#[cfg(feature = "alloc")]
use crate::call::context::Context;
use crate::call::outcome::Outcome;
use crate::call::timed_out::moved_at;
use crate::classify::timed_out::TimedOut;
use crate::engine::GiveUpReason;
use crate::error_view::ErrorView;
use crate::schedule::RetryPolicy;
use crate::scope::future::inside;
use crate::timer::AsyncTimer;
#[cfg(feature = "__async-timer")]
use crate::timer::clock::Clock;
#[cfg(feature = "alloc")]
use crate::timer::moment::shorter;
use crate::timer::moment::{Moment, remaining};

/// A timer until a moment; none, where there is no timer.
fn sleep_until<T: AsyncTimer>(timer: &T, until: Moment) -> Option<T::Wait> {
    #[cfg(feature = "__async-timer")]
    if let Clock::Async = timer.clock() {
        if !crate::timer::is_available() {
            return None;
        }
    }
    Some(timer.wait(remaining(until, timer.clock())))
}

/// The loop, with an attempt as it is made, which comes to an `A`. A macro, because attempts of three kinds have no type in common: one lends
/// what it holds, and one is handed the context.
macro_rules! attempts {
    ($retry:expr, |$call:ident| $attempt:expr, $said:expr) => {{
        let retry = $retry;
        let began_at = retry.began_at::<V>(retry.timer.clock(), A::IS_REPORTED || L::IS_SET);
        let deadline = began_at
            .and_then(|began_at| retry.hooks.limits.deadline(began_at, retry.timer.clock()));
        let mut $call = Call::new(retry.beginning(), began_at, deadline);
        loop {
            let kept = {
                let outcome = $attempt;
                let said = $said;
                if retry.ends(&mut $call, &outcome, said) {
                    let outcome = retry.settle(&$call, outcome);
                    return A::new(outcome, || $call.report(retry.timer.clock()));
                }
                K::keep(outcome)
            };
            let ended = loop {
                let wait = retry.timer.wait(time_to_wait(&$call.engine));
                if retry.hooks.cancel.wait(wait).await {
                    break Some(GiveUpReason::Cancelled);
                }
                match retry.turn(&mut $call, retry.timer.clock()) {
                    TurnOver::Try => break None,
                    // The call has the delay.
                    TurnOver::Wait => {}
                    TurnOver::GiveUp(reason) => break Some(reason),
                }
            };
            if let Some(reason) = ended {
                let outcome = retry.ended_waiting(&mut $call, K::restore(kept), reason);
                return A::new(outcome, || $call.report(retry.timer.clock()));
            }
            $call.attempt_begins(retry.timer.clock());
        }
    }};
}

impl<P, C, T, O, R, G, M, U, W, K, L, S> Retry<P, C, T, O, Hooks<R, G, M, U, W, K, L, S>>
where
    P: RetryPolicy,
    O: PerhapsObserver,
    T: AsyncTimer,
{
    /// Calls until it succeeds or is given up, and waits in between. What is called returns a future that comes to a
    /// `Result` or an `Option`: `|| client.get(url)`, `|| async { … }`, or `async || …` that lends nothing.
    ///
    /// Its future is `Send` where the parts are, so that it can be spawned. Nothing starts before the first poll.
    ///
    /// A closure that lends exclusively what it holds, as `async || connection.query().await` does where the connection
    /// is a `&mut`, is for [`call_async_mut`](Retry::call_async_mut).
    ///
    /// # Errors
    ///
    /// The last attempt's own error.
    pub async fn call_async<V, F>(&self, operation: impl FnMut() -> F) -> V
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        F: Future<Output = V>,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.call_async_as::<V, F, Alone<V>>(operation).await.0
    }

    /// As [`call_async`](Retry::call_async), of what lends its attempts exclusively what it holds:
    /// `async || connection.query(key).await`, also where the connection is a `&mut`.
    ///
    /// On today's compilers its future is not `Send` if the closure has captured a reference, exclusive or not: it is for
    /// `block_on`, for a `LocalSet`, and for futures that are awaited in the task that makes them and not spawned. (An
    /// `async move` closure over owned values is.) `attempt!` and `#[retry]` lend *and* are `Send`.
    ///
    /// ```
    /// use reattempt::{Policy, Retry};
    ///
    /// # async fn example() -> std::io::Result<()> {
    /// let mut calls = 0;
    /// Retry::new(Policy::DEFAULT)
    ///     .call_async_mut(async || {
    ///         calls += 1;
    ///         Ok::<_, std::io::Error>(())
    ///     })
    ///     .await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The last attempt's own error.
    pub async fn call_async_mut<V>(self, operation: impl AsyncFnMut() -> V) -> V
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.call_async_mut_as::<V, Alone<V>>(operation).await.0
    }

    /// As [`call_async`](Retry::call_async), of what takes the call's [`Context`]: a new one for each attempt, shared so
    /// that the future can keep it.
    ///
    /// ```
    /// use reattempt::{Policy, Retry};
    ///
    /// # async fn example() -> std::io::Result<u32> {
    /// Retry::new(Policy::DEFAULT).call_async_with(|cx| async move { Ok(cx.attempt()) }).await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The last attempt's own error.
    #[cfg(feature = "alloc")]
    pub async fn call_async_with<V, F>(&self, operation: impl FnMut(Arc<Context>) -> F) -> V
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        F: Future<Output = V>,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.call_async_with_as::<V, F, Alone<V>>(operation).await.0
    }

    /// As [`call_async_mut`](Retry::call_async_mut), of what takes the call's [`Context`], as
    /// [`call_async_with`](Retry::call_async_with) hands it over.
    ///
    /// # Errors
    ///
    /// The last attempt's own error.
    #[cfg(feature = "alloc")]
    pub async fn call_async_mut_with<V>(self, operation: impl AsyncFnMut(Arc<Context>) -> V) -> V
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.call_async_mut_with_as::<V, Alone<V>>(operation).await.0
    }

    async fn call_async_as<V, F, A>(&self, mut operation: impl FnMut() -> F) -> A
    where
        V: Outcome,
        A: Answer<V>,
        K: PerhapsAsyncCancellation,
        F: Future<Output = V>,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        attempts!(self, |call| self.attempt(&call, operation(), || None).await, Said::default())
    }

    async fn call_async_mut_as<V, A>(self, mut operation: impl AsyncFnMut() -> V) -> A
    where
        V: Outcome,
        A: Answer<V>,
        K: PerhapsAsyncCancellation,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        attempts!(&self, |call| self.attempt(&call, operation(), || None).await, Said::default())
    }

    #[cfg(feature = "alloc")]
    async fn call_async_with_as<V, F, A>(&self, mut operation: impl FnMut(Arc<Context>) -> F) -> A
    where
        V: Outcome,
        A: Answer<V>,
        K: PerhapsAsyncCancellation,
        F: Future<Output = V>,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        let mut context = Arc::new(Context::start(true));
        attempts!(
            self,
            |call| {
                context = self.next_context::<V::Error>(&context, &call);
                let moved_ago = || context.moved_ago();
                self.attempt(&call, operation(Arc::clone(&context)), moved_ago).await
            },
            Said::by(&context)
        )
    }

    #[cfg(feature = "alloc")]
    async fn call_async_mut_with_as<V, A>(
        self,
        mut operation: impl AsyncFnMut(Arc<Context>) -> V,
    ) -> A
    where
        V: Outcome,
        A: Answer<V>,
        K: PerhapsAsyncCancellation,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        let mut context = Arc::new(Context::start(true));
        attempts!(
            &self,
            |call| {
                context = self.next_context::<V::Error>(&context, &call);
                let moved_ago = || context.moved_ago();
                self.attempt(&call, operation(Arc::clone(&context)), moved_ago).await
            },
            Said::by(&context)
        )
    }

    /// That of another attempt.
    #[cfg(feature = "alloc")]
    fn next_context<E>(&self, context: &Context, call: &Call) -> Arc<Context>
    where
        L: AsyncLimits<E>,
    {
        let mut next = context.of_the_same_call();
        next.begin(&call.engine, self.attempt_limits());
        let of_call = self.remaining(call, self.timer.clock());
        next.set_remaining(shorter(of_call, self.hooks.limits.attempt_timeout()));
        Arc::new(next)
    }

    fn attempt<V, F>(
        &self,
        call: &Call,
        attempt: F,
        moved_ago: impl Fn() -> Option<Duration>,
    ) -> impl Future<Output = Result<V, TimedOut>>
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        F: Future<Output = V>,
        L: AsyncLimits<V::Error>,
    {
        let timer = &self.timer;
        let sleep = move |until| sleep_until(timer, until);
        let moved_at = move || moved_at(moved_ago(), timer.clock());
        let attempt = inside(self.limits_inside(call, timer.clock()), attempt);
        self.hooks.limits.attempt(attempt, call.deadline, timer.clock(), moved_at, sleep)
    }

    /// Takes note of an attempt. Whether the call ends with it.
    fn ends<V>(&self, call: &mut Call, outcome: &Result<V, TimedOut>, said: Said) -> bool
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        let clock = self.timer.clock();
        let is_cancelled = || self.hooks.cancel.is_cancelled();
        match outcome {
            Ok(outcome) => self.judge(call, clock, outcome, said, None, is_cancelled),
            Err(timed_out) => {
                let ends = self.judge_cut_off(call, clock, timed_out, said, is_cancelled);
                self.tell_cut_off::<V>(call, *timed_out);
                ends
            }
        }
    }

    fn tell_cut_off<V>(&self, call: &Call, timed_out: TimedOut)
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        let is_told = <Hooks<R, G, M, U, W, K, L, S> as HooksFor<V>>::TELLS_TIME;
        if is_told && !call.record.is_given_up() {
            let outcome = V::failing(self.hooks.limits.error(timed_out));
            self.tell(call, self.timer.clock(), &outcome);
        }
    }

    /// What the caller gets.
    fn settle<V>(&self, call: &Call, outcome: Result<V, TimedOut>) -> V
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        let outcome =
            outcome.unwrap_or_else(|timed_out| V::failing(self.hooks.limits.error(timed_out)));
        self.finish(call, self.timer.clock(), outcome)
    }

    /// What the caller gets of a call that ended while it waited.
    fn ended_waiting<V>(
        &self,
        call: &mut Call,
        kept: Result<V, TimedOut>,
        reason: GiveUpReason,
    ) -> V
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        let clock = self.timer.clock();
        match &kept {
            Ok(outcome) => {
                let view = <Hooks<R, G, M, U, W, K, L, S> as HooksFor<V>>::view;
                self.judge_ended_waiting(call, clock, outcome.error().map(view), reason);
            }
            Err(timed_out) => {
                let error = Some(ErrorView::Error(timed_out));
                self.judge_ended_waiting(call, clock, error, reason);
            }
        }
        self.settle(call, kept)
    }
}

impl<P, C, T, O, R, G, M, U, W, K, L, S> Reporting<Retry<P, C, T, O, Hooks<R, G, M, U, W, K, L, S>>>
where
    P: RetryPolicy,
    O: PerhapsObserver,
    T: AsyncTimer,
{
    /// As [`Retry::call_async`], with its report.
    pub async fn call_async<V, F>(&self, operation: impl FnMut() -> F) -> (V, CallReport)
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        F: Future<Output = V>,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.retry.call_async_as(operation).await
    }

    /// As [`Retry::call_async_mut`], with its report.
    pub async fn call_async_mut<V>(self, operation: impl AsyncFnMut() -> V) -> (V, CallReport)
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.retry.call_async_mut_as(operation).await
    }

    /// As [`Retry::call_async_with`], with its report.
    #[cfg(feature = "alloc")]
    pub async fn call_async_with<V, F>(
        &self,
        operation: impl FnMut(Arc<Context>) -> F,
    ) -> (V, CallReport)
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        F: Future<Output = V>,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.retry.call_async_with_as(operation).await
    }

    /// As [`Retry::call_async_mut_with`], with its report.
    #[cfg(feature = "alloc")]
    pub async fn call_async_mut_with<V>(
        self,
        operation: impl AsyncFnMut(Arc<Context>) -> V,
    ) -> (V, CallReport)
    where
        V: Outcome,
        K: PerhapsAsyncCancellation,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.retry.call_async_mut_with_as(operation).await
    }
}
