//! `tokio_postgres::Error`, which `postgres::Error` is as well: by SQLSTATE, and by what became of the connection.

use tokio_postgres::Error;

use super::Sources;
use crate::classify::retryability::Retryability;
use crate::classify::tables::sql;

#[allow(clippy::unnecessary_wraps, reason = "other error types may not know")]
pub(in crate::classify) fn classify(error: &Error, sources: &dyn Sources) -> Option<Retryability> {
    if let Some(code) = error.code() {
        return Some(sql::by_sqlstate(code.code()).unwrap_or(Retryability::permanent()));
    }
    if error.is_closed() {
        return Some(Retryability::transient());
    }
    // An `io::Error`, or else what is wrong with a value or with the configuration.
    Some(sources.classify().unwrap_or(Retryability::permanent()))
}
