//! `object_store::Error`, by its variant, and by what it wraps.

use object_store::Error;

use super::chain::{self, Depth};
use super::{Retryability, Retryable, detect};

/// The stores retry by themselves, ten times within three minutes; switch that off
/// (`RetryConfig { max_retries: 0, .. }`) where this is to do it. What a store wraps is of types that it
/// keeps to itself, so the words of their messages are looked at too. It never says that nothing was applied.
#[diagnostic::do_not_recommend]
impl Retryable for Error {
    fn retryability(&self) -> Retryability {
        detect::error(self)
    }
}

pub(super) fn classify(error: &Error, depth: Depth) -> Option<Retryability> {
    match error {
        // Of what the store has tried before this there is nothing in it.
        Error::Generic { .. } => {
            chain::classify_source(error, depth).map(Retryability::perhaps_applied)
        }
        Error::NotFound { .. }
        | Error::InvalidPath { .. }
        | Error::NotSupported { .. }
        | Error::AlreadyExists { .. }
        | Error::Precondition { .. }
        | Error::NotModified { .. }
        | Error::PermissionDenied { .. }
        | Error::Unauthenticated { .. } => Some(Retryability::permanent()),
        _ => None,
    }
}
