//! Classification of errors that are boxed, or only text.
//!
//! Boxed errors are classified so by themselves: `Box<dyn Error>`, and with the features of those names
//! `anyhow::Error` and `eyre::Report`. For other errors, name one of these functions:
//!
//! ```
//! use reattempt::{detect, retry};
//!
//! #[derive(Debug, thiserror::Error)]
//! #[error("the gateway failed")]
//! struct GatewayError {
//!     source: std::io::Error,
//! }
//!
//! #[retry(on = detect::error)]
//! fn call() -> Result<(), GatewayError> {
//!     Err(GatewayError { source: std::io::ErrorKind::PermissionDenied.into() })
//! }
//!
//! #[retry(on = detect::message)]
//! fn ask() -> Result<(), String> {
//!     Err("403 Forbidden".to_owned())
//! }
//! # assert!(call().is_err() && ask().is_err());
//! ```

use core::error::Error;
use core::fmt::{self, Write as _};

use super::Retryability;
use super::chain::{self, Chain};
use super::message;

/// By what is in the chain of sources, which is followed ten deep: a [`Marked`](crate::Marked) one, else
/// the outermost error of a type that is known here, else the words of the messages, from the outermost
/// inwards, as [`message()`] reads them. What nothing is known about is permanent.
///
/// Known types are `std::io::Error`, tokio's `Elapsed`, and those of the crates whose features are
/// enabled. Of a message, the first KiB is read; nothing is allocated.
pub fn error(error: &(dyn Error + 'static)) -> Retryability {
    chain::classify(error).or_else(|| by_messages(error)).unwrap_or(Retryability::permanent())
}

/// By the words of a message: "connection reset", "503 Service Unavailable", `ThrottlingException`. They
/// are matched as whole words, in any case: there is no "EOF" in "geofence", but a "timeout" in "the timeout
/// must be positive". A message without any that is known is permanent. Words never say that nothing was
/// applied, so that what is not idempotent is never done again for them.
pub fn message(message: &str) -> Retryability {
    message::classify(message).unwrap_or(Retryability::permanent())
}

fn by_messages(error: &(dyn Error + 'static)) -> Option<Retryability> {
    Chain::of(error).find_map(|(error, _)| read(error, message::classify))
}

/// Hands on what an error shows of itself.
pub(super) fn read<T>(error: &dyn Error, reader: impl FnOnce(&str) -> T) -> T {
    let mut text = Text { bytes: [0; 1024], length: 0 };
    // What doesn't fit is cut off.
    let _ = write!(text, "{error}");
    reader(text.as_str())
}

/// A text without an allocation.
struct Text {
    bytes: [u8; 1024],
    length: usize,
}

impl Text {
    fn as_str(&self) -> &str {
        let written = self.bytes.get(..self.length).unwrap_or_default();
        match core::str::from_utf8(written) {
            Ok(text) => text,
            Err(error) => {
                let valid = written.get(..error.valid_up_to()).unwrap_or_default();
                core::str::from_utf8(valid).unwrap_or_default()
            }
        }
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let rest = self.bytes.get_mut(self.length..).unwrap_or_default();
        let taken = rest.len().min(text.len());
        if let (Some(rest), Some(text)) = (rest.get_mut(..taken), text.as_bytes().get(..taken)) {
            rest.copy_from_slice(text);
        }
        self.length += taken;
        if taken < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}
