//! Attempts that are cut off: what may be named there, by which clock, and in closures.

#![allow(clippy::items_after_statements, reason = "where they are used")]

mod support;

use std::cell::Cell;
use std::future::{self, Future as _};
use std::io;
use std::time::Duration;

use reattempt::timer::Timer;
use reattempt::{Retry, Retryability, TimedOut, attempt, policy, retry};
use support::{Failure, Work, ms};

/// What a limit names may be borrowed by the body: it is looked at before the attempt.
#[tokio::test(start_paused = true)]
async fn limits_may_be_fields_that_the_body_borrows() {
    struct Client {
        stall: Duration,
        timeout: Duration,
        calls: u32,
    }

    impl Client {
        async fn read(&mut self) -> io::Result<()> {
            self.calls += 1;
            tokio::time::sleep(ms(60)).await;
            Ok(())
        }

        #[retry(
            max_attempts = 2, backoff = "none",
            stall_timeout = self.stall, attempt_timeout = self.timeout, context = cx,
        )]
        async fn call(&mut self) -> io::Result<()> {
            for _ in 0..3 {
                self.read().await?;
                cx.progress();
            }
            future::pending().await
        }
    }

    let mut client = Client { stall: ms(100), timeout: ms(500), calls: 0 };
    let begun = tokio::time::Instant::now();
    let error = client.call().await.unwrap_err();
    assert_eq!(error.to_string(), "the attempt made no progress for 100ms");
    assert_eq!((client.calls, begun.elapsed()), (6, ms(2 * 280)));
}

/// An attempt that hung until it was cut off has not held.
#[tokio::test(start_paused = true)]
async fn an_attempt_that_was_cut_off_is_no_connection_that_held() {
    #[retry(
        max_attempts = 3, backoff = "none", attempt_timeout = 60s, reset_after = 30s, context = cx,
    )]
    async fn connect(calls: &Cell<u32>, is_alive: bool) -> io::Result<()> {
        calls.set(calls.get() + 1);
        if is_alive && calls.get() < 9 {
            cx.progress();
        }
        future::pending().await
    }
    let calls = Cell::new(0);
    connect(&calls, false).await.unwrap_err();
    assert_eq!(calls.take(), 3);
    // Unless something came of it.
    connect(&calls, true).await.unwrap_err();
    assert_eq!(calls.take(), 8 + 2);
}

/// A timer of the user's may stand in a field.
#[tokio::test(start_paused = true)]
async fn a_timer_in_a_field() {
    struct Slow;

    impl Timer for Slow {
        type Sleep = tokio::time::Sleep;

        fn now(&self) -> Duration {
            Duration::ZERO
        }

        fn sleep(&self, delay: Duration) -> tokio::time::Sleep {
            tokio::time::sleep(delay * 2)
        }
    }

    struct Client {
        timer: Slow,
        work: Work,
    }

    impl Client {
        #[retry(max_attempts = 2, jitter = "none", sleep = self.timer)]
        async fn by_field(&self) -> Result<u32, Failure> {
            self.work.call()
        }

        #[retry(max_attempts = 2, jitter = "none", sleep = &self.timer)]
        async fn by_reference(&self) -> Result<u32, Failure> {
            self.work.call()
        }
    }

    #[retry(max_attempts = 2, jitter = "none", sleep = *timer)]
    async fn by_argument(work: &Work, timer: &Slow) -> Result<u32, Failure> {
        work.call()
    }

    let client = Client { timer: Slow, work: Work::failing(99) };
    let begun = tokio::time::Instant::now();
    client.by_field().await.unwrap_err();
    client.by_reference().await.unwrap_err();
    by_argument(&client.work, &client.timer).await.unwrap_err();
    assert_eq!(begun.elapsed(), ms(600));
}

impl From<TimedOut> for Failure {
    fn from(_: TimedOut) -> Failure {
        Failure { call: 0, retryability: Retryability::transient() }
    }
}

