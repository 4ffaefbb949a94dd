//! What a delay that a server asks for does.

mod support;

use std::time::Duration;

use reattempt::{Policy, RetryAfter, Retryability, Window, policy, retry};
use support::{Failure, Work, ms, sleep, slept};

const HINT: Duration = Duration::from_secs(2);
const NONE: [Duration; 0] = [];
const HOUR: Duration = Duration::from_secs(3_600);

fn throttled(hint: Duration) -> Retryability {
    Retryability::throttled().after(hint)
}

/// The delays of a call that is asked to wait this long each time.
macro_rules! delays {
    ($hint:expr, $($keys:tt)*) => {{
        #[retry(max_attempts = 3, sleep = sleep, $($keys)*)]
        fn call(work: &Work) -> Result<u32, Failure> {
            work.call_or(throttled($hint))
        }
        call(&Work::failing(9)).unwrap_err();
        slept()
    }};
}

#[test]
fn a_floor_is_jittered_upwards() {
    for delay in delays!(HINT, jitter) {
        assert!(delay >= HINT && delay < HINT + HINT / 10, "{delay:?}");
    }
    assert_eq!(delays!(HINT, jitter = "none"), [HINT, HINT]);
    assert_eq!(delays!(HINT, jitter = "none", initial_delay = 3s), [ms(3000), ms(6000)]);
}

#[test]
fn exactly_is_in_place_of_the_own_delay() {
    assert_eq!(delays!(HINT, retry_after = "exact"), [HINT, HINT]);
    assert_eq!(delays!(HINT, retry_after = "exact", initial_delay = 3s), [HINT, HINT]);
    assert_eq!(delays!(Duration::ZERO, retry_after = "exact"), [Duration::ZERO; 2]);
}

#[test]
fn what_is_too_long_ends_the_call_or_is_cut() {
    assert_eq!(delays!(HOUR, jitter), NONE);
    assert_eq!(delays!(HOUR, retry_after = "exact"), NONE);
    assert_eq!(delays!(HOUR, retry_after = "exact", max_retry_after = 2h), [HOUR, HOUR]);
    assert_eq!(delays!(HOUR, retry_after = "capped"), [ms(20_000); 2]);
    assert_eq!(delays!(HOUR, retry_after = "capped", max_delay = 5s), [ms(5_000); 2]);
    assert_eq!(delays!(HINT, retry_after = "capped"), [HINT, HINT]);
    assert_eq!(delays!(HINT, max_retry_after = 1s), NONE);
}

/// Without a hint nothing of this matters.
#[test]
fn a_call_without_a_hint_goes_by_its_own_delays() {
    #[retry(max_attempts = 3, sleep = sleep, jitter = "none", retry_after = "exact")]
    fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    call(&Work::failing(9)).unwrap_err();
    assert_eq!(slept(), [ms(100), ms(200)]);
}

#[test]
fn it_is_an_option_like_any_other() {
    const EXACT: RetryAfter = RetryAfter::Exact;
    const POLICY: Policy = policy!(retry_after = EXACT, max_retry_after = 5m);
    const SWITCHED_OFF: Policy = policy!(policy = POLICY, backoff = "none");
    assert_eq!(POLICY.retry_after(), RetryAfter::Exact);
    assert_eq!(POLICY.to_string(), "max_retry_after=5m retry_after=exact");
    let read: Policy = POLICY.to_string().parse().unwrap();
    assert_eq!(format!("{read:?}"), format!("{POLICY:?}"));
    assert_eq!(Policy::DEFAULT.retry_after(), RetryAfter::Floor);
    // What the delays are switched off for is kept.

    assert_eq!(SWITCHED_OFF.retry_after(), RetryAfter::Exact);
    let built = Policy::builder().retry_after(RetryAfter::Capped).max_retry_after(HINT).build();
    assert_eq!(built.unwrap_err().field(), "max_retry_after");
    assert_eq!(Window::exactly(HINT).low(), HINT);
}
