//! Errors with a mark, for those that are passed on as `Box<dyn Error>` or `anyhow::Error`.

use alloc::boxed::Box;
use core::error::Error;
use core::fmt;

use super::retryability::Retryability;
use super::traits::Retryable;

/// An error with a mark, which says of this one error whether another attempt is worth it.
///
/// It is for errors that are passed on as `Box<dyn Error>`, `anyhow::Error` or the like, where it is
/// found anywhere in the chain, and beats whatever else is known of them. It shows the error as it is; to
/// downcast to that error's own type, downcast to this one first, and look into [`get_ref`](Marked::get_ref).
///
/// ```
/// use reattempt::{Marked, retry};
/// use std::error::Error;
///
/// #[retry]
/// fn load(path: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
///     let text = std::fs::read_to_string(path)?;
///     // A half-written file: worth another look.
///     let number = text.trim().parse().map_err(Marked::transient)?;
///     Ok(number)
/// }
/// # assert!(load("/no/such/file").is_err());
/// ```
pub struct Marked {
    pub(super) retryability: Retryability,
    error: Box<dyn Error + Send + Sync>,
}

impl Marked {
    /// An error with this mark.
    pub fn new(
        retryability: Retryability,
        error: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Marked {
        Marked { retryability, error: error.into() }
    }

    /// This error is not worth another attempt.
    pub fn permanent(error: impl Into<Box<dyn Error + Send + Sync>>) -> Marked {
        Marked::new(Retryability::permanent(), error)
    }

    /// This error is worth another attempt.
    pub fn transient(error: impl Into<Box<dyn Error + Send + Sync>>) -> Marked {
        Marked::new(Retryability::transient(), error)
    }

    /// An error marked with what its own [`Retryable`] says. Once it is boxed, its type is no longer known, so
    /// nobody can ask it any more.
    ///
    /// ```
    /// use reattempt::{Marked, Retryable, retry};
    ///
    /// #[derive(Debug, thiserror::Error, Retryable)]
    /// #[error("the queue is full")]
    /// #[retry(throttled)]
    /// struct QueueFull;
    ///
    /// let error: Box<dyn std::error::Error + Send + Sync> = Marked::by_itself(QueueFull).into();
    /// assert!(error.retryability().is_retryable());
    /// ```
    pub fn by_itself<E: Retryable + Into<Box<dyn Error + Send + Sync>>>(error: E) -> Marked {
        Marked::new(error.retryability(), error)
    }

    /// The error that was marked.
    pub fn get_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.error
    }

    /// Takes the error out.
    pub fn into_inner(self) -> Box<dyn Error + Send + Sync> {
        self.error
    }
}

/// Marks the error of a `Result` in passing, on its way into a `Box<dyn Error>`, an `anyhow::Error` or the like.
///
/// ```
/// use reattempt::{MarkError, retry};
/// use std::error::Error;
///
/// #[retry]
/// fn load(path: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
///     // If the file isn't there it won't be there in a moment, whatever kind of error that is.
///     let text = std::fs::read_to_string(path).permanent()?;
///     // A half-written file: worth another look.
///     let number = text.trim().parse::<u32>().transient()?;
///     Ok(number)
/// }
/// # assert!(load("/no/such/file").is_err());
/// ```
pub trait MarkError<T>: Sized {
    /// The error is this.
    ///
    /// # Errors
    ///
    /// The same error, with the mark.
    fn mark(self, retryability: Retryability) -> Result<T, Marked>;

    /// The error is not worth another attempt.
    ///
    /// # Errors
    ///
    /// The same error, with the mark.
    fn permanent(self) -> Result<T, Marked> {
        self.mark(Retryability::permanent())
    }

    /// The error is worth another attempt.
    ///
    /// # Errors
    ///
    /// The same error, with the mark.
    fn transient(self) -> Result<T, Marked> {
        self.mark(Retryability::transient())
    }
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> MarkError<T> for Result<T, E> {
    fn mark(self, retryability: Retryability) -> Result<T, Marked> {
        self.map_err(|error| Marked::new(retryability, error))
    }
}

#[diagnostic::do_not_recommend]
impl Retryable for Marked {
    fn retryability(&self) -> Retryability {
        self.retryability
    }
}

/// As the error shows itself.
impl fmt::Display for Marked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, formatter)
    }
}

impl fmt::Debug for Marked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, formatter)
    }
}

/// Its source is that of the error, which it shows itself.
impl Error for Marked {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
