//! Metrics by the facade of the crate `metrics`, under the names that Prometheus uses.

use alloc::vec::Vec;
use core::fmt;

use metrics::{SharedString, Unit, counter, gauge, histogram};

use super::terms::{self, AttemptResult, Names, error_type, is_end, outcome};
use crate::engine::GiveUpReason;
use crate::observe::{Event, EventKind, Observer};
use crate::overload::Budget;

/// Metrics of all calls by the crate `metrics`, for whichever exporter the program has: Prometheus and others.
///
/// | metric | what | labels |
/// |---|---|---|
/// | `retry_attempts_total` | counter: attempts | `operation`, `result`: `success`, `retryable`, `permanent`, `not_done` while polling; `error_type` of those that failed |
/// | `retry_operation_attempts` | histogram: attempts of a call that has ended | `operation`, `outcome` |
/// | `retry_operation_duration_seconds` | histogram: how long it took, waits included | `operation`, `outcome` |
/// | `retry_delay_seconds` | histogram: waits before retries | `operation`, `source`: `backoff`, or `hint` where the server asked |
/// | `retry_budget_rejections_total` | counter: calls that ended because the budget was empty | `operation` |
/// | `retry_budget_available_tokens` | gauge: what is left, of budgets given to [`watch`](Metrics::watch) | `budget` |
/// | `retry_nested_total` | counter: pairs of operations that retry inside of each other, each counted once | `operation`, `outer` |
///
/// An outcome is `success_first`, `success_retried`, `exhausted_attempts`, `exhausted_time`, `not_retryable`,
/// `ambiguous_not_idempotent`, `budget_exhausted`, or another [reason](crate::GiveUpReason::as_str). An `error_type` is what
/// decided about the error, such as `std::io::Error`, or `_OTHER`. Neither arguments nor messages are labels.
///
/// ```
/// use reattempt::observers::Metrics;
/// use reattempt::{Budget, Scope};
///
/// static UPSTREAM: Budget = Budget::new();
///
/// // In `main`, after the exporter has been installed:
/// Scope::new().observer(Metrics::new().watch("upstream", &UPSTREAM)).install();
/// # Scope::new().install();
/// ```
///
/// First attempts that succeed count too: the feature `metrics` enables `successes`.
///
/// `metrics-exporter-prometheus` makes summaries of histograms, without `_bucket` series, unless it is told buckets:
/// [`Metrics::BUCKETS`] are those that fit. `examples/metrics` in the repository does so, with a dashboard and alerts.
#[derive(Default)]
pub struct Metrics {
    budgets: Vec<(&'static str, &'static Budget)>,
    names: Names,
}

impl Metrics {
    /// The histograms, each with the upper bounds of the buckets that fit it.
    ///
    /// ```
    /// use reattempt::observers::Metrics;
    ///
    /// for (metric, bounds) in Metrics::BUCKETS {
    ///     // `exporter = exporter.set_buckets_for_metric(Matcher::Full(metric.to_string()), bounds)?;`
    ///     println!("{metric} {bounds:?}");
    /// }
    /// ```
    pub const BUCKETS: &[(&str, &[f64])] = &[
        (OPERATION_ATTEMPTS, terms::ATTEMPTS),
        (DURATION, terms::SECONDS),
        (DELAY, terms::SECONDS),
    ];

    /// For all the metrics above. It describes them to the exporter, which has to be installed before.
    pub fn new() -> Metrics {
        describe();
        Metrics::default()
    }

    /// With the tokens of a budget, under this name: looked at whenever something is told.
    #[must_use]
    pub fn watch(mut self, name: &'static str, budget: &'static Budget) -> Metrics {
        self.budgets.push((name, budget));
        self
    }
}

fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};

    describe_counter!(ATTEMPTS, Unit::Count, "Attempts, the first of each call included");
    describe_histogram!(OPERATION_ATTEMPTS, Unit::Count, "Attempts of a call that has ended");
    describe_histogram!(DURATION, Unit::Seconds, "How long a call took, waits included");
    describe_histogram!(DELAY, Unit::Seconds, "Waits before retries");
    describe_counter!(REJECTIONS, Unit::Count, "Calls that ended because the budget was empty");
    describe_gauge!(AVAILABLE, Unit::Count, "Tokens that are left in a budget");
    describe_counter!(NESTED, Unit::Count, "Pairs of operations that retry inside of each other");
}

const ATTEMPTS: &str = "retry_attempts_total";
const OPERATION_ATTEMPTS: &str = "retry_operation_attempts";
const DURATION: &str = "retry_operation_duration_seconds";
const DELAY: &str = "retry_delay_seconds";
const REJECTIONS: &str = "retry_budget_rejections_total";
const AVAILABLE: &str = "retry_budget_available_tokens";
const NESTED: &str = "retry_nested_total";

impl Observer for Metrics {
    fn event(&self, event: &Event<'_>) {
        let operation: SharedString = self.names.label(event).into();
        match AttemptResult::of(event) {
            Some(result) if event.error().is_some() => counter!(
                ATTEMPTS,
                "operation" => operation.clone(),
                "result" => result.name(),
                "error_type" => error_type(event)
            )
            .increment(1),
            Some(result) => {
                counter!(ATTEMPTS, "operation" => operation.clone(), "result" => result.name())
                    .increment(1);
            }
            None => {}
        }
        if let (EventKind::Retrying, Some(delay)) = (event.kind(), event.delay()) {
            let source = if event.hint().is_some() { "hint" } else { "backoff" };
            histogram!(DELAY, "operation" => operation.clone(), "source" => source)
                .record(delay.as_secs_f64());
        }
        if is_end(event) {
            let outcome = outcome(event).unwrap_or_default();
            histogram!(OPERATION_ATTEMPTS, "operation" => operation.clone(), "outcome" => outcome)
                .record(f64::from(event.total_attempts()));
            if let Some(elapsed) = event.elapsed() {
                histogram!(DURATION, "operation" => operation.clone(), "outcome" => outcome)
                    .record(elapsed.as_secs_f64());
            }
        }
        if event.reason() == Some(GiveUpReason::Budget) {
            counter!(REJECTIONS, "operation" => operation.clone()).increment(1);
        }
        if let (EventKind::Nested, Some(outer)) = (event.kind(), event.outer()) {
            counter!(NESTED, "operation" => operation, "outer" => outer).increment(1);
        }
        for (name, budget) in &self.budgets {
            gauge!(AVAILABLE, "budget" => *name).set(budget.available());
        }
    }

    fn wants_successes(&self) -> bool {
        true
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Metrics").finish_non_exhaustive()
    }
}
