//! What ends a call from outside: it stops waiting at once, begins no attempt, and returns the last error.

#![allow(clippy::items_after_statements, reason = "where they are used")]

mod support;

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reattempt::{CancelToken, GiveUpReason, GivingUp, Policy, Retry, Retrying, retry};
use support::{Failure, Work, ms, sleep, slept};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

/// As `tokio_util::sync::CancellationToken` is used.
#[derive(Clone, Default)]
struct Token(Arc<(AtomicBool, Notify)>);

impl Token {
    fn cancel(&self) {
        self.0.0.store(true, Ordering::Relaxed);
        self.0.1.notify_waiters();
    }

    async fn cancelled(&self) {
        while !self.0.0.load(Ordering::Relaxed) {
            self.0.1.notified().await;
        }
    }
}

fn cancel_after(delay: Duration) -> Token {
    let token = Token::default();
    let other = token.clone();
    tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        other.cancel();
    });
    token
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_at_once_and_the_last_error_comes_back() {
    #[retry(max_attempts = 9, jitter = "none", cancel = token.cancelled())]
    async fn by_future(work: &Work, token: &Token) -> Result<u32, Failure> {
        work.call()
    }

    #[retry(max_attempts = 9, jitter = "none", cancel = token)]
    async fn by_token(work: &Work, token: &Token) -> Result<u32, Failure> {
        work.call()
    }

    for by_its_name in [false, true] {
        let (work, begun, token) = (Work::failing(99), Instant::now(), cancel_after(ms(250)));
        let outcome = if by_its_name {
            by_token(&work, &token).await
        } else {
            by_future(&work, &token).await
        };
        // 0, 100, 300: the second wait is cut short.
        assert_eq!(outcome.unwrap_err().call, 2);
        assert_eq!(begun.elapsed(), ms(250));
        // Fired before the call began: it is noticed at the first wait.
        assert_eq!(by_token(&work, &token).await.unwrap_err().call, 3);
        assert_eq!(begun.elapsed(), ms(250));
    }
}

#[tokio::test(start_paused = true)]
async fn a_running_attempt_is_left_alone_and_no_other_begins() {
    #[retry(max_attempts = 9, backoff = "none", cancel = token.cancelled())]
    async fn call(work: &Work, token: &Token) -> Result<u32, Failure> {
        tokio::time::sleep(ms(100)).await;
        work.call()
    }
    let (work, begun, token) = (Work::failing(99), Instant::now(), cancel_after(ms(150)));
    assert_eq!(call(&work, &token).await.unwrap_err().call, 2);
    assert_eq!(begun.elapsed(), ms(200));
}

#[tokio::test(start_paused = true)]
async fn any_future_cancels() {
    #[retry(max_attempts = 9, jitter = "none", cancel = stop.changed())]
    async fn by_watch(work: &Work, stop: &mut watch::Receiver<bool>) -> Result<u32, Failure> {
        work.call()
    }
    let (sender, mut receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::time::sleep(ms(50)).await;
        sender.send_replace(true);
    });
    let begun = Instant::now();
    by_watch(&Work::failing(99), &mut receiver).await.unwrap_err();
    assert_eq!(begun.elapsed(), ms(50));

    #[retry(max_attempts = 2, cancel = async { tokio::time::sleep(ms(5)).await })]
    async fn by_block(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(by_block(&Work::failing(0)).await, Ok(1));
}

