//! Classification of errors that are boxed, or only text.
//!
//! A bare `#[retry]` on `Box<dyn Error>`, `anyhow::Error` or `eyre::Report` goes by the types in the chain of
//! sources. To go by the words of messages as well, or to classify an error that wraps others, name one of
//! these functions:
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

use super::chain::{self, Chain};
use super::retryability::Retryability;
use super::shown::shown;
use super::words;

/// By the types in the chain of sources, as [`types`] does, else by the words of the messages, from the
/// outermost inwards, as [`message()`] reads them. An error about which nothing is known is permanent, and its
/// event has the reason `unclassified`.
///
/// The phrases that are known may change with every version of this crate.
///
/// Known types are `std::io::Error`, tokio's `Elapsed`, and those of the crates whose features are
/// enabled. Of a message, the first KiB is read; nothing is allocated.
pub fn error(error: &(dyn Error + 'static)) -> Retryability {
    chain::classify(error).or_else(|| by_messages(error)).unwrap_or(Retryability::unclassified())
}

/// By the types in the chain of sources, which is followed ten deep: a [`Marked`](crate::Marked) error anywhere,
/// else the outermost error of a known type that knows anything. If that is permanent and an error further in
/// is worth another attempt, the latter counts: so a feature that makes another type known never makes this
/// crate retry less.
///
/// This is what boxed errors are classified by without `on`.
pub fn types(error: &(dyn Error + 'static)) -> Retryability {
    chain::classify(error).unwrap_or(Retryability::unclassified())
}

/// By the words of a message: "connection reset", "503 Service Unavailable", `ThrottlingException`. They
/// are matched as whole words, in any case: there is no "EOF" in "geofence", but a "timeout" in "the timeout
/// must be positive". A message without any that is known is permanent. Words never say that nothing was
/// applied, so that what is not idempotent is never done again for them.
pub fn message(message: &str) -> Retryability {
    words::classify(message).unwrap_or(Retryability::unclassified())
}

fn by_messages(error: &(dyn Error + 'static)) -> Option<Retryability> {
    Chain::of(error).find_map(|(error, _)| shown(error, words::classify))
}

/// By its variant, by what it wraps, and by the words of the message: what a store wraps is of types that it
/// keeps to itself. It never says that nothing was applied.
///
/// The stores retry by themselves, ten times within three minutes. Switch that off
/// (`RetryConfig { max_retries: 0, .. }`) where `#[retry]` is to do it.
#[cfg(feature = "object_store-0_14")]
#[diagnostic::do_not_recommend]
impl super::Retryable for object_store::Error {
    fn retryability(&self) -> Retryability {
        error(self)
    }
}
