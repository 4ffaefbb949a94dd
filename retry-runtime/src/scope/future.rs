//! What an attempt runs inside of.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

#[cfg(feature = "std")]
use super::current::EnteredLimits;
use super::limits::Limits;

/// What an attempt runs inside of: limits of the calls that it makes, or a span.
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait RunsInside {
    /// What is there while it runs.
    #[doc(hidden)]
    type Entered<'a>
    where
        Self: 'a;

    #[doc(hidden)]
    fn enter(&self) -> Self::Entered<'_>;
}

/// What is entered of limits. Without the standard library there are none.
#[cfg(feature = "std")]
type Entered = Option<EnteredLimits>;
#[cfg(not(feature = "std"))]
type Entered = ();

impl RunsInside for Limits {
    type Entered<'a> = Entered;

    #[inline]
    fn enter(&self) -> Entered {
        #[cfg(feature = "std")]
        return self.is_inside().then(|| EnteredLimits::new(*self));
    }
}

/// Of `nested = "once"`: whether the attempt is a retry.
#[derive(Debug, Clone, Copy)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct OnceIf(pub bool);

impl RunsInside for OnceIf {
    type Entered<'a> = Entered;

    #[inline]
    fn enter(&self) -> Entered {
        #[cfg(feature = "std")]
        return self.0.then(|| EnteredLimits::new(Limits::ONCE));
    }
}

/// Nothing.
impl RunsInside for () {
    type Entered<'a> = ();

    fn enter(&self) {}
}

pin_project! {
    /// An attempt that runs inside of something.
    #[allow(missing_debug_implementations)]
    pub struct Inside<F, I> {
        #[pin]
        attempt: F,
        outer: I,
    }
}

/// An attempt that runs inside of this.
#[inline]
pub fn inside<F: Future, I: RunsInside>(outer: I, attempt: F) -> Inside<F, I> {
    Inside { attempt, outer }
}

impl<F: Future, I: RunsInside> Future for Inside<F, I> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = this.outer.enter();
        this.attempt.poll(context)
    }
}

/// Makes a blocking attempt inside of this.
#[inline]
pub fn call_inside<R, I: RunsInside>(outer: I, attempt: impl FnOnce() -> R) -> impl FnOnce() -> R {
    move || {
        let _entered = outer.enter();
        attempt()
    }
}
