//! The body of a response that is a failure, read into the error: it often says why.

use super::status_error::StatusError;

/// Responses of async clients whose body can be read into the error.
///
/// A body that never ends would hold the attempt for as long as the client lets it: give the client a time-out.
pub trait ReadBody: Sized + sealed::Sealed {
    /// The response; an error if its status is that of a failure, from 400 on, with the first 64 KiB of its body:
    /// [`StatusError::body`].
    ///
    /// ```
    /// # #[cfg(feature = "reqwest")]
    /// # mod example {
    /// use reattempt::http::{HttpError, ReadBody};
    /// use reattempt::retry;
    ///
    /// #[retry]
    /// async fn fetch(url: &str) -> Result<String, HttpError<reqwest::Error>> {
    ///     Ok(reqwest::get(url).await?.require_success_or_body().await?.text().await?)
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where the status is one of a failure. If its body can't be read, the error has what there is of it.
    fn require_success_or_body(self) -> impl Future<Output = Result<Self, StatusError>> + Send;
}

/// Responses of blocking clients whose body can be read into the error.
///
/// A body that never ends would hold the attempt for as long as the client lets it: give the client a time-out.
pub trait ReadBodyBlocking: Sized + sealed::Sealed {
    /// The response; an error if its status is that of a failure, from 400 on, with the first 64 KiB of its body:
    /// [`StatusError::body`]. ureq has to hand such a response over, by `http_status_as_error(false)`.
    ///
    /// # Errors
    ///
    /// Where the status is one of a failure. If its body can't be read, the error has what there is of it.
    fn require_success_or_body(self) -> Result<Self, StatusError>;
}

/// Of a body, so much is kept.
#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13", feature = "ureq-3"))]
const LONGEST: usize = 64 * 1024;

#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13"))]
macro_rules! responses {
    ($($feature:literal $blocking:literal: $reqwest:ident,)+) => {$(
        #[cfg(all(feature = $feature, not(target_family = "wasm")))]
        impl sealed::Sealed for $reqwest::Response {}

        #[cfg(feature = $blocking)]
        impl sealed::Sealed for $reqwest::blocking::Response {}

        #[cfg(all(feature = $feature, not(target_family = "wasm")))]
        impl ReadBody for $reqwest::Response {
            async fn require_success_or_body(mut self) -> Result<Self, StatusError> {
                let Some(error) = super::response::status_error(&self) else { return Ok(self) };
                let mut body = alloc::vec::Vec::new();
                while let Ok(Some(chunk)) = self.chunk().await {
                    body.extend_from_slice(&chunk);
                    if body.len() >= LONGEST {
                        break;
                    }
                }
                Err(with_bytes(error, &body))
            }
        }

        #[cfg(feature = $blocking)]
        impl ReadBodyBlocking for $reqwest::blocking::Response {
            fn require_success_or_body(self) -> Result<Self, StatusError> {
                let Some(error) = super::response::status_error(&self) else { return Ok(self) };
                Err(with_bytes(error, &read_all(self)))
            }
        }
    )+};
}

#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13"))]
responses! {
    "reqwest-0_12" "reqwest-0_12-blocking": reqwest_0_12,
    "reqwest-0_13" "reqwest-0_13-blocking": reqwest,
}

#[cfg(feature = "ureq-3")]
impl sealed::Sealed for http::Response<ureq::Body> {}

#[cfg(feature = "ureq-3")]
impl ReadBodyBlocking for http::Response<ureq::Body> {
    fn require_success_or_body(mut self) -> Result<Self, StatusError> {
        let Some(error) = super::response::status_error(&self) else { return Ok(self) };
        Err(with_bytes(error, &read_all(self.body_mut().as_reader())))
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
    let _ = body.take(LONGEST as u64).read_to_end(&mut bytes);
    bytes
}

#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13", feature = "ureq-3"))]
fn with_bytes(error: StatusError, body: &[u8]) -> StatusError {
    let body = body.get(..LONGEST).unwrap_or(body);
    error.with_body(alloc::string::String::from_utf8_lossy(body))
}

mod sealed {
    #[allow(unnameable_types, reason = "that is its purpose")]
    pub trait Sealed {}
}
