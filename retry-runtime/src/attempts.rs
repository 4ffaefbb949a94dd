//! What an expansion calls of us: the attempts of a call, by the type of their outcome.
//!
//! Whether errors have a `Display` is settled where a method is named: of [`Attempts`] those are taken
//! whose bounds hold, or else those of what it dereferences to. Nothing has to be imported for that, and
//! nothing of it is left in the program.

use core::fmt::Display;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::time::Duration;

use crate::attempt::{self, Operation, Site};
use crate::classify::{Retryability, Retryable, Verdict};
use crate::clock::Clock;
use crate::context::Context;
use crate::description::{ByDisplay, ByTypeName, Describe};
use crate::engine::Engine;
use crate::outcome::{Outcome, never};
use crate::schedule::RetryPolicy;

/// The attempts of a call, each of which comes to an `R`, in a function of the kind `K`.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct Attempts<R, K>(Undescribed<R, K>);

/// Those of a call that blocks.
pub type BlockingAttempts<R> = Attempts<R, Blocking>;

/// Those of an async call.
pub type AsyncAttempts<R> = Attempts<R, Async>;

/// The attempts of a call whose errors have no `Display`.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct Undescribed<R, K> {
    engine: Engine,
    of: PhantomData<fn(K) -> R>,
}

/// Whether a function blocks or is async, which no attempt has to say again.
pub trait Kind {
    /// The clock that its calls go by.
    const CLOCK: Clock;
}

/// It blocks.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub enum Blocking {}

/// It is async.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub enum Async {}

impl Kind for Blocking {
    const CLOCK: Clock = Clock::Blocking;
}

impl Kind for Async {
    const CLOCK: Clock = Clock::Async;
}

impl<R> Attempts<R, Blocking> {
    /// Makes one.
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
}

impl<R, K> Attempts<R, K> {
    /// Before the first.
    #[inline]
    pub const fn start() -> Attempts<R, K> {
        Attempts(Undescribed { engine: Engine::start(), of: PhantomData })
    }
}

impl<R, K> Deref for Attempts<R, K> {
    type Target = Undescribed<R, K>;

    #[inline]
    fn deref(&self) -> &Undescribed<R, K> {
        &self.0
    }
}

impl<R, K> DerefMut for Attempts<R, K> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Undescribed<R, K> {
        &mut self.0
    }
}

impl<R: Outcome<Error: Display>, K: Kind> Attempts<R, K> {
    /// Takes note of an attempt whose error speaks for itself. The wait before the next one, or `None` to
    /// return what there is.
    #[inline]
    pub fn judged(&mut self, site: &Site<'_>, outcome: &R) -> Option<Duration>
    where
        R::Error: Retryable,
    {
        attempt::judged::<R, ByDisplay>(&mut self.engine, site, K::CLOCK, outcome)
    }

    /// Takes note of an attempt about whose error `on` is asked.
    #[inline]
    pub fn judged_by<V: Verdict>(
        &mut self,
        site: &Site<'_>,
        outcome: &R,
        on: impl FnOnce(&R::Error) -> V,
    ) -> Option<Duration> {
        attempt::judged_by::<R, ByDisplay, V>(&mut self.engine, site, K::CLOCK, outcome, on)
    }

    /// Takes note of a failed attempt.
    pub fn failed(
        &mut self,
        operation: &Operation<'_>,
        retryability: Retryability,
        outcome: &R,
    ) -> Option<Duration> {
        let error = ByDisplay::describe(outcome.error()?);
        attempt::failed(&mut self.engine, operation, retryability, error)
    }
}

impl<R, K> Undescribed<R, K> {
    /// See [`Attempts::judged`].
    #[inline]
    pub fn judged(&mut self, site: &Site<'_>, outcome: &R) -> Option<Duration>
    where
        R: Outcome<Error: Retryable>,
        K: Kind,
    {
        attempt::judged::<R, ByTypeName>(&mut self.engine, site, K::CLOCK, outcome)
    }

    /// See [`Attempts::judged_by`].
    #[inline]
    pub fn judged_by<V: Verdict>(
        &mut self,
        site: &Site<'_>,
        outcome: &R,
        on: impl FnOnce(&R::Error) -> V,
    ) -> Option<Duration>
    where
        R: Outcome,
        K: Kind,
    {
        attempt::judged_by::<R, ByTypeName, V>(&mut self.engine, site, K::CLOCK, outcome, on)
    }

    /// See [`Attempts::failed`].
    pub fn failed(
        &mut self,
        operation: &Operation<'_>,
        retryability: Retryability,
        outcome: &R,
    ) -> Option<Duration>
    where
        R: Outcome,
    {
        let error = ByTypeName::describe(outcome.error()?);
        attempt::failed(&mut self.engine, operation, retryability, error)
    }

    /// Takes note of an attempt whose value `until` found lacking.
    pub fn unsatisfied(&mut self, operation: &Operation<'_>) -> Option<Duration> {
        attempt::unsatisfied(&mut self.engine, operation)
    }

    /// Takes note of a successful attempt. There is no wait after it.
    #[inline]
    pub fn succeeded(&self, name: &str) -> Option<Duration> {
        attempt::succeeded(&self.engine, &(name, &[]))
    }

    /// Has the body know of its attempt.
    pub fn begin(&self, context: &mut Context, policy: &dyn RetryPolicy) {
        context.begin(&self.engine, policy);
    }
}
