//! What the futures of annotated functions are like.

#![allow(
    clippy::cast_possible_truncation,
    clippy::items_after_statements,
    clippy::manual_async_fn,
    reason = "of no interest here"
)]

mod support;

use std::cell::Cell;
use std::future::{Ready, ready};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use reattempt::retry;
use support::{Failure, Work};

fn assert_send<T: Send>(_: &T) {}

/// An error that is not `Send`.
#[derive(Debug)]
struct Local(#[allow(dead_code, reason = "it is what makes it so")] Rc<()>);

#[retry(on = |_| true)]
async fn local_error(text: &str) -> Result<String, Local> {
    tokio::task::yield_now().await;
    if text.is_empty() { Err(Local(Rc::new(()))) } else { Ok(text.to_owned()) }
}

#[retry(on = |_| true)]
async fn local_output(text: &str) -> Result<Rc<str>, Failure> {
    tokio::task::yield_now().await;
    Ok(text.into())
}

#[retry]
async fn owned(text: String) -> std::io::Result<usize> {
    Ok(text.len())
}

#[test]
fn a_future_is_send_though_its_error_and_output_are_not() {
    assert_send(&local_error("x"));
    assert_send(&local_output("x"));
    fn is_static<T: 'static>(_: &T) {}
    is_static(&owned(String::new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn it_can_be_spawned() {
    assert_eq!(tokio::spawn(owned("four".to_owned())).await.unwrap().unwrap(), 4);
}

#[retry(max_attempts = 1_000_000, backoff = "none")]
async fn without_waits(work: &Work) -> Result<u32, Failure> {
    work.call()
}

fn always_ready(_: Duration) -> Ready<()> {
    ready(())
}

#[retry(max_attempts = 1_000_000, sleep = always_ready)]
async fn with_a_timer_that_is_always_ready(work: &Work) -> Result<u32, Failure> {
    work.call()
}

fn attempts_in_one_poll(work: &Work, future: impl Future<Output = Result<u32, Failure>>) -> u32 {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
    let after_one = work.calls();
    assert!(future.as_mut().poll(&mut context).is_pending());
    assert_eq!(work.calls(), 2 * after_one);
    after_one
}

#[test]
fn every_wait_yields_even_one_of_zero() {
    let work = Work::failing(u32::MAX);
    assert_eq!(attempts_in_one_poll(&work, without_waits(&work)), 1);
    let work = Work::failing(u32::MAX);
    assert_eq!(attempts_in_one_poll(&work, with_a_timer_that_is_always_ready(&work)), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_without_waits_can_be_timed_out_and_others_run() {
    let work = Work::failing(u32::MAX);
    let ticks = Cell::new(0);
    let others = async {
        for _ in 0..10 {
            ticks.set(ticks.get() + 1);
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        _ = without_waits(&work) => unreachable!(),
        () = others => {}
    }
    assert_eq!(ticks.get(), 10);
}

#[test]
fn nothing_starts_before_the_first_poll() {
    let work = Work::failing(0);
    let future = without_waits(&work);
    assert_eq!(work.calls(), 0);
    let polled = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(polled, Poll::Ready(Ok(1)));
}

mod size {
    use std::mem::size_of_val;
    use std::time::Duration;

    use reattempt::{policy, retry};

    /// With the feature `successes`: when the call began, and how many attempts it made.
    const FOR_OBSERVERS: usize = if cfg!(feature = "successes") { 24 } else { 0 };

    async fn work(input: &[u8]) -> std::io::Result<[u8; 32]> {
        let mut output = [0; 32];
        tokio::task::yield_now().await;
        output[0] = input.len() as u8;
        Ok(output)
    }

    #[retry(max_attempts = 5)]
    async fn annotated(input: &[u8], other: &[u8]) -> std::io::Result<[u8; 32]> {
        let _ = other;
        work(input).await
    }

    async fn by_hand(input: &[u8], other: &[u8]) -> std::io::Result<[u8; 32]> {
        let mut attempt = 0_u32;
        loop {
            {
                let _ = other;
                let outcome = work(input).await;
                attempt += 1;
                if outcome.is_ok() || attempt >= 5 {
                    return outcome;
                }
            }
            let window = policy!(max_attempts = 5).window(attempt);
            tokio::time::sleep(window.draw(7)).await;
        }
    }

    #[test]
    fn a_future_is_hardly_larger_than_a_hand_written_one() {
        let ours = size_of_val(&annotated(b"", b""));
        let by_hand = size_of_val(&by_hand(b"", b""));
        eprintln!("{ours} bytes, {by_hand} by hand");
        // 16 bytes, and 8 for each captured argument.
        assert!(ours <= by_hand + 16 + 2 * 8 + FOR_OBSERVERS, "{ours} bytes, {by_hand} by hand");
    }

    #[test]
    fn the_wait_is_no_larger_than_tokios() {
        let _ = Duration::ZERO;
        #[retry(max_attempts = 5)]
        async fn nothing() -> std::io::Result<()> {
            Ok(())
        }
        let ours = size_of_val(&nothing());
        eprintln!("{ours} bytes for nothing");
        assert!(ours <= size_of::<tokio::time::Sleep>() + 40 + FOR_OBSERVERS, "{ours} bytes");
    }
}

mod send_but_not_sync {
    //! What a future borrows exclusively, or has a clone of, need not be `Sync`.

    use std::cell::Cell;
    use std::fmt;

    use async_trait::async_trait;
    use reattempt::retry;

    /// Like a database connection.
    #[derive(Clone)]
    struct Connection {
        calls: Cell<u32>,
    }

    impl fmt::Display for Connection {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(formatter, "{}", self.calls.get())
        }
    }

    impl Connection {
        #[retry]
        async fn exclusive(&mut self) -> std::io::Result<u32> {
            let calls = self.calls.get();
            tokio::task::yield_now().await;
            Ok(calls)
        }
    }

    #[retry]
    async fn lent(connection: &mut Connection) -> std::io::Result<u32> {
        tokio::task::yield_now().await;
        Ok(connection.calls.get())
    }

    #[retry]
    async fn only_shown(connection: &mut Connection) -> std::io::Result<String> {
        tokio::task::yield_now().await;
        Ok(format!("{connection}"))
    }

    #[retry(clone(connection, other))]
    async fn cloned(connection: Connection, mut other: Connection) -> std::io::Result<u32> {
        tokio::task::yield_now().await;
        other.calls = Cell::new(1);
        tokio::task::yield_now().await;
        Ok(connection.calls.get() + other.calls.get())
    }

    #[retry(clone(connection))]
    fn cloned_in_a_block(
        connection: Connection,
    ) -> impl Future<Output = std::io::Result<u32>> + Send {
        async move {
            tokio::task::yield_now().await;
            Ok(connection.calls.get())
        }
    }

    #[async_trait]
    trait Query {
        async fn query(&mut self, other: &mut Connection) -> std::io::Result<u32>;
    }

    #[async_trait]
    impl Query for Connection {
        #[retry]
        async fn query(&mut self, other: &mut Connection) -> std::io::Result<u32> {
            tokio::task::yield_now().await;
            Ok(self.calls.get() + other.calls.get())
        }
    }

    #[tokio::test]
    async fn its_future_is_send() {
        let mut connection = Connection { calls: Cell::new(7) };
        super::assert_send(&connection.exclusive());
        assert_eq!(connection.exclusive().await.unwrap(), 7);
        super::assert_send(&lent(&mut connection));
        assert_eq!(lent(&mut connection).await.unwrap(), 7);
        super::assert_send(&only_shown(&mut connection));
        assert_eq!(only_shown(&mut connection).await.unwrap(), "7");
        let future = cloned(connection.clone(), connection.clone());
        super::assert_send(&future);
        assert_eq!(future.await.unwrap(), 8);
        assert_eq!(cloned_in_a_block(connection.clone()).await.unwrap(), 7);
        assert_eq!(connection.clone().query(&mut connection).await.unwrap(), 14);
    }
}

/// Futures that are not `async fn`'s: what they come to need not be `Send` either.
mod written_out {
    use std::pin::Pin;
    use std::rc::Rc;

    use reattempt::retry;

    use super::Local;

    #[retry(on = |_| true)]
    fn returned(text: &str) -> impl Future<Output = Result<Rc<str>, Local>> + Send + '_ {
        async move {
            tokio::task::yield_now().await;
            if text.is_empty() { Err(Local(Rc::new(()))) } else { Ok(text.into()) }
        }
    }

    #[retry(on = |_| true)]
    fn boxed(text: &str) -> Pin<Box<dyn Future<Output = Result<Rc<str>, Local>> + Send + '_>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            if text.is_empty() { Err(Local(Rc::new(()))) } else { Ok(text.into()) }
        })
    }

    #[tokio::test(start_paused = true)]
    async fn they_are_send() {
        assert_eq!(&*returned("x").await.unwrap(), "x");
        assert_eq!(&*boxed("x").await.unwrap(), "x");
        assert!(boxed("").await.is_err());
    }
}

mod dropped {
    //! A future that is dropped, wherever it stands, has left nothing behind.

    use std::cell::Cell;
    use std::task::{Context, Waker};

    use reattempt::retry;

    /// Counts those that live.
    struct Guard<'a>(&'a Cell<i32>);

    impl<'a> Guard<'a> {
        fn new(alive: &'a Cell<i32>) -> Guard<'a> {
            alive.set(alive.get() + 1);
            Guard(alive)
        }
    }

    impl Drop for Guard<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() - 1);
        }
    }

    #[retry(max_attempts = 3, backoff = "none", context = cx, clone(text))]
    async fn call(alive: &Cell<i32>, calls: &Cell<u32>, text: String) -> std::io::Result<String> {
        let _before = Guard::new(alive);
        calls.set(cx.attempt());
        tokio::task::yield_now().await;
        let _between = Guard::new(alive);
        tokio::task::yield_now().await;
        if cx.is_last() { Ok(text) } else { Err(std::io::ErrorKind::TimedOut.into()) }
    }

    #[test]
    fn at_any_await_point() {
        let (alive, calls) = (Cell::new(0), Cell::new(0));
        let mut context = Context::from_waker(Waker::noop());
        let mut polls = 0;
        loop {
            let mut future = Box::pin(call(&alive, &calls, "text".to_owned()));
            let ready = (0..polls).any(|_| future.as_mut().poll(&mut context).is_ready());
            let attempts = calls.take();
            drop(future);
            assert_eq!(alive.get(), 0, "after {polls} polls");
            assert_eq!(calls.get(), 0, "nothing runs on");
            if ready {
                assert_eq!(attempts, 3);
                break;
            }
            polls += 1;
        }
        // Two in each attempt, one for each wait, and the last.
        assert_eq!(polls, 3 * 2 + 2 + 1);
    }
}

#[tokio::test]
async fn a_panic_in_the_body_passes_through() {
    #[retry(on = |_| true)]
    async fn call() -> std::io::Result<()> {
        tokio::task::yield_now().await;
        panic!("a bug")
    }
    let error = tokio::spawn(call()).await.unwrap_err();
    assert_eq!(error.into_panic().downcast_ref::<&str>(), Some(&"a bug"));
}

#[test]
fn a_boxed_future_can_be_polled_without_pinning() {
    let future: Box<dyn Future<Output = std::io::Result<usize>> + Send + Unpin> =
        Box::new(Box::pin(owned(String::new())));
    fn is_unpin<T: Unpin>(_: &T) {}
    is_unpin(&future);
}
