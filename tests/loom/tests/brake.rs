//! The rule of the brake, by two and three threads.

use loom::sync::Arc;
use loom::thread;
use reattempt_loom::Cell;
use reattempt_runtime::__private::model::Rule;

const SCHEDULE: u32 = 300;

fn off() -> Arc<Rule<Cell>> {
    let cell = || Cell::new(0);
    Arc::new(Rule::new(cell(), cell(), cell(), cell(), cell()))
}

/// A thread that does something with it.
fn spawn<T: 'static>(
    rule: &Arc<Rule<Cell>>,
    work: impl FnOnce(&Rule<Cell>) -> T + 'static,
) -> thread::JoinHandle<T> {
    let rule = Arc::clone(rule);
    thread::spawn(move || work(&rule))
}

#[test]
fn no_failure_is_lost() {
    loom::model(|| {
        let rule = off();
        rule.retry_failed(1_000);
        rule.retry_failed(1_000);
        let other = spawn(&rule, |rule| rule.retry_failed(1_001));
        rule.retry_failed(1_002);
        other.join().unwrap();
        assert!(rule.is_on());
        // It came on just now, whoever brought it on.
        assert!(!rule.may_try(1_400, SCHEDULE));
        assert!(rule.may_try(1_600, SCHEDULE));
    });
}

#[test]
fn a_recovery_that_comes_last_takes_it_off() {
    loom::model(|| {
        let rule = off();
        (0..3).for_each(|_| rule.retry_failed(1_000));
        let others = [1_001, 1_002].map(|now| spawn(&rule, move |rule| rule.retry_failed(now)));
        others.into_iter().for_each(|other| other.join().unwrap());
        assert!(rule.is_on());
        rule.recovered(3_000, SCHEDULE);
        assert!(!rule.is_on() && rule.may_try(3_000, SCHEDULE));
    });
}

#[test]
fn a_recovery_among_failures_leaves_it_in_a_state_that_ends() {
    loom::model(|| {
        let rule = off();
        (0..3).for_each(|_| rule.retry_failed(1_000));
        let failing = spawn(&rule, |rule| rule.retry_failed(3_000));
        let trying = spawn(&rule, |rule| rule.may_try(3_000, SCHEDULE));
        rule.recovered(3_000, SCHEDULE);
        failing.join().unwrap();
        trying.join().unwrap();
        // Whatever the order was, one that comes late enough tries, and its success takes it off.
        assert!(rule.may_try(60_000, SCHEDULE));
        rule.recovered(60_000, SCHEDULE);
        assert!(!rule.is_on());
    });
}

#[test]
fn of_many_turns_few_pass() {
    loom::model(|| {
        let rule = off();
        (0..4).for_each(|_| rule.retry_failed(1_000));
        // 1 + 20 · 0.1 = 3.
        let other = spawn(&rule, |rule| u32::from(rule.may_try(1_100, SCHEDULE)));
        let mut passed = u32::from(rule.may_try(1_100, SCHEDULE));
        passed += u32::from(rule.may_try(1_100, SCHEDULE));
        passed += other.join().unwrap();
        assert_eq!(passed, 1);
    });
}
