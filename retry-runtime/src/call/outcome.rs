//! What an attempt comes to.

use core::fmt::{self, Display};

use crate::classify::{IntoRetryability, Retryability, Retryable, SaysNotApplied};

/// What an attempt comes to.
#[diagnostic::on_unimplemented(
    message = "what is retried has to return a `Result` or an `Option`, but this returns `{Self}`",
    label = "neither a `Result` nor an `Option`"
)]
pub trait Outcome {
    /// What it succeeds with.
    type Value;
    /// What it fails with.
    type Error;

    /// The value of a successful attempt, or the error of a failed one.
    #[allow(clippy::missing_errors_doc, reason = "it fails as the attempt did")]
    fn result(&self) -> Result<&Self::Value, &Self::Error>;

    /// The error of a failed attempt.
    #[inline]
    fn error(&self) -> Option<&Self::Error> {
        self.result().err()
    }

    /// What it came to, by value.
    #[allow(clippy::missing_errors_doc, reason = "it fails as the attempt did")]
    fn into_result(self) -> Result<Self::Value, Self::Error>;

    /// A success.
    fn succeeding(value: Self::Value) -> Self;

    /// A failure.
    fn failing(error: Self::Error) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T, E> Outcome for Result<T, E> {
    type Value = T;
    type Error = E;

    #[inline]
    fn result(&self) -> Result<&T, &E> {
        self.as_ref()
    }

    #[inline]
    fn into_result(self) -> Result<T, E> {
        self
    }

    #[inline]
    fn succeeding(value: T) -> Result<T, E> {
        Ok(value)
    }

    #[inline]
    fn failing(error: E) -> Result<T, E> {
        Err(error)
    }
}

#[diagnostic::do_not_recommend]
impl<T> Outcome for Option<T> {
    type Value = T;
    type Error = NoValue;

    #[inline]
    fn result(&self) -> Result<&T, &NoValue> {
        self.as_ref().ok_or(&NoValue)
    }

    #[inline]
    fn into_result(self) -> Result<T, NoValue> {
        self.ok_or(NoValue)
    }

    #[inline]
    fn succeeding(value: T) -> Option<T> {
        Some(value)
    }

    #[inline]
    fn failing(_: NoValue) -> Option<T> {
        None
    }
}

/// The error of a function that returned `None`.
#[derive(Debug, Clone, Copy)]
pub struct NoValue;

impl Display for NoValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no value")
    }
}

#[diagnostic::do_not_recommend]
impl Retryable for NoValue {
    fn retryability(&self) -> Retryability {
        Retryability::transient()
    }
}

/// The type that an attempt returns. By this name, lints about types don't take it for a second one of
/// the user's.
pub type Attempted<R> = R;

/// A value of the type that an attempt returns, for code that is never run.
#[cold]
#[allow(clippy::missing_panics_doc, clippy::panic, reason = "it is never called")]
pub fn never<T>() -> T {
    panic!("a branch that is never taken")
}

/// What the closure given as `on` answers about an error. Its bound is what tells the compiler the type of the
/// closure's argument.
pub fn classify<E: ?Sized, V: IntoRetryability>(
    error: &E,
    on: impl FnOnce(&E) -> V,
) -> Retryability {
    on(error).into_retryability()
}

/// The same, where the answer has to say whether anything was applied.
pub fn classify_not_applied<E: ?Sized, V: SaysNotApplied>(
    error: &E,
    on: impl FnOnce(&E) -> V,
) -> Retryability {
    on(error).says_not_applied()
}

/// Takes a value, in code that is never run, so that the block around it captures it by value.
pub fn capture_by_value<T>(_: T) {}

/// What `until` may answer about a value.
#[diagnostic::on_unimplemented(
    message = "`until` answers `bool` or `Retryability`, but this one answers `{Self}`",
    label = "neither a `bool` nor a `Retryability`"
)]
pub trait Satisfied {
    /// What it says of a value that is not good enough yet.
    #[doc(hidden)]
    fn rejected(self) -> Option<Retryability>;
}

impl Satisfied for bool {
    fn rejected(self) -> Option<Retryability> {
        if self { None } else { Some(Retryability::transient()) }
    }
}

/// With a wait that stands in the value. What is not worth another attempt is good enough.
impl Satisfied for Retryability {
    fn rejected(self) -> Option<Retryability> {
        self.is_retryable().then_some(self)
    }
}

/// What `until` has answered.
pub fn rejected<A: Satisfied>(answer: A) -> Option<Retryability> {
    answer.rejected()
}

/// What the closure given as `until` answers about a value. Its bound is what tells the compiler the type of the
/// closure's argument.
pub fn call_until<T: ?Sized, A>(value: &T, until: impl FnOnce(&T) -> A) -> A {
    until(value)
}
