//! `Retry`, which has whatever the attribute has.

#![allow(clippy::items_after_statements, reason = "where they are used")]

mod support;

use std::cell::{Cell, RefCell};
use std::future;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use reattempt::{
    CallReport, GaveUp, GiveUpReason, GivingUp, Jitter, Log, Policy, Retry, Retryability, Retrying,
    TimedOut, policy,
};
use support::{Failure, Work, ms, sleep, slept};
use tokio::time::Instant;

const EXACT: Policy = policy!(max_attempts = 4, jitter = "none");

#[test]
fn hooks_and_an_error_made_anew() {
    let told = RefCell::new(Vec::new());
    let retry = Retry::new(EXACT)
        .sleep(sleep)
        .on_retry(|retry: &Retrying<'_, Failure>| {
            told.borrow_mut().push(format!("{} {:?}", retry.error().call, retry.delay()));
        })
        .on_give_up(|call: &GivingUp<'_, Failure>| {
            told.borrow_mut().push(format!(
                "{} {:?} {}",
                call.attempts(),
                call.waited(),
                call.reason()
            ));
        })
        .map_err(|error: Failure, call: &GaveUp| Failure { call: call.attempts() * 100, ..error });
    let work = Work::failing(9);
    assert_eq!(retry.call(|| work.call()).unwrap_err().call, 400);
    assert_eq!(told.take(), ["1 100ms", "2 200ms", "3 400ms", "4 700ms attempts"]);
    let work = Work::failing(1);
    assert_eq!(retry.call(|| work.call()), Ok(2));
    assert_eq!(told.take(), ["1 100ms"]);
    slept();
}

#[test]
fn values_options_and_errors_without_a_display() {
    let steps = [10, 60, 100];
    let mut next = steps.iter().copied();
    let polled = Retry::new(EXACT)
        .sleep(sleep)
        .until(|percent: &u32| *percent == 100)
        .call(|| Ok::<_, io::Error>(next.next().unwrap_or_default()));
    assert_eq!(polled.unwrap(), 100);
    assert_eq!(slept(), [ms(100), ms(200)]);

    let late = Retry::new(EXACT)
        .sleep(sleep)
        .until(|ready: &bool| *ready)
        .otherwise(|_| Err(io::Error::from(io::ErrorKind::WouldBlock)))
        .call(|| Ok(false));
    assert_eq!(late.unwrap_err().kind(), io::ErrorKind::WouldBlock);
    slept();

    let mut calls = 0;
    let found = Retry::new(EXACT).sleep(sleep).call(|| {
        calls += 1;
        (calls == 3).then_some(calls)
    });
    assert_eq!(found, Some(3));
    slept();

    #[derive(Debug, PartialEq)]
    struct Opaque;
    let retry = Retry::new(EXACT).sleep(sleep).on(|Opaque: &Opaque| true).without_display();
    assert_eq!(retry.call(|| Err::<(), _>(Opaque)), Err(Opaque));
    assert_eq!(slept().len(), 3);
}

#[test]
fn until_may_answer_a_retryability_with_a_wait_that_stands_in_the_value() {
    struct Response {
        status: u16,
        retry_after: u64,
    }
    let worth = |response: &Response| match response.status {
        429 => Retryability::throttled().after(Duration::from_secs(response.retry_after)),
        _ => Retryability::permanent(),
    };
    let mut responses = [(429, 2), (429, 3), (200, 0)].into_iter();
    let response = Retry::new(EXACT).sleep(sleep).until(worth).call(|| {
        let (status, retry_after) = responses.next().unwrap();
        Ok::<_, io::Error>(Response { status, retry_after })
    });
    assert_eq!(response.unwrap().status, 200);
    assert_eq!(slept(), [2, 3].map(Duration::from_secs));

    #[reattempt::retry(policy = EXACT, sleep = sleep, until = |number| match number {
        0 => Retryability::throttled().after(ms(1500)),
        _ => Retryability::permanent(),
    })]
    fn by_attribute(numbers: &mut impl Iterator<Item = u32>) -> io::Result<u32> {
        Ok(numbers.next().unwrap())
    }
    assert_eq!(by_attribute(&mut [0, 7].into_iter()).unwrap(), 7);
    assert_eq!(slept(), [ms(1500)]);
}

