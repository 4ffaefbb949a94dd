//! `rusqlite::Error`, by SQLite's extended result code.

use rusqlite::Error;

use super::{Retryability, Retryable, chain, sql};

/// Set a `busy_timeout` first: SQLite then waits itself, and what is left is the transaction that has to be
/// begun anew. Put the attribute on the function that holds the whole of it.
#[diagnostic::do_not_recommend]
impl Retryable for Error {
    fn retryability(&self) -> Retryability {
        chain::classify(self).unwrap_or(Retryability::permanent())
    }
}

pub(super) fn classify(error: &Error) -> Option<Retryability> {
    match error {
        Error::SqliteFailure(failure, _) => sql::by_sqlite(failure.extended_code),
        _ => None,
    }
}
