//! `h2::Error`: how HTTP/2 says that a request was not looked at, RFC 9113 § 8.7.

use h2::{Error, Reason};

use super::Sources;
use crate::classify::retryability::Retryability;

pub(in crate::classify) fn classify(error: &Error, _: &dyn Sources) -> Option<Retryability> {
    if error.get_io().is_some() {
        // Its source is not that error but the source of it.
        return None;
    }
    match error.reason()? {
        Reason::REFUSED_STREAM => Some(Retryability::transient().not_applied()),
        Reason::ENHANCE_YOUR_CALM => Some(Retryability::throttled()),
        Reason::NO_ERROR if error.is_go_away() => Some(Retryability::transient()),
        Reason::CANCEL if error.is_library() => Some(Retryability::cancelled()),
        _ => None,
    }
}
