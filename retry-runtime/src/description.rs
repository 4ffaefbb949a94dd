//! How an error stands in a log.

use core::any::type_name;
use core::fmt::{self, Display};
use core::marker::PhantomData;
use core::ops::Deref;

use crate::outcome::Outcome;

/// How an error stands in a log: as its `Display` shows it if it has one, else by the name of its type.
/// `Debug` is left alone, because it may show what is not meant to be read.
pub trait Describe<E> {
    /// The error, to be read.
    fn describe(error: &E) -> &dyn Display;
}

/// An error, to be read.
#[inline]
pub fn described<E, D: Describe<E>>(error: &E, _: D) -> &dyn Display {
    D::describe(error)
}

/// Errors with a `Display`.
#[derive(Debug, Clone, Copy)]
pub struct ByDisplay;

impl<E: Display> Describe<E> for ByDisplay {
    #[inline]
    fn describe(error: &E) -> &dyn Display {
        error
    }
}

/// Errors without one.
#[derive(Debug, Clone, Copy)]
pub struct ByTypeName;

impl<E> Describe<E> for ByTypeName {
    #[inline]
    fn describe(_: &E) -> &dyn Display {
        const { &TypeName::<E>(PhantomData) }
    }
}

struct TypeName<E>(PhantomData<fn(&E)>);

impl<E> Display for TypeName<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(type_name::<E>())
    }
}

/// Which of the two it is, for the errors of an outcome. It is settled where the macro calls the method:
/// this one, if its bound holds, or that of what this dereferences to.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct Description<E>(PhantomData<fn(&E)>);

impl<E> Description<E> {
    /// For the errors of an outcome.
    #[inline]
    pub const fn of<R: Outcome<Error = E>>(_: &R) -> Description<E> {
        Description(PhantomData)
    }
}

impl<E: Display> Description<E> {
    /// They show themselves.
    #[inline]
    pub const fn __reattempt_describe(&self) -> ByDisplay {
        ByDisplay
    }
}

impl<E> Deref for Description<E> {
    type Target = NoDisplay;

    #[inline]
    fn deref(&self) -> &NoDisplay {
        &NoDisplay
    }
}

/// Where there is no `Display`.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct NoDisplay;

impl NoDisplay {
    /// The name of the type stands for them.
    #[inline]
    pub const fn __reattempt_describe(&self) -> ByTypeName {
        ByTypeName
    }
}
