//! `reqwest::Error`, by the phase of the request that failed, and by what it wraps.

use http::HeaderMap;
use reqwest::{Error, StatusCode};

use super::chain::{self, Depth};
use super::http::{RetryableStatus, connecting};
use super::{Retryability, status};

by_chain! {
    /// A status is one of an error where `error_for_status` has made it one.
    ///
    /// It never says that nothing was applied, because a client follows redirects, and the error does not tell
    /// whether it has: what was refused may have been the second of two requests. Of a client that follows none
    /// (`redirect::Policy::none()`), a derive may say it:
    ///
    /// ```
    /// # #[cfg(feature = "reqwest")]
    /// # mod example {
    /// #[derive(Debug, reattempt::Retryable)]
    /// enum SendError {
    ///     #[retry(transient, not_applied, when = _0.is_connect())]
    ///     #[retry(forward)]
    ///     Transport(reqwest::Error),
    /// }
    /// # }
    /// ```
    Error
}

pub(super) fn classify(error: &Error, depth: Depth) -> Option<Retryability> {
    by_phase(error, depth).map(Retryability::perhaps_applied)
}

fn by_phase(error: &Error, depth: Depth) -> Option<Retryability> {
    if let Some(code) = error.status() {
        return status::classify(code.as_u16());
    }
    if error.is_builder() {
        return Some(Retryability::permanent());
    }
    #[cfg(not(target_family = "wasm"))]
    if error.is_connect() {
        return Some(connecting(error, depth));
    }
    if error.is_timeout() {
        return Some(Retryability::transient());
    }
    #[cfg(not(target_family = "wasm"))]
    if error.is_redirect() || error.is_upgrade() {
        return Some(Retryability::permanent());
    }
    // A connection that was lost, or a body that was cut off, or one that is not what it should be.
    let by_source = chain::classify_source(error, depth);
    let is_lost = error.is_request() || error.is_body();
    Some(by_source.unwrap_or(Retryability::from(is_lost)))
}

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

            fn may_be_redirected(&self) -> bool {
                true
            }
        }
    };
}

response!(reqwest::Response);
#[cfg(feature = "reqwest-blocking")]
response!(reqwest::blocking::Response);
