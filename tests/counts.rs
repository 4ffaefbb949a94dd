//! Errors with a way of their own: at once, uncounted, throttled with limits of their own; and what follows when the
//! attempts are used up.

#![allow(clippy::items_after_statements, reason = "where they are used")]

mod support;

use std::cell::{Cell, RefCell};
use std::time::Duration;

use reattempt::{Policy, Retry, RetryPolicy, Retryability, policy, retry};
use support::{Failure, Work, ms, sleep, slept};

/// Each call fails as the script says, as long as it has something to say.
fn scripted(work: &Work, script: &[Retryability]) -> Result<u32, Failure> {
    let next = script.get(work.calls() as usize).copied();
    work.call_or(next.unwrap_or(Retryability::transient()))
}

#[retry(max_attempts = 5, jitter = "none", sleep = sleep)]
fn five(work: &Work, script: &[Retryability]) -> Result<u32, Failure> {
    scripted(work, script)
}

#[test]
fn an_immediate_error_waits_for_nothing_and_the_backoff_begins_after_it() {
    let (transient, at_once) = (Retryability::transient(), Retryability::transient().immediately());
    five(&Work::failing(9), &[at_once, transient, transient, transient]).unwrap_err();
    assert_eq!(slept(), [Duration::ZERO, ms(100), ms(200), ms(400)]);
    five(&Work::failing(9), &[transient, transient, at_once, transient]).unwrap_err();
    assert_eq!(slept(), [ms(100), ms(200), Duration::ZERO, ms(100)]);
    // What a server asks for is waited all the same.
    let asked = at_once.after(ms(700));
    five(&Work::failing(1), &[asked]).unwrap();
    assert_eq!(slept(), [ms(700)]);
}

#[test]
fn an_uncounted_error_uses_up_no_attempt() {
    let uncounted = Retryability::transient().uncounted();
    let work = Work::failing(99);
    five(&work, &[uncounted; 7]).unwrap_err();
    assert_eq!(work.calls(), 12);
    // Without a limit in time there are a hundred of them.
    let work = Work::failing(999);
    five(&work, &[uncounted; 200]).unwrap_err();
    assert_eq!(work.calls(), 101);
    slept();
}

#[tokio::test(start_paused = true)]
async fn a_limit_in_time_bounds_uncounted_errors() {
    #[retry(max_attempts = 2, max_elapsed = 1s, backoff = "fixed", initial_delay = 1ms, jitter = "none")]
    async fn call(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::transient().uncounted())
    }
    let work = Work::failing(9999);
    call(&work).await.unwrap_err();
    assert_eq!(work.calls(), 1001);
}

#[test]
fn throttled_errors_may_have_limits_of_their_own() {
    #[retry(
        max_attempts = 3, jitter = "none", sleep = sleep,
        throttled(max_attempts = 4, initial_delay = 1s, max_delay = 60s),
    )]
    fn call(work: &Work, script: &[Retryability]) -> Result<u32, Failure> {
        scripted(work, script)
    }
    let (transient, throttled) = (Retryability::transient(), Retryability::throttled());
    let work = Work::failing(99);
    call(&work, &[throttled; 99]).unwrap_err();
    assert_eq!(work.calls(), 4);
    assert_eq!(slept(), [1, 2, 4].map(Duration::from_secs));
    // They are counted apart.
    let work = Work::failing(99);
    call(&work, &[throttled, transient, throttled, transient, throttled, transient]).unwrap_err();
    assert_eq!(work.calls(), 6);
    slept();

    // The cap of other errors is not theirs.
    const POLICY: Policy =
        policy!(max_attempts = 9, max_delay = 2s, throttled(max_delay = 64s), jitter = "none");
    assert_eq!(POLICY.throttled_max_delay(), Some(Duration::from_secs(64)));
    assert_eq!(
        POLICY.to_string(),
        "max_attempts=9 throttled_max_delay=64s max_delay=2s jitter=none"
    );
    #[retry(policy = POLICY, sleep = sleep)]
    fn by_policy(work: &Work, script: &[Retryability]) -> Result<u32, Failure> {
        scripted(work, script)
    }
    by_policy(&Work::failing(8), &[throttled; 8]).unwrap();
    assert_eq!(slept(), [1, 2, 4, 8, 16, 32, 64, 64].map(Duration::from_secs));
}

