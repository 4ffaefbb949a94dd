//! A service that can do so much and no more has an outage, while callers ask at the same rate as ever.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use reattempt::{Budget, Policy};
use reqwest::Client;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, sleep_until};

use crate::forward::{Protocol, Upstream, client};
use crate::story::Running;
use crate::{headers, proxy};

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// So many requests a second are asked, whether others are answered or not. Callers that wait for an answer before they ask again
/// would ask less while the service is down, and there would be no storm.
const RATE: usize = 50;

/// The service does twice as many: five at a time.
const PLACES: usize = 5;
const WORK: Duration = Duration::from_millis(50);

/// After that an attempt is given up. The service doesn't know, and works for nobody.
const ATTEMPT: Duration = Duration::from_millis(300);

/// So long the caller waits, which is enough for three attempts.
const PATIENCE: Duration = Duration::from_millis(1200);

/// How the proxy is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    NoRetries,
    ThreeAttempts,
    WithBudget,
}

/// How long everything lasts, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Phases {
    pub before: usize,
    pub outage: usize,
    pub after: usize,
}

/// What happened.
#[derive(Debug)]
pub struct Report {
    pub asked: usize,
    /// What the service got.
    pub sent: usize,
    /// For each second, how many requests that were asked in it got a good answer.
    pub good: Vec<usize>,
}

impl Report {
    /// Requests that the service got, for each that was asked.
    #[allow(clippy::cast_precision_loss, reason = "there are few")]
    pub fn amplification(&self) -> f64 {
        self.sent as f64 / self.asked as f64
    }

    /// After how many seconds nearly all answers are good again, if they are.
    pub fn recovery(&self, phases: Phases) -> Option<usize> {
        let after = self.good.get(phases.before + phases.outage..)?;
        let bad = after.iter().rposition(|good| good * 10 < RATE * 9);
        let recovery = bad.map_or(0, |last| last + 1);
        (recovery < after.len()).then_some(recovery)
    }
}

/// Works on five requests at a time. The others wait in a line, and stay there when their callers have gone.
#[derive(Debug)]
struct Service {
    arrived: AtomicUsize,
    places: Semaphore,
    is_up: watch::Sender<bool>,
}

async fn serve(State(service): State<Arc<Service>>) -> &'static str {
    service.arrived.fetch_add(1, Ordering::SeqCst);
    let work = async move {
        if let Ok(_place) = service.places.acquire().await {
            let mut is_up = service.is_up.subscribe();
            // Such as a database that doesn't answer.
            let _ = is_up.wait_for(|is_up| *is_up).await;
            sleep(WORK).await;
        }
    };
    // It goes on when this future is dropped, because the caller has hung up.
    let _ = tokio::spawn(work).await;
    "done"
}

/// # Errors
///
/// If something can't be started.
pub async fn run(way: Way, phases: Phases) -> Outcome<Report> {
    let service = Arc::new(Service {
        arrived: AtomicUsize::new(0),
        places: Semaphore::new(PLACES),
        is_up: watch::Sender::new(true),
    });
    let router = Router::new().fallback(serve).with_state(Arc::clone(&service));
    let running = Running::start(router).await?;
    let attempts = if way == Way::NoRetries { 1 } else { 3 };
    let policy = Policy::builder().max_attempts(attempts).initial_delay(Duration::from_millis(20));
    let budget = match way {
        Way::WithBudget => Budget::new(),
        // It never ends.
        Way::NoRetries | Way::ThreeAttempts => Budget::builder().capacity(1_000_000.0).build(),
    };
    let upstream = Arc::new(Upstream {
        url: running.url(""),
        client: client()?,
        policy: policy.build()?,
        attempt_timeout: ATTEMPT,
        budget,
        knows_keys: false,
        protocol: Protocol::Rest,
    });
    let proxy = Running::start(proxy::router([("api", upstream)])).await?;

    let outage = tokio::spawn(outage(Arc::clone(&service), phases));
    let client = Client::builder().no_proxy().build()?;
    let seconds = phases.before + phases.outage + phases.after;
    let (mut asks, mut callers) =
        (interval(Duration::from_secs(1) / u32::try_from(RATE)?), JoinSet::new());
    for number in 0..seconds * RATE {
        asks.tick().await;
        let ask = client
            .get(proxy.url("/api/"))
            .header(headers::TIMEOUT, headers::milliseconds(PATIENCE));
        callers.spawn(async move {
            let is_good = ask.send().await.is_ok_and(|answer| answer.status().is_success());
            (number / RATE, is_good)
        });
    }
    let mut good = vec![0; seconds];
    while let Some(caller) = callers.join_next().await {
        let (second, is_good) = caller?;
        good[second] += usize::from(is_good);
    }
    outage.await?;
    Ok(Report { asked: seconds * RATE, sent: service.arrived.load(Ordering::SeqCst), good })
}

async fn outage(service: Arc<Service>, phases: Phases) {
    let seconds = |number: usize| Duration::from_secs(number as u64);
    let begins = Instant::now() + seconds(phases.before);
    sleep_until(begins).await;
    service.is_up.send_replace(false);
    sleep_until(begins + seconds(phases.outage)).await;
    service.is_up.send_replace(true);
}

/// What the program prints.
///
/// # Errors
///
/// If something can't be started.
pub async fn show() -> Outcome {
    let phases = Phases { before: 2, outage: 2, after: 8 };
    println!(
        "On a paused clock: {RATE} requests a second, to a service that can do {}. It stands still in seconds 3 and 4.\n\
         Good answers, second by second:",
        2 * RATE
    );
    let ways = [Way::NoRetries, Way::ThreeAttempts, Way::WithBudget];
    let runs = ways.map(|way| tokio::spawn(run(way, phases)));
    for (way, run) in ways.into_iter().zip(runs) {
        let report = run.await??;
        let good: String = report.good.iter().map(|good| format!("{good:4}")).collect();
        let recovery = match report.recovery(phases) {
            Some(seconds) => format!("back after {seconds} s"),
            None => "not back".to_owned(),
        };
        let amplification = report.amplification();
        println!("{:15}{good}  {recovery:16}sent {amplification:.2} times", format!("{way:?}"));
    }
    Ok(())
}
