//! What metrics call things.

use alloc::borrow::Cow;
use alloc::string::ToString as _;

use crate::engine::GiveUpReason;
use crate::observe::{Event, EventKind};

/// Upper bounds of the buckets of durations and delays, in seconds: those that OpenTelemetry recommends for HTTP, which fit
/// whatever else answers requests, and two more, because a call also waits. A server may ask for a minute.
#[cfg(any(feature = "metrics-0_24", feature = "opentelemetry-0_33"))]
pub(super) const SECONDS: &[f64] =
    &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0];

/// Those of attempts.
#[cfg(any(feature = "metrics-0_24", feature = "opentelemetry-0_33"))]
pub(super) const ATTEMPTS: &[f64] = &[1.0, 2.0, 3.0, 4.0, 5.0, 8.0, 13.0];

/// What an attempt came to. Each attempt is told of by one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AttemptResult {
    Success,
    /// Worth another attempt, whether there was one or not.
    Retryable,
    Permanent,
    /// A value that does not satisfy `until`: nothing has failed, and whoever polls makes many of them.
    NotDone,
}

impl AttemptResult {
    pub(super) const fn of(event: &Event<'_>) -> Option<AttemptResult> {
        match event.kind() {
            EventKind::Succeeded | EventKind::Recovered => Some(AttemptResult::Success),
            EventKind::GaveUp | EventKind::NotRetryable if event.was_waiting() => None,
            EventKind::Retrying | EventKind::GaveUp if event.is_polling() => {
                Some(AttemptResult::NotDone)
            }
            EventKind::Retrying => Some(AttemptResult::Retryable),
            EventKind::GaveUp | EventKind::NotRetryable => match event.reason() {
                Some(GiveUpReason::Permanent | GiveUpReason::Unclassified) => {
                    Some(AttemptResult::Permanent)
                }
                _ => Some(AttemptResult::Retryable),
            },
            EventKind::BlocksExecutor | EventKind::Withheld | EventKind::Nested => None,
        }
    }

    #[cfg_attr(
        not(any(feature = "metrics-0_24", feature = "opentelemetry-0_33")),
        allow(dead_code, reason = "counters have no texts")
    )]
    pub(super) const fn name(self) -> &'static str {
        match self {
            AttemptResult::Success => "success",
            AttemptResult::Retryable => "retryable",
            AttemptResult::Permanent => "permanent",
            AttemptResult::NotDone => "not_done",
        }
    }
}

/// Whether a call has ended with this event.
pub(super) const fn is_end(event: &Event<'_>) -> bool {
    matches!(
        event.kind(),
        EventKind::Succeeded | EventKind::Recovered | EventKind::GaveUp | EventKind::NotRetryable
    )
}

/// What a call came to, if it has ended.
#[cfg_attr(
    not(any(feature = "metrics-0_24", feature = "opentelemetry-0_33")),
    allow(dead_code, reason = "counters have no texts")
)]
pub(super) const fn outcome(event: &Event<'_>) -> Option<&'static str> {
    match event.kind() {
        EventKind::Succeeded => Some("success_first"),
        EventKind::Recovered => Some("success_retried"),
        EventKind::GaveUp | EventKind::NotRetryable => Some(match event.reason() {
            Some(reason) => of_reason(reason),
            None => "failed",
        }),
        _ => None,
    }
}

#[cfg_attr(
    not(any(feature = "metrics-0_24", feature = "opentelemetry-0_33")),
    allow(dead_code, reason = "counters have no texts")
)]
const fn of_reason(reason: GiveUpReason) -> &'static str {
    match reason {
        GiveUpReason::Attempts => "exhausted_attempts",
        GiveUpReason::Elapsed | GiveUpReason::Deadline => "exhausted_time",
        GiveUpReason::Permanent | GiveUpReason::Unclassified => "not_retryable",
        GiveUpReason::NotIdempotent => "ambiguous_not_idempotent",
        GiveUpReason::Budget => "budget_exhausted",
        // The others are called as in the logs.
        reason => reason.as_str(),
    }
}

/// The kind of an error, from a list that doesn't grow: what decided about it, or `_OTHER`.
#[cfg_attr(
    not(any(feature = "metrics-0_24", feature = "opentelemetry-0_33")),
    allow(dead_code, reason = "counters have no texts")
)]
pub(super) fn error_type(event: &Event<'_>) -> Cow<'static, str> {
    match event.classified_by() {
        Some(by) => Cow::Owned(by.to_string()),
        None => Cow::Borrowed("_OTHER"),
    }
}

/// How many operations are told apart by their names. What comes after them counts as [`OTHERS`], so that names which are made
/// at run time fill neither the memory nor whatever keeps the metrics.
pub(super) const MOST_NAMES: usize = 1_000;

/// The name of those.
pub(super) const OTHERS: &str = "(others)";

/// The names that were made at run time.
#[cfg(any(feature = "metrics-0_24", feature = "opentelemetry-0_33"))]
#[derive(Debug, Default)]
pub(super) struct Names(std::sync::RwLock<alloc::collections::BTreeSet<alloc::boxed::Box<str>>>);

#[cfg(any(feature = "metrics-0_24", feature = "opentelemetry-0_33"))]
impl Names {
    /// That of an event's operation, as a label.
    pub(super) fn label(&self, event: &Event<'_>) -> Cow<'static, str> {
        use alloc::borrow::ToOwned as _;
        use std::sync::PoisonError;

        if let Some(name) = event.static_operation() {
            return Cow::Borrowed(name);
        }
        let name = event.operation();
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (is_known, is_full) = (known.contains(name), known.len() >= MOST_NAMES);
        drop(known);
        if !is_known && is_full {
            return Cow::Borrowed(OTHERS);
        }
        if !is_known {
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name.into());
        }
        Cow::Owned(name.to_owned())
    }
}