#[tokio::test(start_paused = true)]
async fn a_report_says_how_the_call_went() {
    let (outcome, report) = Retry::new(EXACT)
        .report()
        .call_async(async || {
            tokio::time::sleep(ms(10)).await;
            Ok::<_, io::Error>(1)
        })
        .await;
    assert_eq!(outcome.unwrap(), 1);
    let all = |report: CallReport| {
        (report.attempts(), report.elapsed(), report.waited(), report.reason())
    };
    assert_eq!(all(report), (1, ms(10), ms(0), None));

    let work = Work::failing(2);
    let (outcome, report) =
        Retry::new(EXACT).report().call_async(|| future::ready(work.call())).await;
    assert_eq!((outcome, all(report)), (Ok(3), (3, ms(300), ms(300), None)));
    assert_eq!(report.retries(), 2);

    let work = Work::failing(9);
    let (outcome, report) =
        Retry::new(EXACT).max_elapsed(ms(350)).report().call_async_mut(async || work.call()).await;
    assert_eq!(outcome.unwrap_err().call, 3);
    assert_eq!(all(report), (3, ms(300), ms(300), Some(GiveUpReason::Elapsed)));
    assert_eq!(report.to_string(), "3 attempts in 300.0ms, elapsed");

    let retry = Retry::new(EXACT).sleep(sleep).report();
    let work = Work::failing(1);
    assert_eq!(retry.call(|| work.call()).1.attempts(), 2);
    let (outcome, report) =
        retry.call_with(|cx| work.call_or(Retryability::permanent()).map(|_| cx.attempt()));
    assert_eq!((outcome, report.attempts()), (Ok(1), 1));
    slept();
}

#[tokio::test(start_paused = true)]
async fn attempts_are_cut_off() {
    let calls = Cell::new(0);
    let retry = Retry::new(EXACT)
        .attempt_timeout(ms(10))
        .timed_out(|timed_out: TimedOut| timed_out.after());
    let retry = retry.on(|_: &Duration| true).without_display();
    let outcome: Result<(), Duration> = retry
        .call_async(|| {
            calls.set(calls.get() + 1);
            future::pending()
        })
        .await;
    assert_eq!((outcome, calls.get()), (Err(ms(10)), 4));

    let begun = Instant::now();
    let retry = Retry::new(EXACT).deadline(ms(25)).attempt_timeout(ms(500));
    let outcome: io::Result<()> = retry.call_async(future::pending).await;
    assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(begun.elapsed(), ms(25));

    // The real error comes back where the next attempt would begin past the deadline.
    let work = Work::failing(9);
    let begun = Instant::now();
    let retry = Retry::new(EXACT).deadline(begun + ms(350)).timed_out(|_| unreachable!());
    assert_eq!(retry.call_async(|| future::ready(work.call())).await.unwrap_err().call, 3);
    assert_eq!(begun.elapsed(), ms(300));
}

#[tokio::test(start_paused = true)]
async fn calls_are_cancelled() {
    let (stop, stopped) = tokio::sync::watch::channel(());
    tokio::spawn(async move {
        tokio::time::sleep(ms(150)).await;
        stop.send_replace(());
    });
    let (work, begun) = (Work::failing(9), Instant::now());
    let retry = Retry::new(EXACT).cancel(|| {
        let mut stopped = stopped.clone();
        async move { stopped.changed().await }
    });
    let (outcome, report) = retry.report().call_async(|| future::ready(work.call())).await;
    assert_eq!(outcome.unwrap_err().call, 2);
    assert_eq!((begun.elapsed(), report.reason()), (ms(150), Some(GiveUpReason::Cancelled)));

    let stop = AtomicBool::new(false);
    let work = Work::failing(9);
    let retry =
        Retry::new(EXACT).sleep(|_: Duration| stop.store(true, Ordering::Relaxed)).cancel(&stop);
    assert_eq!(retry.call(|| work.call()).unwrap_err().call, 1);
}

