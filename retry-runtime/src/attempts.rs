//! What an expansion calls of us: the attempts of a call, by the type of their outcome.
//!
//! Whether errors have a `Display` is settled where a method is named: of [`Attempts`] those are taken
//! whose bounds hold, or else those of what it dereferences to. Nothing has to be imported for that, and
//! nothing of it is left in the program.
//!
//! So there are two of each, which differ in their bounds. A macro that wrote both would stand in the compiler's
//! messages to the user, and would have each bound looked at twice in every annotated function.

use core::fmt::Display;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::time::Duration;

use crate::attempt;
#[cfg(feature = "std")]
use crate::blocking;
use crate::classify::{Answers, Retryability, Retryable};
use crate::context::Context;
use crate::description::{ByDisplay, ByTypeName, Describe};
use crate::engine::Engine;
use crate::outcome::{Outcome, never};
use crate::schedule::RetryPolicy;
use crate::site::{Operation, Site};

/// The attempts of a call, each of which comes to an `R`.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct Attempts<R>(Undescribed<R>);

/// The attempts of a call whose errors have no `Display`.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct Undescribed<R> {
    pub(crate) engine: Engine,
    of: PhantomData<fn() -> R>,
}

/// The attempts of a call, before the first.
///
/// A function by itself, for it is in each annotated function: the path of one that belongs to a type is
/// looked up among all that do.
#[inline]
pub const fn attempts<R>() -> Attempts<R> {
    Attempts(Undescribed { engine: Engine::start(), of: PhantomData })
}

impl<R> Attempts<R> {
    /// Makes one, where it is sync.
    ///
    /// It is called by reference, so that the compiler does not take it for a part of the function before
    /// it has settled that the outcome is made where it is returned. Afterwards it does.
    #[inline]
    pub fn attempt(&self, attempt: impl FnOnce() -> R) -> R {
        let mut attempt = Some(attempt);
        let attempt: &mut dyn FnMut() -> R = &mut || match attempt.take() {
            Some(attempt) => attempt(),
            None => never(),
        };
        attempt()
    }

    /// Takes note of an attempt whose value `until` found lacking. Whether that was the last one.
    pub fn unsatisfied(&mut self, operation: &Operation<'_>) -> bool {
        attempt::unsatisfied(&mut self.0.engine, operation).is_none()
    }

    /// Takes note of a successful attempt of what has this name, which is the last one.
    #[inline]
    pub fn succeeded(&self, name: &str) -> bool {
        attempt::succeeded(&self.0.engine, name);
        true
    }

    /// The wait before the next attempt, if the one before was not the last.
    pub fn delay(&self) -> Duration {
        self.0.engine.previous_delay()
    }

    /// Has the body know of its attempt.
    pub fn begin(&self, context: &mut Context, policy: &dyn RetryPolicy) {
        context.begin(&self.0.engine, policy);
    }
}

impl<R> Deref for Attempts<R> {
    type Target = Undescribed<R>;

    #[inline]
    fn deref(&self) -> &Undescribed<R> {
        &self.0
    }
}

impl<R> DerefMut for Attempts<R> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Undescribed<R> {
        &mut self.0
    }
}

impl<R: Outcome<Error: Display>> Attempts<R> {
    /// Makes all of them, where they are sync and their errors speak for themselves.
    ///
    /// Of `self` nothing is needed but its type: a call has no state before an attempt has failed, and then it is
    /// kept out of the annotated function.
    #[cfg(feature = "std")]
    #[inline]
    pub fn make_all<A, E>(&self, site: &str, attempt: A) -> R
    where
        A: FnMut() -> R,
        R: Outcome<Error = E>,
        E: Retryable,
    {
        blocking::make_all::<R, ByDisplay>(site, attempt)
    }

