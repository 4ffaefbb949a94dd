//! The schedule, as pure functions of the policy's numbers.

#![allow(clippy::unchecked_time_subtraction, reason = "a test may panic")]

use std::time::Duration;

use proptest::prelude::*;
use reattempt::{Backoff, Jitter, Policy, Window};

/// Retries at which a schedule could overflow.
const RETRIES: &[u32] =
    &[0, 1, 2, 31, 32, 33, 34, 62, 63, 64, 65, 66, 93, 94, 127, 128, 1023, 1024, u32::MAX];
const LIST: &[Duration] = &[Duration::ZERO, Duration::from_nanos(1), Duration::from_nanos(9)];
const LONGEST: Duration = Duration::from_nanos(u64::MAX);

fn backoffs() -> impl Strategy<Value = Backoff> {
    prop_oneof![
        Just(Backoff::Exponential),
        Just(Backoff::Fixed),
        Just(Backoff::Linear),
        Just(Backoff::Fibonacci),
        Just(Backoff::List(LIST)),
        Just(Backoff::Custom(&|retry| Duration::from_secs(u64::from(retry)))),
    ]
}

fn jitters() -> impl Strategy<Value = Jitter> {
    prop_oneof![
        Just(Jitter::None),
        Just(Jitter::Full),
        Just(Jitter::Equal),
        Just(Jitter::Decorrelated),
        (0.0..=1.0).prop_map(Jitter::Fraction),
    ]
}

fn durations() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        Just(Duration::from_nanos(1)),
        (0..20_000_000_000_u64).prop_map(Duration::from_nanos),
        any::<u64>().prop_map(Duration::from_nanos),
        Just(Duration::MAX),
    ]
}

fn multipliers() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(1.0),
        Just(1.0 + f64::EPSILON),
        1.0..10.0,
        (0.0..300.0).prop_map(|exponent| 10_f64.powf(exponent)),
        Just(1e300),
        Just(f64::MAX),
    ]
}

fn retries() -> impl Strategy<Value = u32> {
    prop_oneof![prop::sample::select(RETRIES), 0..200_u32, any::<u32>()]
}

