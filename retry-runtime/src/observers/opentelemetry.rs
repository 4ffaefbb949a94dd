//! OpenTelemetry instruments.

use alloc::vec::Vec;
use core::fmt;

use opentelemetry::metrics::{Counter, Histogram, Meter};
use opentelemetry::{KeyValue, StringValue};

use super::terms::{ATTEMPTS, AttemptResult, Names, SECONDS, error_type, is_end, outcome};
use crate::engine::GiveUpReason;
use crate::observe::{Event, EventKind, Observer};
use crate::overload::Budget;

/// OpenTelemetry metrics of all calls.
///
/// | instrument | type, unit | attributes |
/// |---|---|---|
/// | `retry.attempts` | counter, `{attempt}` | `code.function.name`; `retry.attempt.result`: `success`, `retryable`, `permanent`, `not_done` while polling; `error.type` of those that failed |
/// | `retry.operation.attempts` | histogram, `{attempt}` | `code.function.name`, `retry.outcome` |
/// | `retry.operation.duration` | histogram, `s` | `code.function.name`, `retry.outcome`; `error.type` of those that failed |
/// | `retry.delay` | histogram, `s` | `code.function.name`; `retry.delay.source`: `backoff`, `hint` |
/// | `retry.budget.rejections` | counter, `{rejection}` | `code.function.name` |
/// | `retry.budget.available` | observable gauge, `{token}`, of budgets given to [`watch`](OpenTelemetry::watch) | `retry.budget.name` |
/// | `retry.nested` | counter, `{pair}` | `code.function.name`, `retry.nested.outer` |
///
/// The values are those of `Metrics`, of the feature `metrics`: an outcome is `success_first`, `success_retried`,
/// `exhausted_attempts`, `exhausted_time`, `not_retryable`, `ambiguous_not_idempotent`, `budget_exhausted`, or another
/// [reason](crate::GiveUpReason::as_str).
///
/// ```
/// use reattempt::Scope;
/// use reattempt::observers::OpenTelemetry;
///
/// // In `main`, after the meter provider has been set:
/// let meter = opentelemetry::global::meter("my-service");
/// Scope::new().observer(OpenTelemetry::new(&meter)).install();
/// # Scope::new().install();
/// ```
///
/// First attempts that succeed count too: the feature `opentelemetry` enables `successes`.
pub struct OpenTelemetry {
    meter: Meter,
    attempts: Counter<u64>,
    operation_attempts: Histogram<u64>,
    duration: Histogram<f64>,
    delay: Histogram<f64>,
    rejections: Counter<u64>,
    nested: Counter<u64>,
    names: Names,
}

impl OpenTelemetry {
    /// With instruments of this meter.
    pub fn new(meter: &Meter) -> OpenTelemetry {
        OpenTelemetry {
            attempts: meter
                .u64_counter("retry.attempts")
                .with_unit("{attempt}")
                .with_description("Attempts, the first of each call included")
                .build(),
            operation_attempts: meter
                .u64_histogram("retry.operation.attempts")
                .with_unit("{attempt}")
                .with_description("Attempts of a call that has ended")
                .with_boundaries(Vec::from(ATTEMPTS))
                .build(),
            duration: meter
                .f64_histogram("retry.operation.duration")
                .with_unit("s")
                .with_description("How long a call took, waits included")
                .with_boundaries(Vec::from(SECONDS))
                .build(),
            delay: meter
                .f64_histogram("retry.delay")
                .with_unit("s")
                .with_description("Waits before retries")
                .with_boundaries(Vec::from(SECONDS))
                .build(),
            rejections: meter
                .u64_counter("retry.budget.rejections")
                .with_unit("{rejection}")
                .with_description("Calls that ended because the budget was empty")
                .build(),
            nested: meter
                .u64_counter("retry.nested")
                .with_unit("{pair}")
                .with_description("Pairs of operations that retry inside of each other")
                .build(),
            names: Names::default(),
            meter: meter.clone(),
        }
    }

    /// With the tokens of a budget, under this name.
    #[must_use]
    pub fn watch(self, name: &'static str, budget: &'static Budget) -> OpenTelemetry {
        // The meter keeps it: the handle itself has nothing to do.
        let _gauge = self
            .meter
            .f64_observable_gauge("retry.budget.available")
            .with_unit("{token}")
            .with_description("Tokens that are left in a budget")
            .with_callback(move |gauge| {
                gauge.observe(budget.available(), &[KeyValue::new("retry.budget.name", name)]);
            })
            .build();
        self
    }
}

fn error_type_of(event: &Event<'_>) -> KeyValue {
    KeyValue::new("error.type", error_type(event).into_owned())
}

impl Observer for OpenTelemetry {
    fn event(&self, event: &Event<'_>) {
        let name: StringValue = self.names.label(event).into();
        let operation = KeyValue::new("code.function.name", name);
        let failed = event.error().is_some();
        if let Some(result) = AttemptResult::of(event) {
            let result = KeyValue::new("retry.attempt.result", result.name());
            if failed {
                self.attempts.add(1, &[operation.clone(), result, error_type_of(event)]);
            } else {
                self.attempts.add(1, &[operation.clone(), result]);
            }
        }
        if let (EventKind::Retrying, Some(delay)) = (event.kind(), event.delay()) {
            let source = if event.hint().is_some() { "hint" } else { "backoff" };
            let source = KeyValue::new("retry.delay.source", source);
            self.delay.record(delay.as_secs_f64(), &[operation.clone(), source]);
        }
        if is_end(event) {
            let outcome = KeyValue::new("retry.outcome", outcome(event).unwrap_or_default());
            let attempts = u64::from(event.total_attempts());
            self.operation_attempts.record(attempts, &[operation.clone(), outcome.clone()]);
            if let Some(elapsed) = event.elapsed().map(|elapsed| elapsed.as_secs_f64()) {
                if failed {
                    let attributes = [operation.clone(), outcome, error_type_of(event)];
                    self.duration.record(elapsed, &attributes);
                } else {
                    self.duration.record(elapsed, &[operation.clone(), outcome]);
                }
            }
        }
        if event.reason() == Some(GiveUpReason::Budget) {
            self.rejections.add(1, core::slice::from_ref(&operation));
        }
        if let (EventKind::Nested, Some(outer)) = (event.kind(), event.outer()) {
            self.nested.add(1, &[operation, KeyValue::new("retry.nested.outer", outer)]);
        }
    }

    fn wants_successes(&self) -> bool {
        true
    }
}

impl fmt::Debug for OpenTelemetry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OpenTelemetry").finish_non_exhaustive()
    }
}