#[test]
fn quick_attempts_first_and_then_steady_ones() {
    const STEADY: Policy =
        policy!(max_attempts = 3, backoff = "fixed", initial_delay = 5s, jitter = "none");
    const QUICK: Policy = policy!(max_attempts = 3, jitter = "none", then = STEADY);

    #[retry(policy = QUICK, sleep = sleep)]
    fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let work = Work::failing(99);
    call(&work).unwrap_err();
    assert_eq!(work.calls(), 6);
    assert_eq!(slept(), [ms(100), ms(200), ms(5000), ms(5000), ms(5000)]);
    assert_eq!(QUICK.max_attempts().unwrap().get(), 6);

    #[retry(max_attempts = 2, backoff = "none", sleep = sleep, then = STEADY)]
    fn by_key(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    by_key(&Work::failing(3)).unwrap();
    assert_eq!(slept(), [ms(0), ms(5000), ms(5000)]);

    let text = "max_attempts=2 jitter=none then=(max_attempts=unlimited,backoff=[1s,2s],log=retry:debug,after:3)";
    let policy: Policy = text.parse().unwrap();
    assert_eq!(policy.to_string(), text);
    assert_eq!(policy.max_attempts(), None);
    assert_eq!(policy.window(3).high(), Duration::from_secs(2));
}

#[test]
fn unlimited_attempts_end_by_success_only() {
    #[retry(max_attempts = unlimited, jitter = "none", sleep = sleep)]
    fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(call(&Work::failing(1000)), Ok(1001));
    assert_eq!(slept().last(), Some(&Duration::from_secs(20)));
}

/// However many don't count, all of them were made.
#[test]
fn attempts_that_do_not_count_are_still_told() {
    const THROTTLED: Retryability = Retryability::throttled();
    const UNCOUNTED: Retryability = Retryability::transient().immediately().uncounted();

    #[retry(
        max_attempts = 3, throttled(max_attempts = unlimited), max_elapsed = 1h, sleep = sleep,
        on_give_up = |call| told.set(call.attempts()), context = cx,
    )]
    fn call(work: &Work, kind: Retryability, told: &Cell<u32>) -> Result<u32, Failure> {
        assert_eq!((cx.attempt(), cx.is_last()), (work.calls() + 1, false));
        if work.calls() < 600 {
            work.call_or(kind)
        } else {
            work.call_or(Retryability::permanent())
        }
    }
    for kind in [THROTTLED, UNCOUNTED] {
        let (work, told) = (Work::failing(999), Cell::new(0));
        assert_eq!(call(&work, kind, &told).unwrap_err().call, 601);
        assert_eq!(told.get(), 601);
    }
    slept();
}

#[test]
fn the_last_attempt_is_the_one_that_no_other_can_follow() {
    type Said = RefCell<Vec<bool>>;
    const THROTTLED: Retryability = Retryability::throttled();
    const TRANSIENT: Retryability = Retryability::transient();

    #[retry(max_attempts = 2, throttled(max_attempts = 3), sleep = sleep, context = cx)]
    fn call(work: &Work, script: &[Retryability], said: &Said) -> Result<u32, Failure> {
        said.borrow_mut().push(cx.is_last());
        scripted(work, script)
    }
    let (work, said) = (Work::failing(9), Said::default());
    call(&work, &[THROTTLED, THROTTLED, TRANSIENT, TRANSIENT], &said).unwrap_err();
    // Two throttled ones, and an ordinary one: whichever it is, the next is the last.
    assert_eq!(said.take(), [false, false, false, true]);
    call(&Work::failing(9), &[THROTTLED; 9], &said).unwrap_err();
    assert_eq!(said.take(), [false; 3]);

    const UNCOUNTED: Retryability = Retryability::transient().immediately().uncounted();
    let retry = Retry::new(policy!(max_attempts = 2)).sleep(sleep);
    let work = Work::failing(9);
    let outcome = retry.call_with(|cx| {
        said.borrow_mut().push(cx.is_last());
        scripted(&work, &[UNCOUNTED, UNCOUNTED, TRANSIENT, TRANSIENT])
    });
    assert_eq!(outcome.unwrap_err().call, 4);
    assert_eq!(said.take(), [false, false, false, true]);
    slept();
}

/// A limit of a policy of one's own may be larger than those that can be counted, and is none all the same.
#[test]
fn a_throttled_limit_of_any_size_ends_the_call() {
    struct Own(u32);

    impl RetryPolicy for Own {
        fn max_attempts(&self) -> u32 {
            3
        }

        fn delay_for(&self, _: u32) -> Option<Duration> {
            Some(ms(1))
        }

        fn throttled_max_attempts(&self) -> Option<u32> {
            Some(self.0)
        }
    }

    for (limit, calls) in [(0, 1), (4, 4), (255, 255), (256, 255), (u32::MAX - 1, 255)] {
        let work = Work::failing(u32::MAX);
        let retry = Retry::new(Own(limit)).sleep(sleep);
        retry.call(|| work.call_or(Retryability::throttled())).unwrap_err();
        assert_eq!(work.calls(), calls, "{limit}");
    }
    slept();
}

#[test]
fn errors_that_do_not_count_are_bounded_where_the_others_are() {
    const UNCOUNTED: Retryability = Retryability::transient().immediately().uncounted();

    let until = |work: &Work| {
        if work.calls() < 500 {
            work.call_or(UNCOUNTED)
        } else {
            work.call_or(Retryability::permanent())
        }
    };
    let work = Work::failing(u32::MAX);
    Retry::new(policy!(max_attempts = 3)).call(|| until(&work)).unwrap_err();
    assert_eq!(work.calls(), 101);
    let work = Work::failing(u32::MAX);
    Retry::new(policy!(max_attempts = unlimited)).call(|| until(&work)).unwrap_err();
    assert_eq!(work.calls(), 501);
}
