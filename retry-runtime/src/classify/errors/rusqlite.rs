//! `rusqlite::Error`, by SQLite's extended result code. The type is that of whichever version is in the build: SQLite can be
//! linked once.

use rusqlite::Error;

use super::Sources;
use crate::classify::retryability::Retryability;
use crate::classify::tables::sql;

pub(in crate::classify) fn classify(error: &Error, _: &dyn Sources) -> Option<Retryability> {
    match error {
        Error::SqliteFailure(failure, _) => {
            let known = sql::by_sqlite(failure.extended_code);
            Some(known.unwrap_or(Retryability::permanent()))
        }
        _ => None,
    }
}
