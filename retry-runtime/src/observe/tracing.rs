//! Events as those of `tracing`, under the target `reattempt`.
//!
//! `delay` and `failing_for` are for people to read; `delay_ms` and `failing_for_ms` are numbers of
//! milliseconds.

use core::fmt;
use core::time::Duration;

use reattempt_policy::LogLevel;
use tracing::Level;
use tracing::level_filters::LevelFilter;

use super::event::{Event, EventKind};
use crate::engine::GiveUpReason;

const TARGET: &str = "reattempt";

/// Whether anybody wants events at all: one load. Where there has never been a subscriber, `tracing` hands events to
/// `log`, with the feature of that name.
#[inline]
pub(super) fn is_listened_to() -> bool {
    LevelFilter::current() != LevelFilter::OFF
        || cfg!(feature = "log") && !tracing::dispatcher::has_been_set()
}

/// A duration for people: `83.1ms`, `1.5s`.
struct Readable(Duration);

impl fmt::Debug for Readable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_zero() {
            formatter.write_str("0s")
        } else {
            write!(formatter, "{:.1?}", self.0)
        }
    }
}

fn readable(duration: Option<Duration>) -> Option<Readable> {
    duration.map(Readable)
}

fn milliseconds(duration: Option<Duration>) -> Option<f64> {
    // Divided, because a whole number of nanoseconds times a fraction shows in the last digits.
    #[allow(clippy::cast_precision_loss, reason = "a hundred days are exact")]
    duration.map(|duration| duration.as_nanos() as f64 / 1e6)
}

/// An event at a level that is known when the program runs. Each level has a static callsite of its own, so that
/// filters by level work: 17 instructions more than one fixed level, and 465 bytes of code for each event.
macro_rules! at {
    ($level:expr; $($event:tt)*) => {
        match $level {
            LogLevel::Off => {}
            LogLevel::Trace => tracing::event!(target: TARGET, Level::TRACE, $($event)*),
            LogLevel::Debug => tracing::event!(target: TARGET, Level::DEBUG, $($event)*),
            LogLevel::Info => tracing::event!(target: TARGET, Level::INFO, $($event)*),
            LogLevel::Warn => tracing::event!(target: TARGET, Level::WARN, $($event)*),
            LogLevel::Error => tracing::event!(target: TARGET, Level::ERROR, $($event)*),
        }
    };
}

/// What a macro is handed is evaluated only if somebody listens at that level. A field of `None` is left out.
pub(super) fn report(event: &Event<'_>) {
    match event.kind {
        EventKind::Retrying => retrying(event),
        EventKind::Recovered => at!(
            event.level();
            operation = event.operation(),
            attempt = event.attempt,
            "operation succeeded after retry"
        ),
        EventKind::Succeeded => {}
        EventKind::GaveUp | EventKind::NotRetryable => ended(event),
        // It is said at one level, or not at all.
        EventKind::Withheld if event.level() != LogLevel::Debug => {}
        EventKind::Withheld => tracing::debug!(
            target: TARGET,
            operation = event.operation(),
            attempt = event.attempt,
            delay = readable(event.delay).map(debug),
            delay_ms = milliseconds(event.delay),
            "operation waits for a sign of recovery"
        ),
        EventKind::Nested => tracing::warn!(
            target: TARGET,
            operation = event.operation(),
            outer_operation = event.outer(),
            calls = event.max_attempts,
            "operation is retried inside of an operation that is retried, so that their attempts multiply; \
             say `nested = \"once\"` of the outer one, `.nested(Nested::Once)` of a `Retry`, or leave the retries to one of \
             them"
        ),
        EventKind::BlocksExecutor => tracing::warn!(
            target: TARGET,
            operation = event.operation(),
            attempt = event.attempt,
            delay = readable(event.delay).map(debug),
            delay_ms = milliseconds(event.delay),
            "operation blocks a thread of the async runtime while it waits; make the function async, or \
             call it inside `spawn_blocking`"
        ),
    }
}

fn retrying(event: &Event<'_>) {
    let &Event { attempt, max_attempts, .. } = event;
    at!(
        event.level();
        operation = event.operation(),
        attempt,
        max_attempts,
        delay = readable(event.delay).map(debug),
        delay_ms = milliseconds(event.delay),
        classified_by = event.classified_by().map(display),
        error = event.error().map(display),
        "{}",
        if event.is_polling() { "operation not done yet, trying again" } else { "operation failed, retrying" }
    );
}

fn ended(event: &Event<'_>) {
    at!(
        event.level();
        operation = event.operation(),
        attempt = event.attempt,
        reason = event.reason.map(display),
        failing_for = readable(event.failing_for).map(debug),
        failing_for_ms = milliseconds(event.failing_for),
        classified_by = event.classified_by().map(display),
        error = event.error().map(display),
        "{}",
        Ended(event)
    );
}

/// What is said of the end of a call.
struct Ended<'a>(&'a Event<'a>);

impl fmt::Display for Ended<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let &Event { kind, attempt, reason, .. } = self.0;
        if kind == EventKind::NotRetryable {
            let why = match reason {
                Some(GiveUpReason::NotIdempotent) => "not retried because it may have been applied",
                Some(GiveUpReason::Committed) => {
                    "not retried because a part of its answer was given out"
                }
                Some(GiveUpReason::Nested) => "not retried because what it is a part of is",
                Some(GiveUpReason::Scope) => "not retried because retries are switched off here",
                _ => "not retryable",
            };
            return write!(formatter, "operation failed, {why}");
        }
        let how = if self.0.is_polling() { "not done" } else { "failed" };
        let plural = if attempt == 1 { "" } else { "s" };
        let why = match reason {
            Some(GiveUpReason::NoTimer) => NO_TIMER,
            Some(GiveUpReason::Withheld) => ", because so few may try until one works",
            Some(GiveUpReason::Budget) => ", because the budget for retries is used up",
            _ => "",
        };
        write!(formatter, "operation {how} after {attempt} attempt{plural}{why}")
    }
}

const NO_TIMER: &str = ", because there is no timer to wait with: call it inside a tokio runtime, enable the \
                        feature `async-io` or `futures-timer` of `reattempt`, or give a timer by \
                        `sleep = …`";
