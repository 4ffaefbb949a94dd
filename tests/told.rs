//! What the caller is told of a call: hooks, an error made anew, and what becomes of a value that is not good enough.

#![allow(clippy::items_after_statements, reason = "where they are used")]
#![allow(clippy::needless_pass_by_value, reason = "hooks that are moved are what is tested")]

mod support;

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use reattempt::{
    GaveUp, GiveUpReason, GivingUp, Retry, Retryability, Retryable, Retrying, TimedOut, policy,
    retry,
};
use support::{Failure, Work, ms, sleep, slept};

type Told = RefCell<Vec<String>>;
type Note<'a> = Box<dyn Fn(&Retrying<'_, Failure>) + 'a>;
type Map<'a> = Box<dyn Fn(Failure, &GaveUp) -> Failure + 'a>;
type Otherwise<'a> = Box<dyn Fn(u32) -> Result<u32, Failure> + 'a>;
type End<'a> = Box<dyn Fn(&GivingUp<'_, Failure>) + 'a>;

#[tokio::test(start_paused = true)]
async fn hooks_are_told_number_wait_time_error_and_reason() {
    fn note(retry: &Retrying<'_, Failure>) -> u32 {
        retry.attempt()
    }

    #[retry(
        max_attempts = 3, jitter = "none",
        on_retry = |retry| told.borrow_mut().push(format!(
            "{} {:?} {:?} {}", retry.attempt(), retry.delay(), retry.elapsed(), retry.error().call
        )),
        on_give_up = |call| told.borrow_mut().push(format!(
            "{} {:?} {:?} {} {}", call.attempts(), call.elapsed(), call.waited(), call.reason(), call.error()
        )),
    )]
    async fn call(work: &Work, told: &Told) -> Result<u32, Failure> {
        tokio::time::sleep(ms(5)).await;
        work.call()
    }
    let told = Told::default();
    call(&Work::failing(9), &told).await.unwrap_err();
    assert_eq!(
        told.take(),
        ["1 100ms 5ms 1", "2 200ms 110ms 2", "3 315ms 300ms attempts call 3 failed"]
    );
    call(&Work::failing(1), &told).await.unwrap();
    assert_eq!(told.take(), ["1 100ms 5ms 1"]);
    call(&Work::failing(0), &told).await.unwrap();
    assert!(told.take().is_empty());

    #[retry(max_attempts = 2, initial_delay = 1ms, on_retry = note)]
    async fn by_path(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    by_path(&Work::failing(1)).await.unwrap();
}

/// One hook serves functions with errors of any type, and knows them apart.
#[test]
fn a_shared_hook_knows_the_operation() {
    thread_local! {
        static TOLD: Told = const { RefCell::new(Vec::new()) };
    }

    fn retried<E>(retry: &Retrying<'_, E>) {
        TOLD.with_borrow_mut(|told| told.push(format!("{} again", retry.operation())));
    }

    fn lost<E>(call: &GivingUp<'_, E>) {
        TOLD.with_borrow_mut(|told| told.push(format!("{} lost", call.operation())));
    }

    #[retry(max_attempts = 2, sleep = sleep, on_retry = retried, on_give_up = lost)]
    fn read(work: &Work) -> Result<u32, Failure> {
        work.call()
    }

    #[retry(max_attempts = 2, sleep = sleep, name = "write", on_retry = retried, on_give_up = lost)]
    fn write() -> io::Result<()> {
        Err(io::ErrorKind::TimedOut.into())
    }

    read(&Work::failing(9)).unwrap_err();
    write().unwrap_err();
    let retry = Retry::new(policy!(max_attempts = 2)).sleep(sleep).name(format!("shard {}", 7));
    let retry = retry.on_retry(retried::<Failure>).on_give_up(lost::<Failure>);
    retry.call(|| Work::failing(9).call()).unwrap_err();
    let name = concat!(module_path!(), "::read");
    let expected = [name, "write", "shard 7"]
        .into_iter()
        .flat_map(|name| [format!("{name} again"), format!("{name} lost")]);
    assert_eq!(TOLD.take(), expected.collect::<Vec<_>>());
    slept();
}

