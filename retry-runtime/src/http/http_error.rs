//! The error of an HTTP call: its transport's, or a status.

use core::error::Error;
use core::fmt;

use super::status_error::StatusError;
use crate::classify::retryability::Retryability;
use crate::classify::timed_out::TimedOut;
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
#[non_exhaustive]
pub enum HttpError<E> {
    /// There was no response, or not all of it.
    Transport(E),
    /// The response has the status of a failure.
    Status(StatusError),
    /// The last attempt was cut off, by `attempt_timeout` or `deadline`.
    TimedOut(TimedOut),
}

impl<E> HttpError<E> {
    /// The body of the response, if there was one and its body was read: see [`ReadBody`](super::ReadBody).
    pub fn body(&self) -> Option<&str> {
        match self {
            HttpError::Transport(_) | HttpError::TimedOut(_) => None,
            HttpError::Status(error) => error.body(),
        }
    }

    /// The status, if there was a response.
    pub fn status(&self) -> Option<http::StatusCode> {
        match self {
            HttpError::Transport(_) | HttpError::TimedOut(_) => None,
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
            HttpError::TimedOut(error) => error.retryability(),
        }
    }
}

impl<E> fmt::Display for HttpError<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HttpError::Transport(_) => formatter.write_str("the request failed"),
            HttpError::Status(error) => error.fmt(formatter),
            HttpError::TimedOut(error) => error.fmt(formatter),
        }
    }
}

impl<E: Error + 'static> Error for HttpError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match self {
            HttpError::Transport(error) => error,
            HttpError::Status(error) => error,
            HttpError::TimedOut(error) => error,
        })
    }
}

impl<E> From<StatusError> for HttpError<E> {
    fn from(error: StatusError) -> HttpError<E> {
        HttpError::Status(error)
    }
}

impl<E> From<TimedOut> for HttpError<E> {
    fn from(timed_out: TimedOut) -> HttpError<E> {
        HttpError::TimedOut(timed_out)
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
