//! Names chosen to collide with ours.

#![allow(
    dead_code,
    non_camel_case_types,
    clippy::upper_case_acronyms,
    reason = "the names of other things"
)]

use reattempt::retry;

use super::support::{Failure, Work, sleep};

mod core {}
mod std {}
mod reattempt_ {}
struct Result;
struct Option;
struct Ok;
struct Err;
struct Some;
struct None;
struct str;
struct Policy;
struct Duration;
struct Outcome;
const __REATTEMPT_POLICY: u32 = 100;
const __REATTEMPT_OPERATION: u32 = 200;
const POLICY: u32 = 4;
const OPERATION: u32 = 3;

#[retry(max_attempts = POLICY, sleep = sleep, context = __cx)]
fn locals(
    __engine: u32,
    __delay: u32,
    __outcome: &Work,
    __error: u32,
    __retryability: u32,
    __operation: u32,
    __next: u32,
    __context: u32,
) -> ::core::result::Result<u32, Failure> {
    let call = __outcome.call()?;
    let sum = __engine + __delay + __error + __retryability + __operation + __next + __context;
    ::core::result::Result::Ok(call + sum + OPERATION + __cx.attempt() - call)
}

#[retry(max_attempts = POLICY, until = |__value| *__value > __delay)]
async fn async_locals(
    __engine: u32,
    __delay: u32,
    __outcome: &Work,
    __failed: u32,
) -> ::core::result::Result<u32, Failure> {
    let call = __outcome.call()?;
    ::core::result::Result::Ok(call + __engine + __delay + __failed)
}

/// A body sees the constants of the user, and none of ours.
#[retry(max_attempts = POLICY, name = concat!("a", "b"), sleep = sleep)]
fn constants(__outcome: &Work) -> ::core::result::Result<u32, Failure> {
    let call = __outcome.call()?;
    ::core::result::Result::Ok(call + __REATTEMPT_POLICY + __REATTEMPT_OPERATION)
}

/// Methods that everything has, ours included, by the names of ours.
trait Everywhere {
    fn attempt(&self) {}
    fn begin(&self) {}
    fn delay(&self) {}
    fn failed(&self) {}
    fn run(&self) {}
    fn should_return(&self) {}
    fn should_return_by(&self) {}
    fn sleep(&self) {}
    fn succeeded(&self) {}
    fn timer(&self) {}
    fn unsatisfied(&self) {}
}

impl<T: ?Sized> Everywhere for T {}

#[retry(max_attempts = POLICY, until = |value| *value > 1, context = cx, sleep = sleep)]
fn methods(work: &Work) -> ::core::result::Result<u32, Failure> {
    let call = work.call()?;
    ::core::result::Result::Ok(call + cx.attempt() - call)
}

#[retry(sleep = sleep, on = |_| true)]
fn methods_by_a_closure(work: &Work) -> ::core::result::Result<u32, Failure> {
    let call = work.call()?;
    ::core::result::Result::Ok(call)
}

#[retry(sleep = sleep)]
fn a_method_alone(work: &Work) -> ::core::result::Result<u32, Failure> {
    work.call()
}

#[retry(backoff = "none")]
fn methods_that_make_all_attempts(work: &Work) -> ::core::result::Result<u32, Failure> {
    work.call()
}

#[retry(backoff = "none", on = |_| true)]
fn the_same_by_a_closure(work: &Work) -> ::core::result::Result<u32, Failure> {
    work.call()
}

/// An error without a `Display` is found by more dereferences, which must not end at a trait of the user's.
#[derive(Debug)]
struct Silent;

#[retry(backoff = "none", on = |_| true)]
fn without_display(calls: &::core::cell::Cell<u32>) -> ::core::result::Result<u32, Silent> {
    calls.set(calls.get() + 1);
    if calls.get() < 3 {
        ::core::result::Result::Err(Silent)
    } else {
        ::core::result::Result::Ok(3)
    }
}

#[retry(sleep = sleep, on = |_| true, until = |calls| *calls > 3)]
fn without_display_by_a_loop(
    calls: &::core::cell::Cell<u32>,
) -> ::core::result::Result<u32, Silent> {
    calls.set(calls.get() + 1);
    if calls.get() < 3 {
        ::core::result::Result::Err(Silent)
    } else {
        ::core::result::Result::Ok(calls.get())
    }
}

#[test]
fn names_do_not_collide_where_an_error_has_no_display() {
    let calls = ::core::cell::Cell::new(0);
    assert_eq!(without_display(&calls).unwrap(), 3);
    calls.set(0);
    assert_eq!(without_display_by_a_loop(&calls).unwrap(), 3, "the attempts ran out");
    calls.set(2);
    assert_eq!(without_display_by_a_loop(&calls).unwrap(), 4);
}

#[test]
fn names_do_not_collide() {
    assert_eq!(methods_that_make_all_attempts(&Work::failing(2)).unwrap(), 3);
    assert_eq!(the_same_by_a_closure(&Work::failing(2)).unwrap(), 3);
    assert_eq!(methods(&Work::failing(2)).unwrap(), 3);
    assert_eq!(methods_by_a_closure(&Work::failing(2)).unwrap(), 3);
    assert_eq!(a_method_alone(&Work::failing(2)).unwrap(), 3);
    assert_eq!(constants(&Work::failing(3)).unwrap(), 304);
    assert_eq!(locals(1, 1, &Work::failing(3), 1, 1, 1, 1, 1).unwrap(), 4 + 7 + 3);
}

#[tokio::test(start_paused = true)]
async fn async_names_do_not_collide() {
    assert_eq!(async_locals(1, 1, &Work::failing(3), 1).await.unwrap(), 4 + 3);
}
