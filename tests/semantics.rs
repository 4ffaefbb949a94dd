//! What ends a call and what continues it.

#![allow(clippy::redundant_closure_for_method_calls, reason = "closures are what is tested")]

mod support;

use std::rc::Rc;
use std::time::Duration;

use reattempt::{Jitter, Policy, Retry, Retryability, policy, retry};
use support::{Failure, Work, ms, sleep, slept};

#[retry(max_attempts = 3, jitter = "none", sleep = sleep)]
fn as_told(work: &Work, retryability: Retryability) -> Result<u32, Failure> {
    work.call_or(retryability)
}

#[test]
fn the_exact_line_of_the_readme_works_on_both_kinds_of_function() {
    fn is_transient(failure: &Failure) -> bool {
        failure.call < 4
    }

    #[retry(max_attempts = 5, backoff = "exponential", jitter, on = is_transient)]
    fn blocking(work: &Work) -> Result<u32, Failure> {
        work.call()
    }

    #[retry(max_attempts = 5, backoff = "exponential", jitter, on = is_transient)]
    async fn asynchronous(work: &Work) -> Result<u32, Failure> {
        work.call()
    }

    assert_eq!(blocking(&Work::failing(1)), Ok(2));
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    assert_eq!(runtime.block_on(asynchronous(&Work::failing(3))), Ok(4));
    assert_eq!(runtime.block_on(asynchronous(&Work::failing(4))).unwrap_err().call, 4);
}

#[test]
fn success_is_returned_at_once() {
    let work = Work::failing(0);
    assert_eq!(as_told(&work, Retryability::transient()), Ok(1));
    assert!(slept().is_empty());
}

#[test]
fn a_transient_error_is_tried_again() {
    let work = Work::failing(2);
    assert_eq!(as_told(&work, Retryability::transient()), Ok(3));
    assert_eq!(slept(), [ms(100), ms(200)]);
}

#[test]
fn the_last_error_comes_back_and_nothing_is_waited_after_it() {
    let work = Work::failing(9);
    assert_eq!(as_told(&work, Retryability::transient()).unwrap_err().call, 3);
    assert_eq!(slept(), [ms(100), ms(200)]);
}

#[test]
fn a_permanent_or_cancelled_error_ends_it() {
    for retryability in [Retryability::permanent(), Retryability::cancelled()] {
        let work = Work::failing(9);
        assert_eq!(as_told(&work, retryability).unwrap_err().call, 1);
        assert_eq!((work.calls(), slept()), (1, vec![]));
    }
}

impl Failure {
    fn is_early(&self) -> bool {
        self.call < 2
    }
}

#[test]
fn on_is_a_path_a_method_or_a_closure_and_beats_the_error_itself() {
    fn early(failure: &Failure) -> Retryability {
        failure.is_early().into()
    }
    fn any(_: &dyn std::fmt::Display) -> bool {
        true
    }
    #[retry(on = Failure::is_early, sleep = sleep)]
    fn by_method(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(on = early, sleep = sleep)]
    fn by_function(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(on = |failure| failure.is_early(), sleep = sleep)]
    fn by_closure(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(on = |Failure { call, .. }: &Failure| *call < limit, sleep = sleep)]
    fn by_closure_with_an_argument(work: &Work, limit: u32) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(on = any, sleep = sleep)]
    fn by_a_function_of_something_wider(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::permanent())
    }
    assert_eq!(by_method(&Work::failing(9)).unwrap_err().call, 2);
    assert_eq!(by_function(&Work::failing(9)).unwrap_err().call, 2);
    assert_eq!(by_closure(&Work::failing(9)).unwrap_err().call, 2);
    assert_eq!(by_closure_with_an_argument(&Work::failing(9), 2).unwrap_err().call, 2);
    assert_eq!(by_a_function_of_something_wider(&Work::failing(9)).unwrap_err().call, 3);
    assert_eq!(slept().len(), 6);
}

#[test]
fn a_hint_is_a_floor() {
    let hint = |wait| Retryability::throttled().after(wait);
    as_told(&Work::failing(1), hint(ms(1500))).unwrap();
    assert_eq!(slept(), [ms(1500)]);
    // Its own wait is longer. That of a throttled call is for those that bring no hint.
    as_told(&Work::failing(1), hint(ms(10))).unwrap();
    assert_eq!(slept(), [ms(100)]);
    as_told(&Work::failing(1), Retryability::transient().after(Duration::ZERO)).unwrap();
    assert_eq!(slept(), [ms(100)]);
}

