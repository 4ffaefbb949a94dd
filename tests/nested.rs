//! Retries inside of retries: `nested = "once"`, and those that nobody asked for.

#![allow(clippy::items_after_statements, reason = "where they are used")]
#![allow(clippy::manual_async_fn, reason = "that is another shape of a function")]

mod support;

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex};

use reattempt::{
    Event, EventKind, GiveUpReason, Nested, Observer, Retry, Scope, attempt, policy, retry,
};
use support::{Failure, Work};

#[retry(max_attempts = 3, backoff = "none")]
fn inner(work: &Work) -> Result<u32, Failure> {
    work.call()
}

#[retry(max_attempts = 3, backoff = "none")]
async fn inner_async(work: &Work) -> Result<u32, Failure> {
    work.call()
}

/// The calls that it takes to give up.
fn calls(outer: impl FnOnce(&Work) -> Result<u32, Failure>) -> u32 {
    let work = Work::failing(99);
    assert_eq!(outer(&work).unwrap_err().call, work.calls());
    work.calls()
}

async fn calls_async(outer: impl AsyncFnOnce(&Work) -> Result<u32, Failure>) -> u32 {
    let work = Work::failing(99);
    assert_eq!(outer(&work).await.unwrap_err().call, work.calls());
    work.calls()
}

#[test]
fn attempts_of_blocking_functions_multiply_or_add_up() {
    #[retry(max_attempts = 3, backoff = "none")]
    fn all(work: &Work) -> Result<u32, Failure> {
        inner(work)
    }
    #[retry(max_attempts = 3, backoff = "none", nested = "all")]
    fn all_said(work: &Work) -> Result<u32, Failure> {
        inner(work)
    }
    #[retry(max_attempts = 3, backoff = "none", nested = "once")]
    fn once(work: &Work) -> Result<u32, Failure> {
        inner(work)
    }
    assert_eq!((calls(all), calls(all_said), calls(once)), (9, 9, 5));

    // In each form of the expansion.
    #[retry(max_attempts = 3, backoff = "none", nested = "once", context = cx)]
    fn decided(work: &Work) -> Result<u32, Failure> {
        let _ = cx.attempt();
        inner(work)
    }
    #[retry(max_attempts = 3, nested = "once", sleep = support::sleep)]
    fn timed(work: &Work) -> Result<u32, Failure> {
        inner(work)
    }
    #[retry(max_attempts = 3, backoff = "none", nested = "once", max_elapsed = 1h)]
    fn limited(work: &Work) -> Result<u32, Failure> {
        inner(work)
    }
    #[retry(policy = policy!(max_attempts = 3, backoff = "none"), nested = "once", on_retry = |_| ())]
    fn told(work: &Work) -> Result<u32, Failure> {
        inner(work)
    }
    assert_eq!((calls(decided), calls(timed), calls(limited), calls(told)), (5, 5, 5, 5));
    let outcome = calls(|work| {
        attempt!(max_attempts = 3, backoff = "none", nested = "once", { inner(work) })
    });
    assert_eq!(outcome, 5);
}

#[tokio::test]
async fn attempts_of_async_functions_multiply_or_add_up() {
    /// Across a function that is not annotated, and an await.
    async fn between(work: &Work) -> Result<u32, Failure> {
        tokio::task::yield_now().await;
        let outcome = inner_async(work).await;
        tokio::task::yield_now().await;
        outcome
    }
    #[retry(max_attempts = 3, backoff = "none")]
    async fn all(work: &Work) -> Result<u32, Failure> {
        between(work).await
    }
    #[retry(max_attempts = 3, backoff = "none", nested = "once")]
    async fn once(work: &Work) -> Result<u32, Failure> {
        between(work).await
    }
    #[retry(max_attempts = 3, backoff = "none", nested = "once")]
    async fn once_with_a_question_mark(work: &Work) -> Result<u32, Failure> {
        Ok(between(work).await?)
    }
    #[retry(max_attempts = 3, backoff = "none", nested = "once", max_elapsed = 1h)]
    async fn limited(work: &Work) -> Result<u32, Failure> {
        between(work).await
    }
    #[retry(max_attempts = 3, backoff = "none", nested = "once", attempt_timeout = 1h, timed_out = |_| panic!())]
    async fn cut_off(work: &Work) -> Result<u32, Failure> {
        between(work).await
    }
    #[retry(max_attempts = 3, backoff = "none", nested = "once")]
    fn future(work: &Work) -> impl Future<Output = Result<u32, Failure>> {
        async move { between(work).await }
    }
    /// A blocking call inside.
    #[retry(max_attempts = 3, backoff = "none", nested = "once")]
    async fn blocking_inside(work: &Work) -> Result<u32, Failure> {
        tokio::task::yield_now().await;
        inner(work)
    }
    assert_eq!(calls_async(async |work| all(work).await).await, 9);
    assert_eq!(calls_async(async |work| once(work).await).await, 5);
    assert_eq!(calls_async(async |work| once_with_a_question_mark(work).await).await, 5);
    assert_eq!(calls_async(async |work| limited(work).await).await, 5);
    assert_eq!(calls_async(async |work| cut_off(work).await).await, 5);
    assert_eq!(calls_async(async |work| future(work).await).await, 5);
    assert_eq!(calls_async(async |work| blocking_inside(work).await).await, 5);
    let of_attempt = calls_async(async |work| {
        attempt!(max_attempts = 3, backoff = "none", nested = "once", async { between(work).await })
            .await
    });
    assert_eq!(of_attempt.await, 5);
}

