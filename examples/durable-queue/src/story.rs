//! Puts jobs into the queue, starts workers, and makes trouble.

use std::error::Error;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use apalis::prelude::{TaskBuilder, TaskSink as _};
use apalis_postgres::{PgPool, PostgresStorage};
use reattempt_servers::Postgres;

use crate::service::{LAST_ORDER, Service};
use crate::worker::{Invoice, PLACES, queue};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The orders that an invoice is to be written for, beginning with 1.
pub const ORDERS: i64 = 40;

/// Another job, for an order that there is none of.
pub const MISSING: i64 = LAST_ORDER + 1;

/// The confirmations from this order on are not answered, so that a worker ends up with rows that are written in all its places,
/// and no job done. Then it is killed.
const HELD: i64 = 12;

/// What is stored in the end.
#[derive(Debug)]
pub struct Report {
    /// The jobs that the queue says are done.
    pub done: i64,
    /// The errors of those that it has given up.
    pub given_up: Vec<String>,
    /// The jobs in any other state.
    pub left: i64,
    /// The invoices that are written.
    pub invoices: i64,
    /// The sum of their amounts.
    pub amount: i64,
    /// The attempts that were made, of all jobs.
    pub attempts: i64,
    /// The orders whose invoice the first worker has written, and whose job the second one has done.
    pub taken_over: i64,
    /// The attempts of the job that nothing can cure.
    pub missing_attempts: i64,
}

/// A server, a queue in it, and a service that is down.
pub struct Stage {
    database: String,
    pool: PgPool,
    service: Service,
    _postgres: Postgres,
}

impl Stage {
    /// # Errors
    ///
    /// If PostgreSQL refuses.
    pub async fn new() -> Outcome<Stage> {
        let postgres = Postgres::with(&[]);
        let database = postgres.url("postgres");
        let pool = PgPool::connect(&database).await?;
        PostgresStorage::setup(&pool).await?;
        for table in [
            "CREATE TABLE attempts (order_number bigint, worker text)",
            "CREATE TABLE invoices (order_number bigint PRIMARY KEY, amount bigint, written_by text)",
        ] {
            sqlx::query(table).execute(&pool).await?;
        }
        Ok(Stage { database, pool, service: Service::down(), _postgres: postgres })
    }

    /// Puts a job for each order into the queue.
    ///
    /// # Errors
    ///
    /// If PostgreSQL refuses.
    pub async fn order(&self, orders: impl Iterator<Item = i64>) -> Outcome<()> {
        let mut jobs = PostgresStorage::<Invoice>::new(&self.pool).with_config(queue());
        for order in orders {
            let job = TaskBuilder::new(Invoice { order })
                // It counts the attempts of the retry layer too: up to four for each time that the job is taken.
                .max_attempts(200)
                .idempotency_key(format!("order {order}"))
                .build();
            jobs.push_task(job).await?;
        }
        Ok(())
    }

    /// Starts a worker, and returns when it has made so many attempts, which fail.
    ///
    /// # Errors
    ///
    /// If it doesn't.
    pub async fn work_in_vain(&self, program: &Path, attempts: i64) -> Outcome<Worker> {
        let worker = Worker::start(program, &self.database, &self.service.url())?;
        until(async || {
            let query = "SELECT count(*) FROM attempts WHERE worker = $1";
            let made: i64 =
                sqlx::query_scalar(query).bind(&worker.name).fetch_one(&self.pool).await?;
            Ok(made >= attempts)
        })
        .await?;
        Ok(worker)
    }

    /// The service answers from now on, after so many 503.
    ///
    /// # Errors
    ///
    /// If its port is taken.
    pub async fn come_up(&mut self, busy_for: u32) -> Outcome<()> {
        Ok(self.service.come_up(busy_for).await?)
    }

    /// Returns when the queue has nothing to do any more.
    ///
    /// # Errors
    ///
    /// If that doesn't happen.
    pub async fn await_end(&self) -> Outcome<()> {
        let open = "SELECT count(*) FROM apalis.jobs WHERE status NOT IN ('Done', 'Killed')";
        until(async || Ok(count(&self.pool, open).await? == 0)).await
    }

