//! SQLite through sqlx: the same codes as through rusqlite, which can't be in one program with it.

use reattempt::{Retryable, retry};
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
        if let Err(error) = &inserted {
            let code = error.as_database_error().and_then(|error| error.code()).expect("of SQLite");
            let is_busy = code == "5";
            assert_eq!(error.retryability().is_retryable(), is_busy, "{code}");
            assert_eq!(error.retryability().is_not_applied(), is_busy, "{code}");
        }
        inserted.map(drop)
    }
    insert(&mut ours, &mut other).await.unwrap();
    assert_eq!(slept().len(), 1);
    let error = insert(&mut ours, &mut other).await.unwrap_err();
    assert!(error.as_database_error().unwrap().is_unique_violation());
    assert!(slept().is_empty());
}
