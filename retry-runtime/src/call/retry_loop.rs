//! What an expansion calls: the state of a call, by the type of what its attempts come to.
//!
//! What the error's type implements is settled where a method is named, by *inherent-impl specialisation*:
//! `(&mut state).should_return(…)` probes the methods of [`RetryLoop`] first, whose `impl` requires
//! `R::Error: Error`. If that does not hold, autoderef goes on to what it dereferences to, and from there on:
//! [`ForReports`], [`ForDisplay`], [`ForAnyError`]. (The technique is dtolnay's, "autoref-based stable
//! specialization", with `Deref` in place of references.) Nothing has to be imported for it, and nothing of
//! it is left in the program.
//!
//! So each method exists four times, with other bounds. A macro that wrote all of them would stand in the
//! compiler's messages to the user, and would have each bound looked at twice in every annotated function.
//! The names begin with underscores, so that no trait of a user's with a method for all types comes first.
//!
//! The comment beside `A: FnMut() -> R` is for users: where an attempt moves an argument, rustc shows them that line.

use core::error::Error;
use core::fmt::Display;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::time::Duration;

use super::after_attempt::{self, should_return, should_return_by, time_to_wait};
#[cfg(feature = "std")]
use super::blocking;
use super::context::Context;
use super::outcome::{Outcome, never};
use super::site::{Operation, Site};
use super::tell;
use super::view::{ByDisplay, ByError, ByReport, ByTypeName, View};
use crate::classify::{Report, Retryability, Retryable, ReturnsRetryability};
use crate::engine::{Engine, GiveUpReason};
use crate::scope::around::beginning;

/// The state of a call whose attempts each come to an `R`.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct RetryLoop<R>(ForReports<R>);

/// The state of a call whose errors are boxes or reports.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct ForReports<R>(ForDisplay<R>);

/// The state of a call whose errors have a `Display`.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct ForDisplay<R>(ForAnyError<R>);

/// The state of a call, whatever its errors are.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct ForAnyError<R> {
    pub(crate) engine: Engine,
    of: PhantomData<fn() -> R>,
}

/// The state of a call before the first attempt.
///
/// A function by itself, because it is called in each annotated function: the path of one that belongs to a
/// type is looked up among all that do.
#[inline]
pub fn retry_loop<R>() -> RetryLoop<R> {
    let any = ForAnyError { engine: Engine::start().with_beginning(beginning()), of: PhantomData };
    RetryLoop(ForReports(ForDisplay(any)))
}

impl<R> RetryLoop<R> {
    /// Makes a blocking attempt.
    ///
    /// It is called through `dyn FnMut`, so that the compiler inlines it only after it has settled that the
    /// outcome is made in the place where it is returned: 9 instructions less in a call that succeeds.
    #[inline]
    pub fn attempt(&self, attempt: impl FnOnce() -> R) -> R {
        let mut attempt = Some(attempt);
        let attempt: &mut dyn FnMut() -> R = &mut || match attempt.take() {
            Some(attempt) => attempt(),
            None => never(),
        };
        attempt()
    }

    /// The delay before the next attempt, if the call goes on.
    pub fn delay(&self) -> Duration {
        time_to_wait(&self.engine)
    }

    /// Tells the body about its attempt. `limits`: see [`attempt_limits`](super::context::attempt_limits).
    pub fn begin(&self, context: &mut Context, limits: [u32; 2]) {
        context.begin(&self.engine, limits);
    }
}

macro_rules! dereferences {
    ($($from:ident to $to:ident,)+) => {$(
        impl<R> Deref for $from<R> {
            type Target = $to<R>;

            #[inline]
            fn deref(&self) -> &$to<R> {
                &self.0
            }
        }

        impl<R> DerefMut for $from<R> {
            #[inline]
            fn deref_mut(&mut self) -> &mut $to<R> {
                &mut self.0
            }
        }
    )+};
}

dereferences! {
    RetryLoop to ForReports,
    ForReports to ForDisplay,
    ForDisplay to ForAnyError,
}

/// Takes note of a failed attempt that was classified by its caller; of one whose value does not satisfy `until`,
/// if there is no retryability. Whether the call ends with it.
fn failed<R: Outcome, V: View<R::Error>>(
    engine: &mut Engine,
    operation: &Operation<'_>,
    retryability: Option<Retryability>,
    outcome: &R,
) -> bool {
    let error = outcome.error().map(V::view);
    let retryability = retryability.unwrap_or(Retryability::transient());
    after_attempt::failed_operation(engine, operation, retryability, error)
}

