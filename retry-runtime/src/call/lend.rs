//! How a function given as `on` is handed an error. `Box<dyn Error>`, `anyhow::Error` and `eyre::Report`
//! don't coerce to `&dyn Error`, so a function that takes one is handed the error in them:
//!
//! ```text
//! |__error| {
//!     use {LendItself as _, LendContent as _, LendForCoercion as _};
//!     let __on = &function;
//!     let __error = (&&&Lender::new(__on, __error)).__reattempt_lend();
//!     (*__on)(__error)
//! }
//! ```
//!
//! The trick is to let the compiler choose among methods of the same name by how many references stand before
//! the value: the first that is possible is taken. Where the function takes something else still, the last one
//! leaves it to the compiler to coerce, or to say what is wrong.

use core::error::Error;

use crate::classify::Report;

/// A function, and the error that it is to be handed.
#[derive(Debug)]
pub struct Lender<'f, 'a, F, E> {
    #[allow(dead_code, reason = "its type is what counts")]
    function: &'f F,
    error: &'a E,
}

impl<'f, 'a, F, E> Lender<'f, 'a, F, E> {
    /// A function, which is not called here, and an error.
    pub const fn new(function: &'f F, error: &'a E) -> Lender<'f, 'a, F, E> {
        Lender { function, error }
    }
}

/// The function takes the error as it is.
pub trait LendItself<'a, E, R> {
    /// What the function is handed.
    fn __reattempt_lend(&self) -> &'a E;
}

impl<'a, F: Fn(&'a E) -> R, E, R> LendItself<'a, E, R> for &&Lender<'_, 'a, F, E> {
    #[inline]
    fn __reattempt_lend(&self) -> &'a E {
        self.error
    }
}

/// The function takes `&dyn Error`, and there is one in the error.
pub trait LendContent<'a, 'b: 'a, R> {
    /// What the function is handed.
    fn __reattempt_lend(&self) -> &'a (dyn Error + 'static);
}

impl<'a, 'b: 'a, F: Fn(&'a (dyn Error + 'b)) -> R, E: Report, R> LendContent<'a, 'b, R>
    for &Lender<'_, 'a, F, E>
{
    #[inline]
    fn __reattempt_lend(&self) -> &'a (dyn Error + 'static) {
        self.error.error()
    }
}

/// The function takes what a reference to the error coerces to, such as `&str` for a `String`.
pub trait LendForCoercion<'a, E> {
    /// What the function is handed.
    fn __reattempt_lend(&self) -> &'a E;
}

impl<'a, F, E> LendForCoercion<'a, E> for Lender<'_, 'a, F, E> {
    #[inline]
    fn __reattempt_lend(&self) -> &'a E {
        self.error
    }
}
