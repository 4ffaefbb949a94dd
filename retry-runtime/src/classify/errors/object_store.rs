//! `object_store::Error`, by its variant, and by what it wraps.

use object_store::Error;

use super::Sources;
use crate::classify::retryability::Retryability;

pub(in crate::classify) fn classify(error: &Error, sources: &dyn Sources) -> Option<Retryability> {
    match error {
        // Of what the store has tried before this there is nothing in it.
        Error::Generic { .. } => sources.classify().map(Retryability::forget_not_applied),
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
