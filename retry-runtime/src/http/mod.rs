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

mod response;
pub(crate) mod retry_after;
pub(crate) mod status_error;

pub use response::RetryableStatus;
pub use retry_after::{retry_after, retry_after_at};
pub use status_error::StatusError;