/// What has fired while an attempt ran ends the call before it is said that it goes on.
#[tokio::test(start_paused = true)]
async fn nothing_is_told_of_a_retry_that_does_not_follow() {
    type Told = RefCell<Vec<String>>;

    #[retry(
        max_attempts = 9, jitter = "none", cancel = token,
        on_retry = |retry| told.borrow_mut().push(format!("{:?}", retry.delay())),
        on_give_up = |call| told.borrow_mut().push(call.to_string()),
    )]
    async fn call(work: &Work, token: &Token, told: &Told) -> Result<u32, Failure> {
        tokio::time::sleep(ms(10)).await;
        work.call()
    }
    let (token, told) = (cancel_after(ms(115)), Told::default());
    call(&Work::failing(9), &token, &told).await.unwrap_err();
    assert_eq!(told.take(), ["100ms", "2 attempts in 120.0ms, cancelled"]);
    // The last attempt as well, whose limit comes after what the caller wants.
    call(&Work::failing(9), &token, &told).await.unwrap_err();
    assert_eq!(told.take(), ["1 attempt in 10.0ms, cancelled"]);

    // A receiver that has had its message is not looked at again.
    #[retry(max_attempts = 9, cancel = &mut *stop)]
    async fn by_message(
        work: &Work,
        stop: &mut tokio::sync::oneshot::Receiver<()>,
    ) -> Result<u32, Failure> {
        work.call()
    }
    let (sender, mut receiver) = tokio::sync::oneshot::channel();
    sender.send(()).unwrap();
    assert_eq!(by_message(&Work::failing(9), &mut receiver).await.unwrap_err().call, 1);
    // An error that ends the call by itself leaves the message to others.
    #[retry(max_attempts = 9, cancel = &mut *stop, on = |_| false)]
    async fn permanent(
        work: &Work,
        stop: &mut tokio::sync::oneshot::Receiver<()>,
    ) -> Result<u32, Failure> {
        work.call()
    }
    let (sender, mut receiver) = tokio::sync::oneshot::channel();
    sender.send(()).unwrap();
    permanent(&Work::failing(9), &mut receiver).await.unwrap_err();
    assert_eq!(receiver.try_recv(), Ok(()));

    // Closures tell the same.
    let token = cancel_after(ms(5));
    let retry = Retry::new(Policy::DEFAULT)
        .cancel(|| token.cancelled())
        .on_retry(|retry: &Retrying<'_, Failure>| {
            told.borrow_mut().push(format!("{:?}", retry.delay()));
        })
        .on_give_up(|call: &GivingUp<'_, Failure>| {
            told.borrow_mut().push(call.to_string());
        });
    let work = Work::failing(9);
    let outcome = retry.call_async(|| async {
        tokio::time::sleep(ms(10)).await;
        work.call()
    });
    outcome.await.unwrap_err();
    assert_eq!(told.take(), ["1 attempt in 10.0ms, cancelled"]);
}

/// The error is kept while the call waits, and not the outcome.
#[tokio::test]
async fn a_value_that_is_not_send_does_not_matter() {
    #[retry(cancel = std::future::pending::<()>())]
    async fn call() -> io::Result<Rc<u32>> {
        Ok(Rc::new(1))
    }
    let spawned = tokio::spawn(async { *call().await.unwrap() });
    assert_eq!(spawned.await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_polled_or_cut_off_is_cancelled_as_well() {
    #[retry(max_attempts = 9, jitter = "none", until = |done| *done, cancel = token)]
    async fn poll(token: &Token) -> io::Result<bool> {
        Ok(false)
    }
    let (begun, token) = (Instant::now(), cancel_after(ms(150)));
    assert!(!poll(&token).await.unwrap());
    assert_eq!(begun.elapsed(), ms(150));

    #[retry(
        max_attempts = 9, jitter = "none", attempt_timeout = 10ms, cancel = token,
        on_give_up = |call| given_up.set(Some((call.reason(), call.error().kind()))),
    )]
    async fn cut_off(
        token: &Token,
        given_up: &Cell<Option<(GiveUpReason, io::ErrorKind)>>,
    ) -> io::Result<()> {
        std::future::pending().await
    }
    let given_up = Cell::new(None);
    let error = cut_off(&cancel_after(ms(50)), &given_up).await.unwrap_err();
    assert_eq!(error.to_string(), "the attempt took longer than 10ms");
    assert_eq!(given_up.get(), Some((GiveUpReason::Cancelled, io::ErrorKind::TimedOut)));
}

