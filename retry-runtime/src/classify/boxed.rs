//! Errors whose type nobody knows any more.

use core::error::Error;

use super::detect;
use super::retryability::Retryability;
#[cfg(feature = "alloc")]
use super::traits::Report;
use super::traits::Retryable;
#[cfg(any(feature = "anyhow", feature = "eyre-0_6"))]
use crate::error_view::ErrorView;

/// `Box<dyn Error>` and its like, by [`detect::types`].
#[diagnostic::do_not_recommend]
impl Retryable for dyn Error + 'static {
    fn retryability(&self) -> Retryability {
        detect::types(self)
    }
}

#[diagnostic::do_not_recommend]
impl Retryable for dyn Error + Send + 'static {
    fn retryability(&self) -> Retryability {
        detect::types(self)
    }
}

#[diagnostic::do_not_recommend]
impl Retryable for dyn Error + Send + Sync + 'static {
    fn retryability(&self) -> Retryability {
        detect::types(self)
    }
}

/// By [`detect::types`].
#[cfg(feature = "anyhow")]
#[diagnostic::do_not_recommend]
impl Retryable for anyhow::Error {
    fn retryability(&self) -> Retryability {
        detect::types(self.as_ref())
    }
}

/// By [`detect::types`].
#[cfg(feature = "eyre-0_6")]
#[diagnostic::do_not_recommend]
impl Retryable for eyre::Report {
    fn retryability(&self) -> Retryability {
        detect::types(self.as_ref())
    }
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl Report for alloc::boxed::Box<dyn Error> {
    fn error(&self) -> &(dyn Error + 'static) {
        &**self
    }
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl Report for alloc::boxed::Box<dyn Error + Send> {
    fn error(&self) -> &(dyn Error + 'static) {
        &**self
    }
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl Report for alloc::boxed::Box<dyn Error + Send + Sync> {
    fn error(&self) -> &(dyn Error + 'static) {
        &**self
    }
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl Report for alloc::sync::Arc<dyn Error + Send + Sync> {
    fn error(&self) -> &(dyn Error + 'static) {
        &**self
    }
}

#[cfg(feature = "anyhow")]
#[diagnostic::do_not_recommend]
impl Report for anyhow::Error {
    fn view(&self) -> ErrorView<'_> {
        ErrorView::Report(self, self.as_ref())
    }

    fn error(&self) -> &(dyn Error + 'static) {
        self.as_ref()
    }
}

#[cfg(feature = "eyre-0_6")]
#[diagnostic::do_not_recommend]
impl Report for eyre::Report {
    fn view(&self) -> ErrorView<'_> {
        ErrorView::Report(self, self.as_ref())
    }

    fn error(&self) -> &(dyn Error + 'static) {
        self.as_ref()
    }
}
