//! HTTP and gRPC.
//!
//! # A status is no error yet
//!
//! A response with the status 503 is an `Ok`, and `#[retry]` returns it. With the feature `http` (or `reqwest`),
//! [`retryable_status`](crate::http::RetryableStatus::retryable_status) makes an error of a response whose status is
//! worth another attempt, with the delay that the server asked for. Any other failure, such as 404, is left to you,
//! and to reqwest's `error_for_status`, which on its own would lose that delay:
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
//! #[retry(max_attempts = 5, idempotent = method.is_idempotent())]
//! async fn send(
//!     client: &reqwest::Client,
//!     method: reqwest::Method,
//!     url: &str,
//! ) -> Result<reqwest::Response, FetchError> {
//!     let response = client.request(method.clone(), url).send().await?;
//!     Ok(response.retryable_status()?.error_for_status()?)
//! }
//! # }
//! ```
//!
//! So a `POST` is never sent again. If the client follows no redirects (`redirect::Policy::none()`), it is known what
//! was refused, and the error may say so: write `#[retry(transient, not_applied, when = _0.is_connect())]` and
//! `#[retry(forward, not_applied, when = _0.status() == 429)]` above another `#[retry(forward)]`.
//!
//! # Which statuses
//!
//! 408, 500, 502, 504, 520, 522, 524 to 527 and 530 are transient; 421, 425, 521 and 523 as well, and nothing was
//! applied; 429, 503, 509 and 529 are throttled; 413 is transient with `Retry-After`. Every other failure is
//! permanent. The delay is read from `Retry-After` (seconds or a date), `retry-after-ms`, `x-ms-retry-after-ms`,
//! `x-amz-retry-after` and `RateLimit`.
//!
//! # gRPC
//!
//! With the feature `tonic`, a `tonic::Status` classifies itself: `UNAVAILABLE` and `DEADLINE_EXCEEDED` are transient,
//! `ABORTED` is transient and nothing was applied, `RESOURCE_EXHAUSTED` is throttled if the server says when to come
//! back. `RetryInfo` and `grpc-retry-pushback-ms` are kept.
//!
//! # The log shows the URL
//!
//! reqwest's errors show the URL of the request. `error.without_url()` takes it out, before the error is returned.
