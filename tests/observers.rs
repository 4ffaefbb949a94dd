//! What an observer of one's own is told.

mod support;

use std::cell::RefCell;
use std::time::Duration;

use reattempt::{Event, EventKind, GiveUpReason, Observer, Policy, Retry, Retryability, policy};
use support::{Failure, Work, ms, sleep, slept};

const THREE: Policy = policy!(max_attempts = 3, jitter = "none");

/// What was told, in words.
#[derive(Default)]
struct Notes(RefCell<Vec<String>>);

impl Observer for Notes {
    fn event(&self, event: &Event<'_>) {
        let error = event.error().map(ToString::to_string).unwrap_or_default();
        let note = format!(
            "{:?} {} {} of {:?} {:?} {} {:?}",
            event.kind(),
            event.operation(),
            event.attempt(),
            event.max_attempts(),
            event.delay(),
            error,
            event.reason().map(GiveUpReason::as_str),
        );
        self.0.borrow_mut().push(note);
    }
}

#[test]
fn it_is_told_of_retries_and_of_the_end() {
    let notes = Notes::default();
    let retry = Retry::new(THREE).name("fetch").sleep(sleep).observer(&notes);
    assert_eq!(retry.call(|| Work::failing(0).call()), Ok(1));
    assert!(notes.0.borrow().is_empty(), "a success at once is no event");

    let work = Work::failing(1);
    assert_eq!(retry.call(|| work.call()), Ok(2));
    let work = Work::failing(9);
    retry.call(|| work.call()).unwrap_err();
    assert_eq!(
        notes.0.take(),
        [
            "Retrying fetch 1 of Some(3) Some(100ms) call 1 failed None",
            "Recovered fetch 2 of None None  None",
            "Retrying fetch 1 of Some(3) Some(100ms) call 1 failed None",
            "Retrying fetch 2 of Some(3) Some(200ms) call 2 failed None",
            "GaveUp fetch 3 of Some(3) None call 3 failed Some(\"attempts\")",
        ]
    );
    slept();
}

#[tokio::test(start_paused = true)]
async fn it_is_told_of_async_calls_too() {
    let notes = Notes::default();
    let work = Work::failing(9);
    let retry = Retry::new(THREE).name(format!("tenant-{}", 7)).observer(&notes);
    retry.call_async(async || work.call_or(Retryability::permanent())).await.unwrap_err();
    let expected = "NotRetryable tenant-7 1 of Some(3) None call 1 failed Some(\"permanent\")";
    assert_eq!(notes.0.take(), [expected]);
}

#[test]
fn names_that_are_constants_stay_so() {
    struct Static;
    impl Observer for Static {
        fn event(&self, event: &Event<'_>) {
            assert_eq!(event.static_operation().is_some(), event.operation() == "constant");
            assert!(event.as_error().is_none(), "`Failure` implements no `Error`");
        }
    }
    for retry in [Retry::new(THREE).name("constant"), Retry::new(THREE).name(String::from("made"))]
    {
        let work = Work::failing(1);
        assert_eq!(retry.sleep(sleep).observer(Static).call(|| work.call()), Ok(2));
    }
    slept();
}

/// The call and its error are not lost.
#[test]
fn a_panic_in_an_observer_ends_nothing() {
    struct Faulty;
    impl Observer for Faulty {
        fn event(&self, _: &Event<'_>) {
            panic!("the observer's own fault");
        }
    }
    let work = Work::failing(9);
    let retry = Retry::new(THREE).sleep(sleep).observer(Faulty);
    assert_eq!(
        retry.call(|| work.call()),
        Err(Failure { call: 3, retryability: Retryability::transient() })
    );
    assert_eq!(slept(), [ms(100), ms(200)]);
}

#[test]
fn the_time_since_the_first_failure_is_known() {
    struct Since(RefCell<Vec<Option<Duration>>>);
    impl Observer for Since {
        fn event(&self, event: &Event<'_>) {
            if event.kind() != EventKind::Recovered {
                self.0.borrow_mut().push(event.failing_for());
            }
        }
    }
    let since = Since(RefCell::default());
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let work = Work::failing(9);
    let retry = Retry::new(THREE).observer(&since);
    runtime.unwrap().block_on(retry.call_async(async || work.call())).unwrap_err();
    assert_eq!(since.0.take(), [None, Some(ms(100)), Some(ms(300))]);
}
