//! What the tests share: a client that fails as scripted, and clocks that nobody waits for.

#![allow(dead_code, reason = "each test file uses some of it")]

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt::Debug;
use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio::time::Instant;

thread_local! {
    static SLEPT: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

/// A blocking wait that is only taken note of.
pub fn sleep(delay: Duration) {
    SLEPT.with_borrow_mut(|slept| slept.push(delay));
}

/// The blocking waits of this thread since the last time.
pub fn slept() -> Vec<Duration> {
    SLEPT.take()
}

pub const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What a call came to.
#[derive(Debug, PartialEq)]
pub struct Run<T, E> {
    pub outcome: Result<T, E>,
    pub attempts: u32,
    pub delays: Vec<Duration>,
}

/// An operation that fails as scripted and then succeeds. `E` is what an error is made of.
pub struct Script<E> {
    failures: RefCell<VecDeque<E>>,
    takes: Duration,
    attempts: Cell<u32>,
    ended: Cell<Option<Instant>>,
    delays: RefCell<Vec<Duration>>,
}

/// Fails with errors of these kinds.
pub type Client = Script<ErrorKind>;

impl<E: Clone> Script<E> {
    pub fn failing(failures: &[E]) -> Script<E> {
        Script {
            failures: RefCell::new(failures.iter().cloned().collect()),
            takes: Duration::ZERO,
            attempts: Cell::new(0),
            ended: Cell::new(None),
            delays: RefCell::default(),
        }
    }

    /// Each attempt of an async call takes so long.
    pub fn taking(self, takes: Duration) -> Script<E> {
        Script { takes, ..self }
    }

    /// Makes an attempt that takes no time.
    pub fn attempt(&self) -> Result<String, E> {
        self.attempts.set(self.attempts.get() + 1);
        match self.failures.borrow_mut().pop_front() {
            Some(failure) => Err(failure),
            None => Ok(format!("attempt {}", self.attempts.get())),
        }
    }

    /// Makes one, and takes note of the time since the one before.
    pub async fn attempt_async(&self) -> Result<String, E> {
        if let Some(ended) = self.ended.get() {
            self.delays.borrow_mut().push(ended.elapsed());
        }
        if !self.takes.is_zero() {
            tokio::time::sleep(self.takes).await;
        }
        self.ended.set(Some(Instant::now()));
        self.attempt()
    }

    pub fn attempts(&self) -> u32 {
        self.attempts.get()
    }

    /// What an async call came to.
    pub fn run<F>(&self, outcome: Result<String, F>) -> Run<String, F> {
        Run { outcome, attempts: self.attempts(), delays: self.delays.take() }
    }

    /// What a blocking call came to that waited with [`sleep`].
    pub fn run_blocking<F>(&self, outcome: Result<String, F>) -> Run<String, F> {
        Run { outcome, attempts: self.attempts(), delays: slept() }
    }
}

impl Script<ErrorKind> {
    pub async fn get(&self) -> io::Result<String> {
        self.attempt_async().await.map_err(io::Error::from)
    }

    pub fn get_blocking(&self) -> io::Result<String> {
        self.attempt().map_err(io::Error::from)
    }
}

/// The programs are run against the same script, and come to the same.
#[track_caller]
pub fn same<T: Debug + PartialEq>(
    before: Run<T, io::Error>,
    after: Run<T, io::Error>,
) -> Run<T, ErrorKind> {
    let [before, after] = [before, after].map(|run| Run {
        outcome: run.outcome.map_err(|error| error.kind()),
        attempts: run.attempts,
        delays: run.delays,
    });
    assert_eq!(before, after, "before and after");
    after
}

/// The same of async programs that take the client and nothing else.
pub async fn both(
    failures: &[ErrorKind],
    before: impl AsyncFn(&Client) -> io::Result<String>,
    after: impl AsyncFn(&Client) -> io::Result<String>,
) -> Run<String, ErrorKind> {
    let client = Client::failing(failures);
    let was = client.run(before(&client).await);
    let client = Client::failing(failures);
    same(was, client.run(after(&client).await))
}

/// The same of blocking programs that wait with [`sleep`].
pub fn both_blocking(
    failures: &[ErrorKind],
    before: impl Fn(&Client) -> io::Result<String>,
    after: impl Fn(&Client) -> io::Result<String>,
) -> Run<String, ErrorKind> {
    let client = Client::failing(failures);
    let was = client.run_blocking(before(&client));
    let client = Client::failing(failures);
    same(was, client.run_blocking(after(&client)))
}

/// Both at once: how it ended, after how many attempts, and the delays.
#[track_caller]
pub fn expect(
    run: &Run<String, ErrorKind>,
    outcome: Result<&str, ErrorKind>,
    attempts: u32,
    delays: &[Duration],
) {
    assert_eq!(run.outcome.as_deref().map_err(|kind| *kind), outcome);
    assert_eq!(run.attempts, attempts);
    assert_eq!(run.delays, delays);
}

/// Each delay is in the range of its place.
#[track_caller]
pub fn within(delays: &[Duration], ranges: &[(Duration, Duration)]) {
    assert_eq!(delays.len(), ranges.len());
    for (delay, (from, to)) in delays.iter().zip(ranges) {
        // Tokio's timer waits in whole milliseconds, and rounds up.
        assert!(*from <= *delay && *delay <= *to + ms(1), "{delay:?} in {from:?} to {to:?}");
    }
}
