//! A transfer between two accounts, in three ways. [`transfer`] is the one to take along.

use reattempt::{Policy, policy, retry};
use sqlx::postgres::{PgConnection, PgPool};

/// A transfer that somebody has asked for.
#[derive(Debug, Clone, Copy)]
pub struct Transfer {
    /// Whoever asks has chosen it, before the first attempt. So all attempts have the same one.
    pub id: i64,
    /// The account that pays.
    pub payer: i32,
    /// The account that is paid.
    pub payee: i32,
    /// How much.
    pub cents: i64,
}

/// When a transfer was booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booked {
    /// By the attempt that says so.
    Now,
    /// By an earlier one, whose answer was lost.
    Before,
}

/// Conflicts are over after milliseconds, and a restart after seconds.
const PATIENCE: Policy =
    policy!(max_attempts = unlimited, max_elapsed = 30s, initial_delay = 5ms, max_delay = 500ms);

const SERIALIZABLE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";

/// The whole transaction is what is retried, and its second run finds the first one's row.
///
/// # Errors
///
/// If PostgreSQL refuses it, or can't be reached for half a minute.
#[retry(policy = PATIENCE)]
pub async fn transfer(pool: &PgPool, transfer: &Transfer) -> sqlx::Result<Booked> {
    let mut transaction = pool.begin_with(SERIALIZABLE).await?;
    // If the first run is not over yet, this waits for it: a SELECT would not.
    let insert = "INSERT INTO transfers (id, payer, payee, cents) VALUES ($1, $2, $3, $4)
                  ON CONFLICT (id) DO NOTHING";
    if write(insert, transfer, &mut transaction).await? == 0 {
        return Ok(Booked::Before);
    }
    move_money(transfer, &mut transaction).await?;
    transaction.commit().await?;
    Ok(Booked::Now)
}

/// A mistake: after a COMMIT whose answer was lost, it books once more.
///
/// # Errors
///
/// If PostgreSQL refuses it, or can't be reached for half a minute.
#[retry(policy = PATIENCE)]
pub async fn transfer_without_key(pool: &PgPool, transfer: &Transfer) -> sqlx::Result<()> {
    book(pool, transfer).await
}

/// Where there can be no key: conflicts are retried, but a connection that is lost midway is the caller's to look into.
///
/// # Errors
///
/// If PostgreSQL refuses it, or can't be reached for half a minute; and if nobody knows whether it is booked.
#[retry(policy = PATIENCE, idempotent = false)]
pub async fn transfer_with_care(pool: &PgPool, transfer: &Transfer) -> sqlx::Result<()> {
    book(pool, transfer).await
}

async fn book(pool: &PgPool, transfer: &Transfer) -> sqlx::Result<()> {
    let mut transaction = pool.begin_with(SERIALIZABLE).await?;
    let insert = "INSERT INTO transfers (id, payer, payee, cents) VALUES ($1, $2, $3, $4)";
    write(insert, transfer, &mut transaction).await?;
    move_money(transfer, &mut transaction).await?;
    transaction.commit().await
}

async fn write(
    insert: &'static str,
    transfer: &Transfer,
    transaction: &mut PgConnection,
) -> sqlx::Result<u64> {
    let insert = sqlx::query(insert).bind(transfer.id).bind(transfer.payer).bind(transfer.payee);
    Ok(insert.bind(transfer.cents).execute(transaction).await?.rows_affected())
}

async fn move_money(transfer: &Transfer, transaction: &mut PgConnection) -> sqlx::Result<()> {
    for (account, cents) in [(transfer.payer, -transfer.cents), (transfer.payee, transfer.cents)] {
        sqlx::query("UPDATE accounts SET balance = balance + $2 WHERE id = $1")
            .bind(account)
            .bind(cents)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}
