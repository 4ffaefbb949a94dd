//! What another attempt can't cure.

use std::cell::Cell;

use reattempt::retry;
use worker::{D1Database, ObjectNamespace, Result};

use crate::bucket::PATIENCE;
use crate::retryability::retryability;

/// A `TypeError`.
#[retry(policy = PATIENCE, on = retryability)]
pub async fn fetch_no_address(accounts: &ObjectNamespace, attempts: &Cell<u32>) -> Result<()> {
    attempts.set(attempts.get() + 1);
    accounts.get_by_name("somebody")?.fetch_with_str("no address").await?;
    Ok(())
}

#[retry(policy = PATIENCE, on = retryability)]
pub async fn query_no_table(database: &D1Database, attempts: &Cell<u32>) -> Result<()> {
    attempts.set(attempts.get() + 1);
    database.prepare("SELECT * FROM no_table").run().await?;
    Ok(())
}

/// It has too much to do.
#[retry(policy = PATIENCE, on = retryability)]
pub async fn call_overloaded(accounts: &ObjectNamespace, attempts: &Cell<u32>) -> Result<()> {
    attempts.set(attempts.get() + 1);
    accounts.get_by_name("overloaded")?.fetch_with_str("https://account/1/1").await?;
    Ok(())
}
