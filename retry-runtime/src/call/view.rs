//! How an error is shown and handed to listeners, by what its type implements.

use core::any::type_name;
use core::error::Error;
use core::fmt::Display;

use crate::classify::Report;
use crate::error_view::ErrorView;

/// A way to look at errors of this type.
pub(crate) trait View<E> {
    fn view(error: &E) -> ErrorView<'_>;
}

/// By [`Error`].
pub(crate) enum ByError {}

impl<E: Error> View<E> for ByError {
    #[inline]
    fn view(error: &E) -> ErrorView<'_> {
        ErrorView::Error(error)
    }
}

/// As a box or a report of an error.
pub(crate) enum ByReport {}

impl<E: Report> View<E> for ByReport {
    #[inline]
    fn view(error: &E) -> ErrorView<'_> {
        error.view()
    }
}

/// By its `Display`.
pub(crate) enum ByDisplay {}

impl<E: Display> View<E> for ByDisplay {
    #[inline]
    fn view(error: &E) -> ErrorView<'_> {
        ErrorView::Display(error)
    }
}

/// By the name of its type.
pub(crate) enum ByTypeName {}

impl<E> View<E> for ByTypeName {
    #[inline]
    fn view(_: &E) -> ErrorView<'_> {
        ErrorView::TypeName(type_name::<E>())
    }
}
