//! Responses that are failures though the call succeeded.

use http::{HeaderMap, Method, Response, StatusCode};

use super::status_error::StatusError;
use crate::classify::tables::http_status;

/// Responses whose status may be worth another attempt: those of the `http` crate and, with the feature of
/// that name, of reqwest.
pub trait RetryableStatus: Sized {
    /// The status of the response.
    fn status_code(&self) -> StatusCode;

    /// The headers of the response.
    fn header_map(&self) -> &HeaderMap;

    /// Whether redirects may have been followed: the request may then have been applied, though the
    /// last answer refuses it. `true` unless said otherwise. It is so for `http::Response`, which may be one of a
    /// client that follows them, such as ureq's; of one that follows none, say
    /// [`StatusError::not_applied`].
    fn may_be_redirected(&self) -> bool {
        true
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

    /// The response; an error if its status is that of any failure, from 400 on, with the wait that the server asked for.
    /// It is tried again if that is worth it.
    ///
    /// # Errors
    ///
    /// Where the status is one of a failure.
    fn require_success(self) -> Result<Self, StatusError> {
        match status_error(&self) {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }

    /// [`retryable_status`](RetryableStatus::retryable_status) for a request by this method: by one that is not idempotent, `POST` or `PATCH`, only a
    /// status that says that nothing was done, such as 429, is worth another attempt; and of a response that may be
    /// the answer to a redirected request, none.
    ///
    /// # Errors
    ///
    /// Where the status is worth another attempt.
    fn retryable_status_of(self, method: &Method) -> Result<Self, StatusError> {
        match failure(&self) {
            Some(error) if method.is_idempotent() || error.answered().is_not_applied() => {
                Err(error)
            }
            _ => Ok(self),
        }
    }
}

/// The failure of a response, if it is worth another attempt.
#[allow(dead_code, reason = "a middleware asks it")]
pub(crate) fn worth_another(response: &impl RetryableStatus) -> Option<StatusError> {
    failure(response)
}

fn failure(response: &impl RetryableStatus) -> Option<StatusError> {
    status_error(response).filter(|error| error.answered().is_retryable())
}

/// The failure of a response.
pub(super) fn status_error(response: &impl RetryableStatus) -> Option<StatusError> {
    let error = StatusError::of(response.status_code(), response.header_map())?;
    let said = http_status::classify(error.status().as_u16())?;
    let is_not_applied = said.is_not_applied() && !response.may_be_redirected();
    Some(if is_not_applied { error.not_applied() } else { error })
}

impl<B> RetryableStatus for Response<B> {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn header_map(&self) -> &HeaderMap {
        self.headers()
    }
}

#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13"))]
macro_rules! response {
    ($response:ty) => {
        #[diagnostic::do_not_recommend]
        impl RetryableStatus for $response {
            fn status_code(&self) -> StatusCode {
                self.status()
            }

            fn header_map(&self) -> &HeaderMap {
                self.headers()
            }
        }
    };
}

#[cfg(feature = "reqwest-0_12")]
response!(reqwest_0_12::Response);
#[cfg(feature = "reqwest-0_12-blocking")]
response!(reqwest_0_12::blocking::Response);
#[cfg(feature = "reqwest-0_13")]
response!(reqwest::Response);
#[cfg(feature = "reqwest-0_13-blocking")]
response!(reqwest::blocking::Response);
