//! Budgets for retries, which successes pay for.

#![allow(clippy::items_after_statements, reason = "where they are used")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;
use reattempt::{
    Budget, Event, EventKind, GiveUpReason, Keyed, Observer, Retry, Retryability, Scope, Waits,
    attempt, policy, retry,
};
use support::{Failure, Work};

/// The calls that it takes to give up.
fn calls(call: impl FnOnce(&Work) -> Result<u32, Failure>) -> u32 {
    let work = Work::failing(99);
    assert_eq!(call(&work).unwrap_err().call, work.calls());
    work.calls()
}

fn is_close(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

#[test]
fn successes_pay_for_retries() {
    #[retry(max_attempts = 3, backoff = "none", budget)]
    fn read(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    // Five calls have two retries each; then none is left.
    let attempts: Vec<_> = (0..7).map(|_| calls(read)).collect();
    assert_eq!(attempts, [3, 3, 3, 3, 3, 1, 1]);
    for _ in 0..9 {
        assert!(read(&Work::failing(0)).is_ok());
    }
    assert_eq!(calls(read), 1);
    assert!(read(&Work::failing(0)).is_ok());
    assert_eq!(calls(read), 2);
    // A recovery is a success like any other.
    for _ in 0..10 {
        assert!(read(&Work::failing(0)).is_ok());
    }
    assert_eq!(read(&Work::failing(1)), Ok(2));
    for _ in 0..9 {
        assert!(read(&Work::failing(0)).is_ok());
    }
    assert_eq!(calls(read), 2);
}

#[tokio::test]
async fn a_budget_is_shared_by_as_many_as_name_it() {
    static SHARED: Budget = Budget::builder().capacity(6.0).build();
    #[retry(max_attempts = 2, backoff = "none", budget = SHARED)]
    fn blocking(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(max_attempts = 2, backoff = "none", budget = &SHARED, max_elapsed = 1h)]
    async fn asynchronous(work: &Work) -> Result<u32, Failure> {
        Ok(work.call()?)
    }
    struct Client {
        budget: &'static Budget,
        shared: Arc<Budget>,
    }
    impl Client {
        #[retry(max_attempts = 2, backoff = "none", budget = self.budget)]
        fn call(&mut self, work: &Work) -> Result<u32, Failure> {
            work.call()
        }
        #[retry(max_attempts = 2, backoff = "none", budget = self.shared, deadline = 1h, timed_out = |_| panic!())]
        async fn call_shared(&self, work: &Work) -> Result<u32, Failure> {
            work.call()
        }
    }
    assert_eq!(calls(blocking), 2);
    let work = Work::failing(9);
    assert!(asynchronous(&work).await.is_err());
    assert_eq!(work.calls(), 2);
    let mut client = Client { budget: &SHARED, shared: Arc::new(Budget::new()) };
    assert_eq!(calls(|work| client.call(work)), 2);
    let closure = Retry::new(policy!(max_attempts = 2, backoff = "none")).budget(&SHARED);
    assert_eq!(calls(|work| closure.call(|| work.call())), 2);
    let work = Work::failing(9);
    assert!(closure.call_async(async || work.call()).await.is_err());
    let in_the_middle = |work: &Work| {
        attempt!(max_attempts = 2, backoff = "none", budget = SHARED, { work.call() })
    };
    assert_eq!(calls(in_the_middle), 2);
    assert!(is_close(SHARED.available(), 0.0));
    assert_eq!(SHARED.rejections(), 0);
    assert_eq!((calls(blocking), calls(in_the_middle)), (1, 1));
    assert_eq!(SHARED.rejections(), 2);

    let work = Work::failing(9);
    assert!(client.call_shared(&work).await.is_err());
    assert!(is_close(client.shared.available(), 9.0));
    assert_eq!(client.call_shared(&Work::failing(0)).await, Ok(1));
    assert!(is_close(client.shared.available(), 9.1));
    assert_eq!(closure.call(|| Work::failing(0).call()), Ok(1));
    assert_eq!(closure.call_with(|_| Work::failing(0).call()), Ok(1));
    assert_eq!(closure.call_async(async || Work::failing(0).call()).await, Ok(1));
    assert!(is_close(SHARED.available(), 0.3));
}

#[test]
fn throttled_errors_cost_less() {
    static BUDGET: Budget = Budget::builder().capacity(4.0).throttled_cost(0.5).build();
    #[retry(max_attempts = 5, backoff = "none", budget = BUDGET)]
    fn throttled(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::throttled())
    }
    assert_eq!(calls(throttled), 5);
    assert!(is_close(BUDGET.available(), 2.0));
}

#[test]
fn a_call_that_ends_anyway_takes_nothing() {
    static BUDGET: Budget = Budget::new();
    #[retry(max_attempts = 2, backoff = "none", budget = BUDGET)]
    fn permanent(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::permanent())
    }
    #[retry(max_attempts = 2, backoff = "none", budget = BUDGET, idempotent = false)]
    fn once(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(max_attempts = 2, backoff = "none", budget = BUDGET)]
    fn last(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let off = Scope::new().max_attempts(1);
    assert_eq!((calls(permanent), calls(once), off.run(|| calls(last))), (1, 1, 1));
    assert!(is_close(BUDGET.available(), 10.0));
    assert_eq!(calls(last), 2);
    assert!(is_close(BUDGET.available(), 9.0));
    // What the budget refuses is not taken from the scope's retries.
    static EMPTY: Budget = Budget::builder().capacity(1.0).build();
    assert!(EMPTY.withdraw(Retryability::transient()));
    #[retry(max_attempts = 2, backoff = "none", budget = EMPTY)]
    fn empty(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    Scope::new().retries(1).run(|| assert_eq!((calls(empty), calls(last), calls(last)), (1, 2, 1)));
}

#[test]
fn polling_is_free_and_brings_nothing() {
    static BUDGET: Budget = Budget::builder().capacity(2.0).build();
    #[retry(max_attempts = 9, backoff = "none", budget = BUDGET, until = |calls| *calls == 99)]
    fn poll(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert!(BUDGET.withdraw(Retryability::transient()));
    assert_eq!(poll(&Work::failing(0)), Ok(9));
    assert!(is_close(BUDGET.available(), 1.0));
    // What the value says is throttled is paid for.
    #[retry(max_attempts = 9, backoff = "none", budget = BUDGET, until = |_| Retryability::throttled())]
    fn throttled(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(throttled(&Work::failing(0)), Ok(3));
}

#[test]
fn each_host_has_its_own() {
    static HOSTS: Keyed<Budget> = Budget::builder().capacity(1.0).build_keyed();
    #[retry(max_attempts = 2, backoff = "none", budget = HOSTS.of(host))]
    fn fetch(host: &str, work: &Work) -> Result<u32, Failure> {
        let _ = host;
        work.call()
    }
    let attempts = ["a", "b", "a", "b", "c"].map(|host| calls(|work| fetch(host, work)));
    assert_eq!(attempts, [2, 2, 1, 1, 2]);
    assert!(std::ptr::eq(HOSTS.of("a"), HOSTS.of(String::from("a"))));
    assert_eq!(HOSTS.all().map(Budget::rejections).sum::<usize>(), 2);
    static NARROW: Keyed<Budget, 1> = Budget::keyed();
    assert!(std::ptr::eq(NARROW.of(1), NARROW.of(2)));
}

#[test]
fn waits_go_by_it() {
    static BUDGET: Budget = Budget::builder().capacity(2.0).refund(0.5).build();
    let mut waits = Waits::new(policy!(max_attempts = 9)).budget(&BUDGET);
    let transient = Retryability::transient();
    assert!(waits.next(transient).is_some() && waits.next(transient).is_some());
    assert_eq!((waits.next(transient), waits.reason()), (None, Some(GiveUpReason::Budget)));
    waits.reset();
    waits.reset();
    assert!(waits.next(transient).is_some());
}

#[test]
fn the_event_says_that_it_was_the_budget() {
    static BUDGET: Budget = Budget::builder().capacity(1.0).build();
    #[derive(Default)]
    struct Ends(AtomicU32);
    impl Observer for Ends {
        fn event(&self, event: &Event<'_>) {
            if event.kind() == EventKind::GaveUp {
                assert_eq!(event.reason(), Some(GiveUpReason::Budget));
                assert_eq!(event.reason().unwrap().as_str(), "budget");
                self.0.fetch_add(event.attempt(), Ordering::Relaxed);
            }
        }
    }
    let ends = Arc::new(Ends::default());
    #[retry(max_attempts = 9, backoff = "none", budget = BUDGET)]
    fn read(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let told = Scope::new().observer(Arc::clone(&ends));
    told.run(|| assert_eq!((calls(read), calls(read)), (2, 1)));
    assert_eq!(ends.0.load(Ordering::Relaxed), 3);
}

#[test]
fn numbers_that_make_no_sense_are_refused() {
    let problem = |budget: Result<Budget, reattempt::BudgetError>| {
        let error = budget.unwrap_err();
        (error.field(), error.to_string())
    };
    for tokens in [0.0, -1.0, 0.0009, 1_000_000.1, f64::NAN, f64::INFINITY] {
        let (field, text) = problem(Budget::builder().capacity(tokens).try_build());
        assert_eq!(field, "capacity");
        assert_eq!(
            text,
            "invalid retry budget: `capacity` of a budget is a number of tokens from 0.001 to 1000000.0"
        );
    }
    let small = Budget::builder().capacity(2.0);
    assert_eq!(problem(small.cost(2.5).try_build()).0, "cost");
    assert_eq!(problem(small.throttled_cost(3.0).try_build()).0, "throttled_cost");
    assert_eq!(problem(small.refund(2.1).try_build()).0, "refund");
    assert_eq!(problem(Budget::builder().refund(0.0).cost(-1.0).try_build()).0, "refund");
    let largest = Budget::builder().capacity(1_000_000.0).cost(0.001).try_build().unwrap();
    assert!(is_close(largest.capacity(), 1_000_000.0));
    assert!(largest.withdraw(Retryability::transient()));
    assert!(is_close(largest.available(), 999_999.999));
}

#[test]
fn threads_never_take_more_than_there_is() {
    static BUDGET: Budget = Budget::builder().capacity(50.0).refund(0.1).build();
    const SUCCESSES: u32 = 20_000;
    let taken = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..SUCCESSES / 4 {
                    BUDGET.deposit();
                    while BUDGET.withdraw(Retryability::transient()) {
                        taken.fetch_add(1, Ordering::Relaxed);
                    }
                    let available = BUDGET.available();
                    assert!((0.0..=50.0).contains(&available), "{available}");
                }
            });
        }
    });
    // What is deposited while it is full is lost.
    let taken = taken.into_inner();
    assert!((50..=50 + SUCCESSES / 10).contains(&taken), "{taken}");
}

