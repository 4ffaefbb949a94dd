//! What surrounds a call: limits, observers and policies that calls further inside keep to.

#![allow(clippy::items_after_statements, reason = "where they are used")]

mod support;

use std::panic;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reattempt::{Event, GiveUpReason, Observer, Policy, Retry, Retryability, Scope, policy, retry};
use support::{Failure, Work, ms};
use tokio::time::{Instant, sleep};

/// The waits are 100 ms, 200 ms, 400 ms, 800 ms.
#[retry(max_attempts = 5, jitter = "none")]
async fn upload(work: &Work) -> Result<u32, Failure> {
    work.call()
}

#[retry(max_attempts = 3, backoff = "none")]
fn read(work: &Work) -> Result<u32, Failure> {
    work.call()
}

#[tokio::test(start_paused = true)]
async fn no_wait_begins_that_would_end_past_the_deadline() {
    let began_at = Instant::now();
    let calls_within = async |deadline: Duration| {
        let work = Work::failing(9);
        let outcome = Scope::new().deadline(deadline).run_async(upload(&work)).await;
        assert_eq!(outcome.unwrap_err().call, work.calls());
        work.calls()
    };
    assert_eq!(calls_within(ms(300)).await, 3);
    assert_eq!(began_at.elapsed(), ms(300));
    assert_eq!(calls_within(ms(299)).await, 2);
    assert_eq!(calls_within(ms(0)).await, 1, "a first attempt is always made");

    // A moment, and one that is an `Option`.
    let work = Work::failing(9);
    let scope = Scope::new().deadline(Some(Instant::now() + ms(100)));
    assert!(scope.run_async(upload(&work)).await.is_err());
    assert_eq!(work.calls(), 2);
    let work = Work::failing(9);
    assert!(Scope::new().deadline(None::<Duration>).run_async(upload(&work)).await.is_err());
    assert_eq!(work.calls(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_counts_from_the_first_poll() {
    let work = Work::failing(9);
    let future = Scope::new().deadline(ms(300)).run_async(upload(&work));
    sleep(Duration::from_secs(1)).await;
    assert!(future.await.is_err());
    assert_eq!(work.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_reason_says_what_surrounds_the_call() {
    let retry = Retry::new(policy!(max_attempts = 5, jitter = "none")).report();
    let reason = async |scope: Scope| {
        let work = Work::failing(9);
        let call = retry.call_async(async || work.call());
        scope.run_async(call).await.1.reason()
    };
    assert_eq!(reason(Scope::new()).await, Some(GiveUpReason::Attempts));
    assert_eq!(reason(Scope::new().deadline(ms(50))).await, Some(GiveUpReason::Deadline));
    assert_eq!(reason(Scope::new().max_attempts(2)).await, Some(GiveUpReason::Scope));
    assert_eq!(reason(Scope::new().max_attempts(5)).await, Some(GiveUpReason::Attempts));
    assert_eq!(reason(Scope::new().retries(1)).await, Some(GiveUpReason::Scope));
    assert_eq!(reason(Scope::new().retries(4)).await, Some(GiveUpReason::Attempts));
}

#[test]
fn retries_are_switched_off() {
    let off = Scope::new().max_attempts(1);
    let work = Work::failing(9);
    assert!(off.run(|| read(&work)).is_err());
    assert_eq!(work.calls(), 1);

    // Also those that are counted apart, or not at all.
    #[retry(throttled(max_attempts = 8), backoff = "none")]
    fn throttled(work: &Work, retryability: Retryability) -> Result<u32, Failure> {
        work.call_or(retryability)
    }
    for retryability in [Retryability::throttled(), Retryability::transient().uncounted()] {
        let work = Work::failing(9);
        assert!(off.run(|| throttled(&work, retryability)).is_err());
        assert_eq!(work.calls(), 1);
    }
    // 0 counts as 1.
    let work = Work::failing(9);
    assert!(Scope::new().max_attempts(0).run(|| read(&work)).is_err());
    assert_eq!(work.calls(), 1);
}

#[test]
fn retries_are_counted_for_all_calls_together() {
    let scope = Scope::new().retries(5);
    let calls = |shards: u32| {
        let works: Vec<_> = (0..shards).map(|_| Work::failing(9)).collect();
        scope.run(|| works.iter().for_each(|work| assert!(read(work).is_err())));
        works.iter().map(Work::calls).sum::<u32>()
    };
    assert_eq!(calls(2), 2 + 4);
    // They are counted anew each time that the scope is entered.
    assert_eq!(calls(32), 32 + 5);
}

#[test]
fn a_retry_that_an_outer_scope_refuses_is_not_taken_from_an_inner_one() {
    let (outer, inner) = (Scope::new().retries(1), Scope::new().retries(2));
    outer.run(|| {
        inner.run(|| {
            let work = Work::failing(9);
            assert!(read(&work).is_err());
            assert_eq!(work.calls(), 2);
            let carried = Scope::current();
            let work = Work::failing(9);
            assert!(carried.run(|| read(&work)).is_err());
            assert_eq!(work.calls(), 1);
        });
    });
}

#[tokio::test(start_paused = true)]
async fn calls_do_not_wait() {
    #[derive(Default)]
    struct Delays(Mutex<Vec<Duration>>);
    impl Observer for Delays {
        fn event(&self, event: &Event<'_>) {
            self.0.lock().unwrap().extend(event.delay());
        }
    }
    let (began_at, delays) = (Instant::now(), Arc::new(Delays::default()));
    let scope = Scope::new().without_waits().observer(Arc::clone(&delays));
    let work = Work::failing(4);
    assert_eq!(scope.clone().run_async(upload(&work)).await, Ok(5));
    assert_eq!(delays.0.lock().unwrap().split_off(0), [ms(100), ms(200), ms(400), ms(800)]);

    // What a server asks for, closures, blocking code that would sleep, and a timer of one's own.
    let hint = Retryability::throttled().after(Duration::from_secs(30));
    let work = Work::failing(2);
    let retry = Retry::new(policy!(jitter = "none"));
    let call = retry.call_async(async || work.call_or(hint));
    assert_eq!(scope.clone().run_async(call).await, Ok(3));
    assert_eq!(delays.0.lock().unwrap().split_off(0).len(), 2);
    #[retry(initial_delay = 1h, max_delay = 1h, jitter = "none")]
    fn slow(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(scope.run(|| slow(&Work::failing(2))), Ok(3));
    assert_eq!(scope.run(|| Retry::new(policy!(initial_delay = 20s)).call(|| work.call())), Ok(4));
    #[retry(jitter = "none", sleep = support::sleep)]
    fn timed(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(scope.run(|| timed(&Work::failing(2))), Ok(3));
    assert_eq!(support::slept(), [ms(0), ms(0)]);
    assert_eq!(began_at.elapsed(), ms(0));
}

/// What each of them was told, with its own name.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn by(&self, name: &'static str) -> impl Observer + Send + Sync + use<> {
        struct Named(&'static str, Told);
        impl Observer for Named {
            fn event(&self, event: &Event<'_>) {
                let said = format!("{} {:?} {}", self.0, event.kind(), event.attempt());
                self.1.0.lock().unwrap().push(said);
                assert_ne!(self.0, "broken", "observers may panic");
            }
        }
        Named(name, self.clone())
    }

    fn take(&self) -> Vec<String> {
        self.0.lock().unwrap().split_off(0)
    }
}

#[test]
fn all_observers_are_told_from_the_inside_out() {
    let told = Told::default();
    let outer = Scope::new().observer(told.by("outer"));
    let inner = Scope::new().observer(told.by("broken")).observer(told.by("inner"));
    let work = Work::failing(1);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let outcome = outer.run(|| inner.run(|| read(&work)));
    panic::set_hook(hook);
    assert_eq!(outcome, Ok(2));
    let expected = [
        "broken Retrying 1",
        "inner Retrying 1",
        "outer Retrying 1",
        "broken Recovered 2",
        "inner Recovered 2",
        "outer Recovered 2",
    ];
    assert_eq!(told.take(), expected);
    assert!(read(&Work::failing(9)).is_err());
    assert!(told.take().is_empty(), "outside of the scope nobody is told");
}

#[test]
fn an_observer_may_make_retried_calls_and_enter_scopes() {
    struct Caller;
    impl Observer for Caller {
        fn event(&self, event: &Event<'_>) {
            if event.operation().ends_with("::read") {
                let outcome = Scope::new().max_attempts(2).run(|| {
                    let retry = Retry::new(policy!(backoff = "none")).name("of the observer");
                    let work = Work::failing(9);
                    let _ = retry.call(|| work.call());
                    work.calls()
                });
                assert_eq!(outcome, 2);
            }
        }
    }
    let told = Told::default();
    let scope = Scope::new().observer(Caller).observer(told.by("other"));
    assert!(scope.run(|| read(&Work::failing(1))).is_ok());
    assert_eq!(told.take().len(), 2, "of its own calls it is not told");
}

#[test]
fn a_policy_takes_the_place_of_an_operations_own() {
    mod storage {
        use super::{Failure, Work};
        #[reattempt::retry(max_attempts = 3, backoff = "none")]
        pub(super) fn upload(work: &Work) -> Result<u32, Failure> {
            work.call()
        }
    }
    let at_most = |attempts| {
        let none = reattempt::Backoff::None;
        Policy::builder().max_attempts(attempts).backoff(none).build().unwrap()
    };
    let calls = |scope: &Scope| {
        let work = Work::failing(99);
        assert!(scope.run(|| storage::upload(&work)).is_err());
        work.calls()
    };
    assert_eq!(calls(&Scope::new().policy("upload", at_most(7))), 7);
    assert_eq!(calls(&Scope::new().policy("storage::upload", at_most(1))), 1);
    assert_eq!(calls(&Scope::new().policy("load", at_most(7))), 3);
    // The longest name counts, in whichever order they were given.
    let scope = Scope::new().policy("storage::upload", at_most(2)).policy("*", at_most(9));
    assert_eq!(calls(&scope), 2);
    let scope = Scope::new().policy("*", at_most(9)).policy("storage::upload", at_most(2));
    assert_eq!(calls(&scope), 2);
    // An inner scope comes before an outer one.
    let inner = Scope::new().policy("*", at_most(4));
    assert_eq!(scope.run(|| calls(&inner)), 4);
    // Closures have names too, which may be made at run time.
    let retry = Retry::new(policy!(backoff = "none")).name(String::from("shard 7"));
    let work = Work::failing(99);
    let scope = Scope::new().policy("shard 7", at_most(6));
    assert!(scope.run(|| retry.call(|| work.call())).is_err());
    assert_eq!(work.calls(), 6);
}

#[test]
fn of_two_limits_the_stricter_one_counts() {
    let calls = |outer: &Scope, inner: &Scope| {
        let work = Work::failing(9);
        assert!(outer.run(|| inner.run(|| read(&work))).is_err());
        work.calls()
    };
    let (one, two) = (Scope::new().max_attempts(1), Scope::new().max_attempts(2));
    assert_eq!((calls(&one, &two), calls(&two, &one), calls(&two, &two)), (1, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_future_that_is_dropped_half_way_leaves_nothing() {
    let told = Told::default();
    let scope = Scope::new().deadline(ms(500)).retries(1).observer(told.by("it"));
    {
        let pending = scope.run_async(std::future::pending::<()>());
        assert!(tokio::time::timeout(ms(10), pending).await.is_err());
    }
    assert_eq!(Scope::current().remaining(), None);
    assert!(read(&Work::failing(1)).is_ok());
    assert!(told.take().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_spawned_is_inside_only_if_the_scope_is_carried_there() {
    let told = Told::default();
    let scope = Scope::new().retries(3).deadline(Duration::from_secs(60)).observer(told.by("it"));
    scope
        .run_async(async {
            async fn task() -> (u32, bool) {
                let work = Work::failing(9);
                tokio::task::yield_now().await;
                assert!(read(&work).is_err());
                (work.calls(), Scope::current().remaining().is_some())
            }
            assert_eq!(tokio::spawn(task()).await.unwrap(), (3, false));
            assert_eq!(told.take(), [""; 0]);
            let task = Scope::current().run_async(task());
            assert_eq!(tokio::spawn(task).await.unwrap(), (3, true));
            assert_eq!(told.take().len(), 3);
            // Retries are counted together: one is left.
            let here = Scope::current();
            let calls = std::thread::spawn(move || {
                let work = Work::failing(9);
                assert!(here.run(|| read(&work)).is_err());
                work.calls()
            });
            assert_eq!(calls.join().unwrap(), 2);
            assert_eq!(told.take().len(), 2, "an observer is told once");
            // To enter it where it is already changes nothing.
            assert!(Scope::current().run(|| read(&Work::failing(9))).is_err());
            assert_eq!(told.take().len(), 1);
        })
        .await;
}

#[test]
fn a_scope_that_is_carried_adds_to_the_one_that_is_there() {
    let (of_carried, of_here) = (Told::default(), Told::default());
    let carried = Scope::new().observer(of_carried.by("carried")).run(Scope::current);
    let scope = Scope::new().observer(of_here.by("here"));
    assert!(scope.run(|| carried.run(|| read(&Work::failing(9)))).is_err());
    assert_eq!((of_carried.take().len(), of_here.take().len()), (3, 3));
}

#[test]
fn a_future_in_a_scope_is_send() {
    const fn is_send<T: Send>(_: &T) {}
    is_send(&Scope::new());
    is_send(&Scope::new().run_async(async {}));
    #[retry(max_elapsed = 1s, nested = "once")]
    async fn limited() -> Result<(), Failure> {
        tokio::task::yield_now().await;
        Ok(())
    }
    is_send(&limited());
}

#[test]
fn what_is_reached_on_two_ways_is_counted_and_told_once() {
    let told = Told::default();
    let around = Scope::new().retries(8).observer(told.by("it"));
    around.run(|| {
        let carried = Scope::new().observer(told.by("one")).run(Scope::current);
        Scope::new().observer(told.by("other")).run(|| {
            carried.run(|| (0..9).for_each(|_| assert!(read(&Work::failing(9)).is_err())));
        });
    });
    let told = told.take();
    let retries = |name: &str| {
        told.iter().filter(|said| said.starts_with(name) && said.contains("Retrying")).count()
    };
    assert_eq!((retries("it"), retries("one"), retries("other")), (8, 8, 8));
}

#[test]
fn a_value_that_is_not_good_enough_is_no_failure() {
    #[retry(max_attempts = 9, backoff = "none", until = |calls| *calls == 5)]
    fn poll(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    for scope in [Scope::new().max_attempts(1), Scope::new().retries(0)] {
        assert_eq!(scope.run(|| poll(&Work::failing(0))), Ok(5));
    }
    // Inside of a retry that says `nested = "once"`, too.
    #[retry(backoff = "none", nested = "once")]
    fn job(first: &mut bool) -> Result<u32, Failure> {
        let polled = poll(&Work::failing(0))?;
        if std::mem::take(first) {
            return Work::failing(1).call();
        }
        Ok(polled)
    }
    assert_eq!(job(&mut true), Ok(5));
}

#[test]
fn of_several_deadlines_the_earliest_counts() {
    let left = |scope: Scope| scope.run(|| Scope::current().remaining());
    let (near, far) = (Duration::from_secs(2), Duration::from_secs(200));
    assert!(left(Scope::new().deadline(near).deadline(far)).unwrap() <= near);
    assert!(left(Scope::new().deadline(far).deadline(near)).unwrap() <= near);
    assert!(left(Scope::new().deadline(near).deadline(None::<Duration>)).unwrap() <= near);
}

#[test]
fn attempts_are_counted_anew_with_the_policy() {
    #[retry(max_attempts = unlimited, initial_delay = 1ms, reset_after = 0.001ms)]
    fn session(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    // Each attempt lasts longer than that, so that each begins the count anew.
    let outcome = Scope::new().max_attempts(2).run(|| session(&Work::failing(20)));
    assert_eq!(outcome, Ok(21));
}

#[test]
fn without_waits_a_call_without_a_limit_ends() {
    let work = Work::failing(u32::MAX);
    let endless = Retry::new(policy!(max_attempts = unlimited)).max_elapsed(Duration::MAX);
    let (outcome, report) =
        Scope::new().without_waits().run(|| endless.report().call(|| work.call()));
    assert_eq!(outcome.unwrap_err().call, 1_000);
    assert_eq!(report.reason(), Some(GiveUpReason::Scope));
}
