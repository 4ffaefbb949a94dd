//! Policies that are put together by hand: `ExponentialBackoff`, `FixedDelay`, `WithJitter`, one of the user's own, and
//! `retry_with_policy`.

use std::cell::Cell;
use std::error::Error;
use std::io;
use std::time::Duration;

use reattempt::{
    Event, ExponentialBackoff, FailedAttempt, FixedDelay, Observer, Retry, RetryDecision,
    RetryPolicy, Retryability, Scope, WithJitter, policy, retry, retry_with_policy,
};
use tokio::time::Instant;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn delays(policy: &impl RetryPolicy) -> Vec<u128> {
    (1..policy.max_attempts()).map(|n| policy.delay_for(n).unwrap().as_millis()).collect()
}

#[test]
fn delays_grow_by_the_factor_up_to_the_longest() {
    assert_eq!(delays(&ExponentialBackoff::default()), [100, 200]);
    let policy = ExponentialBackoff::new()
        .with_initial_delay(ms(100))
        .with_max_delay(Duration::from_secs(1))
        .with_multiplier(3.0)
        .with_max_attempts(6);
    assert_eq!(delays(&policy), [100, 300, 900, 1_000, 1_000]);
    assert_eq!(policy.delay_for(6), None);
    assert_eq!(delays(&FixedDelay::new(ms(70), 4)), [70, 70, 70]);
}

#[test]
fn what_is_out_of_range_is_the_nearest_that_is_not() {
    for multiplier in [0.5, -3.0, f64::NAN, 1.0] {
        assert_eq!(
            delays(&ExponentialBackoff::new().with_multiplier(multiplier)),
            [100, 100],
            "{multiplier}"
        );
    }
    let fast = ExponentialBackoff::new().with_multiplier(f64::INFINITY).with_max_attempts(4);
    assert_eq!(delays(&fast), [100, 20_000, 20_000]);
    let cut = ExponentialBackoff::new().with_initial_delay(Duration::MAX).with_max_delay(ms(5));
    assert_eq!(delays(&cut), [5, 5]);
    for (fraction, most) in [(-1.0, 100), (f64::NAN, 100), (0.0, 100), (7.0, 200), (1.0, 200)] {
        let window = window(&WithJitter::new(FixedDelay::new(ms(100), 3), fraction), 1);
        assert_eq!(window, (100, most), "{fraction}");
    }
    let never = ExponentialBackoff::new().with_max_attempts(0);
    assert_eq!(never.delay_for(1), None);
    assert!(Retry::new(never).call(|| Err::<(), _>(io::Error::other("x"))).is_err());
    // No delay overflows.
    let long = WithJitter::new(FixedDelay::new(Duration::MAX, 3), 1.0);
    assert!(long.wait(&FailedAttempt::new(1, Retryability::transient())).is_some());
}

/// To the nearest millisecond.
fn window(policy: &impl RetryPolicy, attempt: u32) -> (u128, u128) {
    let window = policy.wait(&FailedAttempt::new(attempt, Retryability::transient())).unwrap();
    let rounded = |delay: Duration| (delay.as_nanos() + 500_000) / 1_000_000;
    (rounded(window.low()), rounded(window.high()))
}

#[test]
fn jitter_adds_up_to_the_fraction_and_keeps_to_the_longest() {
    let base = ExponentialBackoff::new().with_max_attempts(9).with_max_delay(ms(1_300));
    let jittered = WithJitter::new(base, 0.3);
    assert_eq!(window(&jittered, 1), (100, 130));
    assert_eq!(window(&jittered, 4), (800, 1_040));
    // At the limit they are spread out below it.
    assert_eq!(window(&jittered, 5), (1_000, 1_300));
    assert_eq!(jittered.get_ref().max_attempts(), 9);
    // The same rule as that of a policy's own fraction.
    let own = policy!(max_attempts = 9, jitter = 0.3, max_delay = 1300ms);
    for attempt in 1..9 {
        assert_eq!(window(&jittered, attempt), window(&own, attempt), "{attempt}");
    }
    let of_policy =
        WithJitter::new(policy!(jitter = "none", max_attempts = 9, max_delay = 1300ms), 0.3);
    assert_eq!(window(&of_policy, 5), (1_000, 1_300));
}

/// What it is asked, in a row.
#[derive(Default)]
struct Asked(Cell<Vec<String>>);

impl RetryPolicy for Asked {
    fn should_retry(&self, attempt: u32, error: &dyn Error) -> RetryDecision {
        let mut asked = self.0.take();
        asked.push(format!("{attempt}: {error}"));
        self.0.set(asked);
        if attempt < 3 { RetryDecision::Retry(Duration::from_secs(1)) } else { RetryDecision::Stop }
    }

