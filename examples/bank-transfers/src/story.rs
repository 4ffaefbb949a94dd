//! Many make transfers, and the server is killed in the middle of it.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reattempt::{Event, EventKind, Observer, Scope};
use sqlx::postgres::PgPool;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::bank::{ACCOUNTS, Bank, Stored, WRITERS};
use crate::transfer::{self, Booked, Transfer};

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// How a transfer is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// With a number that is unique.
    WithKey,
    /// With nothing by which it could be known again.
    WithoutKey,
    /// The same, and `idempotent = false`.
    WithCare,
}

/// What happened.
#[derive(Debug)]
pub struct Report {
    /// The transfers that somebody asked for.
    pub asked: Vec<Transfer>,
    /// Those of which nobody was told whether they are booked.
    pub unknown: Vec<Transfer>,
    /// At least so many had their COMMIT written when the server died, and got no answer.
    pub unanswered: usize,
    /// How many were found to be booked by an earlier attempt.
    pub found: usize,
    /// Why attempts failed that others followed.
    pub retries: BTreeMap<String, u32>,
    /// What is there in the end.
    pub stored: Stored,
}

/// Counts the retries by their errors.
#[derive(Debug, Default)]
struct Reasons(Mutex<BTreeMap<String, u32>>);

impl Observer for Reasons {
    fn event(&self, event: &Event<'_>) {
        if let (EventKind::Retrying, Some(error)) = (event.kind(), event.error()) {
            let mut reasons = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // sqlx adds the line of PostgreSQL's source, which differs from one conflict to the next.
            let error = error.to_string();
            let reason = error.split(" at line ").next().unwrap_or_default();
            *reasons.entry(reason.to_owned()).or_default() += 1;
        }
    }
}

#[derive(Debug, Default)]
struct Shared {
    /// The number of the last transfer that was asked for.
    last: AtomicI64,
    ended: AtomicUsize,
    found: AtomicUsize,
    is_over: AtomicBool,
    unknown: Mutex<Vec<Transfer>>,
}

/// Some transfer: the same for the same number. Every fifth one is paid by the same few accounts, so that there are conflicts.
fn numbered(id: i64) -> Transfer {
    let accounts = i64::from(ACCOUNTS);
    let payer = if id % 5 == 0 { id / 5 % 3 } else { id * 7 };
    let distance = 3 + id % (accounts - 3);
    let account = |id: i64| i32::try_from(id % accounts).expect("there are few");
    Transfer { id, payer: account(payer), payee: account(payer + distance), cents: 1 + id % 97 }
}

/// # Errors
///
/// If PostgreSQL refuses.
///
/// # Panics
///
/// If PostgreSQL is not installed.
pub async fn run(way: Way) -> Outcome<Report> {
    let mut bank = Bank::open(way == Way::WithKey).await?;
    let (shared, reasons) = (Arc::new(Shared::default()), Arc::new(Reasons::default()));
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let work = work(bank.pool.clone(), way, Arc::clone(&shared));
        writers.spawn(Scope::new().observer(Arc::clone(&reasons)).run_async(work));
    }
    until(&shared, 200).await?;
    let unanswered = bank.lose_answers().await?;
    let ended = shared.ended.load(Ordering::SeqCst);
    until(&shared, ended + 200).await?;
    shared.is_over.store(true, Ordering::SeqCst);
    while let Some(writer) = writers.join_next().await {
        writer?;
    }
    let unknown = shared.unknown.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let retries = reasons.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Report {
        asked: (1..=shared.last.load(Ordering::SeqCst)).map(numbered).collect(),
        unknown,
        unanswered,
        found: shared.found.load(Ordering::SeqCst),
        retries,
        stored: bank.stored().await?,
    })
}

/// Makes one transfer after the other.
async fn work(pool: PgPool, way: Way, shared: Arc<Shared>) {
    while !shared.is_over.load(Ordering::SeqCst) {
        let asked = numbered(shared.last.fetch_add(1, Ordering::SeqCst) + 1);
        let booked = match way {
            Way::WithKey => transfer::transfer(&pool, &asked).await,
            Way::WithoutKey => {
                transfer::transfer_without_key(&pool, &asked).await.map(|()| Booked::Now)
            }
            Way::WithCare => {
                transfer::transfer_with_care(&pool, &asked).await.map(|()| Booked::Now)
            }
        };
        match booked {
            Ok(Booked::Now) => {}
            Ok(Booked::Before) => _ = shared.found.fetch_add(1, Ordering::SeqCst),
            Err(_) => {
                shared.unknown.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
            }
        }
        shared.ended.fetch_add(1, Ordering::SeqCst);
    }
}

/// Returns when so many have ended.
async fn until(shared: &Shared, ended: usize) -> Outcome {
    let began = Instant::now();
    while shared.ended.load(Ordering::SeqCst) < ended {
        if began.elapsed() > Duration::from_secs(40) {
            return Err("the writers don't get on".into());
        }
        sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// What the program prints.
///
/// # Errors
///
/// If PostgreSQL refuses.
pub async fn show() -> Outcome {
    println!(
        "{WRITERS} writers, {ACCOUNTS} accounts. The server is killed while COMMITs are written that it has not answered.\n"
    );
    let mut reports = Vec::new();
    for way in [Way::WithKey, Way::WithoutKey, Way::WithCare] {
        println!("{way:?}: attempts failed, and others followed, because");
        let report = run(way).await?;
        for (reason, count) in &report.retries {
            println!("{count:6} times  {reason}");
        }
        println!();
        reports.push(report);
    }
    type Row = (&'static str, fn(&Report) -> usize);
    let rows: [Row; 7] = [
        ("transfers that were asked for", |report| report.asked.len()),
        ("COMMITs without an answer, at least", |report| report.unanswered),
        ("second runs that found the first one's row", |report| report.found),
        ("transfers that are there twice", |report| report.stored.doubles()),
        ("errors: the caller has to look", |report| report.unknown.len()),
        ("… of which are booked", Report::unknown_but_booked),
        ("accounts that are not as was asked for", |report| {
            report.stored.wrong_accounts(&report.asked)
        }),
    ];
    println!("{:45}{:>12}{:>12}{:>12}", "", "with key", "without", "with care");
    for (name, value) in rows {
        let values: Vec<usize> = reports.iter().map(value).collect();
        println!("{name:45}{:>12}{:>12}{:>12}", values[0], values[1], values[2]);
    }
    let sums: Vec<i64> = reports.iter().map(|report| report.stored.sum()).collect();
    println!(
        "{:45}{:>12}{:>12}{:>12}",
        "what all have together, in cents", sums[0], sums[1], sums[2]
    );
    Ok(())
}

impl Report {
    /// How many are booked of those of which nobody was told.
    pub fn unknown_but_booked(&self) -> usize {
        let booked = |id| self.stored.transfers.iter().any(|transfer| transfer.id == id);
        self.unknown.iter().filter(|transfer| booked(transfer.id)).count()
    }
}
