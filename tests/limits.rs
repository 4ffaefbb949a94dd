//! Limits in time: for the call, for an attempt, and for one in which nothing moves.

#![allow(clippy::items_after_statements, reason = "where they are used")]

mod support;

use std::cell::{Cell, RefCell};
use std::future;
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use reattempt::timer::Timer;
use reattempt::{Policy, Retry, Retryability, TimedOut, policy, retry};
use support::{Failure, Work, ms};

/// Time passes only when somebody waits, or works.
#[derive(Default)]
struct Simulated {
    now: Cell<Duration>,
    slept: RefCell<Vec<Duration>>,
}

impl Simulated {
    fn pass(&self, time: Duration) {
        self.now.set(self.now.get() + time);
    }
}

impl Timer for &Simulated {
    type Sleep = ();

    fn now(&self) -> Duration {
        self.now.get()
    }

    fn sleep(&self, delay: Duration) {
        self.pass(delay);
        self.slept.borrow_mut().push(delay);
    }
}

/// The waits are 100 ms, 200 ms, 400 ms, … and each attempt takes 10 ms.
#[retry(max_attempts = unlimited, max_elapsed = 730ms, jitter = "none", sleep = time)]
fn until_elapsed(work: &Work, time: &Simulated) -> Result<u32, Failure> {
    time.pass(ms(10));
    work.call()
}

#[test]
fn no_wait_is_begun_that_would_end_past_max_elapsed() {
    let (work, time) = (Work::failing(99), Simulated::default());
    let error = until_elapsed(&work, &time).unwrap_err();
    // 10 + 100 + 10 + 200 + 10 + 400 = 730: exactly the limit is within it.
    assert_eq!(*time.slept.borrow(), [ms(100), ms(200), ms(400)]);
    assert_eq!(error.call, 4);

    let (work, time) = (Work::failing(99), Simulated::default());
    time.pass(Duration::from_nanos(77));
    #[retry(max_attempts = unlimited, max_elapsed = "729999999ns", jitter = "none", sleep = time)]
    fn a_nanosecond_less(work: &Work, time: &Simulated) -> Result<u32, Failure> {
        time.pass(ms(10));
        work.call()
    }
    a_nanosecond_less(&work, &time).unwrap_err();
    // The error comes back at once, and not after the rest of the time.
    assert_eq!(*time.slept.borrow(), [ms(100), ms(200)]);
}

#[tokio::test(start_paused = true)]
async fn the_same_async_with_a_named_policy_and_one_made_at_run_time() {
    const PATIENT: Policy = policy!(max_attempts = unlimited, max_elapsed = 1s, jitter = "none");

    #[retry(policy = PATIENT)]
    async fn named(work: &Work) -> Result<u32, Failure> {
        work.call()
    }

    #[retry(policy = policy)]
    async fn at_run_time(work: &Work, policy: &Policy) -> Result<u32, Failure> {
        work.call()
    }

    #[retry(policy = made(1000).await)]
    async fn made_here(work: &Work) -> Result<u32, Failure> {
        work.call()
    }

    async fn made(milliseconds: u64) -> Policy {
        future::ready(()).await;
        PATIENT.to_builder().max_elapsed(ms(milliseconds)).build().unwrap()
    }

    let work = Work::failing(99);
    named(&work).await.unwrap_err();
    // 100 + 200 + 400 is 700, and 800 more are too many.
    assert_eq!(work.gaps(), [ms(100), ms(200), ms(400)]);
    let work = Work::failing(99);
    at_run_time(&work, &PATIENT.to_builder().max_elapsed(ms(300)).build().unwrap())
        .await
        .unwrap_err();
    assert_eq!(work.gaps(), [ms(100), ms(200)]);
    let work = Work::failing(99);
    made_here(&work).await.unwrap_err();
    assert_eq!(work.gaps(), [ms(100), ms(200), ms(400)]);
}

#[tokio::test(start_paused = true)]
async fn a_servers_wait_past_the_limit_ends_the_call_at_once() {
    #[retry(max_attempts = 5, max_elapsed = 3s)]
    async fn call(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::throttled().after(Duration::from_secs(4)))
    }
    let begun = tokio::time::Instant::now();
    call(&Work::failing(9)).await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_real_error_comes_back_before_the_deadline() {
    #[retry(max_attempts = unlimited, deadline = 1s, jitter = "none", timed_out = unexpected)]
    async fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    fn unexpected(_: TimedOut) -> Failure {
        unreachable!("nothing was cut off")
    }
    let (work, begun) = (Work::failing(99), tokio::time::Instant::now());
    assert_eq!(call(&work).await.unwrap_err().call, 4);
    assert_eq!(begun.elapsed(), ms(700));
}