impl<R: Outcome<Error: Error>> RetryLoop<R> {
    /// Makes all the attempts of a blocking call whose errors classify themselves.
    ///
    /// Of `self` nothing is needed but its type: a call has no state before an attempt has failed, and then
    /// it is kept out of the annotated function.
    #[cfg(feature = "std")]
    #[inline]
    pub fn __reattempt_run<A, E>(&self, site: &'static str, attempt: A) -> R
    where
        A: FnMut() -> R, // An attempt that moves an argument needs `#[retry(clone(argument))]`.
        R: Outcome<Error = E>,
        E: Retryable,
    {
        blocking::run::<R, ByError>(site, attempt)
    }

    /// Makes all the attempts of a blocking call about whose errors `on` is asked.
    #[cfg(feature = "std")]
    #[inline]
    pub fn __reattempt_run_by<A, V, F>(&self, site: &'static str, attempt: A, on: F) -> R
    where
        A: FnMut() -> R, // An attempt that moves an argument needs `#[retry(clone(argument))]`.
        F: Fn(&R::Error) -> V + ReturnsRetryability<V>,
    {
        blocking::run_by::<R, ByError>(site, attempt, |error| F::retryability(on(error)))
    }

    /// Takes note of an attempt whose error classifies itself. Whether the call ends with it.
    #[inline]
    pub fn __reattempt_should_return<S>(&mut self, site: S, outcome: &R) -> bool
    where
        S: Site,
        R::Error: Retryable,
    {
        should_return::<R, ByError, S>(&mut self.engine, site, outcome)
    }

    /// Takes note of an attempt about whose error `on` is asked. Whether the call ends with it.
    #[inline]
    pub fn __reattempt_should_return_by<S, V, F>(&mut self, site: S, outcome: &R, on: F) -> bool
    where
        S: Site,
        F: FnOnce(&R::Error) -> V + ReturnsRetryability<V>,
    {
        let on = |error: &R::Error| F::retryability(on(error));
        should_return_by::<R, ByError, S>(&mut self.engine, site, outcome, on)
    }

    /// Takes note of a failed attempt. Whether the call ends with it.
    pub fn __reattempt_failed(
        &mut self,
        operation: &Operation<'_>,
        retryability: Option<Retryability>,
        outcome: &R,
    ) -> bool {
        failed::<R, ByError>(&mut self.engine, operation, retryability, outcome)
    }

    /// Tells the listeners that the call ended while it waited.
    pub fn __reattempt_ended_waiting(
        &self,
        operation: &Operation<'_>,
        outcome: &R,
        reason: GiveUpReason,
    ) {
        let error = outcome.error().map(ByError::view);
        tell::ended_waiting(&self.engine, operation, error, reason);
    }
}

impl<R: Outcome<Error: Report>> ForReports<R> {
    /// See [`RetryLoop`].
    #[cfg(feature = "std")]
    #[inline]
    pub fn __reattempt_run<A, E>(&self, site: &'static str, attempt: A) -> R
    where
        A: FnMut() -> R, // An attempt that moves an argument needs `#[retry(clone(argument))]`.
        R: Outcome<Error = E>,
        E: Retryable,
    {
        blocking::run::<R, ByReport>(site, attempt)
    }

    /// See [`RetryLoop`].
    #[cfg(feature = "std")]
    #[inline]
    pub fn __reattempt_run_by<A, V, F>(&self, site: &'static str, attempt: A, on: F) -> R
    where
        A: FnMut() -> R, // An attempt that moves an argument needs `#[retry(clone(argument))]`.
        F: Fn(&R::Error) -> V + ReturnsRetryability<V>,
    {
        blocking::run_by::<R, ByReport>(site, attempt, |error| F::retryability(on(error)))
    }

    /// See [`RetryLoop`].
    #[inline]
    pub fn __reattempt_should_return<S>(&mut self, site: S, outcome: &R) -> bool
    where
        S: Site,
        R::Error: Retryable,
    {
        should_return::<R, ByReport, S>(&mut self.engine, site, outcome)
    }

    /// See [`RetryLoop`].
    #[inline]
    pub fn __reattempt_should_return_by<S, V, F>(&mut self, site: S, outcome: &R, on: F) -> bool
    where
        S: Site,
        F: FnOnce(&R::Error) -> V + ReturnsRetryability<V>,
    {
        let on = |error: &R::Error| F::retryability(on(error));
        should_return_by::<R, ByReport, S>(&mut self.engine, site, outcome, on)
    }

    /// See [`RetryLoop`].
    pub fn __reattempt_failed(
        &mut self,
        operation: &Operation<'_>,
        retryability: Option<Retryability>,
        outcome: &R,
    ) -> bool {
        failed::<R, ByReport>(&mut self.engine, operation, retryability, outcome)
    }

    /// See [`RetryLoop`].
    pub fn __reattempt_ended_waiting(
        &self,
        operation: &Operation<'_>,
        outcome: &R,
        reason: GiveUpReason,
    ) {
        let error = outcome.error().map(ByReport::view);
        tell::ended_waiting(&self.engine, operation, error, reason);
    }
}

impl<R: Outcome<Error: Display>> ForDisplay<R> {
    /// See [`RetryLoop`].
    #[cfg(feature = "std")]
    #[inline]
    pub fn __reattempt_run<A, E>(&self, site: &'static str, attempt: A) -> R
    where
        A: FnMut() -> R, // An attempt that moves an argument needs `#[retry(clone(argument))]`.
        R: Outcome<Error = E>,
        E: Retryable,
    {
        blocking::run::<R, ByDisplay>(site, attempt)
    }

    /// See [`RetryLoop`].
    #[cfg(feature = "std")]
    #[inline]
    pub fn __reattempt_run_by<A, V, F>(&self, site: &'static str, attempt: A, on: F) -> R
    where
        A: FnMut() -> R, // An attempt that moves an argument needs `#[retry(clone(argument))]`.
        F: Fn(&R::Error) -> V + ReturnsRetryability<V>,
    {
        blocking::run_by::<R, ByDisplay>(site, attempt, |error| F::retryability(on(error)))
    }

    /// See [`RetryLoop`].
    #[inline]
    pub fn __reattempt_should_return<S>(&mut self, site: S, outcome: &R) -> bool
    where
        S: Site,
        R::Error: Retryable,
    {
        should_return::<R, ByDisplay, S>(&mut self.engine, site, outcome)
    }

    /// See [`RetryLoop`].
    #[inline]
    pub fn __reattempt_should_return_by<S, V, F>(&mut self, site: S, outcome: &R, on: F) -> bool
    where
        S: Site,
        F: FnOnce(&R::Error) -> V + ReturnsRetryability<V>,
    {
        let on = |error: &R::Error| F::retryability(on(error));
        should_return_by::<R, ByDisplay, S>(&mut self.engine, site, outcome, on)
    }

    /// See [`RetryLoop`].
    pub fn __reattempt_failed(
        &mut self,
        operation: &Operation<'_>,
        retryability: Option<Retryability>,
        outcome: &R,
    ) -> bool {
        failed::<R, ByDisplay>(&mut self.engine, operation, retryability, outcome)
    }

    /// See [`RetryLoop`].
    pub fn __reattempt_ended_waiting(
        &self,
        operation: &Operation<'_>,
        outcome: &R,
        reason: GiveUpReason,
    ) {
        let error = outcome.error().map(ByDisplay::view);
        tell::ended_waiting(&self.engine, operation, error, reason);
    }
}

/// The methods that are probed last have their bounds on themselves: where `R` is not an outcome at all, it is here
/// that the compiler says so.
impl<R> ForAnyError<R> {
    /// See [`RetryLoop`].
    #[cfg(feature = "std")]
    #[inline]
    pub fn __reattempt_run<A, E>(&self, site: &'static str, attempt: A) -> R
    where
        A: FnMut() -> R, // An attempt that moves an argument needs `#[retry(clone(argument))]`.
        R: Outcome<Error = E>,
        // Where `R` is not an outcome, the compiler blames this bound on the method's name, which has the place
        // of the type as the user wrote it, and the bound above on the state, which has no place at all.
        // The same goes for `E`.
        R::Error: Sized,
        E: Retryable,
    {
        blocking::run::<R, ByTypeName>(site, attempt)
    }

    /// See [`RetryLoop`].
    #[cfg(feature = "std")]
    #[inline]
    pub fn __reattempt_run_by<A, V, F>(&self, site: &'static str, attempt: A, on: F) -> R
    where
        A: FnMut() -> R, // An attempt that moves an argument needs `#[retry(clone(argument))]`.
        F: Fn(&R::Error) -> V + ReturnsRetryability<V>,
        R: Outcome,
    {
        blocking::run_by::<R, ByTypeName>(site, attempt, |error| F::retryability(on(error)))
    }

    /// See [`RetryLoop`].
    #[inline]
    pub fn __reattempt_should_return<S>(&mut self, site: S, outcome: &R) -> bool
    where
        S: Site,
        R: Outcome<Error: Retryable>,
    {
        should_return::<R, ByTypeName, S>(&mut self.engine, site, outcome)
    }

    /// See [`RetryLoop`].
    #[inline]
    pub fn __reattempt_should_return_by<S, V, F>(&mut self, site: S, outcome: &R, on: F) -> bool
    where
        S: Site,
        F: FnOnce(&R::Error) -> V + ReturnsRetryability<V>,
        R: Outcome,
    {
        let on = |error: &R::Error| F::retryability(on(error));
        should_return_by::<R, ByTypeName, S>(&mut self.engine, site, outcome, on)
    }

    /// See [`RetryLoop`].
    pub fn __reattempt_failed(
        &mut self,
        operation: &Operation<'_>,
        retryability: Option<Retryability>,
        outcome: &R,
    ) -> bool
    where
        R: Outcome,
    {
        failed::<R, ByTypeName>(&mut self.engine, operation, retryability, outcome)
    }

    /// See [`RetryLoop`].
    pub fn __reattempt_ended_waiting(
        &self,
        operation: &Operation<'_>,
        outcome: &R,
        reason: GiveUpReason,
    ) where
        R: Outcome,
    {
        let error = outcome.error().map(ByTypeName::view);
        tell::ended_waiting(&self.engine, operation, error, reason);
    }
}
