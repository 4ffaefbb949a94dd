//! The brake: after four failed retries in a row, only a trickle goes on trying until one works.

#![allow(clippy::items_after_statements, reason = "where they are used")]

mod support;

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use reattempt::timer::Timer;
use reattempt::{
    Brake, Event, EventKind, GiveUpReason, Keyed, Observer, Retry, RetryKind, Retryability, Scope,
    attempt, policy, retry,
};
use support::{Failure, Work, ms};
use tokio::time::Instant;

/// A server that is down until a moment, and counts its calls.
struct Server {
    up_at: Instant,
    calls: Cell<u32>,
}

impl Server {
    fn down_for(time: Duration) -> Server {
        Server { up_at: Instant::now() + time, calls: Cell::new(0) }
    }

    fn call(&self) -> Result<u32, Failure> {
        self.calls.set(self.calls.get() + 1);
        let failure = Failure { call: self.calls.get(), retryability: Retryability::transient() };
        if Instant::now() < self.up_at { Err(failure) } else { Ok(self.calls.get()) }
    }
}

/// Tokio's timer rounds each wait up to a millisecond.
fn is_about(elapsed: Duration, expected: Duration) -> bool {
    (expected..=expected + ms(30)).contains(&elapsed)
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_call_of_five_attempts_is_never_braked_by_itself() {
    #[retry(max_attempts = 5, initial_delay = 1s, backoff = "fixed", jitter = "none", brake)]
    async fn alone(server: &Server) -> Result<u32, Failure> {
        server.call()
    }
    let (server, began_at) = (Server::down_for(SECOND * 99), Instant::now());
    assert_eq!(alone(&server).await.unwrap_err().call, 5);
    assert_eq!(began_at.elapsed(), SECOND * 4);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_no_longer_than_its_policy_and_comes_back_with_its_error() {
    static BRAKE: Brake = Brake::new();
    #[retry(
        max_attempts = 20, initial_delay = 1s, backoff = "fixed", jitter = "none", brake = BRAKE,
        map_err = |error, call| {
            assert_eq!(call.reason(), GiveUpReason::Withheld);
            assert_eq!(call.waited(), SECOND * 19);
            assert!(call.withheld() > 0 && call.to_string().contains(" withheld, withheld"));
            error
        }
    )]
    async fn patient(server: &Server) -> Result<u32, Failure> {
        server.call()
    }
    let (server, began_at) = (Server::down_for(SECOND * 99), Instant::now());
    let error = patient(&server).await.unwrap_err();
    assert_eq!(error.call, server.calls.get(), "the last error");
    assert!((6..20).contains(&error.call), "{error}");
    assert!(is_about(began_at.elapsed(), SECOND * 19));
    assert!(BRAKE.is_on() && BRAKE.withheld() > 0);
}

#[tokio::test(start_paused = true)]
async fn many_callers_leave_a_server_alone_and_come_through_when_it_is_back() {
    static BRAKE: Brake = Brake::new();
    #[retry(max_attempts = 10, initial_delay = 1s, max_delay = 8s, brake = BRAKE)]
    async fn call(server: &Server) -> Result<u32, Failure> {
        server.call()
    }
    let server = &Server::down_for(SECOND * 20);
    let all = (0..500).map(|_| call(server));
    let outcomes = futures_all(all.collect()).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 500);
    // 500 first calls, and 500 that succeeded. Without a brake there are some thousands more.
    let tries = server.calls.get() - 1_000;
    assert!(tries < 500, "{tries} tries");
    assert!(!BRAKE.is_on());
}

