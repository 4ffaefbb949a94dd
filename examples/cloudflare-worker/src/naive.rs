//! What one writes at first. Not to be taken along.

use worker::js_sys::Math;
use worker::{Bucket, D1Database, D1Type, Method, ObjectNamespace, Request, Result};

/// Another one in each attempt: that is the mistake.
fn new_id() -> String {
    format!("{:016x}", Math::random().to_bits())
}

pub async fn put(bucket: &Bucket, customer: &str, text: &str, attempts: u32) -> Result<()> {
    let mut outcome = Ok(());
    for _ in 0..attempts {
        let key = format!("receipts/{customer}/{}", new_id());
        outcome = bucket.put(key, text.to_owned()).execute().await.map(|_| ());
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

pub async fn insert(
    database: &D1Database,
    customer: &str,
    cents: i32,
    attempts: u32,
) -> Result<()> {
    let mut outcome = Ok(());
    for _ in 0..attempts {
        let id = new_id();
        let values = [D1Type::Text(&id), D1Type::Text(customer), D1Type::Integer(cents)];
        let insert =
            database.prepare("INSERT INTO orders (id, customer, cents) VALUES (?1, ?2, ?3)");
        outcome = insert.bind_refs(&values)?.run().await.map(|_| ());
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

pub async fn pay_in(
    accounts: &ObjectNamespace,
    account: &str,
    cents: i32,
    attempts: u32,
) -> Result<()> {
    let mut outcome = Ok(());
    for _ in 0..attempts {
        let stub = accounts.get_by_name(account)?;
        let url = format!("https://account/{}/{cents}", new_id());
        let request = Request::new(&url, Method::Post)?;
        // The status of the answer is not looked at.
        outcome = stub.fetch_with_request(request).await.map(|_| ());
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// One stub for all attempts. The exception breaks it, so that the others fail without being sent.
pub async fn pay_in_by_one_stub(accounts: &ObjectNamespace, account: &str) -> Result<()> {
    let stub = accounts.get_by_name(account)?;
    let mut outcome = Ok(());
    for _ in 0..5 {
        let request = Request::new("https://account/1/1", Method::Post)?;
        outcome = stub.fetch_with_request(request).await.map(|_| ());
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// Without a list of what is applied.
pub async fn migrate(database: &D1Database, attempts: u32) -> Result<()> {
    let mut outcome = Ok(());
    for _ in 0..attempts {
        outcome = database.exec("CREATE TABLE drafts (id TEXT)").await.map(|_| ());
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// Believes the refusal.
pub async fn claim(bucket: &Bucket, key: &str, owner: &str, attempts: u32) -> Result<bool> {
    let mut outcome = Ok(false);
    for _ in 0..attempts {
        let absent =
            worker::Conditional { etag_does_not_match: Some("*".to_owned()), ..Default::default() };
        let put = bucket.put(key, owner.to_owned()).only_if(absent);
        outcome = put.execute().await.map(|made| made.is_some());
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}