#[tokio::test]
async fn closures_can_say_it_too() {
    let retry = Retry::new(policy!(max_attempts = 3, backoff = "none"));
    let once = retry.clone().nested(Nested::Once);
    assert_eq!(calls(|work| retry.call(|| inner(work))), 9);
    assert_eq!(calls(|work| once.call(|| inner(work))), 5);
    assert_eq!(calls(|work| once.call_with(|_| inner(work))), 5);
    let (retry, once) = (&retry, &once);
    assert_eq!(calls_async(async |work| retry.call_async(|| inner_async(work)).await).await, 9);
    assert_eq!(calls_async(async |work| once.call_async(|| inner_async(work)).await).await, 5);
    let mutable =
        async |work: &Work| once.clone().call_async_mut(async || inner_async(work).await).await;
    assert_eq!(calls_async(mutable).await, 5);
}

#[test]
fn three_layers_add_up() {
    #[retry(max_attempts = 3, backoff = "none", nested = "once")]
    fn middle(work: &Work) -> Result<u32, Failure> {
        inner(work)
    }
    #[retry(max_attempts = 3, backoff = "none", nested = "once")]
    fn outer(work: &Work) -> Result<u32, Failure> {
        middle(work)
    }
    // 5 of the first attempt, and one of each other.
    assert_eq!(calls(outer), 7);
}

#[test]
fn the_reason_is_that_it_is_nested_and_a_panic_restores() {
    let once = Retry::new(policy!(max_attempts = 2, backoff = "none")).nested(Nested::Once);
    let reporting = Retry::new(policy!(max_attempts = 2, backoff = "none")).report();
    let reasons = Mutex::new(Vec::new());
    let work = Work::failing(99);
    let outcome = once.call(|| {
        let (outcome, report) = reporting.call(|| work.call());
        reasons.lock().unwrap().push(report.reason());
        outcome
    });
    assert!(outcome.is_err());
    let expected = [Some(GiveUpReason::Attempts), Some(GiveUpReason::Nested)];
    assert_eq!(*reasons.lock().unwrap(), expected);

    let panicked = panic::catch_unwind(AssertUnwindSafe(|| {
        let work = Work::failing(99);
        once.call(
            || if work.calls() == 0 { work.call() } else { panic::resume_unwind(Box::new(())) },
        )
    }));
    assert!(panicked.is_err());
    assert_eq!(calls(inner), 3);
}

/// The pairs of operations that were found, with the number of calls.
#[derive(Clone, Default)]
struct Found(Arc<Mutex<Vec<Pair>>>);

type Pair = (String, String, Option<u32>);

impl Observer for Found {
    fn event(&self, event: &Event<'_>) {
        if event.kind() == EventKind::Nested {
            let last = |name: &str| name.rsplit("::").next().unwrap().to_owned();
            let found =
                (last(event.outer().unwrap()), last(event.operation()), event.max_attempts());
            self.0.lock().unwrap().push(found);
        }
    }
}

impl Found {
    fn by(&self, call: impl FnOnce()) -> Vec<(String, String, Option<u32>)> {
        Scope::new().observer(self.clone()).run(call);
        self.0.lock().unwrap().split_off(0)
    }
}

#[test]
fn a_retry_inside_of_a_retry_is_found_and_said_once() {
    #[retry(max_attempts = 4, backoff = "none")]
    fn unasked(work: &Work) -> Result<u32, Failure> {
        inner(work)
    }
    let found = Found::default();
    let pair = |outer: &str, inner: &str, calls| (outer.to_owned(), inner.to_owned(), calls);
    let told = found.by(|| assert_eq!(calls(unasked), 12));
    assert_eq!(told, [pair("unasked", "inner", Some(12))]);
    assert_eq!(found.by(|| assert_eq!(calls(unasked), 12)), [], "it is said once");

    // Of a closure with a name, and of something inside of it that never stops.
    let outer = Retry::new(policy!(max_attempts = 2, backoff = "none")).name("shard");
    let work = Work::failing(9);
    let told = found.by(|| {
        let endless = Retry::new(policy!(max_attempts = unlimited, initial_delay = 1ms));
        let endless = endless.name("endless").timer(|_| ());
        let _ = outer
            .call(|| if work.calls() == 0 { work.call() } else { endless.call(|| work.call()) });
    });
    assert_eq!(told, [pair("shard", "endless", None)]);
}

#[test]
fn what_was_asked_for_is_not_said() {
    #[retry(max_attempts = 4, backoff = "none", nested = "once")]
    fn asked(work: &Work) -> Result<u32, Failure> {
        inner(work)
    }
    #[retry(max_attempts = 4, backoff = "none", nested = "all")]
    fn all_asked(work: &Work) -> Result<u32, Failure> {
        inner(work)
    }
    let found = Found::default();
    assert_eq!(found.by(|| assert_eq!(calls(asked), 6)), []);
    assert_eq!(found.by(|| assert_eq!(calls(all_asked), 12)), []);
    // One call after the other is none inside of the other.
    assert_eq!(found.by(|| assert_eq!((calls(inner), calls(inner)), (3, 3))), []);
    // An outer one that is at its first attempt.
    #[retry(max_attempts = 4, backoff = "none")]
    fn recovers(work: &Work) -> Result<u32, Failure> {
        inner(work)
    }
    assert_eq!(found.by(|| assert_eq!(recovers(&Work::failing(2)), Ok(3))), []);
}
