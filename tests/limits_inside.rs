//! Calls with a limit in time as scopes: what calls inside of their attempts keep to, and what the body knows.

#![allow(clippy::items_after_statements, reason = "where they are used")]

mod support;

use std::time::Duration;

use reattempt::{Policy, Retry, Scope, policy, retry};
use support::{Failure, Work, ms};
use tokio::time::Instant;

/// The waits are 100 ms, 200 ms, 400 ms, 800 ms.
#[retry(max_attempts = 5, jitter = "none")]
async fn upload(work: &Work) -> Result<u32, Failure> {
    work.call()
}

#[tokio::test(start_paused = true)]
async fn a_call_with_a_limit_in_time_is_a_scope_for_calls_inside_of_it() {
    #[retry(max_attempts = 9, max_elapsed = 250ms, jitter = "none")]
    async fn elapsed(work: &Work) -> Result<u32, Failure> {
        upload(work).await
    }
    #[retry(max_attempts = 9, deadline = 250ms, jitter = "none", timed_out = |_| panic!())]
    async fn deadline(work: &Work) -> Result<u32, Failure> {
        upload(work).await
    }
    const LIMITED: Policy = policy!(max_attempts = 9, max_elapsed = 250ms, jitter = "none");
    #[retry(policy = LIMITED)]
    async fn named(work: &Work) -> Result<u32, Failure> {
        upload(work).await
    }
    let began_at = Instant::now();
    // Inside: a call, 100 ms, a call; 200 ms more would end past the limit. Outside: 100 ms, and the same with 50 ms left.
    let works = [(); 3].map(|()| Work::failing(99));
    assert!(elapsed(&works[0]).await.is_err());
    assert!(deadline(&works[1]).await.is_err());
    assert!(named(&works[2]).await.is_err());
    assert_eq!(works.map(|work| work.calls()), [3; 3]);
    assert_eq!(began_at.elapsed(), 3 * ms(200));
    // Closures, and `attempt!`.
    let work = Work::failing(99);
    let retry = Retry::new(policy!(max_attempts = 9, jitter = "none")).max_elapsed(ms(250));
    assert!(retry.call_async(|| upload(&work)).await.is_err());
    assert_eq!(work.calls(), 3);
    let work = Work::failing(99);
    let outcome: Result<u32, Failure> =
        reattempt::attempt!(max_attempts = 9, max_elapsed = 250ms, jitter = "none", async {
            upload(&work).await
        })
        .await;
    assert!(outcome.is_err());
    assert_eq!(work.calls(), 3);
}

#[test]
fn a_blocking_call_with_a_limit_in_time_is_a_scope_too() {
    fn inner(left: &mut Vec<bool>, work: &Work) -> Result<u32, Failure> {
        left.push(Scope::current().remaining().is_some_and(|left| left > Duration::from_secs(50)));
        work.call()
    }
    #[retry(max_elapsed = 1m, backoff = "none")]
    fn timed(left: &mut Vec<bool>, work: &Work) -> Result<u32, Failure> {
        inner(left, work)
    }
    const LIMITED: Policy = policy!(max_elapsed = 1m, backoff = "none");
    #[retry(policy = LIMITED)]
    fn named(left: &mut Vec<bool>, work: &Work) -> Result<u32, Failure> {
        inner(left, work)
    }
    #[retry(max_elapsed = 1m, backoff = "none", context = cx)]
    fn told(left: &mut Vec<bool>, work: &Work) -> Result<u32, Failure> {
        left.push(cx.remaining().is_some());
        inner(left, work)
    }
    let mut left = Vec::new();
    assert!(timed(&mut left, &Work::failing(2)).is_ok());
    assert!(named(&mut left, &Work::failing(2)).is_ok());
    assert!(told(&mut left, &Work::failing(2)).is_ok());
    let retry = Retry::new(policy!(backoff = "none")).max_elapsed(Duration::from_secs(60));
    let work = Work::failing(2);
    assert!(retry.call(|| inner(&mut left, &work)).is_ok());
    let work = Work::failing(2);
    assert!(retry.call_with(|_| inner(&mut left, &work)).is_ok());
    assert_eq!(left, [true; 3 * 6]);
    assert_eq!(Scope::current().remaining(), None);
}

#[test]
fn the_body_knows_what_is_left() {
    #[retry(context = cx)]
    fn limited() -> Result<Option<Duration>, Failure> {
        Ok(cx.remaining())
    }
    assert_eq!(limited(), Ok(None));
    let left = Scope::new().deadline(Duration::from_secs(5)).run(limited).unwrap().unwrap();
    assert!(left <= Duration::from_secs(5) && left > Duration::from_secs(4));
    #[retry(context = cx, max_elapsed = 1h)]
    fn both() -> Result<Option<Duration>, Failure> {
        Ok(cx.remaining())
    }
    assert!(
        Scope::new().deadline(Duration::from_secs(5)).run(both).unwrap().unwrap()
            <= Duration::from_secs(5)
    );
}