/// All of these futures at once.
async fn futures_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut outcomes: Vec<_> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (future, outcome) in futures.iter_mut().zip(&mut outcomes) {
            if outcome.is_none() {
                if let std::task::Poll::Ready(ready) = future.as_mut().poll(context) {
                    *outcome = Some(ready);
                }
            }
        }
        if outcomes.iter().all(Option::is_some) {
            std::task::Poll::Ready(outcomes.iter_mut().filter_map(Option::take).collect())
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

/// Lets four retries fail, which brings a brake on.
async fn bring_on(brake: &'static Brake) {
    let retry = Retry::new(policy!(max_attempts = 5, initial_delay = 1ms)).brake(brake);
    assert!(retry.call_async(async || Work::failing(1).call()).await.is_err());
    assert!(brake.is_on());
}

#[tokio::test(start_paused = true)]
async fn closures_and_blocks_go_by_it() {
    static BRAKE: Brake = Brake::new();
    bring_on(&BRAKE).await;
    let policy =
        policy!(max_attempts = 3, initial_delay = 100ms, backoff = "fixed", jitter = "none");
    // The first of them comes after half a second.
    let began_at = Instant::now();
    let work = Work::failing(9);
    let call = Retry::new(policy).brake(&BRAKE).report();
    let (outcome, report) = call.call_async(async || work.call()).await;
    assert_eq!((outcome.unwrap_err().call, report.attempts(), report.withheld()), (1, 1, 2));
    assert_eq!(report.reason(), Some(GiveUpReason::Withheld));
    assert!(is_about(began_at.elapsed(), ms(200)));

    let outcome = attempt!(
        max_attempts = 3,
        initial_delay = 100ms,
        backoff = "fixed",
        jitter = "none",
        brake = BRAKE,
        async { work.call() }
    );
    assert_eq!(outcome.await.unwrap_err().call, 2);
    assert!(is_about(began_at.elapsed(), ms(400)));
}

#[tokio::test(start_paused = true)]
async fn it_keeps_to_the_limits_of_the_call() {
    static BRAKE: Brake = Brake::new();
    bring_on(&BRAKE).await;
    let began_at = Instant::now();
    #[retry(
        max_attempts = 9, initial_delay = 100ms, backoff = "fixed", jitter = "none",
        max_elapsed = 250ms, brake = BRAKE
    )]
    async fn limited(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(limited(&Work::failing(9)).await.unwrap_err().call, 1);
    assert!(began_at.elapsed() <= ms(250));

    // What cancels it ends a withheld wait.
    #[retry(
        max_attempts = 9, initial_delay = 100ms, backoff = "fixed", jitter = "none", brake = BRAKE,
        cancel = tokio::time::sleep_until(until)
    )]
    async fn cancelled(work: &Work, until: Instant) -> Result<u32, Failure> {
        work.call()
    }
    let began_at = Instant::now();
    assert_eq!(cancelled(&Work::failing(9), began_at + ms(130)).await.unwrap_err().call, 1);
    assert_eq!(began_at.elapsed(), ms(130));

    // In a scope without waits nothing is withheld.
    let work = Work::failing(9);
    let retry = Retry::new(policy!(max_attempts = 9, initial_delay = 1ms)).brake(&BRAKE);
    let call = retry.call_async(async || work.call());
    assert!(Scope::new().without_waits().run_async(call).await.is_err());
    assert_eq!(work.calls(), 9);
}

#[tokio::test(start_paused = true)]
async fn conflicts_are_left_aside_and_an_answer_takes_it_off() {
    static BRAKE: Brake = Brake::new();
    let conflict = Retryability::transient().conflict();
    assert!(conflict.is_conflict() && conflict.kind() == RetryKind::Transient);
    let retry = Retry::new(policy!(max_attempts = 9, initial_delay = 1ms)).brake(&BRAKE);
    let work = Work::failing(9);
    assert!(retry.call_async(async || work.call_or(conflict)).await.is_err());
    assert_eq!((work.calls(), BRAKE.is_on()), (9, false));

    bring_on(&BRAKE).await;
    tokio::time::sleep(SECOND).await;
    // A lasting error as the answer to a retry shows that the server works.
    let work = Work::failing(9);
    let answer =
        |call| if call == 0 { Retryability::transient() } else { Retryability::permanent() };
    assert!(retry.call_async(async || work.call_or(answer(work.calls()))).await.is_err());
    assert_eq!((work.calls(), BRAKE.is_on()), (2, false));
}

