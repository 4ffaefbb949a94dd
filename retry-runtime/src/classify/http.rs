//! HTTP: statuses, the waits that servers ask for, and responses that are failures though the call
//! succeeded.
//!
//! A response with the status 503 is an `Ok` in Rust. One word makes it an error that is tried again, when
//! the server said to:
//!
//! ```
//! # #[cfg(feature = "reqwest")]
//! # mod example {
//! use reattempt::http::{RetryableStatus, StatusError};
//! use reattempt::{Retryable, retry};
//!
//! #[derive(Debug, thiserror::Error, Retryable)]
//! enum FetchError {
//!     #[error(transparent)]
//!     #[retry(forward)]
//!     Transport(#[from] reqwest::Error),
//!     #[error(transparent)]
//!     #[retry(forward)]
//!     Status(#[from] StatusError),
//! }
//!
//! #[retry(max_attempts = 5)]
//! async fn fetch(client: &reqwest::Client, url: &str) -> Result<reqwest::Response, FetchError> {
//!     Ok(client.get(url).send().await?.retryable_status()?)
//! }
//!
//! // What must not be done twice, a `POST`, is not tried again.
//! #[retry(idempotent = method.is_idempotent())]
//! async fn send(
//!     client: &reqwest::Client,
//!     method: http::Method,
//!     url: &str,
//! ) -> Result<reqwest::Response, FetchError> {
//!     Ok(client.request(method.clone(), url).send().await?.retryable_status()?)
//! }
//! # }
//! ```

use core::error::Error;
use core::fmt;
use core::time::Duration;
use std::time::SystemTime;

use http::{HeaderMap, Method, Response, StatusCode};

#[cfg(any(feature = "reqwest", feature = "hyper-util"))]
use super::RetryKind;
use super::{Retryability, Retryable, status};

/// A status says what it is by itself; the wait is in the headers, see [`StatusError`]. It doesn't say that
/// nothing was applied, because it may be the answer to the second request of a redirect.
#[diagnostic::do_not_recommend]
impl Retryable for StatusCode {
    fn retryability(&self) -> Retryability {
        let said = status::classify(self.as_u16()).unwrap_or(Retryability::permanent());
        said.perhaps_applied()
    }
}

/// A response whose status is one of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusError {
    status: StatusCode,
    retryability: Retryability,
}

impl StatusError {
    /// The failure that a status and its headers tell of; `None` if the status is none of an error, from
    /// 400 to 599.
    pub fn of(status: StatusCode, headers: &HeaderMap) -> Option<StatusError> {
        let mut retryability = status::classify(status.as_u16())?.perhaps_applied();
        let hint = retry_after(headers);
        if status == StatusCode::PAYLOAD_TOO_LARGE && hint.is_some() {
            retryability = Retryability::transient();
        }
        if let Some(hint) = hint.filter(|_| retryability.is_retryable()) {
            retryability = retryability.after(hint);
        }
        Some(StatusError { status, retryability })
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

#[diagnostic::do_not_recommend]
impl Retryable for StatusError {
    fn retryability(&self) -> Retryability {
        self.retryability
    }
}

#[allow(clippy::unnecessary_wraps, reason = "others know nothing")]
pub(super) fn classify(error: &StatusError) -> Option<Retryability> {
    Some(error.retryability)
}

impl fmt::Display for StatusError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the server answered {}", self.status)
    }
}

impl Error for StatusError {}

/// Responses whose status may be worth another attempt: those of the `http` crate and, with the feature of
/// that name, of reqwest.
pub trait RetryableStatus: Sized {
    /// The status of the response.
    fn status_code(&self) -> StatusCode;

    /// The headers of the response.
    fn header_map(&self) -> &HeaderMap;

    /// Whether redirects may have been followed: the request may then have been applied, though the
    /// last answer refuses it. `false` unless said otherwise.
    fn may_be_redirected(&self) -> bool {
        false
    }

