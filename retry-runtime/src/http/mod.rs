//! HTTP: statuses, the waits that servers ask for, and responses that are failures though the call
//! succeeded.
//!
//! A response with the status 503 is an `Ok` in Rust. One word makes it an error that is tried again, when
//! the server said to:
//!
//! ```
//! # #[cfg(feature = "reqwest")]
//! # mod example {
//! use reattempt::http::{HttpError, RetryableStatus};
//! use reattempt::retry;
//!
//! #[retry(max_attempts = 5)]
//! async fn fetch(
//!     client: &reqwest::Client,
//!     url: &str,
//! ) -> Result<reqwest::Response, HttpError<reqwest::Error>> {
//!     Ok(client.get(url).send().await?.retryable_status()?)
//! }
//!
//! // What must not be done twice, a `POST`, is not tried again.
//! #[retry(idempotent = method.is_idempotent())]
//! async fn send(
//!     client: &reqwest::Client,
//!     method: http::Method,
//!     url: &str,
//! ) -> Result<reqwest::Response, HttpError<reqwest::Error>> {
//!     Ok(client.request(method.clone(), url).send().await?.retryable_status()?)
//! }
//! # }
//! ```
//!
//! [`HttpError`] is the client's own error or a status. `retryable_status` leaves a status that the same request would
//! meet again, such as 404, to you; `require_success` makes an error of every failure. Both are there for the responses
//! of reqwest, and for `http::Response`, which hyper's and ureq's are.

pub(crate) mod http_error;
mod read_body;
pub(crate) mod response;
pub(crate) mod retry_after;
pub(crate) mod status_error;
mod time_left;

/// Of the crate `http`, for those who have a status as a number: `StatusCode::from_u16`.
#[doc(no_inline)]
pub use ::http::{HeaderMap, StatusCode};
pub use http_error::HttpError;
pub use read_body::{ReadBody, ReadBodyBlocking};
pub use response::RetryableStatus;
pub use retry_after::{retry_after, retry_after_at};
pub use status_error::StatusError;
pub use time_left::time_left;
