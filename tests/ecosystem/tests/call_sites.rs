//! What 178 places in 59 public projects do when they retry, as far as it took more than an attribute: each shape that they
//! have, in our own words.

#![allow(clippy::items_after_statements, reason = "where they are used")]

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use reattempt::{
    GaveUp, GiveUpReason, Policy, Retry, RetryPolicy, Retryability, Retryable, Retrying, Waits,
    attempt, policy, retry,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn lost() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

/// Something that fails so often, and then works.
#[derive(Default)]
struct Peer {
    calls: AtomicU32,
    failing: u32,
}

impl Peer {
    fn failing(failing: u32) -> Peer {
        Peer { calls: AtomicU32::new(0), failing }
    }

    async fn call(&self) -> io::Result<u32> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        tokio::task::yield_now().await;
        if call > self.failing { Ok(call) } else { Err(lost()) }
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }
}

/// A tunnel's client connects its data channel within ten seconds, in the middle of a function.
#[tokio::test(start_paused = true)]
async fn a_connection_within_a_limit_of_ten_seconds() {
    let peer = Peer::failing(999);
    let begun = Instant::now();
    let outcome =
        attempt!(max_attempts = unlimited, max_elapsed = 10s, jitter = "none", on(_), async {
            peer.call().await
        })
        .await;
    assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(begun.elapsed(), ms(6300));
}

/// Its control channel is made again for ever, and begins anew when a session has held for three seconds.
#[tokio::test(start_paused = true)]
async fn a_session_that_is_made_again_until_the_program_ends() {
    #[retry(
        max_attempts = unlimited, reset_after = 3s, jitter = "none", cancel = stop,
        on_retry = |retry| delays.borrow_mut().push(retry.delay()),
    )]
    async fn session(
        lengths: &mut VecDeque<u64>,
        delays: &RefCell<Vec<Duration>>,
        stop: &CancellationToken,
    ) -> io::Result<()> {
        let Some(length) = lengths.pop_front() else {
            stop.cancel();
            return Err(lost());
        };
        tokio::time::sleep(ms(length)).await;
        Err(lost())
    }
    let (stop, delays) = (CancellationToken::new(), RefCell::default());
    session(&mut [10, 10, 5000, 10].into(), &delays, &stop).await.unwrap_err();
    // The last failure came after the token: no retry follows, and none is told.
    let expected = [100, 200, 100, 200].map(ms);
    assert_eq!(*delays.borrow(), expected);
}

/// A storage node uploads for ever, until it is told to stop; nothing is logged before the third failure.
#[tokio::test(start_paused = true)]
async fn an_upload_that_ends_by_a_token() {
    #[retry(max_attempts = unlimited, cancel = token, log(retry = "info", after = 3))]
    async fn upload(peer: &Peer, token: &CancellationToken) -> io::Result<u32> {
        peer.call().await
    }
    let token = CancellationToken::new();
    let stopping = token.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(60)).await;
        stopping.cancel();
    });
    let begun = Instant::now();
    upload(&Peer::failing(9999), &token).await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::from_secs(60));
}

/// Any RPC, with a deadline that cuts an attempt as well, the first retry at once.
#[tokio::test(start_paused = true)]
async fn a_deadline_for_all_and_the_first_retry_at_once() {
    #[derive(Debug)]
    struct Stale(bool);

    impl Retryable for Stale {
        fn retryability(&self) -> Retryability {
            let transient = Retryability::transient();
            if self.0 { transient.immediately() } else { transient }
        }
    }

    impl From<reattempt::TimedOut> for Stale {
        fn from(_: reattempt::TimedOut) -> Stale {
            Stale(false)
        }
    }

    #[retry(max_attempts = unlimited, deadline = limit, jitter = "none", context = cx)]
    async fn call(
        limit: Duration,
        at: &RefCell<Vec<Duration>>,
        begun: Instant,
    ) -> Result<(), Stale> {
        at.borrow_mut().push(begun.elapsed());
        Err(Stale(cx.attempt() == 1))
    }
    let (at, begun) = (RefCell::default(), Instant::now());
    call(ms(500), &at, begun).await.unwrap_err();
    assert_eq!(*at.borrow(), [0, 0, 100, 300].map(ms));
}

/// A package manager's error says how often it was tried, if it was.
#[tokio::test(start_paused = true)]
async fn an_error_that_says_how_often_it_was_tried() {
    #[derive(Debug)]
    enum FetchError {
        Once(io::Error),
        Retried { retries: u32, error: io::Error },
    }

    impl Retryable for FetchError {
        fn retryability(&self) -> Retryability {
            let (FetchError::Once(error) | FetchError::Retried { error, .. }) = self;
            error.retryability()
        }
    }

    fn retried(error: FetchError, call: &GaveUp) -> FetchError {
        match error {
            FetchError::Once(error) if call.attempts() > 1 => {
                FetchError::Retried { retries: call.attempts() - 1, error }
            }
            other => other,
        }
    }

    #[retry(max_attempts = 3, map_err = retried)]
    async fn fetch(peer: &Peer) -> Result<u32, FetchError> {
        peer.call().await.map_err(FetchError::Once)
    }
    let FetchError::Retried { retries: 2, .. } = fetch(&Peer::failing(9)).await.unwrap_err() else {
        panic!("not retried")
    };
}