/// A function that is an argument, or that stands in a field, is called and not moved.
#[tokio::test(start_paused = true)]
async fn hooks_may_be_arguments_and_fields() {
    struct Client<'a> {
        note: Note<'a>,
        work: Work,
        ended: Cell<bool>,
    }

    impl Client<'_> {
        #[retry(max_attempts = 3, on_retry = self.note, on_give_up = |_| self.ended.set(true))]
        async fn call(&self) -> Result<u32, Failure> {
            self.work.call()
        }
    }

    struct Mapped<'a> {
        map: Map<'a>,
        or: Otherwise<'a>,
    }

    impl Mapped<'_> {
        #[retry(
            max_attempts = 2, sleep = sleep, until = |number| *number > 3,
            otherwise = self.or, map_err = self.map,
        )]
        fn call(&self) -> Result<u32, Failure> {
            Ok(3)
        }
    }

    #[retry(max_attempts = 3, sleep = sleep, on_retry = note, on_give_up = end, map_err = map)]
    fn blocking(
        work: &Work,
        note: impl Fn(&Retrying<'_, Failure>),
        end: End<'_>,
        map: impl Fn(Failure, &GaveUp) -> Failure,
    ) -> Result<u32, Failure> {
        work.call()
    }

    #[retry(max_attempts = 3, attempt_timeout = 10ms, timed_out = made, on_retry = note)]
    async fn cut_off(
        note: impl Fn(&Retrying<'_, io::Error>),
        made: impl Fn(TimedOut) -> io::Error,
    ) -> io::Result<()> {
        std::future::pending().await
    }

    let told = Told::default();
    let note = |retry: &Retrying<'_, Failure>| told.borrow_mut().push(retry.attempt().to_string());
    let client = Client { note: Box::new(note), work: Work::failing(9), ended: Cell::new(false) };
    client.call().await.unwrap_err();
    assert_eq!(told.take(), ["1", "2"]);
    assert!(client.ended.get());

    let end = |call: &GivingUp<'_, Failure>| told.borrow_mut().push(call.reason().to_string());
    blocking(&Work::failing(9), note, Box::new(end), |error, _| error).unwrap_err();
    assert_eq!(told.take(), ["1", "2", "attempts"]);
    slept();

    let failure = |call| Failure { call, retryability: Retryability::permanent() };
    let mapped = Mapped {
        map: Box::new(|error, call| failure(error.call * 10 + call.attempts())),
        or: Box::new(|number| Err(failure(number))),
    };
    assert_eq!(mapped.call(), Err(failure(32)));
    slept();

    let note = |retry: &Retrying<'_, io::Error>| told.borrow_mut().push(retry.error().to_string());
    cut_off(note, |_| io::ErrorKind::WouldBlock.into()).await.unwrap_err();
    assert_eq!(told.take(), ["operation would block"; 2]);
}

#[test]
fn a_permanent_error_is_told_too() {
    #[retry(
        sleep = sleep,
        on_retry = |_| unreachable!("nothing is retried"),
        on_give_up = |call| told.borrow_mut().push((call.attempts(), call.reason())),
    )]
    fn call(told: &RefCell<Vec<(u32, GiveUpReason)>>) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }
    let told = RefCell::default();
    call(&told).unwrap_err();
    assert_eq!(told.take(), [(1, GiveUpReason::Permanent)]);
}

#[derive(Debug)]
struct Exhausted {
    attempts: u32,
    reason: GiveUpReason,
    source: Failure,
}

impl fmt::Display for Exhausted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} after {} attempts: {}", self.reason, self.attempts, self.source)
    }
}

impl Error for Exhausted {}

#[test]
fn an_error_is_made_anew_once_at_the_end() {
    fn exhausted(error: Box<dyn Error>, call: &GaveUp) -> Box<dyn Error> {
        match error.downcast::<Oops>() {
            Ok(oops) => Box::new(Exhausted {
                attempts: call.attempts(),
                reason: call.reason(),
                source: oops.0,
            }),
            Err(other) => other,
        }
    }

    #[derive(Debug)]
    struct Oops(Failure);

    impl fmt::Display for Oops {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(formatter)
        }
    }

    impl Error for Oops {}

    #[retry(max_attempts = 3, on(_), sleep = sleep, map_err = exhausted)]
    fn call(work: &Work) -> Result<u32, Box<dyn Error>> {
        work.call().map_err(|failure| Oops(failure).into())
    }

    let error = call(&Work::failing(9)).unwrap_err();
    assert_eq!(error.to_string(), "attempts after 3 attempts: call 3 failed");
    assert_eq!(call(&Work::failing(2)).unwrap(), 3);
    assert_eq!(slept().len(), 4);

    let mut made = 0;
    #[retry(sleep = sleep, map_err = |error, call| {
        *made += 1;
        Failure { call: error.call * 100 + call.attempts(), ..error }
    })]
    fn counted(work: &Work, made: &mut u32) -> Result<u32, Failure> {
        work.call_or(Retryability::permanent())
    }
    assert_eq!(counted(&Work::failing(9), &mut made).unwrap_err().call, 101);
    assert_eq!(counted(&Work::failing(0), &mut made), Ok(1));
    assert_eq!(made, 1);
}

