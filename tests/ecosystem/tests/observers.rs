//! What is counted: in the process, by the crate `metrics`, and by OpenTelemetry.

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use reattempt::observers::{Counters, Metrics, OpenTelemetry};
use reattempt::{Budget, Observer, Retry, Scope, policy, retry};

/// Fails until the attempt of this number, counted from 1.
#[retry(max_attempts = 3)]
fn upload(succeeds_at: u32, attempts: &Cell<u32>) -> io::Result<()> {
    attempts.set(attempts.get() + 1);
    if attempts.get() < succeeds_at { Err(ErrorKind::ConnectionReset.into()) } else { Ok(()) }
}

#[retry]
fn find() -> io::Result<()> {
    Err(ErrorKind::NotFound.into())
}

static POOR: Budget = Budget::builder().capacity(1.0).build();

#[retry(max_attempts = 5, budget = POOR)]
fn paid() -> io::Result<()> {
    Err(ErrorKind::TimedOut.into())
}

#[retry(max_attempts = 2)]
fn outer() -> io::Result<()> {
    inner()
}

#[retry(max_attempts = 2)]
fn inner() -> io::Result<()> {
    Err(ErrorKind::TimedOut.into())
}

/// Each kind of call once: at once, after a retry, given up, not worth it.
fn calls_of_each_kind(observer: impl Observer + Send + Sync + 'static) {
    Scope::new().without_waits().observer(observer).run(|| {
        upload(1, &Cell::new(0)).unwrap();
        upload(1, &Cell::new(0)).unwrap();
        upload(2, &Cell::new(0)).unwrap();
        upload(9, &Cell::new(0)).unwrap_err();
        find().unwrap_err();
    });
}

#[test]
fn the_four_figures_are_counted_for_each_operation() {
    static COUNTERS: Counters = Counters::new();
    calls_of_each_kind(&COUNTERS);
    let counts = COUNTERS.of("upload");
    assert_eq!((counts.operations, counts.attempts, counts.retries), (4, 1 + 1 + 2 + 3, 1 + 2));
    assert_eq!((counts.recovered, counts.failed, counts.attempts_exceeded), (1, 1, 1));
    assert_eq!(counts.retried_operations, 2);
    let figures = [
        counts.retry_rate(),
        counts.success_after_retry(),
        counts.attempts_exceeded_rate(),
        counts.average_retries(),
        counts.amplification(),
    ];
    assert_eq!(figures, [3.0 / 4.0, 1.0 / 3.0, 1.0 / 4.0, 3.0 / 2.0, 7.0 / 4.0]);
    assert_eq!(
        counts.to_string(),
        "4 operations, 3 retries (0.75 for each), 1 recovered, 1 failed"
    );
    let found = COUNTERS.of("observers::find");
    assert_eq!((found.operations, found.attempts, found.failed, found.retries), (1, 1, 1, 0));
    assert_eq!(COUNTERS.total().operations, 5);
    let names = COUNTERS.by_operation().into_iter().map(|(name, _)| name);
    assert!(names.eq(["observers::find", "observers::upload"].map(Box::<str>::from)));
    assert_eq!(COUNTERS.of("nothing").retry_rate().to_bits(), 0.0_f64.to_bits());
}

