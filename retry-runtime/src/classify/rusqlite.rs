//! `rusqlite::Error`, by SQLite's extended result code.

use rusqlite::Error;

use super::{Retryability, sql};

by_chain! {
    /// Set a `busy_timeout` first: SQLite then waits itself, and what is left is the transaction that has to be
    /// begun anew. Put the attribute on the function that holds the whole of it.
    Error
}

pub(super) fn classify(error: &Error) -> Option<Retryability> {
    match error {
        Error::SqliteFailure(failure, _) => sql::by_sqlite(failure.extended_code),
        _ => None,
    }
}
