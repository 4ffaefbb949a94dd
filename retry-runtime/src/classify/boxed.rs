//! Errors of which nobody knows the type any more.

use core::error::Error;

use super::{Retryability, Retryable, detect};

/// `Box<dyn Error>` and its like, by [`detect::error`].
#[diagnostic::do_not_recommend]
impl Retryable for dyn Error + 'static {
    fn retryability(&self) -> Retryability {
        detect::error(self)
    }
}

#[diagnostic::do_not_recommend]
impl Retryable for dyn Error + Send + 'static {
    fn retryability(&self) -> Retryability {
        detect::error(self)
    }
}

#[diagnostic::do_not_recommend]
impl Retryable for dyn Error + Send + Sync + 'static {
    fn retryability(&self) -> Retryability {
        detect::error(self)
    }
}

/// By [`detect::error`].
#[cfg(feature = "anyhow")]
#[diagnostic::do_not_recommend]
impl Retryable for anyhow::Error {
    fn retryability(&self) -> Retryability {
        detect::error(self.as_ref())
    }
}

/// By [`detect::error`].
#[cfg(feature = "eyre")]
#[diagnostic::do_not_recommend]
impl Retryable for eyre::Report {
    fn retryability(&self) -> Retryability {
        detect::error(self.as_ref())
    }
}
