//! `reqwest::Error`, by the phase of the request that failed, and by what it wraps.

use http::HeaderMap;
use reqwest::{Error, Response, StatusCode};

use super::http::{RetryableStatus, connecting};
use super::{Retryability, Retryable, chain, status};

/// A status is one of an error where `error_for_status` has made it one.
#[diagnostic::do_not_recommend]
impl Retryable for Error {
    fn retryability(&self) -> Retryability {
        chain::classify(self).unwrap_or(Retryability::permanent())
    }
}

pub(super) fn classify(error: &Error) -> Option<Retryability> {
    if let Some(code) = error.status() {
        return status::classify(code.as_u16());
    }
    if error.is_builder() {
        return Some(Retryability::permanent().not_applied());
    }
    #[cfg(not(target_family = "wasm"))]
    if error.is_connect() {
        return Some(connecting(error));
    }
    if error.is_timeout() {
        return Some(Retryability::transient());
    }
    #[cfg(not(target_family = "wasm"))]
    if error.is_redirect() || error.is_upgrade() {
        return Some(Retryability::permanent());
    }
    // A body that was cut off, or one that is not what it should be.
    let by_source = chain::classify_source(error);
    if by_source.is_none() && (error.is_request() || error.is_body()) {
        // The connection was lost, in one of the ways that hyper's errors tell and nobody here asks.
        return Some(Retryability::transient());
    }
    by_source
}

#[diagnostic::do_not_recommend]
impl RetryableStatus for Response {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn header_map(&self) -> &HeaderMap {
        self.headers()
    }
}

#[cfg(feature = "reqwest-blocking")]
#[diagnostic::do_not_recommend]
impl RetryableStatus for reqwest::blocking::Response {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn header_map(&self) -> &HeaderMap {
        self.headers()
    }
}
