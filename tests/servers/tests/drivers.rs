//! The drivers of PostgreSQL and MariaDB, in the versions that projects are on, each with the same failures of a real server:
//! they agree about them, as far as they tell.

use std::error::Error;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use reattempt::{RetryKind, Retryability, Retryable};
use reattempt_servers::{Mariadb, Postgres, free_port};

const CONFLICT: &str = "DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$";
const DEADLOCK: &str =
    "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$";
const DUPLICATE: &str = "INSERT INTO t VALUES (1)";
const LOCKED: &str = "LOCK TABLE locked NOWAIT";
const MISTAKE: &str = "SELEC";
const TERMINATED: &str = "SELECT pg_terminate_backend(pg_backend_pid())";

/// What each statement fails by, on a connection of its own.
const EXPECTED: [(&str, RetryKind); 6] = [
    (CONFLICT, RetryKind::Transient),
    (DEADLOCK, RetryKind::Transient),
    (DUPLICATE, RetryKind::Permanent),
    (LOCKED, RetryKind::Transient),
    (MISTAKE, RetryKind::Permanent),
    (TERMINATED, RetryKind::Transient),
];

/// In a box it says the same.
fn said(error: impl Error + Retryable + Send + Sync + 'static) -> Retryability {
    let (said, shown) = (error.retryability(), format!("{error:?}"));
    let boxed: Box<dyn Error> = Box::new(error);
    assert_eq!(boxed.retryability(), said, "in a box: {shown}");
    said
}

macro_rules! by_sqlx {
    ($sqlx:ident, $url:expr, $statement:expr) => {{
        use $sqlx::{Connection as _, Executor as _};

        let mut connection = $sqlx::postgres::PgConnection::connect($url).await.unwrap();
        let transaction = format!("BEGIN; {}", $statement);
        let transaction: &'static str = transaction.leak();
        said(connection.execute($sqlx::raw_sql(transaction)).await.unwrap_err())
    }};
}

async fn by_tokio_postgres(url: &str, statement: &str) -> Retryability {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let failed = client.batch_execute(&format!("BEGIN; {statement}")).await.unwrap_err();
    drop(client);
    let _ = connection.await;
    said(failed)
}

fn by_diesel(url: &str, statement: &str) -> Retryability {
    let mut connection = PgConnection::establish(url).unwrap();
    said(connection.batch_execute(&format!("BEGIN; {statement}")).unwrap_err())
}

#[tokio::test(flavor = "multi_thread")]
async fn drivers_of_postgresql() {
    let postgres = Postgres::with(&[]);
    let url = postgres.url("postgres");
    let mut holder = PgConnection::establish(&url).unwrap();
    holder.batch_execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)").unwrap();
    holder.batch_execute("CREATE TABLE locked (id int)").unwrap();
    holder.batch_execute("BEGIN; LOCK TABLE locked").unwrap();
    for (statement, kind) in EXPECTED {
        let each = [
            by_sqlx!(sqlx_0_8, &url, statement),
            by_sqlx!(sqlx, &url, statement),
            by_tokio_postgres(&url, statement).await,
            by_diesel(&url, statement),
        ];
        for said in each {
            assert_eq!(said.kind(), kind, "{statement}: {each:?}");
        }
        let is_unapplied = [CONFLICT, DEADLOCK, LOCKED].contains(&statement);
        for said in &each[..3] {
            assert_eq!(said.is_not_applied(), is_unapplied, "{statement}: {each:?}");
        }
    }
    // diesel hides the code, and words never say that nothing was applied.
    assert!(by_diesel(&url, CONFLICT).is_not_applied());
    assert!(!by_diesel(&url, DEADLOCK).is_not_applied());
}

/// Where nobody listens, and where the user is none.
#[tokio::test(flavor = "multi_thread")]
async fn connections_to_postgresql() {
    use sqlx::Connection as _;
    use sqlx_0_8::Connection as _;

    let postgres = Postgres::with(&[]);
    let nobody = format!("postgres://postgres@127.0.0.1:{}/postgres", free_port());
    for (url, is_retryable) in [(nobody, true), (postgres.url("somebody-else"), false)] {
        let each = [
            said(sqlx_0_8::postgres::PgConnection::connect(&url).await.unwrap_err()),
            said(sqlx::postgres::PgConnection::connect(&url).await.unwrap_err()),
            said(tokio_postgres::connect(&url, tokio_postgres::NoTls).await.err().unwrap()),
            said(PgConnection::establish(&url).err().unwrap()),
        ];
        for said in each {
            assert_eq!(said.is_retryable(), is_retryable, "{url}: {each:?}");
        }
    }
}

macro_rules! by_sqlx_of_mysql {
    ($sqlx:ident, $url:expr) => {{
        use $sqlx::{Connection as _, Executor as _};

        let connect = async || $sqlx::mysql::MySqlConnection::connect($url).await.unwrap();
        let (mut holder, mut other) = (connect().await, connect().await);
        holder.execute("CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY)").await.unwrap();
        holder.execute("INSERT IGNORE INTO t VALUES (1)").await.unwrap();
        holder.execute("START TRANSACTION").await.unwrap();
        holder.execute("SELECT * FROM t FOR UPDATE").await.unwrap();
        let locked = "SELECT * FROM t FOR UPDATE NOWAIT";
        let locked = said(other.execute(locked).await.unwrap_err());
        let duplicate = said(holder.execute("INSERT INTO t VALUES (1)").await.unwrap_err());
        holder.execute("ROLLBACK").await.unwrap();
        let killed = said(other.execute("KILL CONNECTION_ID()").await.unwrap_err());
        [locked, duplicate, killed]
    }};
}

#[tokio::test]
async fn drivers_of_mariadb() {
    let mariadb = Mariadb::with(&[]);
    let url = mariadb.url();
    let each = [by_sqlx_of_mysql!(sqlx_0_8, &url), by_sqlx_of_mysql!(sqlx, &url)];
    assert_eq!(each[0], each[1]);
    let [locked, duplicate, killed] = each[0];
    assert_eq!(locked, Retryability::transient().conflict());
    assert_eq!(duplicate, Retryability::permanent());
    // 1927 is MariaDB's own for it, 1317 for the statement.
    assert!(!killed.is_not_applied(), "{killed:?}");
}
