//! How scopes end: by a panic, in another order than they began, or while a future waits.

#![allow(clippy::items_after_statements, reason = "where they are used")]

mod support;

use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use reattempt::{Scope, retry};
use support::{Failure, Work, ms};
use tokio::time::sleep;

#[retry(max_attempts = 3, backoff = "none")]
fn read(work: &Work) -> Result<u32, Failure> {
    work.call()
}

#[test]
fn a_panic_and_an_early_end_restore_what_was_there() {
    let left = || Scope::current().remaining();
    let scope = Scope::new().deadline(Duration::from_secs(9)).max_attempts(1);
    let panicked =
        panic::catch_unwind(AssertUnwindSafe(|| scope.run(|| panic::resume_unwind(Box::new(())))));
    assert!(panicked.is_err());
    assert_eq!(left(), None);

    // A guard that is dropped before one inside of it leaves that as it is.
    let outer = scope.enter();
    let inner = Scope::new().deadline(Duration::from_secs(3)).retries(1).enter();
    assert!(left().unwrap() <= Duration::from_secs(3));
    drop(outer);
    assert!(left().unwrap() <= Duration::from_secs(3));
    drop(inner);
    assert_eq!(left(), None);
    let work = Work::failing(9);
    assert!(read(&work).is_err());
    assert_eq!(work.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn while_a_future_waits_others_are_outside_of_its_scope() {
    let inside = Scope::new().max_attempts(1).run_async(async {
        sleep(ms(10)).await;
        let work = Work::failing(9);
        assert!(read(&work).is_err());
        work.calls()
    });
    let outside = async {
        sleep(ms(5)).await;
        let work = Work::failing(9);
        assert!(read(&work).is_err());
        work.calls()
    };
    assert_eq!(tokio::join!(inside, outside), (1, 3));
}

#[test]
fn a_guard_that_is_gone_is_never_taken_for_another() {
    let left = || Scope::current().remaining();
    let of = |seconds| Scope::new().deadline(Duration::from_secs(seconds));
    let (first, second) = (of(100).enter(), of(90).enter());
    drop(first);
    drop(second);
    let (third, fourth) = (of(500).enter(), of(400).enter());
    let fifth = of(300).enter();
    drop(third);
    assert!(left().unwrap() > Duration::from_secs(200));
    drop(fifth);
    assert!(left().unwrap() > Duration::from_secs(300));
    drop(fourth);
    assert_eq!(left(), None);
}

#[tokio::test]
async fn a_guard_that_is_dropped_inside_of_a_future_leaves_nothing() {
    let guard = Scope::new().deadline(Duration::from_secs(100)).enter();
    Scope::new().max_attempts(2).run_async(async move { drop(guard) }).await;
    assert_eq!(Scope::current().remaining(), None);
    // Inside of an attempt that has limits of its own.
    let guard = Scope::new().deadline(Duration::from_secs(100)).enter();
    #[retry(max_elapsed = 1h)]
    fn limited(guard: &mut Option<reattempt::EnteredScope>) -> Result<(), Failure> {
        drop(guard.take());
        Ok(())
    }
    assert_eq!(limited(&mut Some(guard)), Ok(()));
    assert_eq!(Scope::current().remaining(), None);
}
