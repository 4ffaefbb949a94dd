//! The loop of blocking calls.
//!
//! The first attempt is made where the call stands. What follows a failed one is out of the way, in a function
//! for all the calls with the same outcome: where all goes well nothing of it is seen but a comparison.

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

/// Makes the attempts of a call whose errors speak for themselves.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn run<R, D>(site: &str, mut attempt: impl FnMut() -> R) -> R
where
    R: Outcome<Error: Retryable>,
    D: Describe<R::Error>,
{
    let outcome = attempt();
    if outcome.error().is_none() {
        return outcome;
    }
    again::<R, D>(site, outcome, &mut attempt)
}

#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn again<R, D>(site: &str, failed: R, attempt: &mut dyn Attempt<R>) -> R
where
    R: Outcome<Error: Retryable>,
    D: Describe<R::Error>,
{
    let mut was_last =
        |engine: &mut Engine, outcome: &R| attempt::was_last::<R, D, str>(engine, site, outcome);
    others(failed, attempt, &mut was_last, &std::thread::sleep)
}

/// Makes the attempts of a call about whose errors `on` is asked.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn run_by<R, D>(
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
    again_by::<R, D>(site, outcome, &mut attempt, &on)
}

#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn again_by<R, D>(
    site: &str,
    failed: R,
    attempt: &mut dyn Attempt<R>,
    on: &dyn Fn(&R::Error) -> Retryability,
) -> R
where
    R: Outcome,
    D: Describe<R::Error>,
{
    let mut was_last = |engine: &mut Engine, outcome: &R| {
        attempt::was_last_by::<R, D, str>(engine, site, outcome, on)
    };
    others(failed, attempt, &mut was_last, &std::thread::sleep)
}

/// Makes the other attempts after one that failed.
pub(crate) fn others<R>(
    mut outcome: R,
    attempt: &mut dyn Attempt<R>,
    was_last: &mut dyn FnMut(&mut Engine, &R) -> bool,
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
