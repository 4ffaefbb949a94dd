//! Something that happened to a call.

use core::error::Error;
use core::fmt::{self, Display};
use core::time::Duration;

use reattempt_policy::{Log, LogLevel};

use crate::classify::retryability::ClassifiedBy;
use crate::engine::GiveUpReason;
use crate::error_view::ErrorView;

/// Something that happened to a call. A success at the first attempt is told only to observers that ask for it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Event<'a> {
    pub(crate) kind: EventKind,
    pub(crate) operation: Name<'a>,
    pub(crate) attempt: u32,
    pub(crate) total_attempts: u32,
    pub(crate) max_attempts: Option<u32>,
    pub(crate) delay: Option<Duration>,
    pub(crate) hint: Option<Duration>,
    pub(crate) elapsed: Option<Duration>,
    pub(crate) failing_for: Option<Duration>,
    pub(crate) error: Option<ErrorView<'a>>,
    pub(crate) reason: Option<GiveUpReason>,
    pub(crate) classified_by: Option<ClassifiedBy>,
    pub(crate) log: Log,
    pub(crate) outer: Option<&'static str>,
    pub(crate) was_waiting: bool,
}

/// What kind of event it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// An attempt failed, or its value did not satisfy `until`, and another attempt follows.
    Retrying,
    /// An attempt succeeded after others had failed.
    Recovered,
    /// The first attempt succeeded. Only observers that [ask for it](crate::Observer::wants_successes) are told, and only with
    /// the feature `successes`.
    Succeeded,
    /// The call was given up after it had been worth another attempt at first.
    GaveUp,
    /// The first attempt failed with an error that is not retried. After a later attempt, such an error is told of as
    /// `GaveUp`; the [reason](Event::reason) is the same for both.
    NotRetryable,
    /// A blocking call is about to block a thread that runs async tasks. It is said once in the life of a
    /// process.
    BlocksExecutor,
    /// A wait of a call under a [`Brake`](crate::Brake) is over, and the call has to wait once more: it waits for a sign of
    /// recovery.
    Withheld,
    /// An operation is about to be retried inside of a blocking one that is being retried itself, so that their attempts
    /// multiply. It is said once for each pair of operations in the life of a process.
    Nested,
}

impl<'a> Event<'a> {
    pub(crate) const fn new(kind: EventKind, operation: Name<'a>, attempt: u32) -> Event<'a> {
        Event {
            kind,
            operation,
            attempt,
            total_attempts: attempt,
            max_attempts: None,
            delay: None,
            hint: None,
            elapsed: None,
            failing_for: None,
            error: None,
            reason: None,
            classified_by: None,
            log: Log::DEFAULT,
            outer: None,
            was_waiting: false,
        }
    }

    /// What kind of event it is.
    pub const fn kind(&self) -> EventKind {
        self.kind
    }

    /// The operation's name: its function with the path of its module, unless another name was given.
    pub const fn operation(&self) -> &'a str {
        self.operation.as_str()
    }

