//! SQLite, in this process, with two connections that are in each other's way.

mod support;

use std::path::Path;

use reattempt::{Retryability, Retryable, retry};
use rusqlite::{Connection, Error, ErrorCode, TransactionBehavior};
use support::{note, slept};

fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.busy_timeout(std::time::Duration::ZERO).unwrap();
    connection.pragma_update(None, "journal_mode", "wal").unwrap();
    connection
}

fn database() -> (tempfile::TempDir, Connection, Connection) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("test.db");
    let (one, other) = (open(&path), open(&path));
    one.execute_batch("CREATE TABLE t (n INTEGER PRIMARY KEY)").unwrap();
    (directory, one, other)
}

#[test]
fn a_busy_database_is_tried_again() {
    let (_directory, mut connection, other) = database();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    #[retry(max_attempts = 3, sleep = |delay| { note(delay); other.execute_batch("COMMIT").unwrap() })]
    fn insert(connection: &mut Connection, other: &Connection) -> Result<usize, Error> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let rows = transaction.execute("INSERT INTO t VALUES (1)", [])?;
        transaction.commit()?;
        Ok(rows)
    }
    assert_eq!(insert(&mut connection, &other).unwrap(), 1);
    assert_eq!(slept().len(), 1);
}

#[test]
fn a_stale_snapshot_is_read_anew_with_its_transaction() {
    let (_directory, mut connection, other) = database();
    let mut interferences = 0;

    #[retry(max_attempts = 3, sleep = note)]
    fn count_and_insert(
        connection: &mut Connection,
        other: &Connection,
        interferences: &mut u32,
    ) -> Result<i64, Error> {
        let transaction = connection.transaction()?;
        let count: i64 = transaction.query_row("SELECT count(*) FROM t", [], |row| row.get(0))?;
        if *interferences == 0 {
            *interferences += 1;
            other.execute("INSERT INTO t VALUES (100)", [])?;
        }
        if let Err(error) = transaction.execute("INSERT INTO t VALUES (?1)", [count]) {
            let Error::SqliteFailure(failure, _) = &error else { panic!("{error:?}") };
            assert_eq!(failure.extended_code, rusqlite::ffi::SQLITE_BUSY_SNAPSHOT);
            return Err(error);
        }
        transaction.commit()?;
        Ok(count)
    }
    assert_eq!(count_and_insert(&mut connection, &other, &mut interferences).unwrap(), 1);
    assert_eq!(slept().len(), 1);
}

#[test]
fn a_constraint_is_permanent() {
    let (_directory, connection, _other) = database();

    #[retry(max_attempts = 3, sleep = note)]
    fn insert(connection: &Connection) -> Result<usize, Error> {
        connection.execute("INSERT INTO t VALUES (1)", [])
    }
    insert(&connection).unwrap();
    let error = insert(&connection).unwrap_err();
    assert_eq!(error.sqlite_error_code(), Some(ErrorCode::ConstraintViolation));
    assert!(!connection.prepare("SELEC").unwrap_err().retryability().is_retryable());
    assert!(slept().is_empty());
}

#[test]
fn what_each_code_says() {
    let said = |code| {
        let failure = rusqlite::ffi::Error::new(code);
        Error::SqliteFailure(failure, None).retryability()
    };
    let transient = Retryability::transient().not_applied();
    for code in [15, 17, 264, 520, 516, 3850, 2826, 2314, 5130] {
        assert_eq!(said(code), transient, "{code}");
    }
    for code in [5, 261, 517, 773, 262, 518] {
        assert_eq!(said(code), transient.conflict(), "{code}");
    }
    assert_eq!(said(9), Retryability::cancelled());
    // 1032: the file was moved, and the same connection never finds it again.
    for code in [1, 6, 7, 8, 10, 11, 13, 14, 19, 26, 1032, 1294, 2067] {
        assert_eq!(said(code), Retryability::permanent(), "{code}");
    }
}
