//! A response whose status is that of a failure.

use alloc::string::String;
use core::error::Error;
use core::fmt;

use http::{HeaderMap, StatusCode};

use super::retry_after::{explicit, retry_after};
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
#[derive(Clone, PartialEq, Eq)]
pub struct StatusError {
    status: StatusCode,
    retryability: Retryability,
    body: Option<String>,
}

impl StatusError {
    /// The failure that a status and its headers tell of; `None` if the status is none of an error, from
    /// 400 to 599.
    ///
    /// 403 is worth another attempt where the headers say when, and only there; 409, 413 and 423 where `Retry-After` or
    /// its like says it.
    pub fn of(status: StatusCode, headers: &HeaderMap) -> Option<StatusError> {
        let retryability = http_status::classify(status.as_u16())?.forget_not_applied();
        let (with_hint, hint) = match status {
            // GitHub's limits are 403, and so are those of others.
            StatusCode::FORBIDDEN => (Retryability::throttled(), retry_after(headers)),
            StatusCode::CONFLICT | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::LOCKED => {
                (Retryability::transient(), explicit(headers))
            }
            _ if retryability.is_retryable() => (retryability, retry_after(headers)),
            _ => (retryability, None),
        };
        let retryability = hint.map_or(retryability, |wait| with_hint.after(wait));
        Some(StatusError { status, retryability, body: None })
    }

    /// With the body of the response, which often says why. It is not shown with the error, by `Debug` neither, and so
    /// not logged.
    pub fn with_body(mut self, body: impl Into<String>) -> StatusError {
        self.body = Some(body.into());
        self
    }

    /// The body, if it was read.
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What the server's answer says about another attempt.
    pub(crate) fn answered(&self) -> Retryability {
        self.retryability
    }

    /// With the knowledge that the server has done nothing: the status refuses the request, such as 429, and the client
    /// follows no redirects, so that it was this request.
    pub fn not_applied(mut self) -> StatusError {
        self.retryability = self.retryability.not_applied();
        self
    }
}

/// Of the body only its length: it may hold what nobody should read in a log.
impl fmt::Debug for StatusError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StatusError")
            .field("status", &self.status)
            .field("retryability", &self.retryability)
            .field("body_length", &self.body.as_ref().map(String::len))
            .finish()
    }
}

impl fmt::Display for StatusError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the server answered {}", self.status)
    }
}

impl Error for StatusError {}
