//! How long a function waits: exactly, where there is no jitter, and within bounds where there is.

#![allow(clippy::unchecked_time_subtraction, reason = "a test may panic")]

mod support;

use std::time::Duration;

use reattempt::{CustomBackoff, Policy, Retryability, policy, retry};
use support::{Failure, Work, ms, sleep, slept};

fn in_paused_time<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(future)
}

/// The waits of a blocking function, as handed to its timer, and those of an async one, by tokio's
/// paused clock.
macro_rules! waits {
    ($($arguments:tt)*) => {{
        #[retry($($arguments)*, sleep = sleep)]
        fn blocking(work: &Work) -> Result<u32, Failure> {
            work.call()
        }

        #[retry($($arguments)*)]
        async fn asynchronous(work: &Work) -> Result<u32, Failure> {
            work.call()
        }

        slept();
        let (first, second) = (Work::failing(u32::MAX), Work::failing(u32::MAX));
        assert_eq!(blocking(&first), in_paused_time(asynchronous(&second)));
        (slept(), second.gaps())
    }};
}

macro_rules! assert_waits {
    ([$($milliseconds:expr),*], $($arguments:tt)*) => {{
        let expected: Vec<Duration> = vec![$(ms($milliseconds)),*];
        let (blocking, asynchronous) = waits!($($arguments)*);
        assert_eq!(blocking, expected, "blocking");
        assert_eq!(asynchronous, expected, "async");
    }};
}

#[test]
fn exponential_doubles_from_a_tenth_of_a_second() {
    assert_waits!([100, 200], jitter = "none");
    assert_waits!([100, 200, 400, 800], max_attempts = 5, jitter = "none");
}

#[test]
fn exponential_grows_by_the_multiplier_up_to_the_cap() {
    assert_waits!(
        [8, 12, 18, 27, 30, 30],
        max_attempts = 7,
        jitter = "none",
        initial_delay = 8ms,
        multiplier = 1.5,
        max_delay = 30ms
    );
}

#[test]
fn fixed_stays_the_same() {
    assert_waits!(
        [250, 250, 250],
        max_attempts = 4,
        jitter = "none",
        backoff = "fixed",
        initial_delay = 250ms
    );
}

#[test]
fn linear_grows_by_the_first_wait() {
    assert_waits!(
        [100, 200, 300, 350],
        max_attempts = 5,
        jitter = "none",
        backoff = "linear",
        max_delay = 350ms
    );
}

#[test]
fn fibonacci_grows_by_the_wait_before() {
    assert_waits!(
        [100, 100, 200, 300, 500, 800],
        max_attempts = 7,
        jitter = "none",
        backoff = "fibonacci"
    );
}

#[test]
fn none_does_not_wait() {
    assert_waits!([0, 0, 0], max_attempts = 4, backoff = "none");
}

#[test]
fn a_list_makes_one_retry_for_each_wait() {
    assert_waits!([1, 20, 300], jitter = "none", backoff = [1ms, 20ms, 300ms]);
}

#[test]
fn the_last_wait_of_a_list_serves_the_retries_after_it() {
    assert_waits!([1, 20, 20, 20], jitter = "none", max_attempts = 5, backoff = [1ms, "20ms"]);
}

struct Squares {
    unit: Duration,
}

impl CustomBackoff for Squares {
    fn delay(&self, retry: u32) -> Duration {
        self.unit * retry.pow(2)
    }
}

const fn squares(unit: Duration) -> Squares {
    Squares { unit }
}

#[test]
fn a_backoff_of_ones_own_is_a_value_a_function_or_a_closure_and_is_capped() {
    fn cubes(retry: u32) -> Duration {
        ms(retry.pow(3).into())
    }
    assert_waits!([1, 4, 9], max_attempts = 4, jitter = "none", backoff = Squares { unit: ms(1) });
    assert_waits!([1, 4, 9], max_attempts = 4, jitter = "none", backoff = squares(ms(1)));
    assert_waits!([1, 8, 20], max_attempts = 4, jitter = "none", backoff = cubes, max_delay = 20ms);
    assert_waits!(
        [1, 2, 3],
        max_attempts = 4,
        jitter = "none",
        backoff = |retry| ms(u64::from(retry))
    );
}

#[test]
fn durations_and_counts_are_literals_texts_or_constants() {
    const LIMIT: u32 = 2 + 1;
    const FIRST: Duration = ms(3);
    struct Limits;
    impl Limits {
        const FACTOR: f64 = 10.0;
    }
    assert_waits!(
        [3, 30],
        max_attempts = LIMIT,
        jitter = "none",
        initial_delay = FIRST,
        multiplier = Limits::FACTOR
    );
    assert_waits!(
        [60_000],
        max_attempts = 2,
        jitter = "none",
        initial_delay = "1m",
        max_delay = 2m
    );
    assert_waits!([1500], max_attempts = 2, jitter = "none", initial_delay = 1.5s);
}