#[test]
fn blocking_code_is_asked() {
    #[retry(max_attempts = 9, cancel = stop, sleep = sleep)]
    fn by_flag(work: &Work, stop: &AtomicBool) -> Result<u32, Failure> {
        if work.calls() == 1 {
            stop.store(true, Ordering::Relaxed);
        }
        work.call()
    }
    assert_eq!(by_flag(&Work::failing(9), &AtomicBool::new(false)).unwrap_err().call, 2);
    assert_eq!(slept().len(), 1);

    #[retry(max_attempts = 9, cancel = || work.calls() > 2, sleep = sleep)]
    fn by_closure(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(by_closure(&Work::failing(9)).unwrap_err().call, 3);
    assert_eq!(slept().len(), 2);
}

#[test]
fn a_token_wakes_a_thread_that_waits() {
    #[retry(initial_delay = 1h, max_delay = 2h, jitter = "none", cancel = stop)]
    fn call(stop: &CancelToken, begun: &std::sync::mpsc::Sender<()>) -> io::Result<()> {
        begun.send(()).unwrap();
        Err(io::ErrorKind::ConnectionRefused.into())
    }
    let stop = CancelToken::new();
    let (begun, has_begun) = std::sync::mpsc::channel();
    let thread = std::thread::spawn({
        let stop = stop.clone();
        move || call(&stop, &begun)
    });
    has_begun.recv().unwrap();
    stop.cancel();
    let error = thread.join().unwrap().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    assert!(stop.is_cancelled());
    // Only one attempt was made.
    assert!(has_begun.recv().is_err());
}

#[test]
fn the_reason_is_told() {
    #[retry(
        max_attempts = 9, cancel = &stop.0, sleep = sleep,
        on_give_up = |call| reasons.borrow_mut().push(call.reason()),
    )]
    fn call(stop: &(AtomicBool,), reasons: &RefCell<Vec<GiveUpReason>>) -> io::Result<()> {
        Err(io::ErrorKind::ConnectionRefused.into())
    }
    let reasons = RefCell::default();
    call(&(AtomicBool::new(true),), &reasons).unwrap_err();
    assert_eq!(*reasons.borrow(), [GiveUpReason::Cancelled]);
    assert!(slept().is_empty());
}

/// What is asked may be awaited first, and may borrow beside a policy of the same value.
#[tokio::test(start_paused = true)]
async fn what_cancels_may_take_whatever_form() {
    struct Client {
        stop: watch::Receiver<bool>,
        work: Work,
    }

    impl Client {
        fn policy(&self) -> Policy {
            Policy::builder().max_attempts(9 - self.work.calls()).build().unwrap()
        }

        #[retry(policy = self.policy(), cancel = self.stop.changed())]
        async fn call(&mut self) -> Result<u32, Failure> {
            self.work.call()
        }
    }

    #[retry(max_attempts = 9, cancel = made().await.0)]
    async fn awaited(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    struct Made(std::future::Ready<()>);

    fn made() -> std::future::Ready<Made> {
        std::future::ready(Made(std::future::ready(())))
    }

    let (sender, stop) = watch::channel(false);
    sender.send_replace(true);
    let mut client = Client { stop, work: Work::failing(9) };
    client.call().await.unwrap_err();
    assert_eq!(client.work.calls(), 1);
    assert_eq!(awaited(&Work::failing(9)).await.unwrap_err().call, 1);
}

/// The very last attempt is told as cancelled too, because the caller wants no more of it.
#[test]
fn who_cancels_comes_before_the_number_of_attempts() {
    #[retry(
        max_attempts = 2, cancel = || work.calls() == 2, sleep = sleep,
        on_give_up = |call| told.set(Some((call.reason(), call.is_about_the_error()))),
    )]
    fn call(work: &Work, told: &Cell<Option<(GiveUpReason, bool)>>) -> Result<u32, Failure> {
        work.call()
    }
    let told = Cell::new(None);
    call(&Work::failing(9), &told).unwrap_err();
    assert_eq!(told.get(), Some((GiveUpReason::Cancelled, false)));
    slept();
}
