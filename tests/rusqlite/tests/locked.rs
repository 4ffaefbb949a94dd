//! A database that another connection has locked.

use std::error::Error;
use std::time::Duration;

use reattempt::{Retryability, Retryable, retry};
use rusqlite::Connection;

#[retry(sleep = |_: Duration| { other.execute_batch("COMMIT").unwrap(); })]
fn insert(ours: &Connection, other: &Connection) -> rusqlite::Result<usize> {
    let said = ours.execute("INSERT INTO t VALUES (2)", []);
    if let Err(error) = &said {
        assert_eq!(error.retryability(), Retryability::transient().not_applied().conflict());
    }
    said
}

#[test]
fn a_locked_database_is_tried_again_and_a_duplicate_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Connection::open(directory.path().join("database")).unwrap();
    let (ours, other) = (open(), open());
    // SQLite would wait by itself.
    ours.busy_timeout(Duration::ZERO).unwrap();
    other.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY); BEGIN IMMEDIATE").unwrap();
    other.execute("INSERT INTO t VALUES (1)", []).unwrap();
    assert_eq!(insert(&ours, &other).unwrap(), 1);
    let duplicate = ours.execute("INSERT INTO t VALUES (1)", []).unwrap_err();
    let boxed: Box<dyn Error> = duplicate.into();
    assert_eq!(boxed.retryability(), Retryability::permanent());
}
