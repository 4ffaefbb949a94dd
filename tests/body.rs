//! What a function's body and its attempts have to do with each other: `clone`, `context`, `until`,
//! and patterns of errors.

#![allow(
    clippy::items_after_statements,
    clippy::trivially_copy_pass_by_ref,
    reason = "of no interest here"
)]

mod support;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::time::Duration;

use reattempt::{CallId, Policy, Retryability, policy, retry};
use support::{Failure, Work, ms, sleep, slept};

mod arguments {
    use super::{Failure, Work, retry, sleep};

    /// Counts its clones.
    #[derive(Debug)]
    pub(super) struct Counted<'a>(pub(super) &'a super::Cell<u32>);

    impl Clone for Counted<'_> {
        fn clone(&self) -> Self {
            self.0.set(self.0.get() + 1);
            Counted(self.0)
        }
    }

    fn consume<T>(_: T) {}

    #[retry(clone(body), sleep = sleep)]
    pub(super) fn sends(work: &Work, body: Counted<'_>) -> Result<u32, Failure> {
        consume(body);
        work.call()
    }

    #[retry(clone(mutable, body), sleep = sleep)]
    pub(super) fn changes(
        work: &Work,
        mut mutable: Vec<u32>,
        body: String,
    ) -> Result<(Vec<u32>, String), Failure> {
        mutable.push(0);
        let call = work.call()?;
        mutable.push(call);
        Ok((mutable, body))
    }

    #[retry(clone(mutable, body))]
    pub(super) async fn changes_async(
        work: &Work,
        mut mutable: Vec<u32>,
        body: String,
    ) -> Result<(Vec<u32>, String), Failure> {
        mutable.push(0);
        tokio::task::yield_now().await;
        let call = work.call()?;
        mutable.push(call);
        Ok((mutable, body))
    }

    #[retry(clone(text), sleep = sleep)]
    pub(super) fn generic<T: Clone + Into<String>>(
        work: &Work,
        #[cfg(not(any()))] text: T,
        #[cfg(any())] text: std::rc::Rc<T>,
    ) -> Result<String, Failure> {
        work.call()?;
        Ok(text.into())
    }
}

#[test]
fn each_attempt_has_a_clone_of_what_is_listed() {
    let clones = Cell::new(0);
    assert_eq!(arguments::sends(&Work::failing(2), arguments::Counted(&clones)), Ok(3));
    assert_eq!(clones.get(), 3);
    assert_eq!(arguments::generic(&Work::failing(2), "text").unwrap(), "text");
}

#[test]
fn the_arguments_are_as_passed_at_every_attempt() {
    let (changed, body) = arguments::changes(&Work::failing(2), vec![7], "body".into()).unwrap();
    assert_eq!((changed.as_slice(), body.as_str()), (&[7, 0, 3][..], "body"));
}

#[tokio::test(start_paused = true)]
async fn the_arguments_are_as_passed_at_every_async_attempt() {
    let work = Work::failing(2);
    let future = arguments::changes_async(&work, vec![7], "body".into());
    let (changed, body) = future.await.unwrap();
    assert_eq!((changed.as_slice(), body.as_str()), (&[7, 0, 3][..], "body"));
}

/// What the context said at an attempt.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    attempt: u32,
    is_last: bool,
    elapsed: Duration,
    previous_delay: Duration,
    call_id: CallId,
}

#[retry(max_attempts = 3, jitter = "none", context = cx)]
async fn watched(work: &Work, seen: &RefCell<Vec<Seen>>) -> Result<u32, Failure> {
    tokio::task::yield_now().await;
    seen.borrow_mut().push(Seen {
        attempt: cx.attempt(),
        is_last: cx.is_last(),
        elapsed: cx.elapsed(),
        previous_delay: cx.previous_delay(),
        call_id: cx.call_id(),
    });
    work.call()
}

