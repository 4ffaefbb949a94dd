//! Nanoseconds per call, and per wait of a schedule.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use reattempt::{Backoff, Jitter, Policy};
use reattempt_benches::{Server, asynchronous, blocking, polled};

/// A benchmark for each function of a module, which fails this often.
macro_rules! each {
    ($criterion:ident, $group:literal, $failures:literal, $through:ident, $module:ident: $($name:ident)+) => {
        let mut group = $criterion.benchmark_group($group);
        $(
            group.bench_function(stringify!($name), |bencher| {
                let server = Server::default();
                bencher.iter(|| {
                    black_box($through($module::$name(server.fail($failures), black_box(7))))
                });
            });
        )+
        group.finish();
    };
}

fn returned<T>(value: T) -> T {
    value
}

fn calls(criterion: &mut Criterion) {
    use asynchronous::zero as asynchronous_zero;
    use blocking::zero as blocking_zero;

    each!(criterion, "blocking_success", 0, returned, blocking:
        bare by_hand reattempt by_hand_early_exit reattempt_early_exit reattempt_closure backon
        backon_macros retry_crate backoff mulligan);
    each!(criterion, "blocking_one_failure", 1, returned, blocking_zero:
        by_hand reattempt reattempt_closure backon backon_macros retry_crate backoff mulligan);
    each!(criterion, "blocking_four_failures", 4, returned, blocking_zero:
        by_hand reattempt reattempt_closure backon backon_macros retry_crate backoff mulligan);
    each!(criterion, "async_success", 0, polled, asynchronous:
        bare by_hand reattempt by_hand_early_exit reattempt_early_exit reattempt_closure backon
        backon_macros tokio_retry2 backoff tryhard mulligan tower);
    each!(criterion, "async_one_failure", 1, polled, asynchronous_zero:
        by_hand by_hand_yielding reattempt reattempt_closure backon backon_macros);
    each!(criterion, "async_four_failures", 4, polled, asynchronous_zero:
        by_hand by_hand_yielding reattempt reattempt_closure backon backon_macros);
}

/// What one wait costs to work out: 10,000 of them, of a call that never gives up.
fn schedule(criterion: &mut Criterion) {
    static LIST: [Duration; 3] =
        [Duration::from_millis(10), Duration::from_millis(100), Duration::from_secs(1)];
    let backoffs = [
        ("exponential", Backoff::Exponential),
        ("fixed", Backoff::Fixed),
        ("linear", Backoff::Linear),
        ("fibonacci", Backoff::Fibonacci),
        ("list", Backoff::List(&LIST)),
    ];
    let jitters = [
        ("none", Jitter::None),
        ("full", Jitter::Full),
        ("equal", Jitter::Equal),
        ("decorrelated", Jitter::Decorrelated),
        ("fraction", Jitter::Fraction(0.25)),
    ];
    let mut group = criterion.benchmark_group("schedule");
    for (backoff_name, backoff) in backoffs {
        for (jitter_name, jitter) in jitters {
            let builder = Policy::builder().max_attempts(u32::MAX).backoff(backoff).jitter(jitter);
            // Decorrelated jitter takes the place of a backoff.
            let Ok(policy) = builder.build() else { continue };
            group.bench_function(format!("{backoff_name}.{jitter_name}"), |bencher| {
                let mut delays = policy.delays(7);
                bencher.iter(|| black_box(delays.next()));
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .without_plots()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600));
    targets = calls, schedule
}
criterion_main!(benches);
