//! A question that is asked when its answer matters, and once at most.

use core::cell::Cell;

/// Whether the call is to end.
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait Question {
    #[doc(hidden)]
    fn ask(&self) -> bool;
}

/// A question that may use up what it looks at: a future that has come to its end must not be looked at again.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct AskOnce<F>(Cell<Option<F>>);

impl<F: FnOnce() -> bool> AskOnce<F> {
    /// Asks this.
    #[inline]
    pub const fn new(question: F) -> AskOnce<F> {
        AskOnce(Cell::new(Some(question)))
    }
}

impl<F: FnOnce() -> bool> Question for AskOnce<F> {
    fn ask(&self) -> bool {
        self.0.take().is_some_and(|question| question())
    }
}
