//! `attempt!`, in the middle of a function.

#![allow(clippy::items_after_statements, reason = "where they are used")]

mod support;

use std::cell::Cell;
use std::error::Error;
use std::io;

use async_trait::async_trait;
use reattempt::{GiveUpReason, Policy, TimedOut, attempt, policy};
use support::{Failure, Work, ms, sleep, slept};

#[derive(Debug, Default)]
struct Connection {
    queries: u32,
    failing: u32,
}

impl Connection {
    fn failing(failing: u32) -> Connection {
        Connection { queries: 0, failing }
    }

    async fn query(&mut self, key: &str) -> io::Result<usize> {
        tokio::task::yield_now().await;
        self.read(key)
    }

    fn read(&mut self, key: &str) -> io::Result<usize> {
        self.queries += 1;
        if self.queries > self.failing {
            Ok(key.len())
        } else {
            Err(io::ErrorKind::TimedOut.into())
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_around_is_lent_and_used_again() {
    async fn total(connection: &mut Connection, keys: &[&str]) -> io::Result<usize> {
        let mut total = 0;
        for key in keys {
            total += attempt!(max_attempts = 3, initial_delay = 50ms, async {
                connection.query(key).await
            })
            .await?;
        }
        connection.queries += 100;
        Ok(total)
    }
    let mut connection = Connection::failing(2);
    assert_eq!(total(&mut connection, &["a", "bc"]).await.unwrap(), 3);
    assert_eq!(connection.queries, 104);

    let mut connection = Connection::failing(9);
    assert_eq!(total(&mut connection, &["a"]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(connection.queries, 3);
}

#[test]
fn the_question_mark_and_return_end_the_attempt() {
    fn read(connection: &mut Connection) -> Result<usize, Box<dyn Error>> {
        let length = attempt!(max_attempts = 5, sleep = sleep, {
            let length = connection.read("abc")?;
            if length > 5 {
                return Ok(0);
            }
            Ok::<_, io::Error>(length)
        })?;
        let again = attempt!(on(_), sleep = sleep, || -> io::Result<usize> {
            let first = connection.read("ab")?;
            Ok(first + connection.read("ab")?)
        })?;
        Ok(length + again)
    }
    let mut connection = Connection::failing(2);
    assert_eq!(read(&mut connection).unwrap(), 7);
    assert_eq!(connection.queries, 5);
    assert_eq!(slept().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_type_is_written_or_known() {
    async fn tail(connection: &mut Connection) -> io::Result<usize> {
        attempt!(async {
            let length = connection.query("a").await?;
            Ok(length)
        })
        .await
    }
    assert_eq!(tail(&mut Connection::failing(1)).await.unwrap(), 1);

    let mut connection = Connection::failing(1);
    let length: io::Result<usize> = attempt!(async { Ok(connection.query("ab").await?) }).await;
    assert_eq!(length.unwrap(), 2);

    let mut connection = Connection::failing(1);
    let closure = attempt!(async || -> io::Result<usize> { Ok(connection.query("abc").await?) });
    assert_eq!(closure.await.unwrap(), 3);

    let text = String::from("owned");
    let moved =
        attempt!(
            backoff = "none",
            async move { if text.is_empty() { None } else { Some(text.len()) } }
        );
    assert_eq!(moved.await, Some(5));

    // A semicolon is as good as a comma.
    assert_eq!(attempt!(max_attempts = 2; async { Ok::<_, io::Error>(1) }).await.unwrap(), 1);
    assert_eq!(attempt!({ Ok::<_, io::Error>(2) }).unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_keys_are_those_of_the_attribute() {
    const POLICY: Policy = policy!(max_attempts = 4, jitter = "none");

    let work = Work::failing(99);
    let outcome = attempt!(policy = POLICY, max_elapsed = 350ms, async { work.call() }).await;
    assert_eq!(outcome.unwrap_err().call, 3);
    assert_eq!(work.gaps(), [ms(100), ms(200)]);

    let work = Work::failing(99);
    let reasons = Cell::new(None);
    let outcome: Result<u32, io::Error> = attempt!(
        policy = POLICY,
        attempt_timeout = 10ms,
        context = cx,
        timed_out = |timed_out: TimedOut| io::Error::other(timed_out),
        on_give_up = |call| reasons.set(Some((call.attempts(), call.reason()))),
        async {
            if cx.attempt() == 2 {
                return Err(cx.permanent(io::Error::from(io::ErrorKind::TimedOut)));
            }
            let _ = work.call();
            std::future::pending().await
        }
    )
    .await;
    assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(reasons.get(), Some((2, GiveUpReason::Permanent)));

    let body = vec![1, 2, 3];
    let mut calls = 0;
    let sent = attempt!(clone(body), sleep = sleep, {
        calls += 1;
        let consumed: Vec<u32> = body;
        if calls < 3 { Err(io::Error::from(io::ErrorKind::TimedOut)) } else { Ok(consumed.len()) }
    });
    assert_eq!((sent.unwrap(), body.len()), (3, 3));

    let mut percent = 0;
    let polled = attempt!(until = |percent| *percent == 30, sleep = sleep, {
        percent += 10;
        Ok::<_, io::Error>(percent)
    });
    assert_eq!(polled.unwrap(), 30);
    slept();
}

/// Spawned on several threads, with exclusive borrows in it.
#[tokio::test(flavor = "multi_thread")]
async fn the_future_is_send() {
    struct Service {
        connection: Connection,
    }

    #[async_trait]
    trait Fetch {
        async fn fetch(&mut self, key: &str) -> io::Result<usize>;
    }

    #[async_trait]
    impl Fetch for Service {
        async fn fetch(&mut self, key: &str) -> io::Result<usize> {
            let key = key.to_owned();
            attempt!(
                initial_delay = 1ms,
                deadline = 10s,
                cancel = std::future::pending::<()>(),
                async {
                    let length = self.connection.query(&key).await?;
                    Ok(length)
                }
            )
            .await
        }
    }
    let mut service = Service { connection: Connection::failing(1) };
    let spawned = tokio::spawn(async move {
        let mut lent = vec![1];
        let outcome = attempt!(initial_delay = 1ms, async {
            lent.push(2);
            service.fetch("key").await
        })
        .await;
        (outcome, lent.len())
    });
    let (outcome, length) = spawned.await.unwrap();
    assert_eq!((outcome.unwrap(), length), (3, 2));
}

#[test]
fn errors_without_a_display_work_too() {
    #[derive(Debug, PartialEq)]
    struct Opaque;
    let outcome = attempt!(on = |Opaque: &Opaque| true, sleep = sleep, || -> Result<(), Opaque> {
        Err(Opaque)
    });
    assert_eq!(outcome, Err(Opaque));
    let outcome: Result<(), Opaque> = attempt!(on(_), sleep = sleep, { Err(Opaque) });
    assert_eq!(outcome, Err(Opaque));
    assert_eq!(slept().len(), 4);
}

fn generic<T: AsRef<str>, E: From<Failure>>(texts: &[T], work: &Work) -> Result<usize, E> {
    let mut total = 0;
    for text in texts {
        let number = attempt!(max_attempts = 2, sleep = sleep, { work.call() })?;
        total += text.as_ref().len() + number as usize;
    }
    Ok(total)
}

#[test]
fn in_a_generic_function() {
    assert_eq!(generic::<_, Failure>(&["a", "bc"], &Work::failing(1)), Ok(3 + 2 + 3));
    assert_eq!(slept().len(), 1);
}