/// At the deadline nothing is begun any more, not even without a wait.
#[tokio::test(start_paused = true)]
async fn attempts_without_waits_end_at_the_deadline_too() {
    const AT_ONCE: Retryability = Retryability::transient().immediately().uncounted();

    #[retry(max_attempts = unlimited, deadline = 20ms)]
    async fn call(work: &Work) -> Result<u32, Failure> {
        // It is over before anybody could cut it off.
        tokio::time::advance(ms(1)).await;
        work.call_or(AT_ONCE)
    }
    let work = Work::failing(u32::MAX);
    call(&work).await.unwrap_err();
    assert!((19..=21).contains(&work.calls()), "{}", work.calls());

    let work = Work::failing(u32::MAX);
    let retry = Retry::new(policy!(max_attempts = 50, backoff = "none"));
    let retry = retry.deadline(tokio::time::Instant::now());
    retry.call_async(|| async { work.call() }).await.unwrap_err();
    assert!(work.calls() <= 1);
    let outcome = attempt!(max_attempts = 50, backoff = "none", deadline = 1ms, async {
        tokio::time::advance(ms(2)).await;
        work.call()
    });
    outcome.await.unwrap_err();
    assert!(work.calls() <= 2);
}

/// Progress is by the built-in clock, and the timer may go by another.
#[tokio::test(start_paused = true)]
async fn an_attempt_that_stalls_is_cut_off_by_any_timer() {
    #[retry(
        max_attempts = 2, backoff = "none", stall_timeout = 50ms, context = cx,
        sleep = |delay| tokio::time::sleep(delay),
    )]
    async fn call(calls: &Cell<u32>) -> io::Result<()> {
        calls.set(calls.get() + 1);
        tokio::time::sleep(ms(30)).await;
        cx.progress();
        future::pending().await
    }
    let calls = Cell::new(0);
    let error = call(&calls).await.unwrap_err();
    assert_eq!(error.to_string(), "the attempt made no progress for 50ms");
    assert_eq!(calls.get(), 2);

    // The same with a closure, whose context is an attempt's own.
    let begun = tokio::time::Instant::now();
    let retry = Retry::new(policy!(max_attempts = 2, backoff = "none")).stall_timeout(ms(50));
    let outcome = retry.call_async_with(|cx| async move {
        for _ in 0..3 {
            tokio::time::sleep(ms(40)).await;
            cx.progress();
        }
        future::pending::<io::Result<()>>().await
    });
    let error = outcome.await.unwrap_err();
    assert_eq!(error.to_string(), "the attempt made no progress for 50ms");
    assert_eq!(begun.elapsed(), ms(2 * 170));
}

#[tokio::test(start_paused = true)]
async fn a_closure_knows_what_is_left_of_its_attempt() {
    let retry = Retry::new(policy!(max_attempts = 2)).attempt_timeout(ms(100));
    let left = retry.call_async_with(|cx| async move { Ok::<_, io::Error>(cx.remaining()) });
    assert_eq!(left.await.unwrap(), Some(ms(100)));
    let mut calls = 0;
    let left = retry.deadline(ms(80)).call_async_mut_with(async |cx| {
        calls += 1;
        Ok::<_, io::Error>(cx.remaining())
    });
    assert_eq!(left.await.unwrap(), Some(ms(80)));
    assert_eq!(calls, 1);
}

/// Outside a tokio runtime nothing wakes an attempt when its time is over, so it is looked at whenever it is woken.
#[test]
fn a_limit_without_a_timer_is_kept_when_the_attempt_is_woken() {
    use std::task::{Context, Poll, Waker};

    #[retry(max_attempts = 3, deadline = 1ms)]
    async fn call() -> io::Result<()> {
        future::pending().await
    }
    let mut call = std::pin::pin!(call());
    let mut context = Context::from_waker(Waker::noop());
    let error = loop {
        if let Poll::Ready(outcome) = call.as_mut().poll(&mut context) {
            break outcome.unwrap_err();
        }
    };
    assert!(error.to_string().starts_with("the deadline passed "), "{error}");
}
