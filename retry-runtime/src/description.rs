//! How an error stands in a log.

use core::any::type_name;
use core::fmt::{self, Display};
use core::marker::PhantomData;

/// How an error stands in a log: as its `Display` shows it if it has one, else by the name of its type.
/// `Debug` is left alone, because it may show what is not meant to be read.
pub(crate) trait Describe<E> {
    /// The error, to be read.
    fn describe(error: &E) -> &dyn Display;
}

/// Errors with a `Display`.
pub(crate) enum ByDisplay {}

impl<E: Display> Describe<E> for ByDisplay {
    #[inline]
    fn describe(error: &E) -> &dyn Display {
        error
    }
}

/// Errors without one.
pub(crate) enum ByTypeName {}

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
