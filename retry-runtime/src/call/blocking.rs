//! The loop of blocking calls, except for those that only an expansion can write.
//!
//! The first attempt is made where the call stands, and costs a comparison more than the body. What follows a
//! failed one is out of line, in a function that all calls with the same outcome share. It is handed the body
//! once more, behind a pointer.

#[cfg(feature = "std")]
use core::time::Duration;

#[cfg(feature = "std")]
use super::after_attempt::{should_return, should_return_by, succeeded_at_once, time_to_wait};
#[cfg(feature = "std")]
use super::outcome::Outcome;
#[cfg(feature = "std")]
use super::site::nesting;
#[cfg(feature = "std")]
use super::view::View;
#[cfg(feature = "std")]
use crate::classify::{Retryability, Retryable};
#[cfg(feature = "std")]
use crate::engine::Engine;
#[cfg(feature = "std")]
use crate::scope::around::beginning;
#[cfg(feature = "std")]
use crate::scope::retrying::{EnteredRetry, Retried};
#[cfg(feature = "std")]
use crate::timer;
#[cfg(feature = "std")]
use crate::timer::began::Began;

/// An attempt, behind a pointer. A `dyn FnMut` has a way to call it by value as well, which would be code in
/// each annotated function.
pub(crate) trait Attempt<R> {
    fn make(&mut self) -> R;
}

impl<R, F: FnMut() -> R> Attempt<R> for F {
    fn make(&mut self) -> R {
        self()
    }
}

/// A classifier of errors, behind a pointer of the same kind.
#[cfg(feature = "std")]
trait ClassifyError<E> {
    fn retryability(&self, error: &E) -> Retryability;
}

#[cfg(feature = "std")]
impl<E, F: Fn(&E) -> Retryability> ClassifyError<E> for F {
    fn retryability(&self, error: &E) -> Retryability {
        self(error)
    }
}

/// Makes the attempts of a call whose errors classify themselves.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn run<R, V>(site: &'static str, mut attempt: impl FnMut() -> R) -> R
where
    R: Outcome<Error: Retryable>,
    V: View<R::Error>,
{
    let began = beginning();
    let outcome = attempt();
    if outcome.error().is_none() {
        succeeded_at_once(began, site);
        return outcome;
    }
    after_first_failure::<R, V>((site, began), outcome, &mut attempt)
}

/// What classifies the error is not an argument here: that would be one more in the call that each annotated
/// function makes.
#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn after_first_failure<R, V>(
    (site, began): (&'static str, Began),
    failed: R,
    attempt: &mut dyn Attempt<R>,
) -> R
where
    R: Outcome<Error: Retryable>,
    V: View<R::Error>,
{
    let ends = |engine: &mut Engine, outcome: &R| should_return::<R, V, _>(engine, site, outcome);
    retry((site, began), failed, attempt, &ends, &timer::block)
}

/// Makes the attempts of a call about whose errors `on` is asked.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn run_by<R, V>(
    site: &'static str,
    mut attempt: impl FnMut() -> R,
    on: impl Fn(&R::Error) -> Retryability,
) -> R
where
    R: Outcome,
    V: View<R::Error>,
{
    let began = beginning();
    let outcome = attempt();
    if outcome.error().is_none() {
        succeeded_at_once(began, site);
        return outcome;
    }
    after_first_failure_by::<R, V>((site, began), outcome, &mut attempt, &on)
}

#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn after_first_failure_by<R, V>(
    (site, began): (&'static str, Began),
    failed: R,
    attempt: &mut dyn Attempt<R>,
    on: &dyn ClassifyError<R::Error>,
) -> R
where
    R: Outcome,
    V: View<R::Error>,
{
    let ends = |engine: &mut Engine, outcome: &R| {
        let on = |error: &R::Error| on.retryability(error);
        should_return_by::<R, V, _>(engine, site, outcome, on)
    };
    retry((site, began), failed, attempt, &ends, &timer::block)
}

/// Makes the other attempts, after a first one that came to `outcome`.
#[cfg(feature = "std")]
fn retry<R>(
    (site, began): (&'static str, Began),
    mut outcome: R,
    attempt: &mut dyn Attempt<R>,
    ends: &dyn Fn(&mut Engine, &R) -> bool,
    sleep: &dyn Fn(Duration),
) -> R {
    let mut engine = Engine::start().with_beginning(began);
    let (once, is_said) = nesting(site);
    loop {
        if ends(&mut engine, &outcome) {
            return outcome;
        }
        // Whatever the error holds is let go before the wait begins.
        drop(outcome);
        sleep(time_to_wait(&engine));
        // Retries of calls inside are found, or left out where `nested` says so.
        let _entered = EnteredRetry::new(is_said.then_some(Retried::Text(site)), once);
        outcome = attempt.make();
    }
}