#[tokio::test(start_paused = true)]
async fn the_context_is_an_argument() {
    let retry = Retry::new(EXACT).max_elapsed(Duration::from_secs(9)).sleep(sleep);
    let mut ids = Vec::new();
    let outcome = retry.call_with(|cx| {
        ids.push(cx.call_id());
        assert!(cx.remaining().unwrap() <= Duration::from_secs(9));
        if cx.attempt() == 2 {
            return Err(cx.permanent(io::Error::from(io::ErrorKind::TimedOut)));
        }
        Err::<(), _>(io::ErrorKind::TimedOut.into())
    });
    assert!(outcome.is_err());
    assert_eq!((ids.len(), ids[0]), (2, ids[1]));
    slept();

    let ids = RefCell::new(Vec::new());
    let outcome = Retry::new(EXACT)
        .call_async_with(|cx| {
            ids.borrow_mut().push(cx.call_id());
            async move {
                tokio::task::yield_now().await;
                if cx.attempt() == 3 {
                    cx.commit();
                }
                Err::<(), _>(io::Error::from(io::ErrorKind::TimedOut))
            }
        })
        .await;
    assert!(outcome.is_err());
    let ids = ids.take();
    assert_eq!((ids.len(), ids[0] == ids[2]), (3, true));
}

#[tokio::test(start_paused = true)]
async fn closures_that_lend_exclusively() {
    struct Connection {
        queries: u32,
    }

    impl Connection {
        async fn query(&mut self, key: &str) -> io::Result<usize> {
            tokio::task::yield_now().await;
            self.queries += 1;
            if self.queries < 3 {
                Err(io::ErrorKind::ConnectionReset.into())
            } else {
                Ok(key.len())
            }
        }
    }

    async fn fetch(connection: &mut Connection, key: &str) -> io::Result<usize> {
        Retry::new(EXACT).call_async_mut(async || connection.query(key).await).await
    }
    let mut connection = Connection { queries: 0 };
    assert_eq!(fetch(&mut connection, "key").await.unwrap(), 3);
    assert_eq!(connection.queries, 3);
}

/// Spawned on several threads: what is captured by reference, and what is owned and lent.
#[tokio::test(flavor = "multi_thread")]
async fn futures_are_send() {
    async fn by_reference(calls: &AtomicU32) -> io::Result<u32> {
        let retry = Retry::new(EXACT.to_builder().jitter(Jitter::Full).build().unwrap())
            .attempt_timeout(Duration::from_secs(5))
            .deadline(Duration::from_secs(50))
            .cancel(future::pending::<()>)
            .log(Log::OFF);
        retry
            .call_async(async || {
                tokio::task::yield_now().await;
                let not_send = Rc::new(1);
                drop(not_send);
                Ok(calls.fetch_add(1, Ordering::Relaxed))
            })
            .await
    }
    let calls = Arc::new(AtomicU32::new(0));
    let owned = Arc::clone(&calls);
    tokio::spawn(async move { by_reference(&owned).await }).await.unwrap().unwrap();
    let mut numbers = vec![1, 2];
    let lent = Retry::new(EXACT).call_async_mut(async move || {
        tokio::task::yield_now().await;
        numbers.push(3);
        Ok::<_, io::Error>(numbers.len())
    });
    assert_eq!(tokio::spawn(lent).await.unwrap().unwrap(), 3);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn the_policy_may_stand_behind_what_is_called() {
    use reattempt::RetryExt as _;

    let work = Work::failing(2);
    let told = Cell::new(0);
    let outcome = (|| work.call())
        .retry(EXACT)
        .sleep(sleep)
        .on(|_: &Failure| true)
        .on_retry(|retry: &Retrying<'_, Failure>| told.set(told.get() + retry.attempt()))
        .name("work")
        .call();
    assert_eq!((outcome, told.get()), (Ok(3), 3));
    slept();

    async fn fetch() -> io::Result<u32> {
        Ok(7)
    }
    assert_eq!(fetch.retry(EXACT).max_elapsed(ms(5)).call_async().await.unwrap(), 7);
    let mut calls = 0;
    let outcome = (async || {
        calls += 1;
        Err::<(), _>(io::Error::from(io::ErrorKind::TimedOut))
    })
    .retry(EXACT)
    .with(|retry| retry.log(Log::OFF))
    .call_async_mut()
    .await;
    assert!(outcome.is_err());
    assert_eq!(calls, 4);
}