#[tokio::test(start_paused = true)]
async fn withheld_turns_are_told() {
    static BRAKE: Brake = Brake::new();
    #[derive(Default)]
    struct Withheld(AtomicU32);
    impl Observer for Withheld {
        fn event(&self, event: &Event<'_>) {
            if event.kind() == EventKind::Withheld {
                assert!(event.delay().is_some() && event.reason().is_none());
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    bring_on(&BRAKE).await;
    let before = BRAKE.withheld();
    let told = Arc::new(Withheld::default());
    let retry = Retry::new(policy!(max_attempts = 3, initial_delay = 100ms, jitter = "none"));
    let call = retry.brake(&BRAKE).observer(Arc::clone(&told));
    assert!(call.call_async(async || Work::failing(1).call()).await.is_err());
    let told = told.0.load(Ordering::Relaxed) as usize;
    assert!(told > 0);
    // The last one ends the call.
    assert!([told, told + 1].contains(&(BRAKE.withheld() - before)));
}

#[test]
fn blocking_calls_go_by_it() {
    /// Time passes only when somebody waits.
    #[derive(Default)]
    struct Simulated(Cell<Duration>, RefCell<Vec<Duration>>);
    impl Timer for &Simulated {
        type Sleep = ();
        fn now(&self) -> Duration {
            self.0.get()
        }
        fn sleep(&self, delay: Duration) {
            self.0.set(self.0.get() + delay);
            self.1.borrow_mut().push(delay);
        }
    }
    let time = &Simulated::default();
    #[retry(
        max_attempts = 20, initial_delay = 1s, backoff = "fixed", jitter = "none", brake, sleep = time
    )]
    fn patient(time: &Simulated, work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let work = Work::failing(99);
    assert_eq!(patient(time, &work).unwrap_err().call, work.calls());
    assert!((6..20).contains(&work.calls()));
    assert_eq!(time.0.get(), SECOND * 19);

    static BRAKE: Brake = Brake::new();
    let retry = Retry::new(policy!(
        max_attempts = 20,
        initial_delay = 1s,
        backoff = "fixed",
        jitter = "none"
    ));
    let work = Work::failing(99);
    let outcome = retry.brake(&BRAKE).timer(time).call(|| work.call());
    assert_eq!(outcome.unwrap_err().call, work.calls());
    assert!((6..20).contains(&work.calls()) && BRAKE.is_on());
}

#[tokio::test(start_paused = true)]
async fn each_host_has_its_own() {
    static HOSTS: Keyed<Brake> = Brake::keyed();
    bring_on(HOSTS.of("down")).await;
    #[retry(max_attempts = 3, initial_delay = 100ms, jitter = "none", brake = HOSTS.of(host))]
    async fn fetch(host: &str, work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(fetch("down", &Work::failing(2)).await.unwrap_err().call, 1);
    assert_eq!(fetch("up", &Work::failing(2)).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn it_can_be_said_to_be_there_or_not() {
    #[retry(max_attempts = 20, initial_delay = 1s, backoff = "fixed", jitter = "none", brake = true)]
    async fn with(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(max_attempts = 20, initial_delay = 1s, backoff = "fixed", jitter = "none", brake = false)]
    async fn without(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert!(with(&Work::failing(99)).await.unwrap_err().call < 20);
    assert_eq!(without(&Work::failing(99)).await.unwrap_err().call, 20);
}

#[tokio::test]
async fn without_waits_nothing_is_withheld() {
    static BRAKE: Brake = Brake::new();
    let policy = policy!(max_attempts = 30, backoff = "none");
    let work = Work::failing(29);
    assert_eq!(Retry::new(policy).brake(&BRAKE).call_async(async || work.call()).await, Ok(30));
}

/// The calls, and the time until it gave up, of what fails so.
async fn gives_up(
    retry: Retry<reattempt::Policy>,
    retryability: Retryability,
) -> [(u32, Duration); 2] {
    static OFF: [Brake; 4] = [const { Brake::new() }; 4];
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let brake = &OFF[NEXT.fetch_add(1, Ordering::Relaxed) as usize % 4];
    let (work, began_at) = (Work::failing(30), Instant::now());
    let _ = retry.clone().call_async(async || work.call_or(retryability)).await;
    let without = (work.calls(), began_at.elapsed());
    let (work, began_at) = (Work::failing(30), Instant::now());
    let _ = retry.brake(brake).call_async(async || work.call_or(retryability)).await;
    [without, (work.calls(), began_at.elapsed())]
}

#[tokio::test(start_paused = true)]
async fn a_brake_that_is_off_changes_nothing() {
    let five = || Retry::new(policy!(max_attempts = 5, jitter = "none"));
    for retryability in [
        Retryability::transient().after(SECOND * 2),
        Retryability::throttled(),
        Retryability::transient().immediately(),
    ] {
        let [without, with] = gives_up(five(), retryability).await;
        assert_eq!(with, without, "{retryability:?}");
    }
    // Uncounted errors go on beyond the five attempts. (They bring the brake on in the end.)
    let [without, with] = gives_up(five(), Retryability::transient().uncounted()).await;
    assert_eq!(without.0, 31);
    assert!(with.0 > 5, "{with:?}");
}

#[tokio::test(start_paused = true)]
async fn the_backoff_begins_anew_under_a_brake_too() {
    static BRAKE: Brake = Brake::new();
    #[retry(max_attempts = 5, jitter = "none", reset_after = 1s, brake = BRAKE)]
    async fn session(work: &Work) -> Result<u32, Failure> {
        tokio::time::sleep(SECOND * 2).await;
        work.call()
    }
    let began_at = Instant::now();
    assert_eq!(session(&Work::failing(20)).await, Ok(21));
    assert_eq!(began_at.elapsed(), SECOND * 2 * 21 + ms(100) * 20);
}

#[tokio::test(start_paused = true)]
async fn polling_is_no_failure() {
    static BRAKE: Brake = Brake::new();
    #[retry(max_attempts = 12, initial_delay = 1s, until = |calls| *calls == 12, brake = BRAKE)]
    async fn poll(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(poll(&Work::failing(0)).await, Ok(12));
    assert!(!BRAKE.is_on());
    // Not even while others keep it on.
    bring_on(&BRAKE).await;
    assert_eq!(poll(&Work::failing(0)).await, Ok(12));
}

#[tokio::test(start_paused = true)]
async fn a_conflict_goes_through_and_a_cancelled_error_says_nothing() {
    static BRAKE: Brake = Brake::new();
    bring_on(&BRAKE).await;
    let retry = Retry::new(policy!(max_attempts = 9, initial_delay = 10ms)).brake(&BRAKE);
    let conflict = Retryability::transient().conflict();
    let work = Work::failing(8);
    assert_eq!(retry.call_async(async || work.call_or(conflict)).await, Ok(9));
    bring_on(&BRAKE).await;
    tokio::time::sleep(SECOND).await;
    let work = Work::failing(9);
    let ends = |call| if call == 0 { Retryability::transient() } else { Retryability::cancelled() };
    assert!(retry.call_async(async || work.call_or(ends(work.calls()))).await.is_err());
    assert!(work.calls() == 2 && BRAKE.is_on());
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_is_not_made_is_not_paid_for() {
    static BRAKE: Brake = Brake::new();
    static BUDGET: reattempt::Budget = reattempt::Budget::new();
    bring_on(&BRAKE).await;
    let retry = Retry::new(policy!(max_attempts = 3, initial_delay = 100ms, jitter = "none"));
    let retry = retry.brake(&BRAKE).budget(&BUDGET).report();
    let scope = Scope::new().retries(1);
    scope
        .run_async(async {
            let (outcome, report) = retry.call_async(async || Work::failing(1).call()).await;
            assert!(outcome.is_err());
            assert_eq!(report.reason(), Some(GiveUpReason::Withheld));
            assert!(BUDGET.available() >= BUDGET.capacity());
            // The scope's retry is there still.
            assert!(
                Retry::new(policy!())
                    .call_async(async || Err::<(), _>(std::io::Error::from(
                        std::io::ErrorKind::TimedOut
                    )))
                    .await
                    .is_err()
            );
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn the_reason_of_a_limit_in_time_is_that_limit() {
    static BRAKE: Brake = Brake::new();
    bring_on(&BRAKE).await;
    let retry = Retry::new(policy!(
        max_attempts = 9,
        initial_delay = 100ms,
        backoff = "fixed",
        jitter = "none"
    ));
    let retry = retry.brake(&BRAKE).max_elapsed(ms(150)).report();
    let (_, report) = retry.call_async(async || Work::failing(1).call()).await;
    assert_eq!(report.reason(), Some(GiveUpReason::Elapsed));
}