/// What was left is measured, and nobody reads its nanoseconds.
#[tokio::test(start_paused = true)]
async fn how_long_an_attempt_had_is_said_in_tenths() {
    #[retry(deadline = left)]
    async fn call(left: Duration) -> io::Result<()> {
        future::pending().await
    }
    for (nanoseconds, shown) in [
        (1_234_567_891, "1.2s"),
        (61_999_999_999, "61.9s"),
        (622_013_339, "622ms"),
        (622_113_339, "622.1ms"),
        (12_345, "12.345µs"),
    ] {
        let error = call(Duration::from_nanos(nanoseconds)).await.unwrap_err();
        let expected = format!("the deadline passed {shown} into the attempt");
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_cuts_off_a_running_attempt() {
    #[retry(max_attempts = 5, deadline = deadline)]
    async fn call(calls: &Cell<u32>, deadline: Option<tokio::time::Instant>) -> io::Result<()> {
        calls.set(calls.get() + 1);
        future::pending().await
    }
    let (calls, begun) = (Cell::new(0), tokio::time::Instant::now());
    let error = call(&calls, Some(begun + ms(1500))).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "the deadline passed 1.5s into the attempt");
    assert_eq!((begun.elapsed(), calls.get()), (ms(1500), 1));

    #[retry(deadline = moment)]
    async fn by_std(moment: Instant) -> io::Result<()> {
        future::pending().await
    }
    let begun = tokio::time::Instant::now();
    by_std(begun.into_std() + ms(20)).await.unwrap_err();
    assert_eq!(begun.elapsed(), ms(20));

    #[retry(max_attempts = 2, initial_delay = 1ms, deadline = moment)]
    async fn without_one(moment: Option<Duration>) -> io::Result<()> {
        Err(io::ErrorKind::TimedOut.into())
    }
    without_one(None).await.unwrap_err();
}

/// A client may send a whole request when it is polled once, and nobody waits for it any more.
#[tokio::test(start_paused = true)]
async fn nothing_is_begun_after_the_deadline() {
    #[retry(deadline = moment, attempt_timeout = 1s)]
    async fn call(calls: &Cell<u32>, moment: tokio::time::Instant) -> io::Result<()> {
        calls.set(calls.get() + 1);
        Ok(())
    }
    let (calls, now) = (Cell::new(0), tokio::time::Instant::now());
    tokio::time::advance(ms(5)).await;
    for moment in [now, now + ms(5)] {
        let error = call(&calls, moment).await.unwrap_err();
        assert_eq!(error.to_string(), "the deadline had passed before the attempt");
        let retry = Retry::new(policy!(max_attempts = 3)).deadline(moment);
        let error = retry.call_async(|| call(&calls, now + ms(50))).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
    assert_eq!(calls.get(), 0);
    call(&calls, now + ms(6)).await.unwrap();
    assert_eq!(calls.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_tried_again() {
    /// Says when its attempt was dropped.
    struct Dropped<'a>(&'a RefCell<Vec<Duration>>, tokio::time::Instant);

    impl Drop for Dropped<'_> {
        fn drop(&mut self) {
            self.0.borrow_mut().push(self.1.elapsed());
        }
    }

    #[retry(max_attempts = 3, attempt_timeout = 500ms, jitter = "none", on(_), timed_out = made)]
    async fn call(
        calls: &mut u32,
        dropped: &RefCell<Vec<Duration>>,
        begun: tokio::time::Instant,
    ) -> Result<u32, String> {
        *calls += 1;
        let _dropped = Dropped(dropped, begun);
        tokio::time::sleep(ms(if *calls == 3 { 499 } else { 501 })).await;
        Ok(*calls)
    }
    fn made(_: TimedOut) -> String {
        unreachable!("only the last attempt becomes an error")
    }

    let (dropped, begun) = (RefCell::default(), tokio::time::Instant::now());
    let mut calls = 0;
    assert_eq!(call(&mut calls, &dropped, begun).await, Ok(3));
    // 500, wait 100, 500, wait 200, 499: each is dropped before the wait.
    assert_eq!(*dropped.borrow(), [ms(500), ms(1100), ms(1799)]);
}

#[tokio::test(start_paused = true)]
async fn the_last_attempt_that_is_cut_off_becomes_an_error() {
    #[derive(Debug, PartialEq)]
    enum Error {
        TimedOut(Duration),
    }

    #[retry(
        max_attempts = 2, initial_delay = 1ms, attempt_timeout = timeout, on(_),
        timed_out = |timed_out| Error::TimedOut(timed_out.after()),
    )]
    async fn call(timeout: Duration) -> Result<(), Error> {
        future::pending().await
    }
    assert_eq!(call(ms(7)).await, Err(Error::TimedOut(ms(7))));

    #[retry(max_attempts = 2, initial_delay = 1ms, attempt_timeout = 5ms)]
    async fn boxed() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        future::pending().await
    }
    let error = boxed().await.unwrap_err();
    assert_eq!(error.downcast_ref::<TimedOut>().unwrap().after(), ms(5));

    #[retry(max_attempts = 2, initial_delay = 1ms, attempt_timeout = 5ms)]
    async fn option() -> Option<u32> {
        future::pending().await
    }
    assert_eq!(option().await, None);
}

