//! HTTP and gRPC.
//!
//! # A status is no error yet
//!
//! A response with the status 503 is an `Ok`, and `#[retry]` returns it. With the feature `http` (or `reqwest`), one word
//! makes it an error, with the delay that the server asked for, and [`HttpError`](crate::http::HttpError) is the error
//! of such a function: the client's own, or a status.
//!
//! ```
//! # #[cfg(feature = "reqwest")]
//! # mod example {
//! use reattempt::http::{HttpError, RetryableStatus};
//! use reattempt::retry;
//!
//! #[retry(max_attempts = 5, idempotent = method.is_idempotent())]
//! async fn send(
//!     client: &reqwest::Client,
//!     method: reqwest::Method,
//!     url: &str,
//! ) -> Result<reqwest::Response, HttpError<reqwest::Error>> {
//!     Ok(client.request(method.clone(), url).send().await?.require_success()?)
//! }
//! # }
//! ```
//!
//! - `require_success` makes an error of every failure. A 404 is one as well, and is not tried again.
//! - `retryable_status` makes an error only of what is worth another attempt, and leaves the rest to you.
//! - `require_success_or_body().await` also reads the body into the error, up to 64 KiB, for `error.body()`. It is a method
//!   of the traits [`ReadBody`](crate::http::ReadBody), for reqwest, and
//!   [`ReadBodyBlocking`](crate::http::ReadBodyBlocking), for blocking reqwest and ureq, where nothing is awaited.
//!
//! The first two are there for reqwest's responses and for `http::Response`, which those of hyper and ureq are. Tell ureq
//! to hand them over, `http_status_as_error(false)`: its own error for a status has lost the headers.
//!
//! So a `POST` is never sent again. If the client follows no redirects (`redirect::Policy::none()`), it is known what
//! was refused: say so of the status, `.map_err(|error| if error.status() == 429 { error.not_applied() } else { error })`.
//!
//! An API that limits the rate, answers 503, and must not do anything twice, is in the repository:
//! `cargo run --example third_party_api --features reqwest`.
//!
//! # A proxy passes the last answer on
//!
//! These methods take the response, and leave an error without its body. A proxy keeps both: an error of its own holds the
//! response, and what [`StatusError::of`](crate::http::StatusError::of) reads out of its status and headers.
//!
//! ```
//! # #[cfg(feature = "reqwest")]
//! # mod example {
//! use reattempt::Retryable;
//! use reattempt::http::StatusError;
//!
//! #[derive(Debug, Retryable)]
//! enum ForwardError {
//!     #[retry(forward = error)]
//!     Refused { error: StatusError, answer: reqwest::Response },
//! }
//!
//! fn judge(answer: reqwest::Response) -> Result<reqwest::Response, ForwardError> {
//!     match StatusError::of(answer.status(), answer.headers()) {
//!         Some(error) if error.retryability().is_retryable() => {
//!             Err(ForwardError::Refused { error, answer })
//!         }
//!         _ => Ok(answer),
//!     }
//! }
//! # }
//! ```
//!
//! A whole one is in the repository, `examples/api-proxy`: it knows a GraphQL query from a mutation, keeps to the caller's
//! deadline, and has a budget for each service.
//!
//! # Which statuses
//!
//! 408, 500, 502, 504, 520, 522, 524 to 527 and 530 are transient; 421, 425, 521 and 523 as well, and nothing was
//! applied; 429, 503, 509 and 529 are throttled. If the headers say when, 409, 413 and 423 are transient, and 403 is
//! throttled (GitHub's limits are 403). Every other failure is permanent.
//!
//! The delay is read from `Retry-After` (seconds, with a fraction too, or a date), `retry-after-ms`,
//! `x-ms-retry-after-ms`, `x-amz-retry-after` and `RateLimit`; where nothing remains, also from `X-RateLimit-Reset` and
//! its relatives. See [`retry_after_at`](crate::http::retry_after_at).
//!
//! # gRPC
//!
//! With the feature `tonic`, a `tonic::Status` classifies itself: `UNAVAILABLE` and `DEADLINE_EXCEEDED` are transient,
//! `ABORTED` is transient and nothing was applied, `RESOURCE_EXHAUSTED` is throttled if the server says when to come
//! back. `RetryInfo` and `grpc-retry-pushback-ms` are kept. With `tonic-transport`, `tonic::transport::Error` does so too.
//!
//! A stream of HTTP/2 that the server resets is a connection that was lost, whichever client sees it.
//!
//! # The log shows the URL
//!
//! reqwest's errors show the URL of the request. `error.without_url()` takes it out, before the error is returned.
