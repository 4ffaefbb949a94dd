//! MariaDB: conflicts of real transactions, by the numbers that SQLSTATE doesn't tell apart.

use std::cell::Cell;
use std::future::ready;

use reattempt::{Retryability, Retryable, retry};
use reattempt_servers::{Mariadb, note, slept};
use sqlx::mysql::{MySqlConnection, MySqlDatabaseError};
use sqlx::{Connection as _, Error, Executor as _};

fn number(error: &Error) -> u16 {
    let error =
        error.as_database_error().unwrap_or_else(|| panic!("not of the database: {error:?}"));
    error.downcast_ref::<MySqlDatabaseError>().number()
}

async fn connect(mariadb: &Mariadb) -> MySqlConnection {
    MySqlConnection::connect(&mariadb.url()).await.unwrap()
}

async fn table(connection: &mut MySqlConnection) {
    connection.execute("CREATE TABLE t (id int PRIMARY KEY, n int) ENGINE=InnoDB").await.unwrap();
    connection.execute("INSERT INTO t VALUES (1, 0), (2, 0)").await.unwrap();
}

#[tokio::test]
async fn a_lock_that_another_transaction_holds() {
    let mariadb = Mariadb::with(&[]);
    let (mut ours, mut other) = (connect(&mariadb).await, connect(&mariadb).await);
    table(&mut ours).await;
    other.execute("START TRANSACTION").await.unwrap();
    other.execute("UPDATE t SET n = 1 WHERE id = 1").await.unwrap();

    #[retry(max_attempts = 3, sleep = async |delay| {
        note(delay);
        other.execute("COMMIT").await.unwrap();
    })]
    async fn add(ours: &mut MySqlConnection, other: &mut MySqlConnection) -> Result<i32, Error> {
        let mut transaction = ours.begin().await?;
        let read = "SELECT n FROM t WHERE id = 1 FOR UPDATE NOWAIT";
        let read = sqlx::query_scalar(read).fetch_one(&mut *transaction).await;
        if let Err(error) = &read {
            assert_eq!(number(error), 1205);
            assert_eq!(error.retryability(), Retryability::transient().conflict());
        }
        let n: i32 = read?;
        transaction.commit().await?;
        Ok(n)
    }
    assert_eq!(add(&mut ours, &mut other).await.unwrap(), 1);
    assert_eq!(slept().len(), 1);
}

#[tokio::test]
async fn a_deadlock() {
    let mariadb = Mariadb::with(&[]);
    let mut ours = connect(&mariadb).await;
    table(&mut ours).await;
    let errors = Cell::new(0);

    #[retry(max_attempts = 3, sleep = |delay| { note(delay); ready(()) })]
    async fn lock_both(
        ours: &mut MySqlConnection,
        mariadb: &Mariadb,
        errors: &Cell<u32>,
    ) -> Result<(), Error> {
        let mut transaction = ours.begin().await?;
        transaction.execute("UPDATE t SET n = n + 1 WHERE id = 1").await?;
        let other = if errors.get() == 0 {
            // Another one locks them the other way round; it has changed
            // more, so this one is given up, whoever of them waits first.
            let mut other = connect(mariadb).await;
            other.execute("START TRANSACTION").await?;
            other.execute("INSERT INTO t SELECT seq, 0 FROM seq_100_to_200").await?;
            other.execute("UPDATE t SET n = n + 1 WHERE id = 2").await?;
            let other = tokio::spawn(async move {
                other.execute("UPDATE t SET n = n + 1 WHERE id = 1").await?;
                other.execute("COMMIT").await
            });
            Some(other)
        } else {
            None
        };
        if let Err(error) = transaction.execute("UPDATE t SET n = n + 1 WHERE id = 2").await {
            errors.set(errors.get() + 1);
            assert_eq!(number(&error), 1213);
            assert_eq!(error.retryability(), Retryability::transient().not_applied().conflict());
            transaction.rollback().await?;
            if let Some(other) = other {
                other.await.expect("it does not panic")?;
            }
            return Err(error);
        }
        transaction.commit().await
    }
    lock_both(&mut ours, &mariadb, &errors).await.unwrap();
    assert_eq!((errors.get(), slept().len()), (1, 1));
}

#[tokio::test]
async fn too_many_connections() {
    let mariadb = Mariadb::with(&["--max-connections=10"]);
    let mut taken = Vec::new();
    // One more than the limit is for the administrator, who is the only user here.
    let refused = loop {
        match MySqlConnection::connect(&mariadb.url()).await {
            Ok(connection) => taken.push(connection),
            Err(error) => break error,
        }
    };
    assert_eq!(number(&refused), 1040);
    assert_eq!(refused.retryability(), Retryability::throttled().not_applied());
}

#[tokio::test]
async fn mistakes_are_permanent() {
    let mariadb = Mariadb::with(&[]);
    let mut connection = connect(&mariadb).await;
    table(&mut connection).await;

    #[retry(max_attempts = 3, sleep = |delay| { note(delay); ready(()) })]
    async fn run(connection: &mut MySqlConnection, statement: &'static str) -> Result<(), Error> {
        connection.execute(sqlx::raw_sql(statement)).await.map(drop)
    }
    for (statement, expected) in [("INSERT INTO t VALUES (1, 0)", 1062), ("SELEC", 1064)] {
        assert_eq!(number(&run(&mut connection, statement).await.unwrap_err()), expected);
    }
    assert!(slept().is_empty());
}