#[test]
fn a_hint_is_jittered_upwards_only() {
    #[retry(jitter = "full", sleep = sleep)]
    fn throttled(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::throttled().after(ms(5000)))
    }
    #[retry(backoff = "none", sleep = sleep)]
    fn without_waits_of_its_own(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::throttled().after(ms(5000)))
    }
    #[retry(initial_delay = 10s, sleep = sleep)]
    fn with_longer_waits_of_its_own(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::transient().after(ms(5000)))
    }
    for (call, high) in [
        (throttled as fn(&Work) -> Result<u32, Failure>, 5500),
        (without_waits_of_its_own, 5500),
        (with_longer_waits_of_its_own, 10_000),
    ] {
        let mut waits = Vec::new();
        for _ in 0..100 {
            call(&Work::failing(1)).unwrap();
            waits.append(&mut slept());
        }
        assert!(waits.iter().all(|wait| (ms(5000)..ms(high)).contains(wait)), "{waits:?}");
        let middle = ms(2500 + high / 2);
        assert!(waits.iter().any(|wait| *wait > middle), "a fleet would come back all at once");
        assert!(waits.iter().any(|wait| *wait < middle), "later than need be");
    }
}

#[test]
fn a_hint_longer_than_a_minute_ends_it() {
    let work = Work::failing(9);
    let hint = Retryability::throttled().after(ms(60_001));
    assert_eq!(as_told(&work, hint).unwrap_err().call, 1);
    assert!(slept().is_empty());
    let hint = Retryability::throttled().after(Duration::MAX);
    as_told(&work, hint).unwrap_err();
    assert!(slept().is_empty());
    let hint = Retryability::throttled().after(ms(60_000));
    as_told(&Work::failing(1), hint).unwrap();
    assert_eq!(slept(), [ms(60_000)]);
}

#[test]
fn the_longest_hint_can_be_set() {
    let policy = Policy::builder().max_retry_after(ms(500)).build().unwrap();
    let retry = Retry::new(policy).sleep(sleep);
    let work = Work::failing(1);
    retry.call(|| work.call_or(Retryability::transient().after(ms(501)))).unwrap_err();
    let work = Work::failing(1);
    retry.call(|| work.call_or(Retryability::transient().after(ms(400)))).unwrap();
    assert_eq!(slept().len(), 1);
}

#[test]
fn the_waits_of_a_seed_are_always_the_same() {
    let policy = policy!(max_attempts = 20);
    assert_eq!(policy.delays(1).count(), 19);
    assert!(policy.delays(1).eq(policy.delays(1)));
    assert!(policy.delays(1).ne(policy.delays(2)));
}

#[test]
fn a_closure_is_retried_like_a_function() {
    let retry = Retry::new(policy!(max_attempts = 4, jitter = "none")).sleep(sleep);
    let work = Work::failing(2);
    assert_eq!(retry.call(|| work.call()), Ok(3));
    assert_eq!(slept(), [ms(100), ms(200)]);
    let never = retry.on(|_: &Failure| false);
    assert_eq!(never.call(|| Work::failing(9).call()).unwrap_err().call, 1);
    assert!(slept().is_empty());
}