#[test]
fn values_may_depend_on_the_type() {
    trait Limits {
        const LIMIT: u32;
        const FIRST: Duration;

        #[retry(max_attempts = Self::LIMIT, initial_delay = Self::FIRST, jitter = "none", sleep = sleep)]
        fn growing(&self, work: &Work) -> Result<u32, Failure> {
            work.call()
        }

        #[retry(backoff = [Self::FIRST, 5ms], jitter = "none", sleep = sleep)]
        fn listed(&self, work: &Work) -> Result<u32, Failure> {
            work.call()
        }

        #[retry(max_attempts = 3, backoff = squares(Self::FIRST), jitter = "none", sleep = sleep)]
        fn squared(&self, work: &Work) -> Result<u32, Failure> {
            work.call()
        }
    }

    impl Limits for () {
        const LIMIT: u32 = 4;
        const FIRST: Duration = ms(2);
    }

    #[retry(max_attempts = LIMIT, jitter = "none", sleep = sleep)]
    fn generic<const LIMIT: u32>(work: &Work) -> Result<u32, Failure> {
        work.call()
    }

    ().growing(&Work::failing(9)).unwrap_err();
    assert_eq!(slept(), [ms(2), ms(4), ms(8)]);
    ().listed(&Work::failing(9)).unwrap_err();
    assert_eq!(slept(), [ms(2), ms(5)]);
    ().squared(&Work::failing(9)).unwrap_err();
    assert_eq!(slept(), [ms(2), ms(8)]);
    generic::<2>(&Work::failing(9)).unwrap_err();
    assert_eq!(slept(), [ms(100)]);
}

#[test]
fn a_shared_policy_and_a_changed_one() {
    const SHARED: Policy = policy!(max_attempts = 4, backoff = "fixed", jitter = "none");
    assert_waits!([100, 100, 100], policy = SHARED);
    assert_waits!([5], policy = SHARED, max_attempts = 2, initial_delay = 5ms);
}

#[test]
fn jitter_stays_in_its_window() {
    // In each case the windows of the four waits 100, 200, 400 and 800 ms, capped at 500 ms.
    macro_rules! assert_windows {
        ($windows:expr, $($jitter:tt)*) => {
            let mut drawn = Vec::new();
            for _ in 0..50 {
                let (blocking, asynchronous) =
                    waits!(max_attempts = 5, max_delay = 500ms, $($jitter)*);
                assert_eq!((blocking.len(), asynchronous.len()), (4, 4));
                drawn.push(blocking[3]);
                for (wait, (low, high)) in blocking.iter().zip($windows) {
                    assert!((ms(low)..=ms(high)).contains(wait), "{wait:?} in {low}..{high}");
                }
                // By a clock that ticks in milliseconds, rounded up.
                for (wait, (low, high)) in asynchronous.iter().zip($windows) {
                    assert!((ms(low)..=ms(high + 1)).contains(wait), "{wait:?} in {low}..{high}");
                }
            }
            // Over the whole of the last window, in which none of 50 falls by a chance of 10⁻⁶.
            let (low, high): (u64, u64) = $windows[3];
            let quarter = ms((high - low) / 4);
            assert!(drawn.iter().any(|wait| *wait < ms(low) + quarter), "{drawn:?}");
            assert!(drawn.iter().any(|wait| *wait > ms(high) - quarter), "{drawn:?}");
        };
    }
    assert_windows!([(0, 100), (0, 200), (0, 400), (0, 500)], jitter);
    assert_windows!([(0, 100), (0, 200), (0, 400), (0, 500)], jitter = "full");
    assert_windows!([(50, 100), (100, 200), (200, 400), (250, 500)], jitter = "equal");
    assert_windows!([(100, 125), (200, 250), (400, 500), (400, 500)], jitter = 0.25);
    assert_windows!([(100, 300), (100, 500), (100, 500), (100, 500)], jitter = "decorrelated");
}

#[test]
fn a_throttled_call_waits_longer() {
    #[retry(max_attempts = 4, jitter = "none", sleep = sleep)]
    fn throttled(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::throttled())
    }
    #[retry(max_attempts = 4, jitter = "none", throttled_delay = 2s, max_delay = 5s, sleep = sleep)]
    fn throttled_and_capped(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::throttled())
    }
    #[retry(max_attempts = 4, jitter = "none", initial_delay = 3s, sleep = sleep)]
    fn never_below_the_initial_delay(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::throttled())
    }
    #[retry(backoff = [1ms, 2s], jitter = "none", sleep = sleep)]
    fn as_it_is_written_out(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::throttled())
    }
    #[retry(backoff = [1ms, 2s], throttled_delay = 1s, jitter = "none", sleep = sleep)]
    fn never_below_it_in_a_list(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::throttled())
    }
    throttled(&Work::failing(9)).unwrap_err();
    assert_eq!(slept(), [ms(1000), ms(2000), ms(4000)]);
    throttled_and_capped(&Work::failing(9)).unwrap_err();
    assert_eq!(slept(), [ms(2000), ms(4000), ms(5000)]);
    never_below_the_initial_delay(&Work::failing(9)).unwrap_err();
    assert_eq!(slept(), [ms(3000), ms(6000), ms(12000)]);
    as_it_is_written_out(&Work::failing(9)).unwrap_err();
    assert_eq!(slept(), [ms(1), ms(2000)]);
    never_below_it_in_a_list(&Work::failing(9)).unwrap_err();
    assert_eq!(slept(), [ms(1000), ms(2000)]);
}
