//! Counts in the process itself.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Add;
use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use super::terms::{AttemptResult, MOST_NAMES, OTHERS, is_end};
use crate::engine::GiveUpReason;
use crate::observe::{Event, EventKind, Observer};

/// Counts what happens to calls, for each operation, in the process itself: for a status page, a log line each minute, or an
/// assertion.
///
/// ```
/// use reattempt::observers::Counters;
/// use reattempt::{Scope, retry};
///
/// static COUNTERS: Counters = Counters::new();
///
/// #[retry(max_attempts = 4, backoff = "none")]
/// fn upload(until: u32, calls: &mut u32) -> std::io::Result<()> {
///     *calls += 1;
///     if *calls < until { Err(std::io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
/// }
///
/// Scope::new().observer(&COUNTERS).install(); // In `main`.
///
/// upload(1, &mut 0).unwrap();
/// upload(3, &mut 0).unwrap();
/// upload(9, &mut 0).unwrap_err();
///
/// let counts = COUNTERS.of("upload");
/// assert_eq!(counts.operations, 3);
/// assert_eq!(counts.retries, 0 + 2 + 3);
/// assert_eq!(counts.retry_rate(), 5.0 / 3.0);
/// # Scope::new().install();
/// ```
///
/// First attempts that succeed count too: the feature `counters` enables `successes`. A call that is dropped counts with its
/// attempts, and not as an operation that has ended. Polling by `until` counts as well.
#[derive(Default)]
pub struct Counters {
    operations: RwLock<BTreeMap<Box<str>, Arc<Shared>>>,
}

/// The counts of one operation, as they are counted.
#[derive(Default)]
struct Shared {
    operations: AtomicU64,
    attempts: AtomicU64,
    retries: AtomicU64,
    recovered: AtomicU64,
    failed: AtomicU64,
    attempts_exceeded: AtomicU64,
    retried_operations: AtomicU64,
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Calls that have ended.
    pub operations: u64,
    /// Attempts of all calls.
    pub attempts: u64,
    /// Attempts after the first.
    pub retries: u64,
    /// Calls that succeeded after a retry.
    pub recovered: u64,
    /// Calls that ended with an error.
    pub failed: u64,
    /// Those of them that had no attempt left.
    pub attempts_exceeded: u64,
    /// Calls that ended after at least one retry.
    pub retried_operations: u64,
}

impl Counts {
    /// Retries for each operation. Zero where there was none.
    pub fn retry_rate(&self) -> f64 {
        ratio(self.retries, self.operations)
    }

    /// The share of the retries that succeeded.
    pub fn success_after_retry(&self) -> f64 {
        ratio(self.recovered, self.retries)
    }

    /// The share of the operations that had no attempt left.
    pub fn attempts_exceeded_rate(&self) -> f64 {
        ratio(self.attempts_exceeded, self.operations)
    }

    /// How many retries those operations had that had any.
    pub fn average_retries(&self) -> f64 {
        ratio(self.retries, self.retried_operations)
    }

    /// How many attempts an operation made: 1 while nothing fails. What a server feels of the retries.
    pub fn amplification(&self) -> f64 {
        ratio(self.attempts, self.operations)
    }
}

#[allow(clippy::cast_precision_loss, reason = "the quotient is what matters")]
fn ratio(one: u64, other: u64) -> f64 {
    if other == 0 { 0.0 } else { one as f64 / other as f64 }
}

impl Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            operations: self.operations.saturating_add(other.operations),
            attempts: self.attempts.saturating_add(other.attempts),
            retries: self.retries.saturating_add(other.retries),
            recovered: self.recovered.saturating_add(other.recovered),
            failed: self.failed.saturating_add(other.failed),
            attempts_exceeded: self.attempts_exceeded.saturating_add(other.attempts_exceeded),
            retried_operations: self.retried_operations.saturating_add(other.retried_operations),
        }
    }
}

/// For people: `3 operations, 5 retries (1.67 for each), 1 recovered, 1 failed`
impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} operations, {} retries ({:.2} for each), {} recovered, {} failed",
            self.operations,
            self.retries,
            self.retry_rate(),
            self.recovered,
            self.failed
        )
    }
}

impl Counters {
    /// The name under which operations are counted together when there are more than a thousand.
    pub const OTHERS: &str = OTHERS;

    /// Nothing is counted yet.
    pub const fn new() -> Counters {
        Counters { operations: RwLock::new(BTreeMap::new()) }
    }

    /// Of all operations whose name this is, as in [`Scope::policy`](crate::Scope::policy): `upload`, `storage::*`.
    pub fn of(&self, name: &str) -> Counts {
        let counts = self.by_operation().into_iter();
        let mine = counts.filter(|(operation, _)| crate::scope::part::matches(name, operation));
        mine.fold(Counts::default(), |sum, (_, counts)| sum + counts)
    }

    /// Of all operations together.
    pub fn total(&self) -> Counts {
        let counts = self.by_operation().into_iter();
        counts.fold(Counts::default(), |sum, (_, counts)| sum + counts)
    }

    /// Of each operation that was told of.
    pub fn by_operation(&self) -> Vec<(Box<str>, Counts)> {
        let operations = self.operations.read().unwrap_or_else(PoisonError::into_inner);
        operations.iter().map(|(name, shared)| (name.clone(), shared.read())).collect()
    }

    fn shared(&self, name: &str) -> Arc<Shared> {
        let known = self.operations.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(shared) = known.get(name) {
            return Arc::clone(shared);
        }
        let name = if known.len() < MOST_NAMES { name } else { Counters::OTHERS };
        drop(known);
        let mut operations = self.operations.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(operations.entry(name.into()).or_default())
    }
}

impl Shared {
    fn read(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            operations: read(&self.operations),
            attempts: read(&self.attempts),
            retries: read(&self.retries),
            recovered: read(&self.recovered),
            failed: read(&self.failed),
            attempts_exceeded: read(&self.attempts_exceeded),
            retried_operations: read(&self.retried_operations),
        }
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Observer for Counters {
    fn event(&self, event: &Event<'_>) {
        let shared = self.shared(event.operation());
        if AttemptResult::of(event).is_some() {
            count(&shared.attempts);
            if event.total_attempts() > 1 {
                count(&shared.retries);
            }
        }
        match event.kind() {
            EventKind::Recovered => count(&shared.recovered),
            EventKind::GaveUp | EventKind::NotRetryable => {
                count(&shared.failed);
                if event.reason() == Some(GiveUpReason::Attempts) {
                    count(&shared.attempts_exceeded);
                }
            }
            _ => {}
        }
        if is_end(event) {
            count(&shared.operations);
            if event.total_attempts() > 1 {
                count(&shared.retried_operations);
            }
        }
    }

    fn wants_successes(&self) -> bool {
        true
    }
}

impl fmt::Debug for Counters {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.by_operation()).finish()
    }
}