#[test]
fn a_value_that_is_not_good_enough_may_become_an_error() {
    #[derive(Debug, PartialEq)]
    enum JobError {
        NotReady(u32),
    }

    impl Retryable for JobError {
        fn retryability(&self) -> Retryability {
            Retryability::permanent()
        }
    }

    #[retry(
        max_attempts = 3, sleep = sleep, until = |percent| *percent == 100,
        otherwise = |percent| Err(JobError::NotReady(percent)),
        map_err = |JobError::NotReady(percent), call| JobError::NotReady(percent * 10 + call.attempts()),
    )]
    fn percent(steps: &mut impl Iterator<Item = u32>) -> Result<u32, JobError> {
        Ok(steps.next().unwrap())
    }
    assert_eq!(percent(&mut [10, 20, 30].into_iter()), Err(JobError::NotReady(303)));
    assert_eq!(percent(&mut [10, 100].into_iter()), Ok(100));

    // Whoever is told of the end is told of that error too, before it is made anew.
    #[retry(
        max_attempts = 2, sleep = sleep, until = |_| false, otherwise = |percent| Err(JobError::NotReady(percent)),
        on_give_up = |call| told.borrow_mut().push(format!("{:?} {}", call.error(), call.reason())),
        map_err = |JobError::NotReady(percent), _| JobError::NotReady(percent + 1),
    )]
    fn never(told: &Told) -> Result<u32, JobError> {
        Ok(5)
    }
    let told = Told::default();
    assert_eq!(never(&told), Err(JobError::NotReady(6)));
    assert_eq!(told.take(), ["NotReady(5) attempts"]);
    let retry = Retry::new(policy!(max_attempts = 2))
        .sleep(sleep)
        .until(|_: &u32| false)
        .otherwise(|percent| Err(io::Error::other(format!("at {percent}"))))
        .on_give_up(|call: &GivingUp<'_, io::Error>| {
            told.borrow_mut().push(call.error().to_string());
        });
    retry.call(|| Ok(7)).unwrap_err();
    assert_eq!(told.take(), ["at 7"]);

    // Of an `Option` there may be nothing.
    #[retry(max_attempts = 2, sleep = sleep, until = |number| *number > 3, otherwise = |_| None)]
    fn optional(number: u32) -> Option<u32> {
        Some(number)
    }
    assert_eq!((optional(2), optional(4)), (None, Some(4)));
    let retry =
        Retry::new(policy!(max_attempts = 2)).sleep(sleep).until(|number: &u32| *number > 3);
    assert_eq!(retry.otherwise(|_| None).call(|| Some(2)), None);
    slept();
}

#[test]
fn nothing_is_tried_again_once_a_part_was_given_out() {
    #[retry(
        max_attempts = 5, sleep = sleep, context = cx,
        on_give_up = |call| reasons.borrow_mut().push(call.reason()),
    )]
    fn copy(work: &Work, reasons: &RefCell<Vec<GiveUpReason>>) -> Result<u32, Failure> {
        if work.calls() == 1 {
            cx.commit();
        }
        work.call()?;
        work.call()
    }
    let (work, reasons) = (Work::failing(9), RefCell::default());
    // The mark of an error that is worth another attempt does not count any more, nor does a hint.
    assert_eq!(copy(&work, &reasons).unwrap_err().call, 2);
    assert_eq!(reasons.take(), [GiveUpReason::Committed]);
    assert_eq!(slept().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_committed_attempt_that_is_cut_off_ends_the_call() {
    #[retry(max_attempts = 5, attempt_timeout = 10ms, context = cx)]
    async fn stream(calls: &RefCell<u32>) -> io::Result<()> {
        *calls.borrow_mut() += 1;
        cx.commit();
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(())
    }
    let calls = RefCell::default();
    stream(&calls).await.unwrap_err();
    assert_eq!(calls.take(), 1);
}

/// Each attempt of a closure has a context of its own, and what one says is about the call.
#[tokio::test(start_paused = true)]
async fn a_context_that_was_kept_commits_the_call() {
    let (work, kept) = (Work::failing(9), RefCell::new(None));
    let retry = Retry::new(policy!(max_attempts = 5));
    let outcome = retry.call_async_with(|cx| {
        let first = kept.borrow_mut().get_or_insert(cx).clone();
        let (work, calls) = (&work, work.calls());
        async move {
            if calls == 2 {
                first.commit();
            }
            work.call()
        }
    });
    assert_eq!(outcome.await.unwrap_err().call, 3);
}

/// A mark is about an error, and is looked at before anybody else is asked.
#[test]
fn a_mark_is_about_an_error() {
    let asked = Cell::new(0);
    let outcome =
        Retry::new(policy!(max_attempts = 3, backoff = "none"))
            .on(|_: &Failure| {
                asked.set(asked.get() + 1);
                true
            })
            .call_with(|cx| {
                Err::<(), _>(cx.permanent(Failure {
                    call: cx.attempt(),
                    retryability: Retryability::transient(),
                }))
            });
    assert_eq!((outcome.unwrap_err().call, asked.take()), (1, 0));

    #[retry(max_attempts = 3, backoff = "none", until = |_| false, context = cx)]
    fn value() -> Result<u32, Failure> {
        cx.permanent(());
        Ok(cx.attempt())
    }
    let until = |_: &u32| {
        asked.set(asked.get() + 1);
        false
    };
    let retry = Retry::new(policy!(max_attempts = 3, backoff = "none")).until(until);
    let by_closure = retry.call_with(|cx| {
        cx.permanent(());
        Ok::<_, Failure>(cx.attempt())
    });
    assert_eq!((value(), by_closure, asked.take()), (Ok(3), Ok(3), 3));
    // Each value is looked at once.
    assert_eq!(retry.call(|| Ok::<_, Failure>(1)), Ok(1));
    assert_eq!(asked.take(), 3);
}
