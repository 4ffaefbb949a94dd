//! `azure_core::Error`, by its kind, by the service's code and status, and by what it wraps.

use azure_core::Error;
use azure_core::error::ErrorKind;
use azure_core::http::headers::Headers;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::Sources;
use super::http_client::connecting;
use crate::classify::retryability::Retryability;
use crate::classify::tables::azure_codes;
use crate::classify::timed_out::TimedOut;
use crate::http::retry_after::retry_after;
use crate::http::status_error::StatusError;

/// An error of the kind `Io`.
impl From<TimedOut> for Error {
    fn from(timed_out: TimedOut) -> Error {
        Error::new(ErrorKind::Io, timed_out)
    }
}

/// It never says that nothing was applied. The kind `Connection` says that the last request was not sent; the client may
/// have sent it before, and an operation may be several requests: a large blob is one for each block.
#[allow(clippy::unnecessary_wraps, reason = "other error types may not know")]
pub(in crate::classify) fn classify(error: &Error, sources: &dyn Sources) -> Option<Retryability> {
    let said = match error.kind() {
        ErrorKind::HttpResponse { status, error_code, raw_response } => {
            let headers = raw_response.as_ref().map(|response| header_map(response.headers()));
            by_answer(u16::from(*status), error_code.as_deref(), &headers.unwrap_or_default())
        }
        ErrorKind::Connection => connecting(sources),
        ErrorKind::Io => sources.classify().unwrap_or(Retryability::transient()),
        _ => Retryability::permanent(),
    };
    Some(said.forget_not_applied())
}

/// The code counts for more than the status.
fn by_answer(status: u16, code: Option<&str>, headers: &HeaderMap) -> Retryability {
    let is_one_of = |codes: &[&str]| code.is_some_and(|code| codes.contains(&code));
    let said = if is_one_of(azure_codes::THROTTLING) {
        Retryability::throttled()
    } else if is_one_of(azure_codes::CONFLICT) || status == azure_codes::RETRY_WITH {
        Retryability::transient().conflict()
    } else {
        let status = StatusCode::from_u16(status).ok();
        let error = status.and_then(|status| StatusError::of(status, headers));
        return error.map_or(Retryability::permanent(), |error| error.answered());
    };
    retry_after(headers).map_or(said, |wait| said.after(wait))
}

/// The SDK has a type of its own for them.
fn header_map(headers: &Headers) -> HeaderMap {
    let readable = headers.iter().filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        Some((name, HeaderValue::from_str(value.as_str()).ok()?))
    });
    readable.collect()
}