#[test]
fn tokens_move_from_one_budget_to_another() {
    let budget = Budget::builder().capacity(5.0).build();
    assert!(is_close(budget.take_tokens(1.5), 1.5));
    assert!(is_close(budget.add_tokens(1.0), 1.0));
    assert!(is_close(budget.add_tokens(1.0), 0.5), "there is no room for more");
    assert!(is_close(budget.add_tokens(1.0), 0.0));
    assert!(is_close(budget.take_tokens(f64::INFINITY), 5.0));
    assert!(is_close(budget.take_tokens(1.0), 0.0));
    assert!(!budget.withdraw(Retryability::transient()));
    assert_eq!(budget.rejections(), 1, "a retry that there was nothing for, and nothing else");
    assert!(is_close(budget.add_tokens(0.0014), 0.001));
    assert!(is_close(budget.add_tokens(f64::MAX), 4.999));
    for nothing in [0.0, -0.0, -1.0, f64::NEG_INFINITY, f64::NAN, f64::MIN_POSITIVE] {
        let moved = [budget.take_tokens(nothing), budget.add_tokens(nothing)];
        assert!(moved.iter().all(|moved| is_close(*moved, 0.0)), "{nothing}: {moved:?}");
    }
    assert!(is_close(budget.available(), 5.0));
}

