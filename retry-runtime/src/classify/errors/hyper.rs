//! `hyper::Error`, by what hyper says of it, and by what it wraps.

use hyper::Error;

use super::Sources;
use crate::classify::retryability::Retryability;

pub(in crate::classify) fn classify(error: &Error, _: &dyn Sources) -> Option<Retryability> {
    if error.is_parse() || error.is_user() || error.is_body_write_aborted() {
        return Some(Retryability::permanent());
    }
    if error.is_closed() {
        // The connection was gone before the request was on it.
        return Some(Retryability::transient().not_applied());
    }
    if error.is_timeout() || error.is_incomplete_message() || error.is_canceled() {
        return Some(Retryability::transient());
    }
    // What it wraps is asked next.
    None
}

/// An address that is none stays so.
#[allow(clippy::unnecessary_wraps, reason = "other error types may not know")]
pub(in crate::classify) fn invalid_uri(
    _: &dyn core::error::Error,
    _: &dyn Sources,
) -> Option<Retryability> {
    Some(Retryability::permanent())
}
