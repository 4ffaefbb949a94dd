//! What an expansion calls of us: the attempts of a call, by the type of their outcome.
//!
//! Whether errors have a `Display` is settled where a method is named: of [`Attempts`] those are taken
//! whose bounds hold, or else those of what it dereferences to. Nothing has to be imported for that, and
//! nothing of it is left in the program.

use core::fmt::Display;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::time::Duration;

use crate::attempt;
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

impl<R> Attempts<R> {
    /// Before the first.
    #[inline]
    pub const fn start() -> Attempts<R> {
        Attempts(Undescribed { engine: Engine::start(), of: PhantomData })
    }

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
