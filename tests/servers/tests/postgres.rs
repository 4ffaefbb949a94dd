//! PostgreSQL: conflicts of real transactions, a terminated backend, exhausted connections.

use std::cell::Cell;
use std::future::ready;

use reattempt::{Retryability, Retryable, retry};
use reattempt_servers::{Patience, Postgres, note, slept};
use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions, PgQueryResult};
use sqlx::{Connection as _, Error, Executor};

async fn pool(postgres: &Postgres) -> PgPool {
    let pool = PgPoolOptions::new().connect(&postgres.url("postgres")).await.unwrap();
    pool.execute("CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)").await.unwrap();
    pool.execute("INSERT INTO t VALUES (1, 0), (2, 0)").await.unwrap();
    pool
}

fn code(error: &Error) -> String {
    let code = error.as_database_error().and_then(|error| error.code());
    code.unwrap_or_else(|| panic!("not of the database: {error:?}")).into_owned()
}

#[tokio::test]
async fn a_serialization_failure() {
    let postgres = Postgres::with(&["default_transaction_isolation=serializable"]);
    let pool = pool(&postgres).await;
    let errors = Cell::new(0);

    #[retry(max_attempts = 3, sleep = |delay| { note(delay); ready(()) })]
    async fn add_up(pool: &PgPool, errors: &Cell<u32>) -> Result<i64, Error> {
        let mut transaction = pool.begin().await?;
        let sum: i64 =
            sqlx::query_scalar("SELECT sum(n) FROM t").fetch_one(&mut *transaction).await?;
        if errors.get() == 0 {
            // Another transaction reads and writes the same.
            let mut other = pool.begin().await?;
            other.execute("UPDATE t SET n = (SELECT sum(n) FROM t) + 1 WHERE id = 1").await?;
            other.commit().await?;
        }
        let update = sqlx::query("UPDATE t SET n = $1 WHERE id = 1").bind(sum as i32);
        if let Err(error) = update.execute(&mut *transaction).await {
            errors.set(errors.get() + 1);
            assert_eq!(code(&error), "40001");
            assert_eq!(error.retryability(), Retryability::transient().not_applied().conflict());
            return Err(error);
        }
        transaction.commit().await?;
        Ok(sum)
    }
    assert_eq!(add_up(&pool, &errors).await.unwrap(), 1);
    assert_eq!((errors.get(), slept().len()), (1, 1));
}

#[tokio::test]
async fn a_deadlock() {
    let postgres = Postgres::with(&[]);
    let pool = pool(&postgres).await;
    let errors = Cell::new(0);

    #[retry(max_attempts = 3, sleep = |delay| { note(delay); ready(()) })]
    async fn lock_both(pool: &PgPool, errors: &Cell<u32>) -> Result<(), Error> {
        let mut transaction = pool.begin().await?;
        transaction.execute("SET LOCAL deadlock_timeout = '10ms'").await?;
        transaction.execute("UPDATE t SET n = n + 1 WHERE id = 1").await?;
        let other = if errors.get() == 0 {
            // Another one locks them the other way round, and waits longer than this one.
            let mut other = pool.begin().await?;
            other.execute("SET LOCAL deadlock_timeout = '1h'").await?;
            other.execute("UPDATE t SET n = n + 1 WHERE id = 2").await?;
            let other = tokio::spawn(async move {
                other.execute("UPDATE t SET n = n + 1 WHERE id = 1").await?;
                other.commit().await
            });
            let patience = Patience::new();
            let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
            while sqlx::query_scalar::<_, i64>(waiting).fetch_one(pool).await? == 0 {
                patience.wait();
            }
            Some(other)
        } else {
            None
        };
        let updated = transaction.execute("UPDATE t SET n = n + 1 WHERE id = 2").await;
        if let Err(error) = updated {
            errors.set(errors.get() + 1);
            assert_eq!(code(&error), "40P01");
            assert_eq!(error.retryability(), Retryability::transient().not_applied().conflict());
            transaction.rollback().await?;
            if let Some(other) = other {
                other.await.expect("it does not panic")?;
            }
            return Err(error);
        }
        transaction.commit().await
    }
    lock_both(&pool, &errors).await.unwrap();
    assert_eq!((errors.get(), slept().len()), (1, 1));
    let sum: i64 = sqlx::query_scalar("SELECT sum(n) FROM t").fetch_one(&pool).await.unwrap();
    assert_eq!(sum, 4, "each transaction was applied once");
}

#[tokio::test]
async fn a_terminated_backend() {
    let postgres = Postgres::with(&[]);
    let pool = pool(&postgres).await;
    let attempts = Cell::new(0);

    #[retry(max_attempts = 3, sleep = |delay| { note(delay); ready(()) })]
    async fn read(pool: &PgPool, attempts: &Cell<u32>) -> Result<i32, Error> {
        attempts.set(attempts.get() + 1);
        let mut connection = pool.acquire().await?;
        let id: i32 =
            sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut *connection).await?;
        if attempts.get() == 1 {
            let gone = "SELECT pg_terminate_backend($1, 10000)";
            assert!(sqlx::query_scalar::<_, bool>(gone).bind(id).fetch_one(pool).await?);
        }
        let read =
            sqlx::query_scalar("SELECT id FROM t WHERE id = 1").fetch_one(&mut *connection).await;
        if let Err(error) = &read {
            assert_eq!(code(error), "57P01");
            // It may have been done, as far as anybody here knows.
            assert_eq!(error.retryability(), Retryability::transient());
        }
        read
    }
    assert_eq!(read(&pool, &attempts).await.unwrap(), 1);
    assert_eq!((attempts.get(), slept().len()), (2, 1));
}

