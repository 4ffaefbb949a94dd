//! The mistakes that retry libraries have made, each with a test that ours doesn't.

#![allow(
    clippy::multiple_bound_locations,
    clippy::unchecked_time_subtraction,
    reason = "a test may be odd, and panic"
)]

mod support;

use std::io::{Error, ErrorKind};
use std::num::NonZeroU32;
use std::time::Duration;

use reattempt::{Backoff, Jitter, Policy, Retryability, Retryable, policy, retry};
use support::{Failure, Work, ms, sleep, slept};

const NANOSECOND: Duration = Duration::from_nanos(1);

/// The policy, with waits of which nothing is random.
fn plain(backoff: Backoff, initial_delay: Duration, max_delay: Duration) -> Policy {
    let builder = Policy::builder().backoff(backoff).jitter(Jitter::None);
    builder.initial_delay(initial_delay).max_delay(max_delay).build().unwrap()
}

#[test]
fn exponent_overflow() {
    let policy = plain(Backoff::Exponential, ms(100), Duration::from_secs(30));
    for retry in (31..=34).chain(62..=66).chain([1_024, u32::MAX - 1, u32::MAX]) {
        assert_eq!(policy.window(retry).low(), Duration::from_secs(30), "retry {retry}");
    }
    assert_eq!(policy.window(0).low(), ms(100));
    assert_eq!(policy.window(1).low(), ms(100));
}

#[test]
fn duration_addition_overflow() {
    for backoff in [Backoff::Exponential, Backoff::Linear, Backoff::Fibonacci, Backoff::Fixed] {
        for jitter in [Jitter::Full, Jitter::Equal, Jitter::Fraction(1.0), Jitter::Fraction(0.3)] {
            let policy = Policy::builder()
                .backoff(backoff)
                .initial_delay(Duration::MAX)
                .max_delay(Duration::MAX)
                .jitter(jitter)
                .build()
                .unwrap();
            for word in [0, 1, u64::MAX] {
                assert!(policy.window(u32::MAX).draw(word) <= Duration::MAX);
            }
        }
    }
}

#[test]
fn factors_that_are_no_factors() {
    for multiplier in [f64::NAN, -1.0, 0.0, 0.5, f64::INFINITY] {
        let error = Policy::builder().multiplier(multiplier).build().unwrap_err();
        assert_eq!(error.field(), "multiplier");
    }
}

#[test]
fn jitter_beyond_the_cap() {
    for jitter in [Jitter::Full, Jitter::Equal, Jitter::Decorrelated, Jitter::Fraction(1.0)] {
        let policy = Policy::builder().max_delay(ms(1000)).jitter(jitter).build().unwrap();
        for retry in 1..50 {
            assert!(policy.window(retry).draw(u64::MAX) <= ms(1000), "{jitter:?} {retry}");
        }
    }
}

#[test]
fn cap_not_applied_to_the_first_wait_or_to_fibonacci() {
    let error = Policy::builder().initial_delay(ms(10_000)).max_delay(ms(1000)).build();
    assert_eq!(error.unwrap_err().field(), "initial_delay");
    let policy = plain(Backoff::Fibonacci, ms(1000), ms(10_000));
    assert_eq!(policy.window(7).low(), ms(10_000), "the seventh number is 13");
}

#[test]
fn jitter_that_is_none() {
    #[retry(max_attempts = 1_000, max_delay = 100ms, sleep = sleep)]
    fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    call(&Work::failing(u32::MAX)).unwrap_err();
    let mut waits = slept();
    let mean = waits.iter().sum::<Duration>() / 999;
    assert!((ms(40)..ms(60)).contains(&mean), "{mean:?} of 50ms");
    waits.sort();
    waits.dedup();
    assert!(waits.len() > 900, "{} different waits of 999", waits.len());
}

