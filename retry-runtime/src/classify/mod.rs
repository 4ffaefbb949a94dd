//! What an error says about itself: is another attempt worth it, and when.

/// An error of a type that the chain knows: it is asked like any other, and so are those that it wraps.
#[allow(unused_macros, reason = "each use needs a feature")]
macro_rules! by_chain {
    ($(#[$documentation:meta])* $error:ty) => {
        $(#[$documentation])*
        #[diagnostic::do_not_recommend]
        impl $crate::classify::Retryable for $error {
            fn retryability(&self) -> $crate::classify::Retryability {
                let known = $crate::classify::chain::classify(self);
                known.unwrap_or($crate::classify::Retryability::permanent())
            }
        }
    };
}

mod boxed;
mod chain;
mod codes;
pub mod detect;
#[cfg(feature = "alloc")]
mod marked;
mod message;
mod status;

#[cfg(feature = "aws-smithy")]
mod aws;
#[cfg(feature = "h2")]
mod h2;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "hyper")]
mod hyper;
#[cfg(feature = "hyper-util")]
mod hyper_util;
#[cfg(feature = "std")]
mod io;
#[cfg(feature = "object_store")]
mod object_store;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "rusqlite")]
mod rusqlite;
#[cfg(any(feature = "rusqlite", feature = "sqlx"))]
mod sql;
#[cfg(feature = "sqlx")]
mod sqlx;
#[cfg(feature = "tonic")]
mod tonic;

#[cfg(feature = "alloc")]
pub use marked::Marked;

use core::convert::Infallible;
use core::time::Duration;

/// What an error says about another attempt: whether it is worth it, how long to wait for it at
/// least, and whether the failed one is known to have done nothing.
///
/// ```
/// use core::time::Duration;
/// use reattempt::{Retryability, RetryKind};
///
/// let answer = Retryability::throttled().after(Duration::from_secs(2)).not_applied();
/// assert_eq!(answer.kind(), RetryKind::Throttled);
/// assert!(answer.is_retryable());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Retryability {
    kind: RetryKind,
    not_applied: bool,
    retry_after: Option<Duration>,
}

/// The kind of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryKind {
    /// The same call would fail again: bad input, no permission, not found.
    Permanent,
    /// The same call may well succeed: a lost connection, a restarting server.
    Transient,
    /// Transient, because there was too much load: worth a longer wait.
    Throttled,
    /// The caller no longer wants it. Never retried.
    Cancelled,
}

impl Retryability {
    /// The same call would fail again.
    pub const fn permanent() -> Retryability {
        Retryability::new(RetryKind::Permanent)
    }

    /// The same call may well succeed.
    pub const fn transient() -> Retryability {
        Retryability::new(RetryKind::Transient)
    }

    /// There was too much load: worth another attempt after a longer wait.
    pub const fn throttled() -> Retryability {
        Retryability::new(RetryKind::Throttled)
    }

    /// The caller no longer wants it.
    pub const fn cancelled() -> Retryability {
        Retryability::new(RetryKind::Cancelled)
    }

    pub(crate) const fn new(kind: RetryKind) -> Retryability {
        Retryability { kind, not_applied: false, retry_after: None }
    }

    /// With a wait that the server asked for, such as HTTP's `Retry-After`. The next attempt never
    /// begins earlier; where it is longer than the policy allows, there is none.
    pub const fn after(mut self, wait: Duration) -> Retryability {
        self.retry_after = Some(wait);
        self
    }

    /// With the knowledge that the failed attempt has changed nothing: the connection was refused,
    /// the transaction was rolled back. Not to be said of a time-out.
    pub const fn not_applied(mut self) -> Retryability {
        self.not_applied = true;
        self
    }

    /// Without that knowledge: what made the error may have tried more than once.
    #[allow(dead_code, reason = "some crates do")]
    pub(crate) const fn perhaps_applied(mut self) -> Retryability {
        self.not_applied = false;
        self
    }

    /// The kind of failure.
    pub const fn kind(self) -> RetryKind {
        self.kind
    }

    /// Whether another attempt is worth it: transient or throttled.
    pub const fn is_retryable(self) -> bool {
        matches!(self.kind, RetryKind::Transient | RetryKind::Throttled)
    }

    /// The wait that the server asked for.
    pub const fn retry_after(self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether it is known that the failed attempt has changed nothing. `false` is "not known".
    pub const fn is_not_applied(self) -> bool {
        self.not_applied
    }
}

/// `true` is transient, `false` permanent.
impl From<bool> for Retryability {
    fn from(retryable: bool) -> Retryability {
        if retryable { Retryability::transient() } else { Retryability::permanent() }
    }
}

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
    message = "`{Self}` does not say which of its errors are worth another attempt",
    label = "`#[retry]` cannot tell a transient `{Self}` from a permanent one",
    note = "say it in the attribute, `#[retry(on = is_transient)]`, with a function or closure from \
            `&{Self}` to `bool` or `Retryability`",
    note = "or, if the type is yours, derive it, `#[derive(reattempt::Retryable)]`, or implement it",
    note = "the errors of many crates say it with the feature of `reattempt` that has the crate's name, \
            such as `reqwest`, `tonic`, `sqlx`, `redis` or `anyhow`, in the version that its README tells"
)]
#[cfg_attr(
    not(feature = "std"),
    diagnostic::on_unimplemented(note = "`std::io::Error` says it with the feature `std`")
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

/// A time-out that cut the work off: it may have been done all the same.
#[cfg(feature = "tokio")]
#[diagnostic::do_not_recommend]
impl Retryable for tokio::time::error::Elapsed {
    fn retryability(&self) -> Retryability {
        Retryability::transient()
    }
}

#[cfg(feature = "tokio")]
#[allow(clippy::unnecessary_wraps, reason = "others know nothing")]
fn timed_out(error: &tokio::time::error::Elapsed) -> Option<Retryability> {
    Some(error.retryability())
}

/// An error in a field, to be asked.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which of its errors are worth another attempt",
    label = "`forward` asks it, and it does not say",
    note = "say it of the variant in place of `forward`, such as `#[retry(permanent)]`, or \
            `#[retry(transient, when = …)]` with a condition over its fields",
    note = "or, if the type is yours, derive it, `#[derive(reattempt::Retryable)]`, or implement it",
    note = "the errors of many crates say it with the feature of `reattempt` that has the crate's name, \
            such as `reqwest`, `tonic`, `sqlx`, `redis` or `anyhow`, in the version that its README tells"
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
pub trait Certain: Verdict {
    /// The answer.
    fn certain(self) -> Retryability;
}

#[diagnostic::do_not_recommend]
impl Certain for Retryability {
    fn certain(self) -> Retryability {
        self
    }
}

/// What a function given as `on` may answer.
#[diagnostic::on_unimplemented(
    message = "`on` must answer `bool` or `Retryability`, not `{Self}`",
    label = "neither `bool` nor `Retryability`"
)]
pub trait Verdict {
    /// The answer in full.
    fn into_retryability(self) -> Retryability;
}

/// A function that answers with a verdict. What it answers instead is blamed on the function, where a bound on
/// the answer would be blamed on whoever calls it.
pub trait Answers<V> {
    /// The answer in full.
    fn retryability(answer: V) -> Retryability;
}

impl<F, V: Verdict> Answers<V> for F {
    #[inline]
    fn retryability(answer: V) -> Retryability {
        answer.into_retryability()
    }
}

#[diagnostic::do_not_recommend]
impl Verdict for bool {
    fn into_retryability(self) -> Retryability {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl Verdict for Retryability {
    fn into_retryability(self) -> Retryability {
        self
    }
}
