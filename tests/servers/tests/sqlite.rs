//! SQLite through sqlx: the same codes as through rusqlite, which can't be in one program with it.

use reattempt::{Retryability, Retryable, retry};
use reattempt_servers::{note, slept};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Error, Executor as _};

#[tokio::test]
async fn a_busy_database_is_tried_again_and_a_constraint_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(directory.path().join("test.db"));
    let options = options.create_if_missing(true).busy_timeout(std::time::Duration::ZERO);
    let mut ours = SqliteConnection::connect_with(&options).await.unwrap();
    ours.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)").await.unwrap();
    let mut other = SqliteConnection::connect_with(&options).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();

    #[retry(max_attempts = 3, sleep = async |delay| {
        note(delay);
        other.execute("COMMIT").await.unwrap();
    })]
    async fn insert(
        ours: &mut SqliteConnection,
        other: &mut SqliteConnection,
    ) -> Result<(), Error> {
        let inserted = ours.execute("INSERT INTO t VALUES (1)").await;
        if let Err(Error::Database(error)) = &inserted {
            if error.code().as_deref() == Some("5") {
                let said = inserted.as_ref().unwrap_err().retryability();
                assert_eq!(said, Retryability::transient().not_applied());
            }
        }
        inserted.map(drop)
    }
    insert(&mut ours, &mut other).await.unwrap();
    assert_eq!(slept().len(), 1);
    let error = insert(&mut ours, &mut other).await.unwrap_err();
    assert!(error.as_database_error().unwrap().is_unique_violation());
    assert!(slept().is_empty());
}
