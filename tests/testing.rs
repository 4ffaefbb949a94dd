//! What a test relies on that records: `testing::record`, and seeds.

#![allow(clippy::items_after_statements, reason = "where they are used")]

use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

use reattempt::{EventKind, GiveUpReason, Retry, Scope, attempt, policy, retry, testing};

fn reset() -> io::Error {
    ErrorKind::ConnectionReset.into()
}

#[retry(max_attempts = 4, initial_delay = 1h, max_delay = 24h, jitter = "none")]
fn fails() -> io::Result<()> {
    Err(reset())
}

#[retry(max_attempts = 4, initial_delay = 1h, max_delay = 24h, jitter = "none")]
async fn fails_async() -> io::Result<()> {
    Err(reset())
}

#[retry]
fn succeeds() -> io::Result<u32> {
    Ok(7)
}

#[retry]
async fn succeeds_async(text: &str) -> io::Result<&str> {
    Ok(text)
}

#[test]
fn a_blocking_call_is_recorded_and_does_not_wait() {
    let recording = testing::record();
    assert!(fails().is_err());
    assert_eq!(recording.attempts("fails"), 4);
    assert_eq!(recording.delays("fails"), [1, 2, 4].map(|hours| Duration::from_secs(hours * 3600)));
    let events = recording.events();
    assert_eq!(events.len(), 4);
    assert_eq!(events[0].kind(), EventKind::Retrying);
    assert_eq!(events[0].operation(), "testing::fails");
    assert_eq!(events[0].error(), Some("connection reset"));
    assert_eq!(events[3].reason(), Some(GiveUpReason::Attempts));
    assert_eq!((events[3].attempt(), events[3].max_attempts()), (4, Some(4)));
}

#[tokio::test]
async fn an_async_call_is_recorded_and_does_not_wait() {
    let recording = testing::record();
    assert!(fails_async().await.is_err());
    assert_eq!(recording.attempts("fails_async"), 4);
    assert_eq!(recording.delays("fails_async").len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_on_other_threads_is_recorded_in_its_scope() {
    let recording = testing::record();
    let here = fails_async();
    let spawned = tokio::spawn(recording.scope().run_async(fails_async()));
    let scope = recording.scope();
    let blocking = tokio::task::spawn_blocking(move || scope.run(fails));
    assert!(here.await.is_err());
    assert!(spawned.await.unwrap().is_err());
    assert!(blocking.await.unwrap().is_err());
    assert_eq!(recording.attempts("fails_async"), 8);
    assert_eq!(recording.attempts("testing::fails"), 4);
    assert_eq!(recording.attempts("*"), 12);
}

#[tokio::test]
async fn an_attempt_that_succeeds_at_once_counts() {
    #[retry(until = |value| *value > 2)]
    fn polls(value: u32) -> io::Result<u32> {
        Ok(value)
    }

    let recording = testing::record();
    assert_eq!(succeeds().unwrap(), 7);
    assert_eq!(succeeds().unwrap(), 7);
    assert_eq!(succeeds_async("x").await.unwrap(), "x");
    assert_eq!(polls(3).unwrap(), 3);
    assert_eq!(Retry::new(policy!()).name("closure").call(|| Ok::<_, io::Error>(1)).unwrap(), 1);
    assert_eq!(attempt!(name = "block", { Ok::<_, io::Error>(1) }).unwrap(), 1);
    for (name, attempts) in
        [("succeeds", 2), ("succeeds_async", 1), ("polls", 1), ("closure", 1), ("block", 1)]
    {
        assert_eq!(recording.attempts(name), attempts, "{name}");
        assert!(recording.delays(name).is_empty(), "{name}");
    }
    assert!(recording.events().iter().all(|event| event.kind() == EventKind::Succeeded));
    recording.clear();
    assert_eq!(recording.attempts("*"), 0);
}

#[test]
fn recordings_nest_and_are_restored_by_a_panic() {
    let outer = testing::record();
    let unwound = std::panic::catch_unwind(|| {
        let inner = testing::record();
        assert!(fails().is_err());
        assert_eq!(inner.attempts("fails"), 4);
        panic!("of the test");
    });
    assert!(unwound.is_err());
    // What happens inside of the inner one happens inside of the outer one.
    assert_eq!(outer.attempts("fails"), 4);
    assert!(fails().is_err());
    assert_eq!(outer.attempts("fails"), 8);
    drop(outer);
    let start = Instant::now();
    assert!(Scope::new().max_attempts(1).run(fails).is_err());
    assert!(start.elapsed() < Duration::from_secs(60), "nothing was left behind to record");
}

#[test]
fn the_number_of_attempts_may_be_another_one() {
    for most in 1..4 {
        let recording = testing::record_in(Scope::new().max_attempts(most));
        assert!(fails().is_err());
        assert_eq!(recording.attempts("fails"), most as usize);
    }
}

#[test]
fn delays_from_a_seed_are_the_same_each_time() {
    #[retry(max_attempts = 8)]
    fn jittered() -> io::Result<()> {
        Err(reset())
    }

    let delays = |seed| {
        let recording = testing::record_in(Scope::new().seed(seed));
        assert!(jittered().is_err());
        recording.delays("jittered")
    };
    assert_eq!(delays(1), delays(1));
    assert_ne!(delays(1), delays(2));
    assert_eq!(delays(1).len(), 7);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_hangs_is_cut_off_in_a_recording() {
    #[retry(max_attempts = 4, initial_delay = 10s, jitter = "none", attempt_timeout = 1s)]
    async fn hang() -> io::Result<u32> {
        std::future::pending().await
    }
    let recording = testing::record();
    let began_at = tokio::time::Instant::now();
    hang().await.unwrap_err();
    assert_eq!(recording.delays("hang"), [10, 20, 20].map(Duration::from_secs));
    assert_eq!(began_at.elapsed(), Duration::from_secs(4));
}

#[tokio::test]
async fn a_scope_that_is_entered_once_more_tells_once() {
    let recording = testing::record();
    recording.scope().run(fails).unwrap_err();
    assert_eq!(recording.attempts("fails"), 4);
    tokio::spawn(recording.scope().run_async(fails_async())).await.unwrap().unwrap_err();
    assert_eq!((recording.attempts("fails_async"), recording.delays("fails_async").len()), (4, 3));
}