#[tokio::test]
async fn exhausted_connections() {
    let postgres = Postgres::with(&[
        "max_connections=5",
        "superuser_reserved_connections=3",
        "max_wal_senders=0",
    ]);
    let mut admin = PgConnection::connect(&postgres.url("postgres")).await.unwrap();
    admin.execute("CREATE ROLE somebody LOGIN").await.unwrap();
    let url = postgres.url("somebody");
    let mut taken = Vec::new();
    let refused = loop {
        match PgConnection::connect(&url).await {
            Ok(connection) => taken.push(connection),
            Err(error) => break error,
        }
    };
    assert_eq!(code(&refused), "53300");
    assert_eq!(refused.retryability(), Retryability::throttled().not_applied());

    #[retry(max_attempts = 3, sleep = async |delay| {
        note(delay);
        if let Some(connection) = taken.pop() {
            connection.close().await.expect("it closes");
            // The server has to notice.
            let patience = Patience::new();
            let left = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'somebody'";
            while sqlx::query_scalar::<_, i64>(left).fetch_one(&mut *admin).await.unwrap() > taken.len() as i64 {
                patience.wait();
            }
        }
    })]
    async fn connect(
        url: &str,
        taken: &mut Vec<PgConnection>,
        admin: &mut PgConnection,
    ) -> Result<PgConnection, Error> {
        PgConnection::connect(url).await
    }
    connect(&url, &mut taken, &mut admin).await.unwrap();
    assert_eq!(slept().len(), 1);
}

#[tokio::test]
async fn mistakes_are_permanent() {
    let postgres = Postgres::with(&[]);
    let pool = pool(&postgres).await;

    #[retry(max_attempts = 3, sleep = |delay| { note(delay); ready(()) })]
    async fn run(pool: &PgPool, statement: &'static str) -> Result<(), Error> {
        pool.execute(sqlx::raw_sql(statement)).await.map(drop)
    }
    for (statement, expected) in [
        ("INSERT INTO t VALUES (1, 0)", "23505"),
        ("SELEC", "42601"),
        ("SELECT * FROM nothing", "42P01"),
    ] {
        assert_eq!(code(&run(&pool, statement).await.unwrap_err()), expected);
    }
    assert!(slept().is_empty());
}

/// The executors of sqlx take a `&mut` connection by value.
#[tokio::test]
async fn a_connection_is_lent_to_each_attempt() {
    let postgres = Postgres::with(&[]);
    let pool = pool(&postgres).await;
    let tries = Cell::new(0);
    let statement = || {
        tries.set(tries.get() + 1);
        sqlx::query(if tries.get() < 3 { "SELECT 1 / 0" } else { "SELECT 1" })
    };

    #[retry(on(_), sleep = |delay| { note(delay); ready(()) })]
    async fn straight(
        conn: &mut PgConnection,
        statement: &impl Fn() -> Query<'static>,
    ) -> sqlx::Result<PgQueryResult> {
        statement().execute(conn).await
    }
    #[retry(on(_), sleep = |delay| { note(delay); ready(()) })]
    async fn with_early_exits(
        conn: &mut PgConnection,
        statement: &impl Fn() -> Query<'static>,
    ) -> sqlx::Result<u64> {
        let done = statement().execute(conn).await?;
        Ok(done.rows_affected())
    }
    #[retry(on(_), sleep = |delay| { note(delay); ready(()) })]
    async fn in_a_transaction(
        conn: &mut PgConnection,
        statement: &impl Fn() -> Query<'static>,
    ) -> sqlx::Result<()> {
        let mut transaction = conn.begin().await?;
        by_an_executor(&mut *transaction, statement).await?;
        transaction.commit().await
    }
    async fn by_an_executor<'e>(
        executor: impl Executor<'e, Database = sqlx::Postgres>,
        statement: &impl Fn() -> Query<'static>,
    ) -> sqlx::Result<()> {
        statement().execute(executor).await.map(drop)
    }
    let mut conn = pool.acquire().await.unwrap();
    assert_eq!(straight(&mut conn, &statement).await.unwrap().rows_affected(), 1);
    tries.set(0);
    assert_eq!(with_early_exits(&mut conn, &statement).await.unwrap(), 1);
    tries.set(0);
    in_a_transaction(&mut conn, &statement).await.unwrap();
    assert_eq!((tries.get(), slept().len()), (3, 6));
}

type Query<'a> = sqlx::query::Query<'a, sqlx::Postgres, sqlx::postgres::PgArguments>;