    /// What is stored. `first`, `second`: the names of the workers.
    ///
    /// # Errors
    ///
    /// If PostgreSQL refuses.
    pub async fn report(&self, first: &str, second: &str) -> Outcome<Report> {
        let pool = &self.pool;
        let done = count(pool, "SELECT count(*) FROM apalis.jobs WHERE status = 'Done'").await?;
        let given_up = "SELECT last_result->>'Err' FROM apalis.jobs WHERE status = 'Killed'";
        let given_up: Vec<String> = sqlx::query_scalar(given_up).fetch_all(pool).await?;
        let all = count(pool, "SELECT count(*) FROM apalis.jobs").await?;
        let missing = "SELECT count(*) FROM attempts WHERE order_number = $1";
        let taken_over =
            "SELECT count(DISTINCT order_number) FROM invoices JOIN attempts USING (order_number)
                          WHERE written_by = $1 AND worker = $2";
        let taken_over = sqlx::query_scalar(taken_over).bind(first).bind(second);
        Ok(Report {
            done,
            left: all - done - i64::try_from(given_up.len())?,
            given_up,
            invoices: count(pool, "SELECT count(*) FROM invoices").await?,
            amount: count(pool, "SELECT coalesce(sum(amount), 0)::bigint FROM invoices").await?,
            attempts: count(pool, "SELECT count(*) FROM attempts").await?,
            taken_over: taken_over.fetch_one(pool).await?,
            missing_attempts: sqlx::query_scalar(missing).bind(MISSING).fetch_one(pool).await?,
        })
    }
}

/// Does everything once. `program`: the path of this package's; `tell` is told what happens.
///
/// # Errors
///
/// If something doesn't happen for half a minute, or the operating system refuses.
pub async fn run(program: &Path, tell: impl Fn(&str)) -> Outcome<Report> {
    let mut stage = Stage::new().await?;
    stage.order((1..=ORDERS).chain([MISSING])).await?;
    stage.service.hold_from(HELD);
    tell(&format!("{} jobs are in the queue, and a worker starts", ORDERS + 1));
    let first = stage.work_in_vain(program, 20).await?;
    tell("the service has refused its connections; now it answers, at first with twenty 503");
    stage.come_up(20).await?;
    until(async || Ok(stage.service.held() as usize >= PLACES)).await?;
    tell(&format!("the worker has written {PLACES} rows whose jobs aren't done, and is killed"));
    let (first, killed) = (first.name.clone(), first);
    killed.kill()?;
    stage.service.go_down().await;
    stage.service.hold_from(0);

    tell("another worker starts, and the service refuses connections");
    let second = stage.work_in_vain(program, 20).await?;
    tell("the service is back");
    stage.come_up(0).await?;
    stage.await_end().await?;
    tell("all jobs have ended");
    let report = stage.report(&first, &second.name).await?;
    second.stop().await?;
    Ok(report)
}

async fn count(pool: &PgPool, query: &'static str) -> Outcome<i64> {
    Ok(sqlx::query_scalar(query).fetch_one(pool).await?)
}

/// Asks until it is so.
async fn until(is_so: impl AsyncFn() -> Outcome<bool>) -> Outcome<()> {
    let began = Instant::now();
    while !is_so().await? {
        if began.elapsed() > Duration::from_secs(30) {
            return Err("it doesn't happen".into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// A worker process, which ends with this one.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    /// As the queue and the tables know it.
    pub name: String,
}

impl Worker {
    fn start(program: &Path, database: &str, service: &str) -> Outcome<Worker> {
        let mut command = Command::new(program);
        let child = command.args([database, service]).stdin(Stdio::piped()).spawn()?;
        let name = format!("worker {}", child.id());
        Ok(Worker { child, name })
    }

    /// By SIGKILL: nothing of it runs any more.
    fn kill(mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, and waits for that.
    ///
    /// # Errors
    ///
    /// If it doesn't end, or has failed.
    pub async fn stop(mut self) -> Outcome<()> {
        drop(self.child.stdin.take());
        let began = Instant::now();
        loop {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("{} has failed: {status}", self.name).into()),
                None if began.elapsed() > Duration::from_secs(10) => {
                    return Err(format!("{} doesn't end", self.name).into());
                }
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the program shows.
///
/// # Errors
///
/// If an invoice is missing.
#[tokio::main]
pub async fn show(program: &Path) -> Outcome<()> {
    let began = Instant::now();
    let tell = |what: &str| println!("{:5.1} s  {what}", began.elapsed().as_secs_f64());
    let report = run(program, tell).await?;
    let Report { done, left, invoices, attempts, taken_over, missing_attempts, .. } = &report;
    println!(
        "\n{done} jobs are done, and {left} are left. There are {invoices} invoices for {ORDERS} orders."
    );
    println!(
        "It took {attempts} attempts. {taken_over} jobs were done again by the second worker, after the"
    );
    println!("first one had written their row: nothing was written twice.");
    println!(
        "The job for an order that there isn't has made {missing_attempts} attempt, and is kept with its error:"
    );
    report.given_up.iter().for_each(|error| println!("  {error}"));
    if (*done, *left, *invoices) != (ORDERS, 0, ORDERS) || report.given_up.len() != 1 {
        return Err(format!("something is lost, or there is too much: {report:?}").into());
    }
    Ok(())
}
