//! The traits by which errors are classified.

use core::convert::Infallible;
use core::error::Error;
use core::time::Duration;

use super::retryability::Retryability;
use crate::error_view::ErrorView;

/// An error that knows whether another attempt is worth it.
///
/// ```
/// use core::time::Duration;
/// use reattempt::{Retryable, Retryability};
///
/// enum UploadError {
///     Busy { retry_after: Option<Duration> },
///     Disconnected,
///     TooLarge,
/// }
///
/// impl Retryable for UploadError {
///     fn retryability(&self) -> Retryability {
///         match self {
///             UploadError::Busy { retry_after: Some(wait) } => Retryability::throttled().after(*wait),
///             UploadError::Busy { retry_after: None } => Retryability::throttled(),
///             UploadError::Disconnected => Retryability::transient(),
///             UploadError::TooLarge => Retryability::permanent(),
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`reattempt` doesn't know which `{Self}` errors are worth another attempt",
    label = "nothing says whether a `{Self}` is transient or permanent",
    note = "say it in the attribute, `#[retry(on = is_transient)]`, with a function or closure from \
            `&{Self}` to `bool` or `Retryability`",
    note = "or, if the type is yours, derive it, `#[derive(reattempt::Retryable)]`, or implement it",
    note = "for the errors of another crate, enable the feature of `reattempt` for the version that you have: \
            `reqwest-0_13`, `reqwest-0_12`, `tonic-0_14`, `tonic-0_13`, `tonic-0_14-transport`, \
            `tonic-0_13-transport`, `sqlx-0_9`, `sqlx-0_8`, `tokio-postgres-0_7`, `diesel` (2), `rusqlite` \
            (0.40 to 0.43), `redis` (1), `mongodb` (3), `object_store-0_14`, `object_store-0_13`, `ureq-3`, \
            `hyper` (1), `hyper-util-0_1`, `h2-0_4`, `aws-smithy` (1), `azure-core` (1), \
            `anyhow` (1), `eyre-0_6`",
    note = "for an `aws_sdk_…::Error`, write `on = reattempt::detect::aws`; for a crate or a version without a \
            feature, `on = reattempt::detect::error` goes by what the error wraps and says"
)]
#[cfg_attr(
    not(feature = "std"),
    diagnostic::on_unimplemented(note = "for `std::io::Error`, enable the feature `std`")
)]
pub trait Retryable {
    /// What this error says about another attempt.
    fn retryability(&self) -> Retryability;
}

#[diagnostic::do_not_recommend]
impl Retryable for Infallible {
    fn retryability(&self) -> Retryability {
        match *self {}
    }
}

