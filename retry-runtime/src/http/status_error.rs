//! A response whose status is that of a failure.

use core::error::Error;
use core::fmt;

use http::{HeaderMap, StatusCode};

use super::retry_after::retry_after;
use crate::classify::retryability::Retryability;
use crate::classify::tables::http_status;
use crate::classify::traits::Retryable;

/// A status says what it is by itself; the wait is in the headers, see [`StatusError`]. It doesn't say that
/// nothing was applied, because it may be the answer to the second request of a redirect.
#[diagnostic::do_not_recommend]
impl Retryable for StatusCode {
    fn retryability(&self) -> Retryability {
        let said = http_status::classify(self.as_u16()).unwrap_or(Retryability::permanent());
        said.forget_not_applied()
    }
}

/// A response whose status is one of a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusError {
    status: StatusCode,
    retryability: Retryability,
}

impl StatusError {
    /// The failure that a status and its headers tell of; `None` if the status is none of an error, from
    /// 400 to 599.
    pub fn of(status: StatusCode, headers: &HeaderMap) -> Option<StatusError> {
        let mut retryability = http_status::classify(status.as_u16())?.forget_not_applied();
        let may_have_hint = status == StatusCode::PAYLOAD_TOO_LARGE || retryability.is_retryable();
        if let Some(hint) = may_have_hint.then(|| retry_after(headers)).flatten() {
            if status == StatusCode::PAYLOAD_TOO_LARGE {
                retryability = Retryability::transient();
            }
            retryability = retryability.after(hint);
        }
        Some(StatusError { status, retryability })
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What the server's answer says about another attempt.
    pub(crate) fn answered(&self) -> Retryability {
        self.retryability
    }

    /// With the knowledge that the server has done nothing.
    pub(super) fn not_applied(mut self) -> StatusError {
        self.retryability = self.retryability.not_applied();
        self
    }
}

impl fmt::Display for StatusError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the server answered {}", self.status)
    }
}

impl Error for StatusError {}
