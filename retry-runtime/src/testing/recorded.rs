//! An event that outlives its call.

use alloc::string::{String, ToString};
use core::time::Duration;

use reattempt_policy::LogLevel;

use crate::engine::GiveUpReason;
use crate::observe::{Event, EventKind};

/// What an [`Event`] said, kept. Its methods answer as those of the event do; the error is kept as it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedEvent {
    kind: EventKind,
    operation: String,
    attempt: u32,
    max_attempts: Option<u32>,
    delay: Option<Duration>,
    hint: Option<Duration>,
    error: Option<String>,
    reason: Option<GiveUpReason>,
    classified_by: Option<String>,
    outer: Option<String>,
    level: LogLevel,
    was_waiting: bool,
}

impl RecordedEvent {
    pub(super) fn of(event: &Event<'_>) -> RecordedEvent {
        RecordedEvent {
            kind: event.kind(),
            operation: event.operation().to_string(),
            attempt: event.attempt(),
            max_attempts: event.max_attempts(),
            delay: event.delay(),
            hint: event.hint(),
            error: event.error().map(ToString::to_string),
            reason: event.reason(),
            classified_by: event.classified_by().map(ToString::to_string),
            outer: event.outer().map(ToString::to_string),
            level: event.level(),
            was_waiting: event.was_waiting(),
        }
    }

    /// See [`Event::kind`].
    pub const fn kind(&self) -> EventKind {
        self.kind
    }

    /// See [`Event::operation`].
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// See [`Event::attempt`].
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// See [`Event::max_attempts`].
    pub const fn max_attempts(&self) -> Option<u32> {
        self.max_attempts
    }

    /// The delay before the next attempt, as it would have been waited.
    pub const fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// See [`Event::hint`].
    pub const fn hint(&self) -> Option<Duration> {
        self.hint
    }

    /// The error, as [`Event::error`] shows it.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// See [`Event::reason`].
    pub const fn reason(&self) -> Option<GiveUpReason> {
        self.reason
    }

    /// See [`Event::classified_by`].
    pub fn classified_by(&self) -> Option<&str> {
        self.classified_by.as_deref()
    }

    /// See [`Event::outer`].
    pub fn outer(&self) -> Option<&str> {
        self.outer.as_deref()
    }

    /// See [`Event::level`].
    pub const fn level(&self) -> LogLevel {
        self.level
    }

    /// See [`Event::was_waiting`].
    pub const fn was_waiting(&self) -> bool {
        self.was_waiting
    }

    /// Whether it tells of an attempt that was made: each attempt is told of once.
    pub(super) const fn is_of_attempt(&self) -> bool {
        match self.kind {
            EventKind::Retrying
            | EventKind::Recovered
            | EventKind::Succeeded
            | EventKind::NotRetryable => true,
            EventKind::GaveUp => !self.was_waiting,
            EventKind::BlocksExecutor | EventKind::Withheld | EventKind::Nested => false,
        }
    }
}
