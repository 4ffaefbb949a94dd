//! Rows and migrations in D1.

use reattempt::retry;
use worker::{D1Database, D1Type, Result};

use crate::bucket::PATIENCE;
use crate::retryability::{message, retryability};

/// In this order. Each is applied once, as a whole or not at all.
const MIGRATIONS: &[&[&str]] = &[
    &["CREATE TABLE orders (id TEXT PRIMARY KEY, customer TEXT NOT NULL)"],
    &["ALTER TABLE orders ADD COLUMN cents INTEGER NOT NULL DEFAULT 0"],
    &[
        "CREATE TABLE countries (code TEXT PRIMARY KEY)",
        "INSERT INTO countries VALUES ('NL'), ('PT')",
    ],
];

/// What SQLite says of the second insertion of a migration's number.
const IS_APPLIED: &str = "UNIQUE constraint failed: migrations.number";

/// Whoever orders has chosen the id, before the first attempt: the second one finds the first one's row. Whether that is this
/// order, or another one with the same id, only its content tells. D1 itself tries only reads again.
#[retry(policy = PATIENCE, on = retryability)]
pub async fn insert(database: &D1Database, id: &str, customer: &str, cents: i32) -> Result<()> {
    let insert = "INSERT INTO orders (id, customer, cents) VALUES (?1, ?2, ?3)
                  ON CONFLICT (id) DO UPDATE SET id = id
                  WHERE customer = excluded.customer AND cents = excluded.cents
                  RETURNING id";
    let values = [D1Type::Text(id), D1Type::Text(customer), D1Type::Integer(cents)];
    let row = database.prepare(insert).bind_refs(&values)?.first::<String>(Some("id")).await?;
    row.map(|_| ()).ok_or_else(|| format!("{id} is the id of another order").into())
}

/// Brings the tables up to date, and tells how many migrations that took.
pub async fn migrate(database: &D1Database) -> Result<usize> {
    create_list(database).await?;
    let done = count(database).await?;
    for (number, statements) in (1..).zip(MIGRATIONS).skip(done) {
        apply(database, number, statements).await?;
    }
    Ok(MIGRATIONS.len().saturating_sub(done))
}

#[retry(policy = PATIENCE, on = retryability)]
async fn create_list(database: &D1Database) -> Result<()> {
    let create = "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY)";
    database.prepare(create).run().await?;
    Ok(())
}

#[retry(policy = PATIENCE, on = retryability)]
async fn count(database: &D1Database) -> Result<usize> {
    let count = database.prepare("SELECT count(*) AS done FROM migrations");
    Ok(count.first(Some("done")).await?.unwrap_or_default())
}

/// A batch is a transaction, and the first thing in it is the number. A second run fails there, and so does another Worker that
/// does the same at the same time: it is applied then.
#[retry(policy = PATIENCE, on = retryability)]
async fn apply(database: &D1Database, number: i32, statements: &[&str]) -> Result<()> {
    let note = database.prepare("INSERT INTO migrations (number) VALUES (?1)");
    let mut batch = vec![note.bind_refs(&D1Type::Integer(number))?];
    batch.extend(statements.iter().map(|statement| database.prepare(*statement)));
    match database.batch(batch).await {
        Err(error) if message(&error).contains(IS_APPLIED) => Ok(()),
        outcome => outcome.map(|_| ()),
    }
}