#[test]
fn threads_that_move_tokens_lose_none() {
    static BUDGETS: [Budget; 2] = [Budget::new(), Budget::builder().capacity(30.0).build()];
    assert!(is_close(BUDGETS[1].take_tokens(25.0), 25.0));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                let (from, to) = (&BUDGETS[thread % 2], &BUDGETS[1 - thread % 2]);
                for round in 1..10_000 {
                    let taken = from.take_tokens(f64::from(round % 70) / 10.0);
                    let fitted = to.add_tokens(taken);
                    // Others may have filled both in the meantime, but not with more than there is.
                    let mut left = taken - fitted;
                    while left > 0.0005 {
                        left -= from.add_tokens(left);
                        left -= to.add_tokens(left);
                    }
                }
            });
        }
    });
    assert!(is_close(BUDGETS.iter().map(Budget::available).sum(), 15.0));
}

proptest! {
    /// Whatever is moved: it is as many tokens before as after.
    #[test]
    fn moves_are_exact(
        capacities in (1.0..20.0_f64, 1.0..20.0_f64),
        moves in prop::collection::vec((any::<bool>(), 0.0..25.0_f64), 1..100),
    ) {
        let make = |capacity| {
            Budget::builder().capacity(capacity).cost(0.5).refund(0.1).try_build().unwrap()
        };
        let (one, other) = (make(capacities.0), make(capacities.1));
        one.take_tokens(capacities.0 / 2.0);
        let before = one.available() + other.available();
        for (is_back, most) in moves {
            let (from, to) = if is_back { (&other, &one) } else { (&one, &other) };
            let taken = from.take_tokens(most);
            prop_assert!(taken <= most + 0.0005);
            let fitted = to.add_tokens(taken);
            prop_assert!(fitted <= taken);
            prop_assert!(is_close(from.add_tokens(taken - fitted), taken - fitted));
            prop_assert!(is_close(one.available() + other.available(), before));
        }
    }

    /// Whatever happens: never below nothing, never above the capacity, and no more retries than were paid for.
    #[test]
    fn retries_are_paid_for(
        capacity in 1.0..20.0_f64,
        cost in 0.1..1.0_f64,
        refund in 0.01..1.0_f64,
        history in prop::collection::vec(prop::option::of(any::<bool>()), 1..300),
    ) {
        let budget = Budget::builder().capacity(capacity).cost(cost).throttled_cost(cost / 2.0).refund(refund);
        let budget = budget.try_build().unwrap();
        // In thousandths, as it counts.
        let thousandths = |tokens: f64| (tokens * 1000.0).round();
        let (mut spent, mut successes) = (0.0, 0.0);
        for event in history {
            match event {
                None => {
                    budget.deposit();
                    successes += 1.0;
                }
                Some(throttled) => {
                    let (retryability, cost) = if throttled {
                        (Retryability::throttled(), cost / 2.0)
                    } else {
                        (Retryability::transient(), cost)
                    };
                    let before = budget.available();
                    let is_enough = budget.withdraw(retryability);
                    prop_assert_eq!(is_enough, thousandths(before) >= thousandths(cost));
                    if is_enough {
                        spent += thousandths(cost);
                    }
                }
            }
            prop_assert!(budget.available() >= 0.0);
            prop_assert!(budget.available() <= budget.capacity());
            prop_assert!(spent <= thousandths(capacity) + thousandths(refund) * successes);
        }
    }
}
