//! `ureq::Error`, by its variant.

use std::io;

use ureq::Error;

use super::Sources;
use crate::classify::retryability::Retryability;
use crate::classify::tables::http_status;

/// It never says that nothing was applied: ureq follows redirects, and sends a request again over another connection if a
/// pooled one was gone.
pub(in crate::classify) fn classify(error: &Error, _: &dyn Sources) -> Option<Retryability> {
    Some(match error {
        Error::StatusCode(status) => {
            let said = http_status::classify(*status).unwrap_or(Retryability::permanent());
            said.forget_not_applied()
        }
        Error::Io(error) => by_io(error)?.forget_not_applied(),
        Error::Timeout(_) | Error::ConnectionFailed | Error::ConnectProxyFailed(_) => {
            Retryability::transient()
        }
        _ => Retryability::permanent(),
    })
}

fn by_io(error: &io::Error) -> Option<Retryability> {
    super::io::classify(error, &super::NoSources)
}
