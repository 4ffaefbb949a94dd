//! The gateway loses its answers, is killed, and is restarted, while metrics are pushed to it.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reattempt_servers::{Fault, Proxy, Pushgateway};
use tokio::time::sleep;

use crate::import::{self, Counts};
use crate::push::Group;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// What happened.
#[derive(Debug)]
pub struct Report {
    /// What was counted in the end: rows that were stored, and that were rejected.
    pub counted: (u64, u64),
    /// What the gateway then had.
    pub pushed: (u64, u64),
    /// What it had when it was started once more, from its file.
    pub kept: (u64, u64),
    /// How many series it then had of it.
    pub series: usize,
    /// What it had when it came back after it was killed: less than was counted then.
    pub after_kill: (u64, u64),
    /// What was counted when it was killed.
    pub before_kill: (u64, u64),
    /// How many pushes arrived whose answers were lost.
    pub lost_answers: u64,
    /// How many pushes failed in all their attempts.
    pub failed: u64,
}

/// What happens to the answers of the gateway.
#[derive(Debug, Default)]
struct Trouble {
    loses_answers: AtomicBool,
    lost: AtomicU64,
}

/// Tells each line what happens, and what was counted, and what the gateway has.
///
/// # Errors
///
/// If the gateway refuses, or something doesn't happen.
///
/// # Panics
///
/// If the gateway is not installed.
pub async fn run(tell: impl Fn(&str, (u64, u64), Option<(u64, u64)>)) -> Outcome<Report> {
    let mut gateway = tokio::task::block_in_place(Pushgateway::new);
    let trouble = Arc::new(Trouble::default());
    let shared = Arc::clone(&trouble);
    let proxy = Proxy::start(gateway.port, move |_| {
        // Two of three, so that each push arrives more than once and its third attempt is answered.
        let loses = shared.loses_answers.load(Ordering::SeqCst);
        let lost = shared.lost.fetch_add(u64::from(loses), Ordering::SeqCst);
        (loses && lost % 3 < 2).then_some(Fault::LoseAnswer)
    });
    let group = Group::new(&proxy.url(), "import", "1");
    let counts = Arc::new(Counts::default());
    let counted = Arc::clone(&counts);
    let import = tokio::spawn(async move { import::run(&group, &counted).await });

    until("pushes", || counts.pushed.load(Ordering::SeqCst) >= 10).await?;
    let has = rows(&gateway).await?.0;
    tell("the gateway works", counts.rows(), Some(has));

    tokio::task::block_in_place(|| {
        gateway.stop();
        gateway.start();
    });
    let pushed = counts.pushed.load(Ordering::SeqCst);
    until("pushes", || counts.pushed.load(Ordering::SeqCst) >= pushed + 2).await?;
    let has = rows(&gateway).await?.0;
    tell("it was restarted", counts.rows(), Some(has));

    trouble.loses_answers.store(true, Ordering::SeqCst);
    until("lost answers", || trouble.lost.load(Ordering::SeqCst) >= 20).await?;
    trouble.loses_answers.store(false, Ordering::SeqCst);
    let pushed = counts.pushed.load(Ordering::SeqCst);
    until("a push", || counts.pushed.load(Ordering::SeqCst) >= pushed + 2).await?;
    let has = rows(&gateway).await?.0;
    tell("of three answers two were lost", counts.rows(), Some(has));

    gateway.kill();
    let before_kill = counts.rows();
    until("failed pushes", || counts.failed.load(Ordering::SeqCst) >= 3).await?;
    tell("it was killed", counts.rows(), None);

    // It writes its file every five minutes, and when it is stopped. The next push would bring the rest before anybody could look, so another one looks at what the first one has kept.
    let copy = tokio::task::block_in_place(|| Pushgateway::with_copy_of(&gateway.file()));
    let after_kill = rows(&copy).await?.0;
    tell("its file is older", counts.rows(), Some(after_kill));
    tokio::task::block_in_place(|| gateway.start());
    let pushed = counts.pushed.load(Ordering::SeqCst);
    until("a push", || counts.pushed.load(Ordering::SeqCst) >= pushed + 2).await?;
    let has = rows(&gateway).await?.0;
    tell("it was started again", counts.rows(), Some(has));

    // The last push begins while there is no gateway.
    tokio::task::block_in_place(|| gateway.stop());
    let failed = counts.failed.load(Ordering::SeqCst);
    until("a failed push", || counts.failed.load(Ordering::SeqCst) > failed).await?;
    counts.is_over.store(true, Ordering::SeqCst);
    tell("it was stopped, and the program ends", counts.rows(), None);
    tokio::task::block_in_place(|| gateway.start());
    import.await??;
    let pushed = rows(&gateway).await?.0;
    tell("it was started, and got the last push", counts.rows(), Some(pushed));

    tokio::task::block_in_place(|| {
        gateway.stop();
        gateway.start();
    });
    let (kept, series) = rows(&gateway).await?;
    tell("it was restarted once more", counts.rows(), Some(kept));
    Ok(Report {
        counted: counts.rows(),
        pushed,
        kept,
        series,
        after_kill,
        before_kill,
        lost_answers: trouble.lost.load(Ordering::SeqCst) * 2 / 3,
        failed: counts.failed.load(Ordering::SeqCst),
    })
}

/// What a gateway has: rows that were stored, and that were rejected, and how many series that is.
async fn rows(gateway: &Pushgateway) -> Outcome<((u64, u64), usize)> {
    let url = format!("http://127.0.0.1:{}/metrics", gateway.port);
    let metrics = reqwest::get(url).await?.error_for_status()?.text().await?;
    let lines = metrics.lines().filter(|line| line.starts_with("imported_rows_total{"));
    let (mut stored, mut rejected, mut series) = (0, 0, 0);
    for line in lines {
        let (labels, value) = line.rsplit_once(' ').ok_or("a line has a value")?;
        let value = value.parse::<u64>()?;
        let is_stored = labels.contains("outcome=\"stored\"");
        *(if is_stored { &mut stored } else { &mut rejected }) += value;
        series += 1;
    }
    Ok(((stored, rejected), series))
}

async fn until(what: &str, mut happens: impl FnMut() -> bool) -> Outcome {
    let began = Instant::now();
    while !happens() {
        if began.elapsed() > Duration::from_secs(30) {
            return Err(format!("there are no {what}").into());
        }
        sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}

/// What the program prints.
///
/// # Errors
///
/// If the gateway refuses, or something doesn't happen.
pub async fn show() -> Outcome {
    println!(
        "{:40}{:>16}{:>20}",
        "rows that were stored, and rejected", "counted", "in the gateway"
    );
    let report = run(|what, counted, gateway| {
        let pair = |(stored, rejected)| format!("{stored} {rejected:4}");
        let gateway = gateway.map_or_else(|| "there is none".to_owned(), pair);
        println!("{what:40}{:>16}{gateway:>20}", pair(counted));
    })
    .await?;
    println!(
        "\n{} pushes failed in all their attempts, and {} arrived without an answer. Nothing is missing, and nothing is there twice: {}.",
        report.failed,
        report.lost_answers,
        report.kept == report.counted,
    );
    Ok(())
}