    /// The response; an error if its status is one that is worth another attempt, 429 or 503 for
    /// example, with the wait that the server asked for. Any other failure, such as 404, is left to the
    /// caller, and to reqwest's `error_for_status`, which on its own would lose that wait.
    ///
    /// # Errors
    ///
    /// Where the status is worth another attempt.
    fn retryable_status(self) -> Result<Self, StatusError> {
        match failure(&self) {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }

    /// The same for a request by this method: by one that is not idempotent, `POST` or `PATCH`, only a
    /// status that says that nothing was done, such as 429, is worth another attempt; and with reqwest,
    /// which follows redirects, none.
    ///
    /// # Errors
    ///
    /// Where the status is worth another attempt.
    fn retryable_status_of(self, method: &Method) -> Result<Self, StatusError> {
        match failure(&self) {
            Some(error) if method.is_idempotent() || error.retryability.is_not_applied() => {
                Err(error)
            }
            _ => Ok(self),
        }
    }
}

/// The failure of a response, if it is worth another attempt.
fn failure(response: &impl RetryableStatus) -> Option<StatusError> {
    let mut error = StatusError::of(response.status_code(), response.header_map())?;
    let said = status::classify(error.status.as_u16())?;
    if said.is_not_applied() && !response.may_be_redirected() {
        error.retryability = error.retryability.not_applied();
    }
    Some(error).filter(|error| error.retryability.is_retryable())
}

impl<B> RetryableStatus for Response<B> {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn header_map(&self) -> &HeaderMap {
        self.headers()
    }
}

/// The wait that a server asks for in its headers: [`retry_after_at`] the present time.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    retry_after_at(headers, SystemTime::now())
}

/// The wait that a server asks for in its headers, at a time of day.
///
/// `Retry-After` (RFC 9110 § 10.2.3) is a number of seconds or a date, of which all three forms are read;
/// `retry-after-ms`, `x-ms-retry-after-ms` and `x-amz-retry-after` are milliseconds. Where several are
/// there, it is the longest. Without any of them, it is the `t` of a `RateLimit` field
/// (draft-ietf-httpapi-ratelimit-headers) whose `r`, what remains, is 0.
///
/// A date in the past is no wait, and what can't be read is not there. A number too large for any wait is
/// the longest that there is.
pub fn retry_after_at(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    const MILLISECONDS: &[&str] = &["retry-after-ms", "x-ms-retry-after-ms", "x-amz-retry-after"];
    let seconds = headers.get_all(http::header::RETRY_AFTER).into_iter();
    let seconds = seconds.filter_map(|value| seconds_or_date(value.to_str().ok()?, now));
    let milliseconds = MILLISECONDS.iter().flat_map(|name| headers.get_all(*name));
    let milliseconds = milliseconds
        .filter_map(|value| Some(Duration::from_millis(digits(value.to_str().ok()?.trim())?)));
    seconds.chain(milliseconds).max().or_else(|| rate_limit(headers))
}

fn seconds_or_date(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Some(seconds) = digits(value) {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// A number of digits alone.
fn digits(value: &str) -> Option<u64> {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| value.parse().unwrap_or(u64::MAX))
}

/// `RateLimit: "policy";r=0;t=30`
fn rate_limit(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all("ratelimit").into_iter();
    let fields =
        values.filter_map(|value| sfv::Parser::new(value.as_bytes()).parse::<sfv::List>().ok());
    let waits = fields.flatten().filter_map(|entry| {
        let sfv::ListEntry::Item(item) = entry else { return None };
        let parameter = |name: &str| {
            let value = item.params.iter().find(|(key, _)| key.as_str() == name)?.1;
            u64::try_from(i64::from(value.as_integer()?)).ok()
        };
        (parameter("r")? == 0).then(|| parameter("t").map(Duration::from_secs))?
    });
    waits.max()
}

/// What a failure to connect was: a name that does not exist, and what TLS refuses, are not worth another
/// attempt.
#[cfg(any(feature = "reqwest", feature = "hyper-util"))]
pub(super) fn connecting(error: &dyn Error, depth: super::chain::Depth) -> Retryability {
    match super::chain::classify_source(error, depth) {
        Some(known) if known.kind() == RetryKind::Permanent => known,
        _ => Retryability::transient().not_applied(),
    }
}