#[test]
fn names_that_are_made_at_run_time_do_not_fill_the_memory() {
    let counters = Arc::new(Counters::new());
    Scope::new().observer(Arc::clone(&counters)).run(|| {
        for number in 0..1_500 {
            let retry = Retry::new(policy!()).name(format!("user {number}"));
            retry.call(|| Ok::<_, io::Error>(())).unwrap();
        }
    });
    assert_eq!(counters.by_operation().len(), 1_001);
    assert_eq!(counters.of(Counters::OTHERS).operations, 500);
    assert_eq!(counters.total().operations, 1_500);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_cancelled_while_it_waits_makes_no_retry() {
    #[retry(max_attempts = 5, initial_delay = 1m, max_delay = 1m, cancel = tokio::time::sleep(Duration::from_millis(1)))]
    async fn cancelled() -> io::Result<()> {
        Err(ErrorKind::TimedOut.into())
    }

    let counters = Arc::new(Counters::new());
    Scope::new().observer(Arc::clone(&counters)).run_async(cancelled()).await.unwrap_err();
    let counts = counters.of("cancelled");
    assert_eq!((counts.operations, counts.attempts, counts.retries), (1, 1, 0));
    assert_eq!((counts.failed, counts.retried_operations), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_made_no_retry() {
    #[retry(max_attempts = 5, initial_delay = 1m, max_delay = 1m, jitter = "none")]
    async fn dropped() -> io::Result<()> {
        Err(ErrorKind::TimedOut.into())
    }

    let counters = Arc::new(Counters::new());
    let call = Scope::new().observer(Arc::clone(&counters)).run_async(dropped());
    assert!(tokio::time::timeout(Duration::from_secs(1), call).await.is_err());
    let counts = counters.total();
    assert_eq!((counts.operations, counts.attempts, counts.retries), (0, 1, 0));
}

/// `reset_after` begins the count anew, and not the call.
#[tokio::test(start_paused = true)]
async fn attempts_before_the_count_began_anew_count() {
    #[retry(max_attempts = 3, reset_after = 60s, on = |error| error.kind() == ErrorKind::TimedOut)]
    async fn session(attempts: &Cell<u32>) -> io::Result<()> {
        attempts.set(attempts.get() + 1);
        if attempts.get() == 1 {
            return Err(ErrorKind::TimedOut.into());
        }
        tokio::time::sleep(Duration::from_secs(100)).await;
        Err(ErrorKind::NotFound.into())
    }

    let counters = Arc::new(Counters::new());
    let scope = Scope::new().observer(Arc::clone(&counters));
    scope.run_async(session(&Cell::new(0))).await.unwrap_err();
    let counts = counters.total();
    assert_eq!((counts.attempts, counts.retries, counts.retried_operations), (2, 1, 1));
}

fn rendered(calls: impl FnOnce()) -> String {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, calls);
    handle.render()
}

#[test]
fn metrics_are_those_that_prometheus_knows() {
    let text = rendered(|| calls_of_each_kind(Metrics::new().watch("poor", &POOR)));
    for line in [
        "# TYPE retry_attempts_total counter",
        r#"retry_attempts_total{operation="observers::upload",result="success"} 3"#,
        r#"retry_attempts_total{operation="observers::upload",result="retryable",error_type="std::io::Error"} 4"#,
        r#"retry_attempts_total{operation="observers::find",result="permanent",error_type="std::io::Error"} 1"#,
        r#"retry_operation_attempts_count{operation="observers::upload",outcome="success_first"} 2"#,
        r#"retry_operation_attempts_sum{operation="observers::upload",outcome="success_retried"} 2"#,
        r#"retry_operation_attempts_sum{operation="observers::upload",outcome="exhausted_attempts"} 3"#,
        r#"retry_operation_duration_seconds_count{operation="observers::upload",outcome="success_first"} 2"#,
        r#"retry_operation_duration_seconds_count{operation="observers::find",outcome="not_retryable"} 1"#,
        r#"retry_delay_seconds_count{operation="observers::upload",source="backoff"} 3"#,
        r#"retry_budget_available_tokens{budget="poor"} "#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("connection reset"), "messages are no labels:\n{text}");
}

#[test]
fn budgets_hints_and_nesting_have_metrics_of_their_own() {
    let text = rendered(|| {
        Scope::new().without_waits().observer(Metrics::new()).run(|| {
            paid().unwrap_err();
            outer().unwrap_err();
            let hinted = || Err::<(), _>(io::Error::other("busy"));
            let later =
                |_: &io::Error| reattempt::Retryability::throttled().after(Duration::from_secs(2));
            Retry::new(policy!(max_attempts = 2))
                .name("hinted")
                .on(later)
                .call(hinted)
                .unwrap_err();
        });
    });
    for line in [
        r#"retry_budget_rejections_total{operation="observers::paid"} 1"#,
        r#"retry_operation_attempts_count{operation="observers::paid",outcome="budget_exhausted"} 1"#,
        r#"retry_delay_seconds_count{operation="hinted",source="hint"} 1"#,
        r#"retry_nested_total{operation="observers::inner",outer="observers::outer"} 1"#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[test]
fn an_attempt_that_is_not_done_has_not_failed() {
    #[retry(max_attempts = 3, until = |found: &u32| *found == 2)]
    fn poll(value: &Cell<u32>) -> io::Result<u32> {
        value.set(value.get() + 1);
        Ok(value.get())
    }

    let text = rendered(|| {
        Scope::new().without_waits().observer(Metrics::new()).run(|| {
            poll(&Cell::new(0)).unwrap();
            poll(&Cell::new(2)).unwrap();
        });
    });
    let operation = r#"operation="observers::poll""#;
    for line in [
        format!(r#"retry_attempts_total{{{operation},result="success"}} 1"#),
        format!(r#"retry_attempts_total{{{operation},result="not_done"}} 4"#),
        format!(r#"retry_operation_attempts_count{{{operation},outcome="exhausted_attempts"}} 1"#),
    ] {
        assert!(text.contains(&line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("error_type"), "there is no error:\n{text}");
}

/// Without them they would be summaries, whose quantiles can't be added up over processes.
#[test]
fn histograms_have_buckets_if_the_exporter_is_handed_them() {
    let mut builder = metrics_exporter_prometheus::PrometheusBuilder::new();
    for (metric, bounds) in Metrics::BUCKETS {
        let metric = metrics_exporter_prometheus::Matcher::Full((*metric).to_owned());
        builder = builder.set_buckets_for_metric(metric, bounds).unwrap();
    }
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, || calls_of_each_kind(Metrics::new()));
    let text = handle.render();
    for line in [
        r#"retry_operation_attempts_bucket{operation="observers::upload",outcome="success_retried",le="1"} 0"#,
        r#"retry_operation_attempts_bucket{operation="observers::upload",outcome="success_retried",le="2"} 1"#,
        r#"retry_operation_duration_seconds_bucket{operation="observers::find",outcome="not_retryable",le="60"} 1"#,
        r#"retry_delay_seconds_bucket{operation="observers::upload",source="backoff",le="10"} 3"#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("quantile"), "a histogram is left out:\n{text}");
}

/// The points of an instrument: their attributes, sorted, and their count or value.
fn points(exported: &[ResourceMetrics], name: &str) -> Vec<String> {
    let mut points = Vec::new();
    for metric in
        exported.iter().flat_map(ResourceMetrics::scope_metrics).flat_map(|scope| scope.metrics())
    {
        if metric.name() != name {
            continue;
        }
        let mut push = |attributes: &mut dyn Iterator<Item = &opentelemetry::KeyValue>,
                        value: String| {
            let mut attributes: Vec<_> =
                attributes.map(|one| format!("{}={}", one.key, one.value)).collect();
            attributes.sort();
            points.push(format!("{} {value}", attributes.join(" ")));
        };
        match metric.data() {
            AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                sum.data_points()
                    .for_each(|point| push(&mut point.attributes(), point.value().to_string()));
            }
            AggregatedMetrics::U64(MetricData::Histogram(histogram)) => {
                histogram
                    .data_points()
                    .for_each(|point| push(&mut point.attributes(), point.count().to_string()));
            }
            AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                histogram
                    .data_points()
                    .for_each(|point| push(&mut point.attributes(), point.count().to_string()));
            }
            AggregatedMetrics::F64(MetricData::Gauge(gauge)) => {
                gauge
                    .data_points()
                    .for_each(|point| push(&mut point.attributes(), point.value().to_string()));
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    points.sort();
    points
}

#[test]
fn instruments_are_those_of_opentelemetry() {
    static WATCHED: Budget = Budget::new();
    let exporter = InMemoryMetricExporter::default();
    let reader = PeriodicReader::builder(exporter.clone()).build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let observer = OpenTelemetry::new(&provider.meter("test")).watch("upstream", &WATCHED);
    calls_of_each_kind(observer);
    provider.force_flush().unwrap();
    let exported = exporter.get_finished_metrics().unwrap();
    let upload = "code.function.name=observers::upload";
    let find = "code.function.name=observers::find";
    let io = "error.type=std::io::Error";
    assert_eq!(
        points(&exported, "retry.attempts"),
        [
            format!("{find} {io} retry.attempt.result=permanent 1"),
            format!("{upload} {io} retry.attempt.result=retryable 4"),
            format!("{upload} retry.attempt.result=success 3"),
        ]
    );
    assert_eq!(
        points(&exported, "retry.operation.attempts"),
        [
            format!("{find} retry.outcome=not_retryable 1"),
            format!("{upload} retry.outcome=exhausted_attempts 1"),
            format!("{upload} retry.outcome=success_first 2"),
            format!("{upload} retry.outcome=success_retried 1"),
        ]
    );
    assert_eq!(
        points(&exported, "retry.operation.duration"),
        [
            format!("{find} {io} retry.outcome=not_retryable 1"),
            format!("{upload} {io} retry.outcome=exhausted_attempts 1"),
            format!("{upload} retry.outcome=success_first 2"),
            format!("{upload} retry.outcome=success_retried 1"),
        ]
    );
    assert_eq!(
        points(&exported, "retry.delay"),
        [format!("{upload} retry.delay.source=backoff 3")]
    );
    assert_eq!(points(&exported, "retry.budget.available"), ["retry.budget.name=upstream 10"]);
}

/// Time passes only when somebody waits.
struct Simulated<'a>(&'a Cell<Duration>);

impl reattempt::timer::Timer for Simulated<'_> {
    type Sleep = ();

    fn now(&self) -> Duration {
        self.0.get()
    }

    fn sleep(&self, delay: Duration) {
        self.0.set(self.0.get() + delay);
    }
}

/// The time that a call took is known by its own clock, also if it succeeds at once.
#[tokio::test(start_paused = true)]
async fn durations_are_those_of_the_whole_call() {
    #[derive(Clone)]
    struct Shared(Arc<std::sync::Mutex<Vec<Duration>>>);
    impl Observer for Shared {
        fn event(&self, event: &reattempt::Event<'_>) {
            self.0.lock().unwrap().extend(event.elapsed());
        }
        fn wants_successes(&self) -> bool {
            true
        }
    }

    #[retry(max_attempts = 2, initial_delay = 3s, jitter = "none")]
    async fn slow(fails: bool) -> io::Result<()> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if fails { Err(ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    let shared = Shared(Arc::default());
    let scope = Scope::new().observer(shared.clone());
    scope.clone().run_async(slow(false)).await.unwrap();
    scope.run_async(slow(true)).await.unwrap_err();
    assert_eq!(*shared.0.lock().unwrap(), [1, 1, 5].map(Duration::from_secs));
    // By the clock of the call, if it has one, and also where only the call has an observer.
    let time = std::cell::Cell::new(Duration::ZERO);
    let shared = Shared(Arc::default());
    let calls = Cell::new(0);
    let retry = Retry::new(policy!(
        max_attempts = 3,
        initial_delay = 3s,
        jitter = "none",
        max_elapsed = 60s
    ));
    let retry = retry.timer(Simulated(&time)).observer(shared.clone());
    retry
        .call(|| {
            calls.set(calls.get() + 1);
            if calls.get() < 2 { Err(io::Error::from(ErrorKind::TimedOut)) } else { Ok(()) }
        })
        .unwrap();
    assert_eq!(*shared.0.lock().unwrap(), [0, 3].map(Duration::from_secs));
}
