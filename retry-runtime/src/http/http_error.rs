//! The error of an HTTP call: its transport's, or a status.

use core::error::Error;
use core::fmt;

use super::status_error::StatusError;
use crate::classify::retryability::Retryability;
use crate::classify::traits::Retryable;

/// Why an HTTP call failed: by the client's own error, or by the status of the response.
///
/// ```
/// # #[cfg(feature = "reqwest")]
/// # mod example {
/// use reattempt::http::{HttpError, RetryableStatus};
/// use reattempt::retry;
///
/// #[retry(max_attempts = 5)]
/// async fn fetch(
///     client: &reqwest::Client,
///     url: &str,
/// ) -> Result<String, HttpError<reqwest::Error>> {
///     Ok(client.get(url).send().await?.require_success()?.text().await?)
/// }
/// # }
/// ```
///
/// `?` makes one of the errors of reqwest, hyper, hyper-util and ureq, whose features are enabled, and of
/// [`StatusError`]. For any other client, there is `.map_err(HttpError::Transport)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpError<E> {
    /// There was no response, or not all of it.
    Transport(E),
    /// The response has the status of a failure.
    Status(StatusError),
}

impl<E> HttpError<E> {
    /// The status, if there was a response.
    pub fn status(&self) -> Option<http::StatusCode> {
        match self {
            HttpError::Transport(_) => None,
            HttpError::Status(error) => Some(error.status()),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<E: Retryable> Retryable for HttpError<E> {
    fn retryability(&self) -> Retryability {
        match self {
            HttpError::Transport(error) => error.retryability(),
            HttpError::Status(error) => error.retryability(),
        }
    }
}

impl<E> fmt::Display for HttpError<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            HttpError::Transport(_) => "the request failed",
            HttpError::Status(_) => "the request was refused",
        })
    }
}

impl<E: Error + 'static> Error for HttpError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match self {
            HttpError::Transport(error) => error,
            HttpError::Status(error) => error,
        })
    }
}

impl<E> From<StatusError> for HttpError<E> {
    fn from(error: StatusError) -> HttpError<E> {
        HttpError::Status(error)
    }
}

macro_rules! transports {
    ($($feature:literal: $error:ty,)+) => {$(
        #[cfg(feature = $feature)]
        impl From<$error> for HttpError<$error> {
            fn from(error: $error) -> HttpError<$error> {
                HttpError::Transport(error)
            }
        }
    )+};
}

transports! {
    "reqwest-0_12": reqwest_0_12::Error,
    "reqwest-0_13": reqwest::Error,
    "hyper": hyper::Error,
    "hyper-util-0_1": hyper_util::client::legacy::Error,
    "ureq-3": ureq::Error,
}

/// Of a body, so much is kept.
#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13", feature = "ureq-3"))]
const LONGEST_BODY: usize = 64 * 1024;

#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13"))]
macro_rules! with_body {
    ($($feature:literal $blocking:literal: $reqwest:ident,)+) => {$(
        #[cfg(feature = $feature)]
        impl HttpError<$reqwest::Error> {
            /// The response; an error if its status is that of a failure, from 400 on, with the first 64 KiB of its
            /// body: [`StatusError::body`].
            ///
            /// # Errors
            ///
            /// Where the status is one of a failure. If its body can't be read, the error has what there is of it.
            pub async fn require_success(
                mut response: $reqwest::Response,
            ) -> Result<$reqwest::Response, HttpError<$reqwest::Error>> {
                let Some(error) = super::response::status_error(&response) else {
                    return Ok(response);
                };
                let mut body = alloc::vec::Vec::new();
                while let Ok(Some(chunk)) = response.chunk().await {
                    body.extend_from_slice(&chunk);
                    if body.len() >= LONGEST_BODY {
                        break;
                    }
                }
                Err(with_bytes(error, &body).into())
            }

            /// The same for the blocking client.
            ///
            /// # Errors
            ///
            /// Where the status is one of a failure. If its body can't be read, the error has what there is of it.
            #[cfg(feature = $blocking)]
            pub fn require_success_blocking(
                response: $reqwest::blocking::Response,
            ) -> Result<$reqwest::blocking::Response, HttpError<$reqwest::Error>> {
                let Some(error) = super::response::status_error(&response) else {
                    return Ok(response);
                };
                Err(with_bytes(error, &read_all(response)).into())
            }
        }
    )+};
}

#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13"))]
with_body! {
    "reqwest-0_12" "reqwest-0_12-blocking": reqwest_0_12,
    "reqwest-0_13" "reqwest-0_13-blocking": reqwest,
}

#[cfg(feature = "ureq-3")]
impl HttpError<ureq::Error> {
    /// The response; an error if its status is that of a failure, from 400 on, with the first 64 KiB of its body:
    /// [`StatusError::body`]. The agent has to hand such a response over, by `http_status_as_error(false)`.
    ///
    /// # Errors
    ///
    /// Where the status is one of a failure. If its body can't be read, the error has what there is of it.
    pub fn require_success(
        mut response: http::Response<ureq::Body>,
    ) -> Result<http::Response<ureq::Body>, HttpError<ureq::Error>> {
        let Some(error) = super::response::status_error(&response) else { return Ok(response) };
        Err(with_bytes(error, &read_all(response.body_mut().as_reader())).into())
    }
}

#[cfg(any(
    feature = "reqwest-0_12-blocking",
    feature = "reqwest-0_13-blocking",
    feature = "ureq-3"
))]
fn read_all(body: impl std::io::Read) -> alloc::vec::Vec<u8> {
    use std::io::Read as _;

    let mut bytes = alloc::vec::Vec::new();
    // What was read before it failed is there.
    let _ = body.take(LONGEST_BODY as u64).read_to_end(&mut bytes);
    bytes
}

#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13", feature = "ureq-3"))]
fn with_bytes(error: StatusError, body: &[u8]) -> StatusError {
    let body = body.get(..LONGEST_BODY).unwrap_or(body);
    error.with_body(alloc::string::String::from_utf8_lossy(body))
}
