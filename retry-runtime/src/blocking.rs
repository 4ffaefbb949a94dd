//! The loop of blocking calls.
//!
//! The first attempt is made where the call stands. What follows a failed one is out of the way, in a function
//! for all the calls with the same outcome: where all goes well nothing of it is seen but a comparison.

use core::time::Duration;

#[cfg(feature = "std")]
use crate::attempt;
#[cfg(feature = "std")]
use crate::classify::{Retryability, Retryable};
#[cfg(feature = "std")]
use crate::description::Describe;
use crate::engine::Engine;
use crate::outcome::Outcome;

/// Makes the first attempt, and has the others made if it fails.
#[inline]
pub(crate) fn first<R: Outcome>(
    mut attempt: impl FnMut() -> R,
    others: impl FnOnce(R, &mut dyn FnMut() -> R) -> R,
) -> R {
    let outcome = attempt();
    if outcome.error().is_none() { outcome } else { others(outcome, &mut attempt) }
}

/// Makes the attempts of a call whose errors speak for themselves.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn run<R, D>(engine: &mut Engine, site: &str, attempt: impl FnMut() -> R) -> R
where
    R: Outcome<Error: Retryable>,
    D: Describe<R::Error>,
{
    first(attempt, |failed, attempt| again::<R, D>(engine, site, failed, attempt))
}

#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn again<R, D>(engine: &mut Engine, site: &str, failed: R, attempt: &mut dyn FnMut() -> R) -> R
where
    R: Outcome<Error: Retryable>,
    D: Describe<R::Error>,
{
    let mut was_last =
        |engine: &mut Engine, outcome: &R| attempt::was_last::<R, D, str>(engine, site, outcome);
    others(engine, failed, attempt, &mut was_last, &std::thread::sleep)
}

/// Makes the attempts of a call about whose errors `on` is asked.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn run_by<R, D>(
    engine: &mut Engine,
    site: &str,
    attempt: impl FnMut() -> R,
    on: impl Fn(&R::Error) -> Retryability,
) -> R
where
    R: Outcome,
    D: Describe<R::Error>,
{
    first(attempt, |failed, attempt| again_by::<R, D>(engine, site, failed, attempt, &on))
}

#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn again_by<R, D>(
    engine: &mut Engine,
    site: &str,
    failed: R,
    attempt: &mut dyn FnMut() -> R,
    on: &dyn Fn(&R::Error) -> Retryability,
) -> R
where
    R: Outcome,
    D: Describe<R::Error>,
{
    let mut was_last = |engine: &mut Engine, outcome: &R| {
        attempt::was_last_by::<R, D, str>(engine, site, outcome, on)
    };
    others(engine, failed, attempt, &mut was_last, &std::thread::sleep)
}

/// Makes the other attempts after one that failed.
pub(crate) fn others<R>(
    engine: &mut Engine,
    failed: R,
    attempt: &mut dyn FnMut() -> R,
    was_last: &mut dyn FnMut(&mut Engine, &R) -> bool,
    sleep: &dyn Fn(Duration),
) -> R {
    let mut outcome = failed;
    loop {
        if was_last(engine, &outcome) {
            return outcome;
        }
        // It is gone when the wait begins, with whatever its error holds.
        drop(outcome);
        sleep(engine.previous_delay());
        outcome = attempt();
    }
}