prop_compose! {
    /// Any policy that can be built.
    fn policies()(
        backoff in backoffs(),
        jitter in jitters(),
        delays in (durations(), durations()),
        multiplier in multipliers(),
    ) -> Policy {
        let (initial_delay, max_delay) = (delays.0.min(delays.1), delays.0.max(delays.1));
        let max_delay = max_delay.max(Duration::from_nanos(9));
        let mut builder = Policy::builder().max_attempts(u32::MAX - 1).max_delay(max_delay);
        let exponential = matches!(backoff, Backoff::Exponential);
        let decorrelated = matches!(jitter, Jitter::Decorrelated);
        if !matches!(backoff, Backoff::Custom(_) | Backoff::List(_)) || decorrelated {
            builder = builder.initial_delay(initial_delay);
        }
        if exponential && !decorrelated {
            builder = builder.multiplier(multiplier);
        }
        if !decorrelated {
            builder = builder.backoff(backoff);
        }
        builder.jitter(jitter).build().unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_wait_is_longer_than_the_cap(policy in policies(), retry in retries(), word: u64) {
        let window = policy.window(retry);
        prop_assert!(window.low() <= window.high());
        prop_assert!(window.high() <= policy.max_delay());
        prop_assert!(window.draw(word) <= policy.max_delay());
        prop_assert!(window.draw(u64::MAX) <= policy.max_delay());
    }

    #[test]
    fn a_draw_is_in_its_window(low in durations(), high in durations(), word: u64) {
        let window = Window::between(low, high);
        let wait = window.draw(word);
        prop_assert!(window.low() <= wait);
        prop_assert!(wait < window.high() || window.is_exact());
        prop_assert_eq!(window.draw(0), window.low());
    }

    #[test]
    fn waits_never_shrink(policy in policies(), retry in 1..100_000_u32) {
        prop_assert!(policy.window(retry).high() <= policy.window(retry + 1).high());
        prop_assert!(policy.window(retry).low() <= policy.window(retry + 1).low());
    }

    #[test]
    fn jitter_survives_the_cap(
        jitter in jitters(),
        cap in 1_000_000_000..u64::MAX,
        retry in 2..u32::MAX,
    ) {
        let cap = Duration::from_nanos(cap);
        let first = cap / 2;
        let policy = Policy::builder().initial_delay(first).max_delay(cap).jitter(jitter);
        let window = policy.build().unwrap().window(retry);
        let spread = window.high() - window.low();
        match jitter {
            Jitter::None => prop_assert_eq!(spread, Duration::ZERO),
            Jitter::Full => prop_assert_eq!(spread, cap),
            Jitter::Equal => prop_assert_eq!(spread, cap - first),
            Jitter::Decorrelated => prop_assert_eq!(spread, cap - first),
            Jitter::Fraction(fraction) => {
                let share = spread.as_secs_f64() / window.low().as_secs_f64();
                prop_assert!((share - fraction).abs() < 1e-6, "{} of {}", share, fraction);
                prop_assert!(cap - window.high() < Duration::from_secs(2), "{:?}", window);
            }
            _ => unreachable!(),
        }
    }

    #[test]
    fn exponential_is_exact_where_the_multiplier_is(
        nanoseconds in 1..1_000_000_000_u64,
        quarters in 4..40_u32,
        retry in 1..10_u32,
    ) {
        let exponent = retry - 1;
        let scaled = u128::from(nanoseconds) * u128::from(quarters).pow(exponent);
        let exact = (scaled + (4_u128.pow(exponent) >> 1)) / 4_u128.pow(exponent);
        prop_assert_eq!(
            exponential(nanoseconds, f64::from(quarters) / 4.0, retry),
            exact.min(u128::from(u64::MAX))
        );
    }

    #[test]
    fn exponential_does_not_drift_where_the_multiplier_is_no_binary_fraction(
        nanoseconds in 1..1_000_000_000_u64,
        tenths in 10..40_u32,
        retry in 1..20_u32,
    ) {
        let exponent = retry - 1;
        let scaled = u128::from(nanoseconds) * u128::from(tenths).pow(exponent);
        let exact = ((scaled + (10_u128.pow(exponent) >> 1)) / 10_u128.pow(exponent))
            .min(u128::from(u64::MAX));
        let wait = exponential(nanoseconds, f64::from(tenths) / 10.0, retry);
        prop_assert!(wait.abs_diff(exact) <= 1 + (exact >> 48), "{} is not {}", wait, exact);
    }
}

fn exponential(nanoseconds: u64, multiplier: f64, retry: u32) -> u128 {
    let policy = Policy::builder()
        .initial_delay(Duration::from_nanos(nanoseconds))
        .multiplier(multiplier)
        .max_delay(Duration::MAX)
        .jitter(Jitter::None);
    policy.build().unwrap().window(retry).low().as_nanos()
}

#[test]
fn the_edges_of_every_shape() {
    for &retry in RETRIES {
        for initial_delay in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
            for backoff in
                [Backoff::Exponential, Backoff::Fixed, Backoff::Linear, Backoff::Fibonacci]
            {
                let policy = Policy::builder()
                    .backoff(backoff)
                    .initial_delay(initial_delay)
                    .max_delay(Duration::MAX)
                    .jitter(Jitter::None)
                    .build()
                    .unwrap();
                let wait = policy.window(retry).low();
                if initial_delay.is_zero() {
                    assert_eq!(wait, Duration::ZERO, "{policy:?} {retry}");
                } else if initial_delay == Duration::MAX && retry > 0 {
                    assert_eq!(wait, LONGEST, "{policy:?} {retry}");
                }
            }
        }
    }
}

#[test]
fn a_nanosecond_grows() {
    let policy = |multiplier| {
        Policy::builder()
            .initial_delay(Duration::from_nanos(1))
            .multiplier(multiplier)
            .jitter(Jitter::None)
            .build()
            .unwrap()
    };
    let waits = |multiplier, retry| policy(multiplier).window(retry).low().as_nanos();
    assert_eq!(
        (1..=9).map(|retry| waits(1.2, retry)).collect::<Vec<_>>(),
        [1, 1, 1, 2, 2, 2, 3, 4, 4]
    );
    assert_eq!(waits(2.0, 34), 1 << 33);
    assert_eq!(waits(1e300, 2), policy(1e300).max_delay().as_nanos());
    assert_eq!(waits(1.0, u32::MAX), 1);
}

#[test]
fn the_formulae_of_each_jitter() {
    let window = |jitter, retry| {
        let policy = Policy::builder().jitter(jitter).max_delay(Duration::from_millis(300));
        let window = policy.build().unwrap().window(retry);
        (window.low().as_micros(), window.high().as_micros())
    };
    // The waits are 100 ms, 200 ms, and 300 ms at the cap.
    assert_eq!(window(Jitter::None, 2), (200_000, 200_000));
    assert_eq!(window(Jitter::Full, 2), (0, 200_000));
    assert_eq!(window(Jitter::Full, 9), (0, 300_000));
    assert_eq!(window(Jitter::Equal, 2), (100_000, 200_000));
    assert_eq!(window(Jitter::Equal, 9), (150_000, 300_000));
    assert_eq!(window(Jitter::Decorrelated, 1), (100_000, 300_000));
    assert_eq!(window(Jitter::Decorrelated, 9), (100_000, 300_000));
    assert_eq!(window(Jitter::Fraction(0.5), 1), (100_000, 150_000));
    assert_eq!(window(Jitter::Fraction(0.5), 9), (200_000, 300_000));
    assert_eq!(window(Jitter::Fraction(0.0), 9), (300_000, 300_000));
}
