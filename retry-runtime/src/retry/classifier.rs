//! Which errors of a closure are worth another attempt.

use crate::classify::{IntoRetryability, Retryability, Retryable};

/// Asks each error itself, through [`Retryable`].
#[derive(Debug, Clone, Copy)]
pub struct BySelf;

/// Says which errors are worth another attempt.
#[diagnostic::on_unimplemented(
    message = "`reattempt` doesn't know which `{E}` errors are worth another attempt",
    note = "implement `reattempt::Retryable` for `{E}`, or say it with `.on(…)`, by a function or \
            closure from `&{E}` to `bool` or `Retryability`"
)]
pub trait Classifier<E>: sealed::Sealed<E> {
    /// What this error says about another attempt.
    fn retryability(&self, error: &E) -> Retryability;
}

#[diagnostic::do_not_recommend]
impl<E: Retryable> Classifier<E> for BySelf {
    fn retryability(&self, error: &E) -> Retryability {
        error.retryability()
    }
}

#[diagnostic::do_not_recommend]
impl<E, V: IntoRetryability, F: Fn(&E) -> V> Classifier<E> for F {
    fn retryability(&self, error: &E) -> Retryability {
        self(error).into_retryability()
    }
}

mod sealed {
    use super::{BySelf, IntoRetryability};

    #[allow(unnameable_types, reason = "that is its purpose")]
    pub trait Sealed<E> {}
    impl<E> Sealed<E> for BySelf {}
    impl<E, V: IntoRetryability, F: Fn(&E) -> V> Sealed<E> for F {}
}
