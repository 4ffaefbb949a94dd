//! Attempts inside of which other calls have limits.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

#[cfg(feature = "std")]
use super::current::EnteredLimits;
use super::limits::Limits;

/// What an attempt says to the calls inside of it.
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait AttemptLimits: Copy {
    #[doc(hidden)]
    fn limits(self) -> Option<Limits>;
}

impl AttemptLimits for Limits {
    #[inline]
    fn limits(self) -> Option<Limits> {
        Some(self)
    }
}

/// Of `nested = "once"`: whether the attempt is a retry.
#[derive(Debug, Clone, Copy)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct OnceIf(pub bool);

impl AttemptLimits for OnceIf {
    #[inline]
    fn limits(self) -> Option<Limits> {
        self.0.then_some(Limits::ONCE)
    }
}

pin_project! {
    /// An attempt inside of which other calls have limits.
    #[allow(missing_debug_implementations)]
    pub struct Inside<F, L> {
        #[pin]
        attempt: F,
        limits: L,
    }
}

/// An attempt inside of which other calls have limits.
#[inline]
pub fn inside<F: Future, L: AttemptLimits>(limits: L, attempt: F) -> Inside<F, L> {
    Inside { attempt, limits }
}

impl<F: Future, L: AttemptLimits> Future for Inside<F, L> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        #[cfg(feature = "std")]
        let _entered = enter(*this.limits);
        this.attempt.poll(context)
    }
}

/// Makes a blocking attempt, inside of which other calls have limits.
#[inline]
pub fn call_inside<R, L: AttemptLimits>(
    limits: L,
    attempt: impl FnOnce() -> R,
) -> impl FnOnce() -> R {
    move || {
        #[cfg(feature = "std")]
        let _entered = enter(limits);
        let _ = limits;
        attempt()
    }
}

#[cfg(feature = "std")]
#[inline]
fn enter<L: AttemptLimits>(limits: L) -> Option<EnteredLimits> {
    limits.limits().filter(Limits::is_inside).map(EnteredLimits::new)
}
