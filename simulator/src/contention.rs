//! Scene 1: clients contend for one row with optimistic concurrency.
//!
//! It is the model of "Exponential Backoff And Jitter", AWS Architecture Blog, 2015, and of the program published with it. Each
//! client changes one row once. It reads the row's version, and writes; if the version has changed in between, it reads again
//! after a delay. Each of the four ways between client and server takes |Normal(10, 2)| ms, and the server takes no time.

use core::cell::RefCell;
use core::time::Duration;

use reattempt::{FailedAttempt, Policy, PolicyError, RetryPolicy, Retryability, Turn, Window};

use crate::events::{EventQueue, MILLISECOND, Moment};
use crate::protection::{Process, Protection};
use crate::random::Random;

/// A kind of jitter, with the name it has there, and the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// As in the article.
    pub name: &'static str,
    /// In the text form.
    pub policy: &'static str,
}

/// The kinds of the article. Its base is 5 ms; but it counts retries so that the first window is of 10 ms, except where the
/// delay before it counts.
pub const KINDS: [Kind; 5] = [
    Kind { name: "none", policy: "max_attempts=4294967294 backoff=none" },
    Kind {
        name: "exponential",
        policy: "max_attempts=unlimited initial_delay=10ms max_delay=2s jitter=none",
    },
    Kind {
        name: "decorrelated",
        policy: "max_attempts=unlimited initial_delay=5ms max_delay=2s jitter=decorrelated",
    },
    Kind {
        name: "equal",
        policy: "max_attempts=unlimited initial_delay=10ms max_delay=2s jitter=equal",
    },
    Kind {
        name: "full",
        policy: "max_attempts=unlimited initial_delay=10ms max_delay=2s jitter=full",
    },
];

/// What the program that was published with the article comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Published {
    /// Of a [`Kind`].
    pub name: &'static str,
    /// Clients.
    pub clients: u32,
    /// Its means.
    pub figures: Contention,
}

/// Means over 1000 trials of its model in Python's random numbers. The article has curves and no figures.
pub const PUBLISHED: [Published; 30] = [
    published("none", 10, 50.8, 381.6),
    published("none", 20, 152.0, 601.8),
    published("none", 50, 690.3, 1141.3),
    published("none", 100, 2424.2, 2029.8),
    published("none", 150, 5139.6, 2871.9),
    published("none", 200, 8810.9, 3698.0),
    published("exponential", 10, 50.9, 3445.9),
    published("exponential", 20, 149.8, 14_469.7),
    published("exponential", 50, 625.2, 36_550.1),
    published("exponential", 100, 1854.8, 63_291.4),
    published("exponential", 150, 3544.0, 85_765.1),
    published("exponential", 200, 5608.9, 105_165.6),
    published("decorrelated", 10, 37.6, 431.3),
    published("decorrelated", 20, 100.9, 816.0),
    published("decorrelated", 50, 375.3, 2194.8),
    published("decorrelated", 100, 1002.1, 4574.7),
    published("decorrelated", 150, 1761.6, 6516.0),
    published("decorrelated", 200, 2613.2, 8235.8),
    published("equal", 10, 42.4, 729.3),
    published("equal", 20, 108.1, 1607.7),
    published("equal", 50, 347.1, 4247.6),
    published("equal", 100, 812.6, 6642.0),
    published("equal", 150, 1324.2, 8291.7),
    published("equal", 200, 1871.7, 9691.3),
    published("full", 10, 39.1, 468.4),
    published("full", 20, 100.1, 997.5),
    published("full", 50, 332.6, 2881.6),
    published("full", 100, 795.8, 4898.2),
    published("full", 150, 1317.7, 6366.7),
    published("full", 200, 1890.0, 7700.1),
];

const fn published(name: &'static str, clients: u32, calls: f64, time: f64) -> Published {
    Published { name, clients, figures: Contention { calls, time } }
}

/// How many trials are averaged, of how many clients.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Clients.
    pub clients: u32,
    /// Trials.
    pub trials: u32,
    /// Each seed gives other numbers.
    pub seed: u64,
}

/// Means over the trials.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contention {
    /// Writes.
    pub calls: f64,
    /// When the last client was done, in milliseconds.
    pub time: f64,
}

/// Runs the trials of a kind.
///
/// # Errors
///
/// If its policy is not valid.
pub fn contention(kind: &Kind, settings: Settings) -> Result<Contention, PolicyError> {
    let policy: Policy = kind.policy.parse()?;
    Ok(contention_by(&policy, settings))
}

/// Runs the trials of any policy.
pub fn contention_by<P: RetryPolicy>(policy: &P, settings: Settings) -> Contention {
    let (mut calls, mut time) = (0.0, 0.0);
    for trial in 0..settings.trials {
        let seed = Random::new(settings.seed, u64::from(trial)).next_u64();
        let row = Row {
            writers: settings.clients,
            policy,
            protection: Protection::Plain,
            processes: 1,
            says_conflict: true,
        };
        let written = write_row(&row, seed);
        calls += f64::from(written.writes);
        time += written.last.as_secs_f64() * 1000.0;
    }
    let trials = f64::from(settings.trials.max(1));
    Contention { calls: calls / trials, time: time / trials }
}