    fn delay_for(&self, _attempt: u32) -> Option<Duration> {
        None
    }

    fn max_attempts(&self) -> u32 {
        9
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_ones_own_is_asked_about_each_error() {
    let (policy, start) = (Asked::default(), Instant::now());
    let fails = || async { Err::<(), _>(io::Error::other("temporary error")) };
    assert!(retry_with_policy(fails, &policy).await.is_err());
    assert_eq!(policy.0.take(), ["1: temporary error", "2: temporary error", "3: temporary error"]);
    assert_eq!(start.elapsed().as_secs(), 2);
}

static POLICY: WithJitter<ExponentialBackoff> = WithJitter::new(ExponentialBackoff::new(), 0.3);

async fn fails() -> Result<(), std::fmt::Error> {
    Err(std::fmt::Error)
}

#[tokio::test(start_paused = true)]
async fn whatever_lends_or_moves_can_be_called() {
    let policy = ExponentialBackoff::default().with_max_attempts(5);
    // It changes what it has captured.
    let mut count = 0;
    let outcome = retry_with_policy(
        async || {
            count += 1;
            if count < 3 { Err(io::Error::other("x")) } else { Ok(count) }
        },
        &policy,
    );
    assert_eq!(outcome.await.unwrap(), 3);
    // It is a function, and the policy is behind `dyn`.
    let policy: &dyn RetryPolicy = &FixedDelay::new(ms(5), 4);
    let start = Instant::now();
    assert!(retry_with_policy(fails, policy).await.is_err());
    assert_eq!(start.elapsed(), ms(15));
    // It can be spawned, if it borrows nothing; what borrows is for `Retry`.
    let text = std::sync::Arc::new("text".to_owned());
    let task = tokio::spawn(async move {
        let owned = text.clone();
        let moved = move || {
            let text = owned.clone();
            async move { Ok::<_, io::Error>(text.len()) }
        };
        let one = retry_with_policy(moved, &POLICY).await.unwrap();
        let read = || async { Ok::<_, io::Error>(text.len()) };
        one + Retry::new(&POLICY).on(|_| true).call_async(read).await.unwrap()
    });
    assert_eq!(task.await.unwrap(), 8);
}

#[tokio::test(start_paused = true)]
async fn limits_in_time_of_the_policy_count() {
    let policy = policy!(
        max_attempts = 50,
        backoff = "fixed",
        initial_delay = 1s,
        jitter = "none",
        max_elapsed = 3s
    );
    let (calls, start) = (Cell::new(0), Instant::now());
    let fails = || async {
        calls.set(calls.get() + 1);
        Err::<(), _>(io::Error::other("x"))
    };
    assert!(retry_with_policy(fails, &policy).await.is_err());
    assert_eq!((calls.get(), start.elapsed().as_secs()), (4, 3));
}

#[tokio::test(start_paused = true)]
async fn they_are_policies_everywhere() {
    #[retry(policy = ExponentialBackoff::new().with_max_attempts(4))]
    fn made(calls: &Cell<u32>) -> io::Result<()> {
        fails(calls)
    }
    const PATIENT: WithJitter<FixedDelay> =
        WithJitter::new(FixedDelay::new(Duration::from_secs(3), 5), 0.5);
    #[retry(policy = PATIENT)]
    async fn constant(calls: &Cell<u32>) -> io::Result<()> {
        fails(calls)
    }
    fn fails(calls: &Cell<u32>) -> io::Result<()> {
        calls.set(calls.get() + 1);
        Err(io::ErrorKind::TimedOut.into())
    }

    struct Named(std::sync::Mutex<Vec<String>>);
    impl Observer for Named {
        fn event(&self, event: &Event<'_>) {
            self.0.lock().unwrap().push(event.operation().to_owned());
        }
    }

    let calls = Cell::new(0);
    assert!(Scope::new().without_waits().run(|| made(&calls)).is_err());
    assert_eq!(calls.take(), 4);
    let start = Instant::now();
    assert!(constant(&calls).await.is_err());
    assert_eq!(calls.take(), 5);
    assert!((12..=18).contains(&start.elapsed().as_secs()));
    let named = std::sync::Arc::new(Named(std::sync::Mutex::default()));
    let failing = || async { Err::<(), _>(io::Error::other("x")) };
    let call = retry_with_policy(failing, &PATIENT);
    assert!(Scope::new().without_waits().observer(named.clone()).run_async(call).await.is_err());
    assert_eq!(named.0.lock().unwrap().len(), 5);
    assert!(named.0.lock().unwrap().iter().all(|name| name == "retry_with_policy"));
}