    /// The operation's name, if it is a constant: all but the names that [`Retry`](crate::Retry) was given
    /// at run time.
    pub const fn static_operation(&self) -> Option<&'static str> {
        match self.operation {
            Name::Static(name) => Some(name),
            Name::Made(_) => None,
        }
    }

    /// The number of the attempt, counted from 1. At the end of a call it is also the number of attempts
    /// in all; with `reset_after`, of those since the count began anew.
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The number of attempts that the call has made, also those before `reset_after` had the count begin anew. That is known with
    /// the feature `successes`; without it, it is [`attempt`](Event::attempt).
    pub const fn total_attempts(&self) -> u32 {
        self.total_attempts
    }

    /// The number of attempts that the policy allows; `None` where there is no limit, or it is not known.
    pub const fn max_attempts(&self) -> Option<u32> {
        self.max_attempts
    }

    /// The delay before the next attempt, if there is one.
    pub const fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// The delay that the server had asked for, if it did. What [`delay`](Event::delay) says may be longer.
    pub const fn hint(&self) -> Option<Duration> {
        self.hint
    }

    /// The time since the call began, where it is known: for calls with a limit in time, and, with the feature `successes`, for all
    /// calls where an observer [wants successes](crate::Observer::wants_successes). Other calls read no clock before something has
    /// failed.
    pub const fn elapsed(&self) -> Option<Duration> {
        self.elapsed
    }

    /// Whether the call ended while it waited: it was cancelled, or withheld for too long. The attempt was told of before.
    pub const fn was_waiting(&self) -> bool {
        self.was_waiting
    }

    /// The time since the first attempt had failed. It is not known at the first attempt, and where there is
    /// no clock.
    pub const fn failing_for(&self) -> Option<Duration> {
        self.failing_for
    }

    /// The error, to be shown: the whole chain of its sources, separated by colons. An error without a
    /// `Display` shows as the name of its type. [`Retry`](crate::Retry) shows what `{:#}` shows, which is the
    /// whole chain for reports only. There is none where a value did not satisfy `until`.
    pub fn error(&self) -> Option<&dyn Display> {
        self.error.as_ref().map(|error| error as &dyn Display)
    }

    /// The error, if its type implements [`Error`], or is a box or a report of one, and it came from an
    /// annotated function. [`Retry`](crate::Retry) looks at errors only by their `Display`.
    pub const fn as_error(&self) -> Option<&'a (dyn Error + 'a)> {
        match self.error {
            Some(error) => error.as_error(),
            None => None,
        }
    }

    /// Why the call ended, if it did.
    pub const fn reason(&self) -> Option<GiveUpReason> {
        self.reason
    }

    /// The operation around this one, of [`EventKind::Nested`]. [`max_attempts`](Event::max_attempts) is then the number of
    /// calls that the two come to.
    pub const fn outer(&self) -> Option<&'static str> {
        self.outer
    }

    /// What decided whether the error is worth another attempt, where it was found out by this crate: the
    /// name of a type, or words of a message.
    pub fn classified_by(&self) -> Option<&dyn Display> {
        self.classified_by.as_ref().map(|by| by as &dyn Display)
    }

    /// How loud it is, by the `log` of the function or of its policy. Observers are told of events that are off as
    /// well.
    pub const fn level(&self) -> LogLevel {
        let log = self.log;
        match self.kind {
            EventKind::Retrying if self.is_polling() => {
                at_most(log.of_retry(self.attempt), LogLevel::Debug)
            }
            EventKind::Retrying => log.of_retry(self.attempt),
            EventKind::Withheld => at_most(log.of_retry(self.attempt), LogLevel::Debug),
            EventKind::Recovered => log.of_recovery(),
            EventKind::Succeeded => LogLevel::Off,
            // Whoever cancelled it knows.
            EventKind::GaveUp if matches!(self.reason, Some(GiveUpReason::Cancelled)) => {
                at_most(log.of_giving_up(), LogLevel::Debug)
            }
            EventKind::GaveUp if self.is_polling() => at_most(log.of_giving_up(), LogLevel::Warn),
            EventKind::GaveUp => log.of_giving_up(),
            EventKind::NotRetryable
                if matches!(
                    self.reason,
                    Some(GiveUpReason::NotIdempotent | GiveUpReason::Committed)
                ) =>
            {
                at_most(log.of_giving_up(), LogLevel::Warn)
            }
            EventKind::NotRetryable => at_most(log.of_giving_up(), LogLevel::Debug),
            EventKind::BlocksExecutor | EventKind::Nested => LogLevel::Warn,
        }
    }

    /// Whether it is about a value that does not satisfy `until`: then nothing went wrong.
    pub const fn is_polling(&self) -> bool {
        matches!(self.kind, EventKind::Retrying | EventKind::GaveUp) && self.error.is_none()
    }
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Event")
            .field("kind", &self.kind)
            .field("operation", &self.operation())
            .field("attempt", &self.attempt)
            .field("delay", &self.delay)
            .field("error", &self.error)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// The less loud of two levels.
const fn at_most(level: LogLevel, most: LogLevel) -> LogLevel {
    if level as u8 > most as u8 { most } else { level }
}

/// The name of an operation.
#[derive(Debug, Clone, Copy)]
#[allow(unnameable_types, reason = "only generated code makes them")]
pub enum Name<'a> {
    /// A constant.
    Static(&'static str),
    /// A name that was made at run time.
    Made(&'a str),
}

impl<'a> Name<'a> {
    pub(crate) const fn as_str(self) -> &'a str {
        match self {
            Name::Static(name) | Name::Made(name) => name,
        }
    }
}