/// Decorrelated jitter as the article has it: min(c, u), where u is uniform between b and three times the delay before. What is
/// drawn above the cap waits as long as the cap, where the crate draws below the cap. It shows how much of a difference comes
/// from that.
#[derive(Debug)]
pub struct ArticleDecorrelated {
    random: RefCell<Random>,
}

impl ArticleDecorrelated {
    const BASE: Duration = Duration::from_millis(5);
    const CAP: Duration = Duration::from_secs(2);

    /// Each seed gives other delays.
    pub fn new(seed: u64) -> ArticleDecorrelated {
        ArticleDecorrelated { random: RefCell::new(Random::new(seed, 4)) }
    }
}

impl RetryPolicy for ArticleDecorrelated {
    fn max_attempts(&self) -> u32 {
        u32::MAX
    }

    fn delay_for(&self, _attempt: u32) -> Option<Duration> {
        Some(ArticleDecorrelated::CAP)
    }

    fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Window> {
        let previous = failed.previous_delay().max(ArticleDecorrelated::BASE);
        let width = (previous * 3).saturating_sub(ArticleDecorrelated::BASE);
        let share = self.random.borrow_mut().uniform();
        let drawn = ArticleDecorrelated::BASE + width.mul_f64(share);
        Some(Window::exactly(drawn.min(ArticleDecorrelated::CAP)))
    }
}

/// Writers of one row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a, P = Policy> {
    /// How many.
    pub writers: u32,
    /// How they retry.
    pub policy: &'a P,
    /// What keeps their retries in check.
    pub protection: Protection,
    /// In how many processes they are.
    pub processes: u32,
    /// Whether their errors say that they are conflicts.
    pub says_conflict: bool,
}

/// What became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Written {
    /// Writes in all.
    pub writes: u32,
    /// How many writers succeeded.
    pub succeeded: u32,
    /// How long those took on average.
    pub mean: Duration,
    /// When the last one ended.
    pub last: Duration,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Read,
    Version(u32),
    Write(u32),
    Written(bool),
    WaitIsOver,
}

/// Lets all of them write at once.
pub fn write_row<P: RetryPolicy>(row: &Row<'_, P>, seed: u64) -> Written {
    let mut ways = Random::new(seed, 2);
    let mut way = || {
        #[allow(clippy::cast_precision_loss, reason = "a million is exact")]
        let millisecond = MILLISECOND as f64;
        ways.normal(10.0 * millisecond, 2.0 * millisecond)
    };
    let count = row.processes.max(1);
    let mut processes: Vec<_> = (0..count).map(|_| Process::new(row.protection)).collect();
    let mut clients: Vec<_> = (0..row.writers)
        .map(|writer| {
            let seed = Random::new(seed, 3 + u64::from(writer)).next_u64();
            processes[(writer % count) as usize].waits(row.policy, seed)
        })
        .collect();
    let mut events = EventQueue::new();
    for writer in 0..row.writers {
        events.add(way(), (writer, Step::Read));
    }
    let failure = match Retryability::transient() {
        plain if row.says_conflict => plain.conflict(),
        plain => plain,
    };
    let mut version = 0;
    let mut written = Written::default();
    let mut sum = Duration::ZERO;
    let mut last: Moment = 0;
    while let Some((now, (writer, step))) = events.take() {
        last = now;
        let at = Duration::from_nanos(now);
        let waits = &mut clients[writer as usize];
        let process = &mut processes[(writer % count) as usize];
        match step {
            Step::Read => events.add(now + way(), (writer, Step::Version(version))),
            Step::Version(read) => events.add(now + way(), (writer, Step::Write(read))),
            Step::Write(read) => {
                written.writes += 1;
                let is_first = read == version;
                version += u32::from(is_first);
                events.add(now + way(), (writer, Step::Written(is_first)));
            }
            Step::Written(true) => {
                let retries = waits.attempts();
                waits.succeeded_at(at);
                process.call_succeeded(retries);
                written.succeeded += 1;
                sum += at;
            }
            Step::Written(false) => {
                waits.failed_at(at, failure);
                process.attempt_failed();
                if row.protection == Protection::NoRetries {
                    continue;
                }
                if let Some(delay) = waits.next(failure).filter(|_| process.may_retry(now)) {
                    events.add(later(now, delay), (writer, Step::WaitIsOver));
                }
            }
            Step::WaitIsOver => match waits.turn(at) {
                Turn::Try => events.add(now + way(), (writer, Step::Read)),
                Turn::Wait(longer) => events.add(later(now, longer), (writer, Step::WaitIsOver)),
                _ if row.protection == Protection::BrakeLastAttempt => {
                    events.add(now + way(), (writer, Step::Read));
                }
                _ => {}
            },
        }
    }
    written.mean = sum.checked_div(written.succeeded).unwrap_or_default();
    written.last = Duration::from_nanos(last);
    written
}

fn later(now: Moment, delay: Duration) -> Moment {
    now.saturating_add(u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX))
}
