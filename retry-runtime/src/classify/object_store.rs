//! `object_store::Error`, by its variant, and by what it wraps.

use object_store::Error;

use super::{Retryability, Retryable, chain, detect};

/// The stores retry by themselves, ten times within three minutes; switch that off
/// (`RetryConfig { max_retries: 0, .. }`) where this is to do it. What a store wraps is of types that it
/// keeps to itself, so the words of their messages are looked at too.
#[diagnostic::do_not_recommend]
impl Retryable for Error {
    fn retryability(&self) -> Retryability {
        chain::classify(self).unwrap_or(Retryability::permanent())
    }
}

pub(super) fn classify(error: &Error) -> Option<Retryability> {
    match error {
        Error::Generic { source, .. } => Some(detect::error(&**source)),
        Error::NotFound { .. }
        | Error::InvalidPath { .. }
        | Error::NotSupported { .. }
        | Error::AlreadyExists { .. }
        | Error::Precondition { .. }
        | Error::NotModified { .. }
        | Error::PermissionDenied { .. }
        | Error::Unauthenticated { .. } => Some(Retryability::permanent()),
        other => chain::classify_source(other),
    }
}
