//! Databases.
//!
//! **If the connection is lost during `COMMIT`, nobody knows whether the transaction was committed.** The error is
//! transient, so by default the whole transaction runs again, and a transfer may be booked twice. If that matters,
//! write `#[retry(idempotent = false)]`: conflicts are still retried, because a conflict says that nothing was applied,
//! and a connection that is lost midway is returned to you. Or make the transaction safe to run twice, by a unique key
//! that the second run finds. `examples/bank-transfers` in the repository does all three to a PostgreSQL that is killed while a
//! `COMMIT` is written and not answered, and shows what is booked then.
//!
//! # The transaction is what is retried
//!
//! A conflict (a deadlock, a serialization failure) ends the transaction. Put the attribute on the function that holds
//! all of it, from `begin` to `commit`, not on one that runs a statement:
//!
//! ```text
//! #[retry(max_attempts = 10, initial_delay = 5ms, idempotent = false)]
//! async fn transfer(pool: &PgPool, from: i64, to: i64, amount: i64) -> sqlx::Result<()> {
//!     let mut transaction = pool.begin().await?;
//!     sqlx::query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").execute(&mut *transaction).await?;
//!     sqlx::query("UPDATE accounts SET balance = balance - $1 WHERE id = $2")
//!         .bind(amount).bind(from).execute(&mut *transaction).await?;
//!     sqlx::query("UPDATE accounts SET balance = balance + $1 WHERE id = $2")
//!         .bind(amount).bind(to).execute(&mut *transaction).await?;
//!     transaction.commit().await
//! }
//! ```
//!
//! # What is known
//!
//! - PostgreSQL, CockroachDB and their like: SQLSTATE 40001, 40P01, 55P03 and others are transient, and nothing was
//!   applied; 53300 (too many connections) is throttled; 08006, 57P01 and others are transient, and it is not known
//!   whether anything was applied; 57014 (cancelled by `statement_timeout`) is not retried.
//! - MySQL and MariaDB: 1213 (deadlock) is transient, and nothing was applied. 1205 (lock wait timeout) is transient,
//!   but only the statement was rolled back. For MySQL's own numbers, enable `sqlx-mysql`.
//! - SQLite: `SQLITE_BUSY` and its like are transient, and nothing was applied. Set a `busy_timeout` first: SQLite then
//!   waits by itself, and what is left is the transaction that has to begin anew.
//! - Redis: `LOADING`, `TRYAGAIN`, `CLUSTERDOWN`, `MASTERDOWN`, `BUSY`, `READONLY` are transient. `OOM` and `MISCONF` are
//!   permanent. It is never assumed that nothing was applied.
//!
//! For D1, Cloudflare's SQLite, `examples/cloudflare-worker` in the repository has inserts and migrations that are applied once.
