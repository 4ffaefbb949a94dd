//! Events as those of `tracing`, under the target `reattempt`.
//!
//! `delay` and `failing_for` are for people to read; `delay_ms` and `failing_for_ms` are numbers of
//! milliseconds.

use core::fmt;
use core::time::Duration;

use tracing::level_filters::LevelFilter;
use tracing::{debug, error, info, warn};

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

/// What a macro is handed is evaluated only if somebody listens at that level.
pub(super) fn report(event: &Event<'_>) {
    let &Event { attempt, max_attempts, reason, .. } = event;
    match (event.kind, event.is_polling()) {
        (EventKind::Retrying, false) => warn!(
            target: TARGET,
            operation = event.operation(),
            attempt,
            max_attempts,
            delay = readable(event.delay).map(debug),
            delay_ms = milliseconds(event.delay),
            classified_by = event.classified_by().map(display),
            error = event.error().map(display),
            "operation failed, retrying"
        ),
        (EventKind::Retrying, true) => debug!(
            target: TARGET,
            operation = event.operation(),
            attempt,
            max_attempts,
            delay = readable(event.delay).map(debug),
            delay_ms = milliseconds(event.delay),
            "operation not done yet, trying again"
        ),
        (EventKind::Recovered, _) => info!(
            target: TARGET,
            operation = event.operation(),
            attempt,
            "operation succeeded after retry"
        ),
        (EventKind::GaveUp, false) => error!(
            target: TARGET,
            operation = event.operation(),
            attempt,
            reason = reason.map(display),
            failing_for = readable(event.failing_for).map(debug),
            failing_for_ms = milliseconds(event.failing_for),
            classified_by = event.classified_by().map(display),
            error = event.error().map(display),
            "operation failed after {attempt} attempt{}{}",
            if attempt == 1 { "" } else { "s" },
            if reason == Some(GiveUpReason::NoTimer) { NO_TIMER } else { "" }
        ),
        (EventKind::GaveUp, true) => warn!(
            target: TARGET,
            operation = event.operation(),
            attempt,
            reason = reason.map(display),
            failing_for = readable(event.failing_for).map(debug),
            failing_for_ms = milliseconds(event.failing_for),
            "operation not done after {attempt} attempt{}{}",
            if attempt == 1 { "" } else { "s" },
            if reason == Some(GiveUpReason::NoTimer) { NO_TIMER } else { "" }
        ),
        (EventKind::NotRetryable, _) if reason == Some(GiveUpReason::NotIdempotent) => warn!(
            target: TARGET,
            operation = event.operation(),
            attempt,
            reason = reason.map(display),
            classified_by = event.classified_by().map(display),
            error = event.error().map(display),
            "operation failed, not retried because it may have been applied"
        ),
        (EventKind::NotRetryable, _) => debug!(
            target: TARGET,
            operation = event.operation(),
            attempt,
            reason = reason.map(display),
            classified_by = event.classified_by().map(display),
            error = event.error().map(display),
            "operation failed, not retryable"
        ),
        (EventKind::BlocksExecutor, _) => warn!(
            target: TARGET,
            operation = event.operation(),
            attempt,
            delay = readable(event.delay).map(debug),
            delay_ms = milliseconds(event.delay),
            "operation blocks a thread of the async runtime while it waits; make the function async, or \
             call it inside `spawn_blocking`"
        ),
    }
}

const NO_TIMER: &str = ", because there is no timer to wait with: call it inside a tokio runtime, enable the \
                        feature `async-io` or `futures-timer` of `reattempt`, or give a timer by \
                        `sleep = …`";
