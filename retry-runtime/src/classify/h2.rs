//! `h2::Error`: how HTTP/2 says that a request was not looked at, RFC 9113 § 8.7.

use h2::{Error, Reason};

use super::Retryability;

by_chain! {
    Error
}

pub(super) fn classify(error: &Error) -> Option<Retryability> {
    if let Some(io) = error.get_io() {
        return super::io::classify(io);
    }
    match error.reason()? {
        Reason::REFUSED_STREAM => Some(Retryability::transient().not_applied()),
        Reason::ENHANCE_YOUR_CALM => Some(Retryability::throttled()),
        Reason::NO_ERROR if error.is_go_away() => Some(Retryability::transient()),
        Reason::CANCEL if error.is_library() => Some(Retryability::cancelled()),
        _ => None,
    }
}
