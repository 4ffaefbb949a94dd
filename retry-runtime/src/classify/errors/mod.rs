//! The errors of other crates: for each, what a single error says. What it wraps it may ask through
//! [`Sources`], so that no file here depends on another.

use super::retryability::Retryability;

/// The errors that an error wraps.
pub(super) trait Sources {
    /// What the outermost of them says that knows anything.
    #[allow(dead_code, reason = "the errors of some crates ask")]
    fn classify(&self) -> Option<Retryability>;
}

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
#[cfg(feature = "object_store-0_14")]
pub(super) mod object_store;
#[cfg(feature = "redis")]
pub(super) mod redis;
#[cfg(feature = "reqwest-0_13")]
pub(super) mod reqwest;
#[cfg(feature = "rusqlite-0_40")]
pub(super) mod rusqlite;
#[cfg(feature = "sqlx-0_8")]
pub(super) mod sqlx;
#[cfg(feature = "tokio")]
pub(super) mod tokio;
#[cfg(feature = "tonic-0_14")]
pub(super) mod tonic;