    /// Makes all of them, where they are sync and `on` is asked about their errors.
    #[cfg(feature = "std")]
    #[inline]
    pub fn make_all_by<A, V, F>(&self, site: &str, attempt: A, on: F) -> R
    where
        A: FnMut() -> R,
        F: Fn(&R::Error) -> V + Answers<V>,
    {
        let on = |error: &R::Error| F::retryability(on(error));
        blocking::make_all_by::<R, ByDisplay>(site, attempt, on)
    }

    /// Takes note of an attempt whose error speaks for itself. Whether that was the last one.
    #[inline]
    pub fn was_last<S>(&mut self, site: &S, outcome: &R) -> bool
    where
        S: Site + ?Sized,
        R::Error: Retryable,
    {
        attempt::was_last::<R, ByDisplay, S>(&mut self.engine, site, outcome)
    }

    /// Takes note of an attempt about whose error `on` is asked. Whether that was the last one.
    #[inline]
    pub fn was_last_by<S, V, F>(&mut self, site: &S, outcome: &R, on: F) -> bool
    where
        S: Site + ?Sized,
        F: FnOnce(&R::Error) -> V + Answers<V>,
    {
        let on = |error: &R::Error| F::retryability(on(error));
        attempt::was_last_by::<R, ByDisplay, S>(&mut self.engine, site, outcome, on)
    }

    /// Takes note of a failed attempt. Whether that was the last one.
    pub fn failed(
        &mut self,
        operation: &Operation<'_>,
        retryability: Retryability,
        outcome: &R,
    ) -> bool {
        let Some(error) = outcome.error() else { return true };
        let error = ByDisplay::describe(error);
        attempt::failed(&mut self.engine, operation, retryability, error).is_none()
    }
}

impl<R> Undescribed<R> {
    /// See [`Attempts::make_all`].
    #[cfg(feature = "std")]
    #[inline]
    pub fn make_all<A, E>(&self, site: &str, attempt: A) -> R
    where
        A: FnMut() -> R,
        R: Outcome<Error = E>,
        // Where `R` is no outcome, the compiler blames this on the method, whose name stands where the type
        // was written, and the line above on the attempts, which stand nowhere. The same goes for `E`.
        R::Error: Sized,
        E: Retryable,
    {
        blocking::make_all::<R, ByTypeName>(site, attempt)
    }

    /// See [`Attempts::make_all_by`].
    #[cfg(feature = "std")]
    #[inline]
    pub fn make_all_by<A, V, F>(&self, site: &str, attempt: A, on: F) -> R
    where
        A: FnMut() -> R,
        F: Fn(&R::Error) -> V + Answers<V>,
        R: Outcome,
    {
        let on = |error: &R::Error| F::retryability(on(error));
        blocking::make_all_by::<R, ByTypeName>(site, attempt, on)
    }

    /// See [`Attempts::was_last`].
    #[inline]
    pub fn was_last<S>(&mut self, site: &S, outcome: &R) -> bool
    where
        S: Site + ?Sized,
        R: Outcome<Error: Retryable>,
    {
        attempt::was_last::<R, ByTypeName, S>(&mut self.engine, site, outcome)
    }

    /// See [`Attempts::was_last_by`].
    #[inline]
    pub fn was_last_by<S, V, F>(&mut self, site: &S, outcome: &R, on: F) -> bool
    where
        S: Site + ?Sized,
        F: FnOnce(&R::Error) -> V + Answers<V>,
        R: Outcome,
    {
        let on = |error: &R::Error| F::retryability(on(error));
        attempt::was_last_by::<R, ByTypeName, S>(&mut self.engine, site, outcome, on)
    }

    /// See [`Attempts::failed`].
    pub fn failed(
        &mut self,
        operation: &Operation<'_>,
        retryability: Retryability,
        outcome: &R,
    ) -> bool
    where
        R: Outcome,
    {
        let Some(error) = outcome.error() else { return true };
        let error = ByTypeName::describe(error);
        attempt::failed(&mut self.engine, operation, retryability, error).is_none()
    }
}
