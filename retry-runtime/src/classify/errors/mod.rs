//! The errors of other crates: for each, what a single error says. What it wraps it may ask through
//! [`Sources`], so that no file here depends on another.

use super::retryability::Retryability;

/// The errors that an error wraps.
#[allow(dead_code, reason = "the errors of some crates ask")]
pub(super) trait Sources {
    /// What the outermost of them says that knows anything.
    fn classify(&self) -> Option<Retryability>;

    /// What the words of the innermost say that says anything.
    fn classify_by_words(&self) -> Option<Retryability>;

    /// Whether there is any.
    fn are_there(&self) -> bool;
}

/// For an error that is asked on its own.
#[cfg(any(feature = "mongodb", feature = "ureq-3"))]
struct NoSources;

#[cfg(any(feature = "mongodb", feature = "ureq-3"))]
impl Sources for NoSources {
    fn classify(&self) -> Option<Retryability> {
        None
    }

    fn classify_by_words(&self) -> Option<Retryability> {
        None
    }

    fn are_there(&self) -> bool {
        false
    }
}

#[cfg(feature = "aws-smithy")]
pub(super) mod aws;
#[cfg(feature = "azure-core")]
pub(super) mod azure;
#[cfg(feature = "diesel")]
pub(super) mod diesel;
#[cfg(feature = "h2-0_4")]
pub(super) mod h2;
#[cfg(feature = "http")]
pub(super) mod http_client;
#[cfg(feature = "hyper")]
pub(super) mod hyper;
#[cfg(feature = "hyper-util-0_1")]
pub(super) mod hyper_util;
#[cfg(feature = "std")]
pub(super) mod io;
#[cfg(feature = "mongodb")]
pub(super) mod mongodb;
#[cfg(any(feature = "object_store-0_13", feature = "object_store-0_14"))]
pub(super) mod object_store;
#[cfg(feature = "redis")]
pub(super) mod redis;
#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13"))]
pub(super) mod reqwest;
#[cfg(feature = "rusqlite")]
pub(super) mod rusqlite;
#[cfg(any(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
pub(super) mod sqlx;
#[cfg(feature = "tokio")]
pub(super) mod tokio;
#[cfg(feature = "tokio-postgres-0_7")]
pub(super) mod tokio_postgres;
#[cfg(any(feature = "tonic-0_13", feature = "tonic-0_14"))]
pub(super) mod tonic;
#[cfg(feature = "ureq-3")]
pub(super) mod ureq;