/// A chat client takes the server's wait in place of its own, and goes on without a limit only if it is throttled.
#[tokio::test(start_paused = true)]
async fn a_servers_wait_in_place_of_ones_own() {
    const SENDING: Policy = policy!(
        max_attempts = 2,
        throttled(max_attempts = unlimited),
        retry_after = "exact",
        jitter = "none",
    );
    #[retry(policy = SENDING, on = |wait: &Duration| Retryability::throttled().after(*wait))]
    async fn send(waits: &mut Vec<Duration>) -> Result<(), Duration> {
        waits.pop().map_or(Ok(()), Err)
    }
    let begun = Instant::now();
    send(&mut [7, 1, 30].map(Duration::from_secs).to_vec()).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::from_secs(38));
}

/// A search engine tries only what has failed, each time.
#[tokio::test(start_paused = true)]
async fn only_what_is_left_is_tried_again() {
    let mut left = vec!["a", "b", "c"];
    let mut rounds = 0;
    let outcome = attempt!(max_attempts = 5, until = |left| *left == 0, async {
        rounds += 1;
        left.truncate(3 - rounds);
        Ok::<_, io::Error>(left.len())
    })
    .await;
    assert_eq!((outcome.unwrap(), rounds), (0, 3));
}

/// A stream server counts the retries of each call, whatever became of it.
#[tokio::test(start_paused = true)]
async fn retries_are_counted_whatever_becomes_of_the_call() {
    let metric = Cell::new(0);
    let peer = Peer::failing(2);
    let (outcome, report) =
        Retry::new(policy!(max_attempts = 5)).report().call_async(|| peer.call()).await;
    metric.set(metric.get() + report.retries());
    assert_eq!((outcome.unwrap(), metric.get()), (3, 2));
}

/// Barriers of a cluster are recovered inline, for ever, with what is around.
#[tokio::test(start_paused = true)]
async fn three_hundred_lines_inline_for_ever() {
    struct Cluster {
        epoch: u32,
        peer: Peer,
    }

    impl Cluster {
        async fn recover(&mut self) -> io::Result<u32> {
            let before = self.epoch;
            attempt!(max_attempts = unlimited, async {
                self.epoch += 1;
                let call = self.peer.call().await?;
                Ok(call + before)
            })
            .await
        }
    }
    let mut cluster = Cluster { epoch: 5, peer: Peer::failing(3) };
    assert_eq!(cluster.recover().await.unwrap(), 9);
    assert_eq!(cluster.epoch, 9);
}

/// An indexer's RPC has a time-out for each attempt, and says no word before the tenth.
#[tokio::test(start_paused = true)]
async fn a_time_out_for_each_attempt_and_quiet_at_first() {
    #[retry(max_attempts = 4, attempt_timeout = 30s, log(retry = "debug", after = 10), on(_))]
    async fn block_by_number(number: u64, calls: &Cell<u32>) -> io::Result<u64> {
        calls.set(calls.get() + 1);
        if calls.get() < 3 {
            future::pending::<()>().await;
        }
        Ok(number)
    }
    let calls = Cell::new(0);
    let begun = Instant::now();
    assert_eq!(block_by_number(7, &calls).await.unwrap(), 7);
    assert!(begun.elapsed() >= Duration::from_secs(60));
}

/// A database's commit is made anew on what was read anew, within limits from the table's properties.
#[tokio::test(start_paused = true)]
async fn a_commit_on_a_refreshed_base() {
    struct Properties {
        attempts: u32,
        total: Duration,
    }
    struct Transaction {
        base: u32,
        head: u32,
    }

    async fn commit(transaction: &mut Transaction, properties: &Properties) -> io::Result<u32> {
        let policy =
            Policy::builder().max_attempts(properties.attempts).max_elapsed(properties.total);
        let policy = policy.build().map_err(io::Error::other)?;
        attempt!(policy = &policy, context = cx, on(_), async {
            if cx.attempt() > 1 {
                transaction.base = transaction.head;
            }
            if transaction.base == transaction.head { Ok(transaction.base) } else { Err(lost()) }
        })
        .await
    }
    let properties = Properties { attempts: 4, total: Duration::from_secs(60) };
    assert_eq!(commit(&mut Transaction { base: 1, head: 3 }, &properties).await.unwrap(), 3);
}