#[test]
fn jitter_removed_at_the_cap() {
    for jitter in [Jitter::Full, Jitter::Equal, Jitter::Decorrelated, Jitter::Fraction(0.5)] {
        let policy = Policy::builder().jitter(jitter).build().unwrap();
        let window = policy.window(1_000);
        assert!(window.high() - window.low() > Duration::from_secs(6), "{jitter:?} {window:?}");
    }
}

#[test]
fn empty_random_range() {
    for jitter in [Jitter::Full, Jitter::Equal, Jitter::Decorrelated, Jitter::Fraction(0.001)] {
        for delay in [Duration::ZERO, NANOSECOND, Duration::MAX] {
            let builder = Policy::builder().initial_delay(delay).max_delay(delay).jitter(jitter);
            let wait = builder.build().unwrap().window(1).draw(u64::MAX);
            assert!(wait <= delay, "{jitter:?} {delay:?}");
        }
    }
}

#[test]
fn decorrelated_that_hardly_grows() {
    let builder = Policy::builder().initial_delay(ms(1)).jitter(Jitter::Decorrelated);
    let policy = builder.build().unwrap();
    let longest: Vec<_> = (1..=5).map(|retry| policy.window(retry).high()).collect();
    assert_eq!(longest, [ms(3), ms(9), ms(27), ms(81), ms(243)]);
}

#[test]
fn arithmetic_that_drifts() {
    let policy = plain(Backoff::Exponential, ms(100), Duration::from_secs(3600));
    for retry in 1..15 {
        assert_eq!(policy.window(retry).low(), ms(100 << (retry - 1)));
    }
    let slow = Policy::builder().initial_delay(ms(1)).multiplier(1.5).jitter(Jitter::None);
    assert_eq!(slow.build().unwrap().window(2).low(), Duration::from_micros(1500));
}

#[test]
fn base_to_the_power_of_the_attempt() {
    let policy = plain(Backoff::Exponential, ms(500), Duration::from_secs(3600));
    let waits: Vec<_> = (1..=4).map(|retry| policy.window(retry).low()).collect();
    assert_eq!(waits, [ms(500), ms(1000), ms(2000), ms(4000)]);
}

#[test]
fn hint_bypasses_the_limit() {
    #[retry(max_attempts = 3, sleep = sleep)]
    fn call(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::throttled().after(ms(1)))
    }
    let work = Work::failing(u32::MAX);
    call(&work).unwrap_err();
    assert_eq!(work.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn hint_noted_but_not_waited() {
    #[retry(max_attempts = 2)]
    async fn call(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::throttled().after(ms(50_000)))
    }
    let work = Work::failing(1);
    call(&work).await.unwrap();
    assert!(work.gaps()[0] >= ms(50_000), "{:?}", work.gaps());
}

#[test]
fn sleep_after_the_last_attempt() {
    #[retry(max_attempts = 3, sleep = sleep)]
    fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    call(&Work::failing(9)).unwrap_err();
    assert_eq!(slept().len(), 2);
}

#[test]
fn attempts_that_are_retries() {
    #[retry(max_attempts = 4, sleep = sleep)]
    fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let work = Work::failing(9);
    call(&work).unwrap_err();
    assert_eq!(work.calls(), 4);
}

#[test]
fn unbounded_by_default() {
    #[retry(sleep = sleep)]
    fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let work = Work::failing(u32::MAX);
    call(&work).unwrap_err();
    assert_eq!(work.calls(), 3);
    assert_eq!(Policy::default().max_attempts().map(NonZeroU32::get), Some(3));
}

#[test]
fn hot_loop_that_never_yields() {
    #[retry(max_attempts = 200_000, backoff = "none")]
    async fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let work = Work::failing(u32::MAX);
    let mut future = std::pin::pin!(call(&work));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for polls in 1..10 {
        assert!(future.as_mut().poll(&mut context).is_pending());
        assert_eq!(work.calls(), polls);
    }
}

#[test]
fn question_mark_that_escapes_the_attempt() {
    #[retry(sleep = sleep)]
    fn call(work: &Work) -> Result<String, Failure> {
        let text = format!("{}", work.call()?);
        Ok(text)
    }
    assert_eq!(call(&Work::failing(2)).unwrap(), "3");
}

