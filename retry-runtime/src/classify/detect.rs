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
use super::tables::sql;
use super::words;

/// By the types in the chain of sources, as [`types`] does, else by the words of the messages, as [`message()`] reads
/// them: of the innermost that says anything, because the cause weighs more than its context. An error about which
/// nothing is known is permanent, and its event has the reason `unclassified`.
///
/// The phrases that are known may change with every version of this crate.
///
/// Known types are `std::io::Error`, tokio's `Elapsed`, and those of the crates whose features are
/// enabled. Of a message, the first KiB is read; nothing is allocated.
pub fn error(error: &(dyn Error + 'static)) -> Retryability {
    chain::classify(error)
        .or_else(|| chain::by_words(Chain::of(error)))
        .unwrap_or(Retryability::unclassified())
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
/// are matched as whole words, in any case: there is no "EOF" in "geofence", but a "timeout" in "the timeout is a
/// number of seconds". A service's code, such as `SlowDown`, counts in its own spelling only. Words in an address, in a
/// path or in the name of a file say nothing. A message without any that is known is permanent. Words never say that
/// nothing was applied, so that what is not idempotent is never done again for them.
///
/// About five hundred phrases are known: those of PostgreSQL, MySQL, SQLite and Redis, of AWS and of HTTP servers, of
/// curl, Go and gRPC, and of Unix and Windows.
pub fn message(message: &str) -> Retryability {
    words::classify(message).unwrap_or(Retryability::unclassified())
}

/// By a code of SQLSTATE, five characters, as PostgreSQL and its like have it: for drivers without a feature here.
///
/// ```
/// use reattempt::detect;
///
/// assert!(detect::sqlstate("40001").is_retryable());
/// assert!(!detect::sqlstate("23505").is_retryable());
/// ```
pub fn sqlstate(code: &str) -> Retryability {
    sql::by_sqlstate(code).unwrap_or(Retryability::permanent())
}

/// By an error number of MySQL's or MariaDB's server: for drivers without a feature here.
pub fn mysql_number(number: u16) -> Retryability {
    sql::by_mysql(number).unwrap_or(Retryability::permanent())
}

/// By an extended result code of SQLite: for drivers without a feature here.
pub fn sqlite_code(code: i32) -> Retryability {
    sql::by_sqlite(code).unwrap_or(Retryability::permanent())
}

/// By the service's code in an error of an AWS client, else by the types in its chain of sources: for the errors that
/// each client makes of all that its operations may fail by, such as `aws_sdk_s3::Error`.
///
/// ```text
/// #[retry(on = reattempt::detect::aws)]
/// async fn put(client: &Client, key: &str) -> Result<(), aws_sdk_s3::Error> { … }
/// ```
#[cfg(feature = "aws-smithy")]
pub fn aws<E>(error: &E) -> Retryability
where
    E: aws_smithy_types::error::metadata::ProvideErrorMetadata + Error + 'static,
{
    let by_code = super::errors::aws::by_code(error.meta().code());
    by_code.or_else(|| chain::classify(error)).unwrap_or(Retryability::unclassified())
}