/// A watch stream and a socket's poll function keep their backoff as a value, and reset it when something came.
#[test]
fn the_backoff_of_a_stream_is_a_value() {
    struct Watch {
        waits: Waits,
        events: VecDeque<Result<u32, io::ErrorKind>>,
    }

    impl Watch {
        /// An event, a wait, or the end.
        fn poll(&mut self) -> Option<Result<u32, Duration>> {
            match self.events.pop_front()? {
                Ok(event) => {
                    self.waits.reset();
                    Some(Ok(event))
                }
                Err(kind) => self.waits.next_after(&io::Error::from(kind)).map(Err),
            }
        }
    }
    const WATCH: Policy =
        policy!(max_attempts = unlimited, initial_delay = 800ms, max_delay = 30s, jitter = "none");
    let broken = Err(io::ErrorKind::ConnectionReset);
    let events = [broken, broken, Ok(1), broken, Err(io::ErrorKind::PermissionDenied)];
    let mut watch = Watch { waits: WATCH.waits(), events: events.into() };
    let told: Vec<_> = core::iter::from_fn(|| watch.poll()).collect();
    assert_eq!(told, [Err(ms(800)), Err(ms(1600)), Ok(1), Err(ms(800))]);
}

/// A procedure has two backoffs, one to go on and one to go back.
#[test]
fn two_backoffs_of_a_procedure() {
    let transient = Retryability::transient();
    let (mut run, mut back) = (
        policy!(max_attempts = 3, jitter = "none").waits(),
        policy!(max_attempts = unlimited, jitter = "none").waits(),
    );
    while run.next(transient).is_some() {}
    assert_eq!(run.reason(), Some(GiveUpReason::Attempts));
    assert_eq!(back.next(transient), Some(ms(100)));
}

/// A build tool shows the retries in the terminal, with how many are left; a server's wait is cut.
#[test]
fn a_line_in_the_terminal_with_the_tries_that_are_left() {
    let terminal = RefCell::new(Vec::new());
    let policy = policy!(max_attempts = 4, retry_after = "capped", max_delay = 10s);
    let attempts = RetryPolicy::max_attempts(&policy);
    let outcome = Retry::new(policy)
        .sleep(|_: Duration| ())
        .on(|_: &io::Error| Retryability::throttled().after(Duration::from_secs(300)))
        .on_retry(|retry: &Retrying<'_, io::Error>| {
            let left = attempts - retry.attempt();
            terminal.borrow_mut().push(format!(
                "{} ({left} tries left, in {:?})",
                retry.error(),
                retry.delay()
            ));
        })
        .call(|| Err::<(), _>(lost()));
    assert!(outcome.is_err());
    assert_eq!(terminal.borrow()[0], "connection reset (3 tries left, in 10s)");
}

/// A storage client resolves a region at once, and does not count it.
#[test]
fn an_error_that_was_resolved_goes_on_at_once_and_uncounted() {
    #[derive(Debug)]
    enum RegionError {
        Moved,
        Busy,
    }

    impl Retryable for RegionError {
        fn retryability(&self) -> Retryability {
            match self {
                RegionError::Moved => Retryability::transient().immediately().uncounted(),
                RegionError::Busy => Retryability::throttled(),
            }
        }
    }

    let mut answers = VecDeque::from([RegionError::Moved, RegionError::Moved, RegionError::Moved]);
    let mut scan = attempt!(
        max_attempts = 2,
        sleep = |delay: Duration| assert!(delay.is_zero()),
        || -> Result<u32, RegionError> { answers.pop_front().map_or(Ok(7), Err) }
    );
    assert_eq!(scan.as_mut().ok(), Some(&mut 7));
    let _ = RegionError::Busy;
}

/// A device flow polls at an interval that the server may lengthen, until it has expired.
#[tokio::test(start_paused = true)]
async fn a_device_flow_with_an_interval_that_grows() {
    enum Answer {
        Pending,
        SlowDown,
        Token(u32),
    }
    let mut answers =
        VecDeque::from([Answer::Pending, Answer::SlowDown, Answer::Pending, Answer::Token(7)]);
    let interval = Cell::new(5);
    let begun = Instant::now();
    let worth = |answer: &Answer| match answer {
        Answer::Token(_) => Retryability::permanent(),
        Answer::SlowDown => {
            interval.set(interval.get() + 5);
            Retryability::transient().after(Duration::from_secs(interval.get()))
        }
        Answer::Pending => Retryability::transient().after(Duration::from_secs(interval.get())),
    };
    let outcome = attempt!(
        max_attempts = unlimited,
        max_elapsed = 15m,
        retry_after = "exact",
        initial_delay = 1s,
        until = worth,
        otherwise = |_| Err(io::Error::from(io::ErrorKind::TimedOut)),
        async { Ok(answers.pop_front().unwrap_or(Answer::Pending)) }
    )
    .await;
    assert!(matches!(outcome, Ok(Answer::Token(7))));
    assert_eq!(begun.elapsed(), Duration::from_secs(5 + 10 + 10));
}

