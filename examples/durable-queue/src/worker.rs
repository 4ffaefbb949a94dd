//! A worker: it takes jobs out of the queue, and does them.

use std::error::Error;
use std::time::Duration;

use apalis::prelude::*;
use apalis_postgres::{Config, PgPool, PostgresStorage};
use reattempt::http::RetryableStatus as _;
use reattempt::tower::Retries;
use reattempt::{Retryability, Retryable as _, policy};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt as _;

use crate::ending::NoMoreAttempts;

/// A job: an invoice is to be written for this order, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invoice {
    /// What stands in the queue is the order's number, and nothing that may have changed in the meantime.
    pub order: i64,
}

/// The jobs that a worker does at the same time.
pub const PLACES: usize = 8;

/// How the queue is used, by those who put in and by those who take out.
pub fn queue() -> Config {
    Config::default()
        .queue("invoices")
        .batch_size(PLACES)
        // What a worker had in hand that has been silent for two seconds is given to another one.
        .heartbeat_interval(Duration::from_secs(1))
        .missed_heartbeats(2)
}

/// What the jobs need.
#[derive(Debug, Clone)]
struct Context {
    pool: PgPool,
    client: reqwest::Client,
    service: String,
    worker: String,
}

/// One attempt. It may run after another one that has come as far as any of its lines.
async fn attempt(order: i64, context: &Context) -> Result<(), BoxDynError> {
    let Context { pool, client, service, worker } = context;
    // Only for the figures: each attempt leaves a row.
    let note = "INSERT INTO attempts (order_number, worker) VALUES ($1, $2)";
    sqlx::query(note).bind(order).bind(worker).execute(pool).await?;

    let response = client.get(format!("{service}/amount/{order}")).send().await?;
    let amount: i64 =
        response.retryable_status()?.error_for_status()?.text().await?.trim().parse()?;

    // The order's number is the idempotency key: of two attempts that come here, the second writes nothing.
    let write = "INSERT INTO invoices (order_number, amount, written_by) VALUES ($1, $2, $3)
                 ON CONFLICT (order_number) DO NOTHING";
    sqlx::query(write).bind(order).bind(amount).bind(worker).execute(pool).await?;

    // The service takes a confirmation that it has already.
    let response = client.post(format!("{service}/confirm/{order}")).send().await?;
    response.retryable_status()?.error_for_status()?;
    Ok(())
}

/// The job. What another attempt won't cure is told to the queue, which would try that again as well.
async fn write_invoice(job: Invoice, context: Data<Context>) -> Result<(), BoxDynError> {
    attempt(job.order, &context).await.map_err(|error| {
        if error.retryability().is_retryable() { error } else { AbortError::new(error).into() }
    })
}

/// What the retry layer goes by. An `AbortError` is final, and is asked for first: the box would be classified by the error that
/// the other one was made of.
pub fn retryability(error: &BoxDynError) -> Retryability {
    if error.is::<AbortError>() { Retryability::permanent() } else { error.retryability() }
}

/// Works until its input ends, which it does when whoever has started it has ended.
///
/// # Errors
///
/// If PostgreSQL can't be reached, or the queue fails.
#[tokio::main]
pub async fn run(database: &str, service: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    let pool = PgPool::connect(database).await?;
    let worker = format!("worker {}", std::process::id());
    let context = Context {
        pool: pool.clone(),
        client: reqwest::Client::builder().no_proxy().build()?,
        service: service.to_owned(),
        worker: worker.clone(),
    };
    let queue = PostgresStorage::<Invoice>::new(&pool).with_config(queue());
    let retries = Retries::new(policy!(max_attempts = 4, initial_delay = 50ms, max_delay = 1s));
    let worker = WorkerContext::new(&worker);
    WorkerBuilder::new(&worker)
        .backend(queue)
        .data(context)
        // A job that waits between two attempts has its place among them.
        .concurrency(PLACES)
        .retry(retries.name("write_invoice").on(retryability))
        .layer(NoMoreAttempts(worker))
        .build(write_invoice)
        .run_until(async { tokio::io::stdin().read_to_end(&mut Vec::new()).await.map(drop) })
        .await?;
    Ok(())
}