#[test]
fn question_mark_that_wraps_twice() {
    // Nothing is wrapped at all: the error that comes back is the one that went in.
    #[retry(sleep = sleep, on = |_| true)]
    fn call() -> Result<(), std::num::ParseIntError> {
        "x".parse::<u32>()?;
        Ok(())
    }
    assert_eq!(call(), "x".parse::<u32>().map(drop));
}

mod lost_visibility_and_generics {
    #[super::retry(sleep = super::sleep)]
    pub(super) fn call<'a, T: ?Sized, const N: usize>(
        work: &super::Work,
        value: &'a T,
    ) -> Result<[&'a T; N], super::Failure>
    where
        T: PartialEq,
    {
        work.call()?;
        Ok([value; N])
    }
}

#[test]
fn dropped_visibility_and_generics() {
    let work = Work::failing(1);
    assert_eq!(lost_visibility_and_generics::call::<str, 2>(&work, "x").unwrap(), ["x", "x"]);
}

#[test]
fn generator_seeded_anew_or_shared_by_copies() {
    const SHARED: Policy = policy!(max_attempts = 2, initial_delay = 10s);
    #[retry(policy = SHARED, sleep = sleep)]
    fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    for _ in 0..100 {
        call(&Work::failing(1)).unwrap();
    }
    let mut waits = slept();
    waits.sort();
    waits.dedup();
    assert_eq!(waits.len(), 100, "calls under one policy wait the same");
}

#[test]
fn a_panic_is_caught_between_attempts() {
    #[retry(sleep = sleep)]
    fn call(work: &Work) -> Result<u32, Failure> {
        let _ = work.call();
        panic!("a bug")
    }
    let work = Work::failing(9);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| call(&work)));
    assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"a bug"));
    assert_eq!(work.calls(), 1);
}

#[test]
fn classification_that_stops_at_the_first_source() {
    let reset = Error::other(Error::other(Error::from(ErrorKind::ConnectionReset)));
    assert!(reset.retryability().is_retryable());
}

#[test]
fn error_of_a_policy_that_is_none() {
    let error = Policy::builder().max_attempts(0).build().unwrap_err();
    let error: Box<dyn std::error::Error + Send + Sync> = Box::new(error);
    assert!(error.source().is_none());
    assert!(error.to_string().contains("max_attempts"));
}

#[test]
fn polled_after_completion() {
    #[retry]
    async fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let work = Work::failing(0);
    let mut future = Box::pin(call(&work));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_ready());
    // As with any async function; and nothing is called again.
    let again = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    }));
    assert!(again.is_err());
    assert_eq!(work.calls(), 1);
}

mod holding {
    use std::cell::Cell;
    use std::fmt;
    use std::rc::Rc;

    use reattempt::{Policy, Retry, Retryability, Retryable, retry};

    /// An error that holds something: the flag is up as long as it lives.
    #[derive(Debug)]
    struct Held(Rc<Cell<bool>>);

    impl Held {
        fn new(flag: &Rc<Cell<bool>>) -> Held {
            flag.set(true);
            Held(Rc::clone(flag))
        }
    }

    impl Drop for Held {
        fn drop(&mut self) {
            self.0.set(false);
        }
    }

    impl fmt::Display for Held {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("held")
        }
    }

    impl Retryable for Held {
        fn retryability(&self) -> Retryability {
            Retryability::transient()
        }
    }

    #[retry(sleep = |_| assert!(!flag.get()))]
    fn call(flag: &Rc<Cell<bool>>) -> Result<(), Held> {
        Err(Held::new(flag))
    }

    #[test]
    fn error_held_while_waiting() {
        let flag = Rc::new(Cell::new(false));
        drop(call(&flag).unwrap_err());
        let retry = Retry::new(Policy::DEFAULT).sleep(|_| assert!(!flag.get()));
        drop(retry.call(|| -> Result<(), Held> { Err(Held::new(&flag)) }).unwrap_err());
    }
}