/// A download goes on where it was, with the same limits as the request; once given out, nothing begins anew.
#[tokio::test(start_paused = true)]
async fn a_download_goes_on_where_it_was() {
    #[retry(max_attempts = 5, max_elapsed = 3m, on(_))]
    async fn download(
        source: &mut VecDeque<io::Result<&'static str>>,
        out: &mut String,
    ) -> io::Result<()> {
        while let Some(part) = source.pop_front() {
            // What has come is kept: the next attempt asks from there on.
            out.push_str(part?);
        }
        Ok(())
    }
    let mut out = String::new();
    let mut source = VecDeque::from([Ok("ab"), Err(lost()), Ok("cd"), Err(lost()), Ok("e")]);
    download(&mut source, &mut out).await.unwrap();
    assert_eq!(out, "abcde");
}

/// A pool keeps each error for whoever looks at it, by value.
#[tokio::test(start_paused = true)]
async fn each_error_goes_to_a_sink() {
    let sink = RefCell::new(Vec::new());
    #[retry(
        max_attempts = unlimited, max_elapsed = 1s, on(_), jitter = "none",
        on_retry = |retry| sink.borrow_mut().push(retry.error().to_string()),
    )]
    async fn connect(sink: &RefCell<Vec<String>>) -> Result<(), String> {
        Err("refused".to_owned())
    }
    connect(&sink).await.unwrap_err();
    assert_eq!(sink.borrow().len(), 3);
}

/// A trading client has all of it: attempts, time, time-outs, a token, the first retry at once.
#[tokio::test(start_paused = true)]
async fn everything_at_once() {
    #[retry(
        max_attempts = 5, max_elapsed = 30s, attempt_timeout = 5s, cancel = token, jitter = "none",
        log = "off", map_err = |error, call| format!("{error} after {} attempts", call.attempts()),
        timed_out = |timed_out| timed_out.to_string(), on = |error: &String| error != "rejected",
    )]
    async fn order(peer: &Peer, token: &CancellationToken) -> Result<u32, String> {
        if peer.call().await.is_err() && peer.calls() == 2 {
            future::pending::<()>().await;
        }
        Err("rejected".to_owned())
    }
    let error = order(&Peer::failing(9), &CancellationToken::new()).await.unwrap_err();
    assert_eq!(error, "rejected after 1 attempts");
}

/// A remote-build store resets its reader before each attempt, with a wait and a jitter that tests inject.
#[tokio::test]
async fn waits_that_a_test_injects() {
    struct Store<S> {
        policy: Policy,
        sleep: S,
    }

    impl<S: AsyncFn(Duration)> Store<S> {
        async fn upload(&self, reader: &mut io::Cursor<Vec<u8>>, peer: &Peer) -> io::Result<u64> {
            attempt!(
                policy = &self.policy,
                sleep = async |delay| (self.sleep)(delay).await,
                async {
                    reader.set_position(0);
                    peer.call().await?;
                    Ok(reader.get_ref().len() as u64)
                }
            )
            .await
        }
    }
    let waits = RefCell::new(Vec::new());
    let store = Store {
        policy: policy!(max_attempts = 4, jitter = "none"),
        sleep: async |delay| waits.borrow_mut().push(delay),
    };
    assert_eq!(store.upload(&mut io::Cursor::new(vec![1, 2]), &Peer::failing(2)).await.unwrap(), 2);
    assert_eq!(*waits.borrow(), [ms(100), ms(200)]);
}

/// A generic helper of a project takes what is done as a closure, and lends it what it needs.
#[tokio::test(start_paused = true)]
async fn the_helper_that_every_project_writes_itself() {
    async fn with_retries<T>(
        name: &'static str,
        operation: impl AsyncFnMut() -> io::Result<T>,
    ) -> io::Result<T> {
        Retry::new(policy!(max_attempts = 4)).name(name).call_async_mut(operation).await
    }
    let mut state = Vec::new();
    let peer = Peer::failing(2);
    let call = with_retries("fetch", async || {
        state.push(());
        peer.call().await
    })
    .await;
    assert_eq!((call.unwrap(), state.len()), (3, 3));

    // For futures that are spawned, closures by reference.
    async fn spawned(peer: Arc<Peer>) -> io::Result<u32> {
        Retry::new(policy!(max_attempts = 4)).call_async(|| peer.call()).await
    }
    assert_eq!(tokio::spawn(spawned(Arc::new(Peer::failing(1)))).await.unwrap().unwrap(), 2);
}