#[tokio::test(start_paused = true)]
async fn the_context_tells_where_the_call_stands() {
    let seen = RefCell::default();
    watched(&Work::failing(9), &seen).await.unwrap_err();
    let seen = seen.into_inner();
    let expected = |attempt, elapsed, previous| Seen {
        attempt,
        is_last: attempt == 3,
        elapsed: ms(elapsed),
        previous_delay: ms(previous),
        call_id: seen[0].call_id,
    };
    assert_eq!(seen, [expected(1, 0, 0), expected(2, 100, 100), expected(3, 300, 200)]);
}

#[tokio::test(start_paused = true)]
async fn each_call_has_an_id_of_its_own() {
    let seen = RefCell::default();
    for _ in 0..100 {
        watched(&Work::failing(0), &seen).await.unwrap();
    }
    let ids: HashSet<_> = seen.borrow().iter().map(|seen| seen.call_id.to_string()).collect();
    assert_eq!(ids.len(), 100);
    assert!(ids.iter().all(|id| id.len() == 32 && id.chars().all(|c| c.is_ascii_hexdigit())));
}

#[test]
fn a_body_with_a_context_stays_send() {
    #[retry(context = cx)]
    async fn call(text: &str) -> std::io::Result<String> {
        tokio::task::yield_now().await;
        Ok(format!("{text} {}", cx.attempt()))
    }
    fn assert_send<T: Send>(_: &T) {}
    assert_send(&call("x"));
}

#[retry(max_attempts = 3, jitter = "none", context = cx, on = |_| false, sleep = sleep)]
fn transient(work: &Work) -> Result<u32, Failure> {
    work.call().map_err(|failure| cx.transient(failure))
}

#[retry(max_attempts = 3, jitter = "none", context = cx, on = |_| true, sleep = sleep)]
fn permanent(work: &Work) -> Result<u32, Failure> {
    let result = work.call();
    // Marked in a closure, once.
    result.map_err(|failure| if failure.call == 2 { cx.permanent(failure) } else { failure })
}

#[retry(max_attempts = 3, jitter = "none", context = cx, sleep = sleep)]
fn told_when(work: &Work) -> Result<u32, Failure> {
    work.call_or(Retryability::permanent()).map_err(|failure| cx.retry_after(ms(1500), failure))
}

#[test]
fn a_mark_beats_on_and_the_error_itself() {
    assert_eq!(transient(&Work::failing(2)), Ok(3));
    assert_eq!(slept(), [ms(100), ms(200)]);
    assert_eq!(permanent(&Work::failing(9)).unwrap_err().call, 2);
    assert_eq!(slept(), [ms(100)]);
    assert_eq!(told_when(&Work::failing(1)), Ok(2));
    assert_eq!(slept(), [ms(1500)]);
}

#[test]
fn a_mark_is_about_an_error_and_not_about_a_value() {
    #[retry(max_attempts = 5, context = cx, until = |call| *call > 2, sleep = sleep)]
    fn recovered(work: &Work) -> Result<u32, Failure> {
        let result: Result<u32, Failure> = work.call().map_err(|failure| cx.permanent(failure));
        Ok(result.unwrap_or_else(|failure| failure.call))
    }
    assert_eq!(recovered(&Work::failing(9)), Ok(3));
    slept();
}

#[test]
fn a_mark_is_about_its_own_attempt() {
    #[retry(max_attempts = 5, backoff = "none", context = cx, on = |_| false, sleep = sleep)]
    fn first_only(work: &Work) -> Result<u32, Failure> {
        let result = work.call();
        if cx.attempt() == 1 { result.map_err(|failure| cx.transient(failure)) } else { result }
    }
    assert_eq!(first_only(&Work::failing(9)).unwrap_err().call, 2);
    slept();
}

fn is_even(number: &u32) -> bool {
    number & 1 == 0
}

#[retry(max_attempts = 5, jitter = "none", until = is_even, sleep = sleep)]
fn polled(work: &Work) -> Result<u32, Failure> {
    work.call()
}

