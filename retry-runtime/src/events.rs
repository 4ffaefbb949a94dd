//! What happened, told to whoever listens.

use core::fmt::Display;
use core::num::NonZeroU32;
use core::time::Duration;

use crate::engine::GiveUpReason;

/// Something that happened to a call. A success at the first attempt is nothing.
#[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "nobody listens"))]
pub(crate) enum Event<'a> {
    Retrying {
        operation: &'a str,
        attempt: u32,
        max_attempts: Option<NonZeroU32>,
        delay: Duration,
        error: &'a dyn Display,
    },
    Recovered {
        operation: &'a str,
        attempt: u32,
    },
    GaveUp {
        operation: &'a str,
        attempts: u32,
        reason: GiveUpReason,
        /// Since the first attempt had failed: to know more would take a clock on success.
        elapsed: Option<Duration>,
        error: &'a dyn Display,
    },
    NotRetryable {
        operation: &'a str,
        reason: GiveUpReason,
        error: &'a dyn Display,
    },
    /// A value that `until` found lacking: nothing went wrong.
    Polling {
        operation: &'a str,
        attempt: u32,
        max_attempts: Option<NonZeroU32>,
        delay: Duration,
    },
    NotSatisfied {
        operation: &'a str,
        attempts: u32,
        reason: GiveUpReason,
        elapsed: Option<Duration>,
    },
}

/// Whether anybody can listen. Without, there is no need to read a clock.
pub(crate) const ARE_REPORTED: bool = cfg!(feature = "tracing");

#[cfg(not(feature = "tracing"))]
pub(crate) fn report(_: &Event<'_>) {}

/// As `tracing` events of the target `reattempt`.
#[cfg(feature = "tracing")]
pub(crate) fn report(event: &Event<'_>) {
    use tracing::{debug, error, info, warn};

    const TARGET: &str = "reattempt";
    match *event {
        Event::Retrying { operation, attempt, max_attempts, delay, error } => warn!(
            target: TARGET,
            operation,
            attempt,
            max_attempts = max_attempts.map(NonZeroU32::get),
            ?delay,
            %error,
            "operation failed, retrying"
        ),
        Event::Recovered { operation, attempt } => info!(
            target: TARGET,
            operation,
            attempt,
            "operation succeeded after retry"
        ),
        Event::GaveUp { operation, attempts, reason, elapsed, error } => error!(
            target: TARGET,
            operation,
            attempts,
            %reason,
            elapsed = elapsed.map(tracing::field::debug),
            %error,
            "operation failed after {attempts} attempt{}",
            if attempts == 1 { "" } else { "s" }
        ),
        Event::NotRetryable { operation, reason: GiveUpReason::NotIdempotent, error } => warn!(
            target: TARGET,
            operation,
            reason = %GiveUpReason::NotIdempotent,
            %error,
            "operation failed, not retried because it may have been applied"
        ),
        Event::NotRetryable { operation, reason, error } => debug!(
            target: TARGET,
            operation,
            // That it is permanent is what the message says.
            reason = (reason != GiveUpReason::Permanent).then_some(tracing::field::display(reason)),
            %error,
            "operation failed, not retryable"
        ),
        Event::Polling { operation, attempt, max_attempts, delay } => debug!(
            target: TARGET,
            operation,
            attempt,
            max_attempts = max_attempts.map(NonZeroU32::get),
            ?delay,
            "operation not done yet, trying again"
        ),
        Event::NotSatisfied { operation, attempts, reason, elapsed } => warn!(
            target: TARGET,
            operation,
            attempts,
            %reason,
            elapsed = elapsed.map(tracing::field::debug),
            "operation not done after {attempts} attempt{}",
            if attempts == 1 { "" } else { "s" }
        ),
    }
}
