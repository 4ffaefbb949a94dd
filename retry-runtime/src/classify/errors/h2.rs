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
        Reason::HTTP_1_1_REQUIRED | Reason::INADEQUATE_SECURITY => Some(Retryability::permanent()),
        Reason::NO_ERROR if error.is_go_away() => Some(Retryability::transient()),
        Reason::CANCEL if error.is_library() => Some(Retryability::cancelled()),
        // The other side has reset the stream, or closed the connection, whatever it gives as the reason: proxies
        // reset with `INTERNAL_ERROR`, `CANCEL` and `PROTOCOL_ERROR` when what is behind them fails. It is as if the
        // connection had been reset. Go's client does the same (golang/go#47635).
        _ if error.is_remote() => Some(Retryability::transient()),
        _ => None,
    }
}
