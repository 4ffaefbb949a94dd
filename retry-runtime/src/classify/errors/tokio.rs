//! `tokio::time::error::Elapsed`.

use tokio::time::error::Elapsed;

use super::Sources;
use crate::classify::retryability::Retryability;

/// A time-out that cut the work off: it may have been done all the same.
#[allow(clippy::unnecessary_wraps, reason = "other error types may not know")]
pub(in crate::classify) fn classify(_: &Elapsed, _: &dyn Sources) -> Option<Retryability> {
    Some(Retryability::transient())
}