#[retry(max_attempts = 5, jitter = "none", until = |number| *number >= least)]
async fn polled_async(work: &Work, least: u32) -> Result<u32, Failure> {
    work.call()
}

#[test]
fn a_value_that_is_not_good_enough_is_tried_again() {
    assert_eq!(polled(&Work::failing(0)), Ok(2));
    assert_eq!(slept(), [ms(100)]);
    // Failures and values that don't do count alike.
    assert_eq!(polled(&Work::failing(2)), Ok(4));
    assert_eq!(slept(), [ms(100), ms(200), ms(400)]);
}

#[tokio::test(start_paused = true)]
async fn the_last_value_comes_back_when_none_was_good_enough() {
    let work = Work::failing(0);
    assert_eq!(polled_async(&work, 99).await, Ok(5));
    assert_eq!(work.gaps(), [ms(100), ms(200), ms(400), ms(800)]);
    assert_eq!(polled_async(&Work::failing(0), 3).await, Ok(3));
}

#[retry(max_attempts = 4, jitter = "none", sleep = sleep)]
fn optional(work: &Work) -> Option<u32> {
    let call = work.call().ok()?;
    Some(call)
}

#[retry(max_attempts = 4, until = |number| *number == 4)]
async fn optional_async(work: &Work) -> Option<u32> {
    work.call().ok()
}

#[tokio::test(start_paused = true)]
async fn none_is_tried_again() {
    assert_eq!(optional(&Work::failing(2)), Some(3));
    assert_eq!(slept(), [ms(100), ms(200)]);
    assert_eq!(optional(&Work::failing(9)), None);
    assert_eq!(slept().len(), 3);
    assert_eq!(optional_async(&Work::failing(1)).await, Some(4));
}

#[derive(Debug, PartialEq)]
enum FetchError {
    Timeout,
    Status { code: u16 },
    Denied(String),
}

impl std::fmt::Display for FetchError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{self:?}")
    }
}

#[retry(
    on(FetchError::Timeout | FetchError::Status { code: 500..=599 }),
    max_attempts = 3,
    sleep = sleep
)]
fn by_pattern(calls: &Cell<u32>, error: fn() -> FetchError) -> Result<(), FetchError> {
    calls.set(calls.get() + 1);
    Err(error())
}

#[retry(on(FetchError::Denied(reason) if reason.contains(word)), sleep = sleep)]
fn by_guarded_pattern(calls: &Cell<u32>, word: &str, reason: &str) -> Result<(), FetchError> {
    calls.set(calls.get() + 1);
    Err(FetchError::Denied(reason.to_owned()))
}

#[test]
fn errors_are_chosen_by_a_pattern() {
    for (error, expected) in [
        ((|| FetchError::Timeout) as fn() -> FetchError, 3),
        (|| FetchError::Status { code: 503 }, 3),
        (|| FetchError::Status { code: 404 }, 1),
        (|| FetchError::Denied(String::new()), 1),
    ] {
        let calls = Cell::new(0);
        assert_eq!(by_pattern(&calls, error), Err(error()));
        assert_eq!(calls.get(), expected, "{:?}", error());
    }
    let calls = Cell::new(0);
    by_guarded_pattern(&calls, "busy", "too busy").unwrap_err();
    by_guarded_pattern(&calls, "busy", "never").unwrap_err();
    assert_eq!(calls.get(), 3 + 1);
    slept();
}

#[test]
fn the_context_knows_a_policy_made_at_run_time() {
    #[retry(policy = policy, context = cx, sleep = sleep)]
    fn last(policy: Policy, work: &Work) -> Result<bool, Failure> {
        work.call()?;
        Ok(cx.is_last())
    }
    let twice = policy!(max_attempts = 2);
    assert_eq!(last(twice, &Work::failing(0)), Ok(false));
    assert_eq!(last(twice, &Work::failing(1)), Ok(true));
    slept();
}
