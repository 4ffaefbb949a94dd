//! Hundreds of calls at once, with all options in the mix, against a server that resets, stalls, truncates, throttles and
//! restarts. It takes ten seconds, or as many as `SOAK_SECONDS` says.

use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reattempt::http::{HttpError, RetryableStatus as _};
use reattempt::{
    Brake, Budget, CancelToken, Event, EventKind, Observer, Retry, Retryability, Retryable, Scope,
    TimedOut, attempt, policy, retry,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the server did.
#[derive(Default)]
struct Ledger {
    requests: AtomicU64,
    answered: Mutex<HashMap<u64, u32>>,
    open: AtomicU32,
    restarts: AtomicU32,
    faults: AtomicU64,
}

/// A connection that is open until this is dropped, however it ends.
struct Open(Arc<Ledger>);

impl Open {
    fn new(ledger: &Arc<Ledger>) -> Open {
        ledger.open.fetch_add(1, Ordering::Relaxed);
        Open(Arc::clone(ledger))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Serves until told to stop; every second it is gone for a tenth of one, with all its connections.
async fn serve(address: SocketAddr, ledger: Arc<Ledger>, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(address).unwrap();
        let listener = socket.listen(1024).unwrap();
        let mut connections = tokio::task::JoinSet::new();
        let accept = accept(&listener, &ledger, &mut connections);
        let _ = tokio::time::timeout(Duration::from_secs(1), accept).await;
        drop(listener);
        connections.shutdown().await;
        ledger.restarts.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn accept(
    listener: &TcpListener,
    ledger: &Arc<Ledger>,
    connections: &mut tokio::task::JoinSet<()>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let open = Open::new(ledger);
        connections.spawn(async move {
            let _ = answer(stream, &open.0).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

/// Answers one request: `GET /17` is answered with `17`, if nothing comes in between.
async fn answer(mut stream: TcpStream, ledger: &Ledger) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    let text = String::from_utf8_lossy(&request);
    let path = text.split(' ').nth(1).unwrap_or_default();
    let id: u64 = path.trim_start_matches('/').parse().unwrap_or_default();
    let number = ledger.requests.fetch_add(1, Ordering::Relaxed);
    // Three of ten go wrong, each in another way.
    let fault = mix(number) % 20;
    if fault < 6 {
        ledger.faults.fetch_add(1, Ordering::Relaxed);
    }
    match fault {
        0 => {
            // With nothing to linger for, closing sends a reset in place of an end.
            stream.set_zero_linger()
        }
        1 => {
            tokio::time::sleep(Duration::from_secs(5)).await;
            Ok(())
        }
        2 => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await,
        3 => {
            let throttled = "HTTP/1.1 429 Too Many\r\nretry-after-ms: 5\r\ncontent-length: 0\r\n";
            stream.write_all(format!("{throttled}connection: close\r\n\r\n").as_bytes()).await
        }
        4 => {
            let unavailable = "HTTP/1.1 503 Unavailable\r\ncontent-length: 0\r\n";
            stream.write_all(format!("{unavailable}connection: close\r\n\r\n").as_bytes()).await
        }
        5 => Ok(()),
        _ => {
            *ledger.answered.lock().unwrap().entry(id).or_default() += 1;
            let body = id.to_string();
            let head = format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all(format!("HTTP/1.1 200 OK\r\n{head}{body}").as_bytes()).await
        }
    }
}

/// The finishing steps of `SplitMix64`: the same faults in each run.
fn mix(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// What a call fails with.
#[derive(Debug, thiserror::Error, Retryable)]
enum SoakError {
    #[error(transparent)]
    #[retry(forward)]
    Http(#[from] HttpError<reqwest::Error>),
    #[error(transparent)]
    #[retry(forward)]
    Body(#[from] reqwest::Error),
    #[error(transparent)]
    #[retry(forward)]
    Io(#[from] io::Error),
    #[error("{0}")]
    #[retry(transient)]
    TimedOut(TimedOut),
    #[error("after {0} attempts")]
    #[retry(permanent)]
    GaveUp(u32),
}

impl From<TimedOut> for SoakError {
    fn from(timed_out: TimedOut) -> SoakError {
        SoakError::TimedOut(timed_out)
    }
}

struct Client {
    http: reqwest::Client,
    address: SocketAddr,
    /// How often a body ran: no request comes from anywhere else.
    attempts: AtomicU64,
}

static BUDGET: Budget = Budget::builder().capacity(50.0).throttled_cost(1.0).build();
static BRAKE: Brake = Brake::new();
const DEADLINE: Duration = Duration::from_secs(2);

impl Client {
    async fn get(&self, id: u64) -> Result<u64, SoakError> {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        let url = format!("http://{}/{id}", self.address);
        let response = self.http.get(url).send().await.map_err(HttpError::from)?;
        let response = response.retryable_status().map_err(HttpError::from)?;
        let text = response.text().await?;
        Ok(text.parse().unwrap())
    }

    #[retry(max_attempts = 8, initial_delay = 5ms, max_delay = 50ms, deadline = DEADLINE, attempt_timeout = 200ms)]
    async fn limited(&self, id: u64) -> Result<u64, SoakError> {
        self.get(id).await
    }

    #[retry(
        max_attempts = 5, initial_delay = 5ms, attempt_timeout = 200ms, budget = BUDGET, name = "budgeted"
    )]
    async fn budgeted(&self, id: u64) -> Result<u64, SoakError> {
        self.get(id).await
    }

    #[retry(
        max_attempts = 8, initial_delay = 5ms, max_elapsed = 2s, attempt_timeout = 200ms, brake = BRAKE,
        map_err = |_, call| SoakError::GaveUp(call.attempts())
    )]
    async fn braked(&self, id: u64) -> Result<u64, SoakError> {
        self.get(id).await
    }

    #[retry(max_attempts = 3, initial_delay = 5ms, nested = "once", context = cx)]
    async fn nested(&self, id: u64) -> Result<u64, SoakError> {
        assert!(cx.attempt() <= 3);
        self.limited(id).await
    }

    #[retry(max_attempts = unlimited, initial_delay = 5ms, attempt_timeout = 200ms, cancel = tokio::time::sleep(DEADLINE))]
    async fn cancelled(&self, id: u64) -> Result<u64, SoakError> {
        self.get(id).await
    }

    /// By hand over a socket, on a thread of its own.
    #[retry(max_attempts = 8, initial_delay = 5ms, max_elapsed = 2s, cancel = stop)]
    fn blocking(&self, id: u64, stop: &CancelToken) -> Result<u64, SoakError> {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        let mut stream = std::net::TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_millis(200)))?;
        write!(stream, "GET /{id} HTTP/1.1\r\nhost: soak\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let is_whole = text.starts_with("HTTP/1.1 200") && !text.ends_with("half");
        let body = text.rsplit("\r\n\r\n").next().filter(|_| is_whole);
        body.and_then(|body| body.parse().ok())
            .ok_or_else(|| io::Error::from(io::ErrorKind::ConnectionReset).into())
    }

    /// One call of each kind, by turns.
    async fn call(self: Arc<Self>, id: u64, stop: CancelToken) -> Result<u64, SoakError> {
        match id % 8 {
            0 => self.limited(id).await,
            1 => self.budgeted(id).await,
            2 => self.braked(id).await,
            3 => self.nested(id).await,
            4 => self.cancelled(id).await,
            5 => {
                let call = move || self.blocking(id, &stop);
                tokio::task::spawn_blocking(call).await.unwrap()
            }
            6 => {
                let policy = policy!(max_attempts = 8, initial_delay = 5ms);
                let retry = Retry::new(policy).attempt_timeout(Duration::from_millis(200));
                let retry = retry.deadline(DEADLINE).on(|error: &SoakError| error.retryability());
                let scope = Scope::new().retries(5).deadline(DEADLINE);
                scope.run_async(retry.call_async(|| self.get(id))).await
            }
            _ => {
                attempt!(
                    max_attempts = 8,
                    initial_delay = 5ms,
                    deadline = DEADLINE,
                    on = |error: &SoakError| match error {
                        SoakError::GaveUp(_) => Retryability::permanent(),
                        error => error.retryability(),
                    },
                    async { self.get(id).await }
                )
                .await
            }
        }
    }
}

/// The retries that the budget has paid for.
#[derive(Default)]
struct Paid(AtomicU64);

impl Observer for Paid {
    fn event(&self, event: &Event<'_>) {
        if event.operation() == "budgeted" && event.kind() == EventKind::Retrying {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[test]
fn nothing_is_lost_leaked_or_late() {
    let seconds = std::env::var("SOAK_SECONDS").map_or(10, |seconds| seconds.parse().unwrap());
    let server = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let (server, ledger) = (server.unwrap(), Arc::new(Ledger::default()));
    let reserved = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = reserved.local_addr().unwrap();
    drop(reserved);
    let stop_serving = Arc::new(AtomicBool::new(false));
    let serving = server.spawn(serve(address, Arc::clone(&ledger), Arc::clone(&stop_serving)));

    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let client = Arc::new(Client { http, address, attempts: AtomicU64::new(0) });
    let paid = Arc::new(Paid::default());
    Scope::new().observer(Arc::clone(&paid)).install();

    let until = Instant::now() + Duration::from_secs(seconds);
    let (issued, latest) = (AtomicU64::new(0), Mutex::new(Duration::ZERO));
    let mut outcomes: HashMap<u64, Result<u64, SoakError>> = HashMap::new();
    runtime.block_on(async {
        let mut calls = tokio::task::JoinSet::new();
        let stop = CancelToken::new();
        loop {
            while Instant::now() < until && calls.len() < 300 {
                let id = issued.fetch_add(1, Ordering::Relaxed);
                let call = Arc::clone(&client).call(id, stop.clone());
                calls.spawn(async move {
                    let began_at = Instant::now();
                    let outcome = call.await;
                    (id, outcome, began_at.elapsed())
                });
            }
            let Some(call) = calls.join_next().await else { break };
            let (id, outcome, elapsed) = call.unwrap();
            if matches!(id % 8, 0 | 6 | 7) {
                let mut latest = latest.lock().unwrap();
                *latest = elapsed.saturating_sub(DEADLINE).max(*latest);
            }
            assert!(outcomes.insert(id, outcome).is_none(), "call {id} was answered twice");
        }
        stop.cancel();
    });

    // Nothing is left of the calls: no task of theirs, and no connection at the server.
    let alive = || runtime.metrics().num_alive_tasks();
    wait_until("no task is left", || alive() == 0);
    stop_serving.store(true, Ordering::Relaxed);
    server.block_on(serving).unwrap();
    assert_eq!(ledger.open.load(Ordering::Relaxed), 0);

    let issued = issued.into_inner();
    assert_eq!(outcomes.len() as u64, issued, "a call was lost");
    let answered = ledger.answered.lock().unwrap();
    let mut succeeded = 0;
    let mut paid_by = 0;
    for (id, outcome) in &outcomes {
        if let Ok(answer) = outcome {
            assert_eq!(answer, id, "a call got the answer of another");
            assert!(answered[id] >= 1, "a call got an answer that was never given");
            succeeded += 1;
            paid_by += u64::from(id % 8 == 1);
        }
    }
    let attempts = client.attempts.load(Ordering::Relaxed);
    let requests = ledger.requests.load(Ordering::Relaxed);
    assert!(requests <= attempts, "{requests} requests of {attempts} attempts");
    let paid = paid.0.load(Ordering::Relaxed);
    assert!(paid <= 50 + paid_by / 10 + 1, "{paid} retries were paid for by {paid_by} successes");
    assert!(issued > 500 && succeeded * 10 > issued * 8, "{succeeded} of {issued} succeeded");
    println!(
        "{issued} calls in {seconds} s, {succeeded} of them succeeded; {attempts} attempts, {requests} requests, {} faults, \
         {} restarts; {paid} retries paid from a budget by {paid_by} successes ({} refused), {} turns withheld; the latest \
         call was {:.1?} past its deadline",
        ledger.faults.load(Ordering::Relaxed),
        ledger.restarts.load(Ordering::Relaxed),
        BUDGET.rejections(),
        BRAKE.withheld(),
        latest.into_inner().unwrap(),
    );
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..500 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("not so after five seconds: {what}");
}
