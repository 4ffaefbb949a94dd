//! A scope of the whole process, which is why these are in a process of their own.

#![allow(clippy::items_after_statements, reason = "where they are used")]

mod support;

use reattempt::{Backoff, Policy, Scope, retry};
use support::{Failure, Work};

#[retry(max_attempts = 3, backoff = "none")]
fn read(work: &Work) -> Result<u32, Failure> {
    work.call()
}

fn calls() -> u32 {
    let work = Work::failing(99);
    assert!(read(&work).is_err());
    work.calls()
}

fn at_most(attempts: u32) -> Policy {
    Policy::builder().max_attempts(attempts).backoff(Backoff::None).build().unwrap()
}

#[test]
fn every_thread_is_inside_and_a_second_one_takes_its_place() {
    assert_eq!(calls(), 3);
    Scope::new().policy("read", at_most(6)).install();
    assert_eq!(calls(), 6);
    assert_eq!(std::thread::spawn(calls).join().unwrap(), 6);
    // Scopes of threads come before it, and of numbers the stricter one counts.
    assert_eq!(Scope::new().policy("read", at_most(2)).run(calls), 2);
    assert_eq!(Scope::new().max_attempts(1).run(calls), 1);

    Scope::new().policy("read", at_most(4)).max_attempts(3).without_waits().install();
    assert_eq!(calls(), 3);
    // A call that is on its way goes by the new one after its next failure.
    let work = Work::failing(99);
    #[retry(max_attempts = 2, backoff = "none", name = "reloaded")]
    fn reloaded(work: &Work) -> Result<u32, Failure> {
        if work.calls() == 1 {
            Scope::new().policy("reloaded", at_most(5)).install();
        }
        work.call()
    }
    assert!(reloaded(&work).is_err());
    assert_eq!(work.calls(), 5);
}
