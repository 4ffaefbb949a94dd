//! The loop of blocking calls, but for those that only an expansion can make.
//!
//! The first attempt is made where the call stands, and is a comparison more than the body. What follows a failed
//! one is out of the way, in a function for all the calls with the same outcome, which is handed the body once
//! more, behind a pointer.

use core::time::Duration;

use crate::engine::Engine;
#[cfg(feature = "std")]
use crate::{
    attempt,
    classify::{Retryability, Retryable},
    description::Describe,
    outcome::Outcome,
};

/// An attempt, behind a pointer. (A `dyn FnMut` would bring a way to call it by value too, into each annotated
/// function.)
pub(crate) trait Attempt<R> {
    fn make(&mut self) -> R;
}

impl<R, F: FnMut() -> R> Attempt<R> for F {
    fn make(&mut self) -> R {
        self()
    }
}

/// What is asked about an error, behind a pointer of the same kind.
#[cfg(feature = "std")]
trait Asked<E> {
    fn retryability(&self, error: &E) -> Retryability;
}

#[cfg(feature = "std")]
impl<E, F: Fn(&E) -> Retryability> Asked<E> for F {
    fn retryability(&self, error: &E) -> Retryability {
        self(error)
    }
}

/// Makes the attempts of a call whose errors speak for themselves.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn make_all<R, D>(site: &str, mut attempt: impl FnMut() -> R) -> R
where
    R: Outcome<Error: Retryable>,
    D: Describe<R::Error>,
{
    let outcome = attempt();
    if outcome.error().is_none() {
        return outcome;
    }
    make_others::<R, D>(site, outcome, &mut attempt)
}

/// It is not handed what to ask, which would be a pointer more in each annotated function.
#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn make_others<R, D>(site: &str, failed: R, attempt: &mut dyn Attempt<R>) -> R
where
    R: Outcome<Error: Retryable>,
    D: Describe<R::Error>,
{
    let was_last =
        |engine: &mut Engine, outcome: &R| attempt::was_last::<R, D, str>(engine, site, outcome);
    retry(failed, attempt, &was_last, &std::thread::sleep)
}

/// Makes the attempts of a call about whose errors `on` is asked.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn make_all_by<R, D>(
    site: &str,
    mut attempt: impl FnMut() -> R,
    on: impl Fn(&R::Error) -> Retryability,
) -> R
where
    R: Outcome,
    D: Describe<R::Error>,
{
    let outcome = attempt();
    if outcome.error().is_none() {
        return outcome;
    }
    make_others_by::<R, D>(site, outcome, &mut attempt, &on)
}

#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn make_others_by<R, D>(
    site: &str,
    failed: R,
    attempt: &mut dyn Attempt<R>,
    on: &dyn Asked<R::Error>,
) -> R
where
    R: Outcome,
    D: Describe<R::Error>,
{
    let was_last = |engine: &mut Engine, outcome: &R| {
        let on = |error: &R::Error| on.retryability(error);
        attempt::was_last_by::<R, D, str>(engine, site, outcome, on)
    };
    retry(failed, attempt, &was_last, &std::thread::sleep)
}

/// Makes the other attempts, after a first one that came to `outcome`.
pub(crate) fn retry<R>(
    mut outcome: R,
    attempt: &mut dyn Attempt<R>,
    was_last: &dyn Fn(&mut Engine, &R) -> bool,
    sleep: &dyn Fn(Duration),
) -> R {
    let mut engine = Engine::start();
    loop {
        if was_last(&mut engine, &outcome) {
            return outcome;
        }
        // It is gone when the wait begins, with whatever its error holds.
        drop(outcome);
        sleep(engine.previous_delay());
        outcome = attempt.make();
    }
}