#[diagnostic::do_not_recommend]
impl<E: Retryable + ?Sized> Retryable for &E {
    fn retryability(&self) -> Retryability {
        E::retryability(self)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Retryable + ?Sized> Retryable for &mut E {
    fn retryability(&self) -> Retryability {
        E::retryability(self)
    }
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<E: Retryable + ?Sized> Retryable for alloc::boxed::Box<E> {
    fn retryability(&self) -> Retryability {
        E::retryability(self)
    }
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<E: Retryable + ?Sized> Retryable for alloc::sync::Arc<E> {
    fn retryability(&self) -> Retryability {
        E::retryability(self)
    }
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<E: Retryable + ?Sized> Retryable for alloc::rc::Rc<E> {
    fn retryability(&self) -> Retryability {
        E::retryability(self)
    }
}

/// An error in a field, to be asked.
#[diagnostic::on_unimplemented(
    message = "`reattempt` doesn't know which `{Self}` errors are worth another attempt",
    label = "`forward` asks it, and it has no answer",
    note = "say it of the variant in place of `forward`, such as `#[retry(permanent)]`, or \
            `#[retry(transient, when = …)]` with a condition over its fields",
    note = "or, if the type is yours, derive it, `#[derive(reattempt::Retryable)]`, or implement it",
    note = "for the errors of another crate, enable the feature of `reattempt` for the version that you have: \
            `reqwest-0_13`, `reqwest-0_12`, `tonic-0_14`, `tonic-0_13`, `tonic-0_14-transport`, \
            `tonic-0_13-transport`, `sqlx-0_9`, `sqlx-0_8`, `tokio-postgres-0_7`, `diesel` (2), `rusqlite` \
            (0.40 to 0.43), `redis` (1), `mongodb` (3), `object_store-0_14`, `object_store-0_13`, `ureq-3`, \
            `hyper` (1), `hyper-util-0_1`, `h2-0_4`, `aws-smithy` (1), `azure-core` (1), \
            `anyhow` (1), `eyre-0_6`",
    note = "for an `aws_sdk_…::Error`, write `#[retry(forward, on = reattempt::detect::aws)]`; for a crate or a version without \
            a feature, `#[retry(forward, on = reattempt::detect::error)]` goes by what the error wraps and says"
)]
pub trait Forward {
    /// What it says.
    fn forward(&self) -> Retryability;
}

#[diagnostic::do_not_recommend]
impl<E: Retryable + ?Sized> Forward for E {
    fn forward(&self) -> Retryability {
        self.retryability()
    }
}

/// Where there is none, nothing says that another attempt is worth it.
#[diagnostic::do_not_recommend]
impl<E: Retryable> Forward for Option<E> {
    fn forward(&self) -> Retryability {
        self.as_ref().map_or(Retryability::permanent(), E::retryability)
    }
}

/// A wait that a server may have asked for, in a field.
#[diagnostic::on_unimplemented(
    message = "`after` needs a field of type `Duration` or `Option<Duration>`, not `{Self}`",
    label = "neither a `Duration` nor an `Option<Duration>`",
    note = "keep it as a `Duration`, by `Duration::from_secs(…)` where the error is made, or implement \
            `Retryable` by hand"
)]
pub trait Hint {
    /// The wait.
    fn hint(&self) -> Option<Duration>;
}

#[diagnostic::do_not_recommend]
impl Hint for Duration {
    fn hint(&self) -> Option<Duration> {
        Some(*self)
    }
}

#[diagnostic::do_not_recommend]
impl Hint for Option<Duration> {
    fn hint(&self) -> Option<Duration> {
        *self
    }
}

/// An answer, with the wait in a field.
pub fn after<H: Hint>(retryability: Retryability, hint: &H) -> Retryability {
    match hint.hint() {
        Some(wait) => retryability.after(wait),
        None => retryability,
    }
}

/// What a function given as `on` may answer about work that must not be done twice.
#[diagnostic::on_unimplemented(
    message = "with `idempotent = false`, `on` must answer `Retryability`, not `{Self}`",
    label = "does not say that nothing was applied, so this would never be tried again",
    note = "answer `Retryability::transient().not_applied()` for errors of which that is known"
)]
pub trait SaysNotApplied: IntoRetryability {
    /// The answer.
    fn says_not_applied(self) -> Retryability;
}

#[diagnostic::do_not_recommend]
impl SaysNotApplied for Retryability {
    fn says_not_applied(self) -> Retryability {
        self
    }
}

/// What a function given as `on` may return: `bool` or [`Retryability`].
#[diagnostic::on_unimplemented(
    message = "`on` must answer `bool` or `Retryability`, not `{Self}`",
    label = "neither `bool` nor `Retryability`"
)]
pub trait IntoRetryability: sealed::Sealed {
    /// As a [`Retryability`].
    fn into_retryability(self) -> Retryability;
}

/// A function that returns something about an error. If it returns something else, the compiler blames the
/// function; a bound on what is returned would blame whoever calls it.
pub trait ReturnsRetryability<V> {
    /// The answer in full.
    fn retryability(answer: V) -> Retryability;
}

impl<F, V: IntoRetryability> ReturnsRetryability<V> for F {
    #[inline]
    fn retryability(answer: V) -> Retryability {
        answer.into_retryability()
    }
}

#[diagnostic::do_not_recommend]
impl IntoRetryability for bool {
    fn into_retryability(self) -> Retryability {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl IntoRetryability for Retryability {
    fn into_retryability(self) -> Retryability {
        self
    }
}

mod sealed {
    #[allow(unnameable_types, reason = "that is its purpose")]
    pub trait Sealed {}
    impl Sealed for bool {}
    impl Sealed for super::Retryability {}
}

/// A box or a report of an error, which implements no `Error` itself.
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait Report {
    /// The error in it.
    #[doc(hidden)]
    fn error(&self) -> &(dyn Error + 'static);

    /// How it is shown: as the error in it, unless it has a way of its own.
    #[doc(hidden)]
    fn view(&self) -> ErrorView<'_> {
        ErrorView::Error(self.error())
    }
}