#[tokio::test(start_paused = true)]
async fn what_was_cut_off_may_have_been_applied() {
    #[retry(attempt_timeout = 5ms, idempotent = false)]
    async fn pay(calls: &Cell<u32>) -> io::Result<()> {
        calls.set(calls.get() + 1);
        future::pending().await
    }
    let calls = Cell::new(0);
    pay(&calls).await.unwrap_err();
    assert_eq!(calls.get(), 1);
}

/// tokio's timers are not ready for a task that has used up what it may do at once.
#[tokio::test(start_paused = true)]
async fn a_busy_attempt_is_cut_off_as_well() {
    #[retry(max_attempts = 2, initial_delay = 1ms, attempt_timeout = 5ms)]
    async fn busy() -> io::Result<()> {
        loop {
            tokio::time::advance(ms(1)).await;
            for _ in 0..1000 {
                tokio::task::consume_budget().await;
            }
        }
    }
    assert_eq!(busy().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_moves_has_more_time() {
    #[retry(max_attempts = 2, initial_delay = 1ms, stall_timeout = 100ms, context = cx)]
    async fn download(steps: &Cell<u32>) -> io::Result<u32> {
        for _ in 0..5 {
            tokio::time::sleep(ms(90)).await;
            steps.set(steps.get() + 1);
            cx.progress();
        }
        if cx.is_last() {
            return Ok(cx.attempt());
        }
        future::pending().await
    }
    let (steps, begun) = (Cell::new(0), tokio::time::Instant::now());
    assert_eq!(download(&steps).await.unwrap(), 2);
    // 5 × 90, and 100 in which nothing moved; 1; 5 × 90.
    assert!(begun.elapsed() >= ms(1000) && begun.elapsed() <= ms(1001), "{:?}", begun.elapsed());
    assert_eq!(steps.get(), 10);
}

#[tokio::test(start_paused = true)]
async fn the_body_knows_what_is_left() {
    #[retry(max_attempts = 3, max_elapsed = 10s, jitter = "none", context = cx)]
    async fn whole(left: &RefCell<Vec<Duration>>, work: &Work) -> Result<u32, Failure> {
        left.borrow_mut().push(cx.remaining().unwrap());
        work.call()
    }
    let left = RefCell::default();
    whole(&left, &Work::failing(2)).await.unwrap();
    assert_eq!(*left.borrow(), [ms(10_000), ms(9900), ms(9700)]);

    #[retry(deadline = 4s, attempt_timeout = 3s, context = cx)]
    async fn each() -> io::Result<Option<Duration>> {
        tokio::time::sleep(ms(500)).await;
        Ok(cx.remaining())
    }
    assert_eq!(each().await.unwrap(), Some(ms(2500)));

    #[retry(context = cx)]
    async fn unlimited() -> io::Result<Option<Duration>> {
        Ok(cx.remaining())
    }
    assert_eq!(unlimited().await.unwrap(), None);
}

#[test]
fn an_attempt_that_lasted_starts_anew() {
    #[retry(max_attempts = 3, reset_after = 60s, jitter = "none", sleep = time)]
    fn session(work: &Work, time: &Simulated) -> Result<u32, Failure> {
        // The third session holds for a minute.
        time.pass(Duration::from_secs(if work.calls() == 2 { 60 } else { 1 }));
        work.call()
    }
    let (work, time) = (Work::failing(99), Simulated::default());
    session(&work, &time).unwrap_err();
    assert_eq!(*time.slept.borrow(), [ms(100), ms(200), ms(100), ms(200)]);
    assert_eq!(work.calls(), 5);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_made_progress_starts_anew_too() {
    #[retry(
        max_attempts = 2, reset_after = 1h, jitter = "none", context = cx,
        on_give_up = |call| told.set(call.attempts()),
    )]
    async fn session(work: &Work, told: &Cell<u32>) -> Result<u32, Failure> {
        if work.calls() < 3 {
            cx.progress();
        }
        work.call()
    }
    let (work, told) = (Work::failing(99), Cell::new(0));
    session(&work, &told).await.unwrap_err();
    assert_eq!(work.gaps(), [ms(100), ms(100), ms(100)]);
    // However often the count began anew, all of them were made.
    assert_eq!((work.calls(), told.get()), (4, 4));

    let work = Work::failing(99);
    let retry = Retry::new(policy!(max_attempts = 2, reset_after = 1h)).report();
    let (_, report) = retry
        .call_async_with(|cx| {
            if work.calls() < 3 {
                cx.progress();
            }
            let outcome = work.call();
            async move { outcome }
        })
        .await;
    assert_eq!(report.attempts(), 4);
}

/// A future with a limit can be spawned.
#[tokio::test]
async fn limits_keep_a_future_send() {
    #[retry(
        deadline = 5s, attempt_timeout = 1s, stall_timeout = 1s, context = cx,
        cancel = future::pending::<()>(), on_retry = |_| {}, map_err = |error, _| error,
    )]
    async fn call(text: &str) -> io::Result<String> {
        tokio::task::yield_now().await;
        cx.progress();
        let owned = Rc::new(text.len());
        let _ = *owned;
        drop(owned);
        Ok(text.to_owned())
    }
    assert_eq!(tokio::spawn(call("text")).await.unwrap().unwrap(), "text");
}