#[test]
fn what_an_error_holds_is_gone_when_the_wait_begins() {
    #[derive(Debug)]
    struct Holding(#[allow(dead_code, reason = "it is only held")] Rc<()>);
    impl std::fmt::Display for Holding {
        fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("holding")
        }
    }
    let held = Rc::new(());
    let waits = std::cell::Cell::new(0);
    let sleep = |_| {
        assert_eq!(Rc::strong_count(&held), 1);
        waits.set(waits.get() + 1);
    };
    let retry = Retry::new(policy!(max_attempts = 3)).on(|_: &Holding| true).sleep(sleep);
    assert!(retry.call(|| Err::<(), _>(Holding(held.clone()))).is_err());
    assert_eq!(waits.get(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_async_closure_is_retried_like_a_function() {
    let work = Work::failing(2);
    let retry = Retry::new(policy!(max_attempts = 4, jitter = "none"));
    assert_eq!(retry.call_async(|| async { work.call() }).await, Ok(3));
    assert_eq!(work.gaps(), [ms(100), ms(200)]);
}

#[test]
fn what_is_wrong_with_a_policy_made_at_run_time_is_named() {
    let builder = Policy::builder;
    let long = Duration::from_secs(30);
    for (wrong, field) in [
        (builder().max_attempts(0), "max_attempts"),
        (builder().initial_delay(long), "initial_delay"),
        (builder().max_delay(ms(1)), "max_delay"),
        (builder().throttled_delay(long), "throttled_delay"),
        (builder().throttled_delay(ms(1)), "throttled_delay"),
        (builder().multiplier(0.5), "multiplier"),
        (builder().multiplier(f64::NAN), "multiplier"),
        (builder().multiplier(f64::INFINITY), "multiplier"),
        (builder().multiplier(f64::NEG_INFINITY), "multiplier"),
        (builder().backoff(reattempt::Backoff::Linear).multiplier(2.0), "multiplier"),
        (builder().backoff(reattempt::Backoff::List(&[])), "backoff"),
        (builder().jitter(Jitter::Fraction(1.1)), "jitter"),
        (builder().jitter(Jitter::Fraction(-0.1)), "jitter"),
        (builder().jitter(Jitter::Fraction(f64::NAN)), "jitter"),
    ] {
        let error = wrong.build().unwrap_err();
        assert_eq!(error.field(), field);
        let text = error.to_string();
        assert!(text.starts_with("invalid retry policy: "), "{text}");
        assert!(text.contains(field), "{text}");
    }
    // To switch retries off by configuration.
    assert!(builder().max_attempts(1).build().is_ok());
}

#[test]
fn what_must_not_be_done_twice_is_tried_again_only_if_it_was_not_done() {
    #[retry(idempotent = false, sleep = sleep)]
    fn pay(work: &Work, retryability: Retryability) -> Result<u32, Failure> {
        work.call_or(retryability)
    }
    let known = Retryability::transient().not_applied();
    assert_eq!(pay(&Work::failing(2), known), Ok(3));
    assert_eq!(pay(&Work::failing(2), Retryability::transient()).unwrap_err().call, 1);
    assert_eq!(pay(&Work::failing(2), Retryability::throttled()).unwrap_err().call, 1);
    slept();
}

#[test]
fn the_call_may_know_whether_it_may_be_done_twice() {
    struct Client {
        method: &'static str,
    }
    impl Client {
        #[retry(idempotent = self.method != "POST", max_attempts = 2, sleep = sleep)]
        fn send(&self, work: &Work) -> Result<u32, Failure> {
            work.call_or(Retryability::transient())
        }

        #[retry(idempotent = self.method != "POST", policy = policy!(max_attempts = 2))]
        async fn send_async(&mut self, work: &Work) -> Result<u32, Failure> {
            work.call_or(Retryability::transient())
        }
    }
    assert_eq!(Client { method: "GET" }.send(&Work::failing(1)), Ok(2));
    assert!(Client { method: "POST" }.send(&Work::failing(1)).is_err());
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    let mut client = Client { method: "GET" };
    assert_eq!(runtime.block_on(client.send_async(&Work::failing(1))), Ok(2));
    client.method = "POST";
    assert!(runtime.block_on(client.send_async(&Work::failing(1))).is_err());
    slept();
}

#[test]
fn a_mark_may_say_that_nothing_was_applied() {
    #[retry(idempotent = false, context = cx, sleep = sleep)]
    fn pay(work: &Work, known: bool) -> Result<u32, Failure> {
        work.call_or(Retryability::permanent()).map_err(|failure| {
            if known {
                cx.mark(Retryability::throttled().after(ms(5)).not_applied(), failure)
            } else {
                cx.transient(failure)
            }
        })
    }
    assert_eq!(pay(&Work::failing(1), true), Ok(2));
    assert!(slept()[0] >= ms(5));
    assert_eq!(pay(&Work::failing(1), false).unwrap_err().call, 1);
}

#[test]
fn expressions_may_use_words_that_are_keys_too() {
    const SLOW: Policy = policy!(max_attempts = 2);
    #[retry(
        policy = if name == "slow" { SLOW } else { Policy::DEFAULT },
        idempotent = match name { "pay" => false, name => name.is_ascii() },
        sleep = sleep,
    )]
    fn call(work: &Work, name: &str) -> Result<u32, Failure> {
        work.call_or(Retryability::transient())
    }
    assert_eq!(call(&Work::failing(9), "slow").unwrap_err().call, 2);
    assert_eq!(call(&Work::failing(9), "pay").unwrap_err().call, 1);
    assert_eq!(call(&Work::failing(9), "read").unwrap_err().call, 3);
    slept();
}

#[test]
fn a_closure_may_be_work_that_must_not_be_done_twice() {
    let retry = Retry::new(Policy::DEFAULT).idempotent(false).sleep(sleep);
    let unknown = Work::failing(1);
    assert!(retry.call(|| unknown.call_or(Retryability::transient())).is_err());
    let work = Work::failing(1);
    let known = Retryability::transient().not_applied();
    assert_eq!(retry.call(|| work.call_or(known)), Ok(2));
    slept();
}
