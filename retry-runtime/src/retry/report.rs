//! How a call went, beside what it came to.

use core::fmt;
use core::time::Duration;

use crate::call::record::Record;
use crate::engine::GiveUpReason;

/// How a call went: what [`Retry::report`](crate::Retry::report) hands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallReport {
    attempts: u32,
    elapsed: Duration,
    waited: Duration,
    withheld: u32,
    reason: Option<GiveUpReason>,
}

impl CallReport {
    pub(super) fn new(record: &Record, elapsed: Duration) -> CallReport {
        let (failures, reason) = (record.attempts(), record.reason());
        let attempts = if reason.is_some() { failures } else { failures.saturating_add(1) };
        let (waited, withheld) = (record.waited(), record.withheld());
        CallReport { attempts, elapsed, waited, withheld, reason }
    }

    /// How many attempts were made in all.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How many attempts followed the first.
    pub const fn retries(&self) -> u32 {
        self.attempts.saturating_sub(1)
    }

    /// The time since the call began; zero where there is no clock.
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// All the delays between attempts together. One during which the call was cancelled counts in full.
    pub const fn waited(&self) -> Duration {
        self.waited
    }

    /// How many times a [`Brake`](crate::Brake) made the call wait once more where it would have tried; 65,535 stands for that
    /// many or more.
    pub const fn withheld(&self) -> u32 {
        self.withheld
    }

    /// Why the call was given up, if it was.
    pub const fn reason(&self) -> Option<GiveUpReason> {
        self.reason
    }
}

/// `3 attempts in 1.2s`, and the reason, if it was given up.
impl fmt::Display for CallReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CallReport { attempts, elapsed, reason, .. } = self;
        let plural = if *attempts == 1 { "" } else { "s" };
        write!(formatter, "{attempts} attempt{plural} in {elapsed:.1?}")?;
        reason.map_or(Ok(()), |reason| write!(formatter, ", {reason}"))
    }
}

/// A [`Retry`](crate::Retry) whose calls come with a [`CallReport`].
#[derive(Debug, Clone)]
#[must_use = "it does nothing until `call` or `call_async`"]
pub struct Reporting<T> {
    pub(super) retry: T,
}

impl<T> Reporting<T> {
    pub(super) const fn new(retry: T) -> Reporting<T> {
        Reporting { retry }
    }
}

/// What a call hands out: what it came to, alone or with its report. One that nobody asked for is not put together.
pub(super) trait Answer<V> {
    /// Whether there is a report, for which the clock is read.
    const IS_REPORTED: bool;

    fn new(outcome: V, report: impl FnOnce() -> CallReport) -> Self;
}

/// What a call came to.
pub(super) struct Alone<V>(pub(super) V);

impl<V> Answer<V> for Alone<V> {
    const IS_REPORTED: bool = false;

    #[inline]
    fn new(outcome: V, _: impl FnOnce() -> CallReport) -> Alone<V> {
        Alone(outcome)
    }
}

impl<V> Answer<V> for (V, CallReport) {
    const IS_REPORTED: bool = true;

    fn new(outcome: V, report: impl FnOnce() -> CallReport) -> (V, CallReport) {
        (outcome, report())
    }
}
