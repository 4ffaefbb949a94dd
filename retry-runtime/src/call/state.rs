//! What an expansion that asks for more does with the state of its call. They are functions and no methods: the compiler
//! reads all the methods of a type where one of them is called, in each annotated function.

use core::time::Duration;

use reattempt_policy::Log;

use super::after_attempt;
use super::braked::{self, TurnOver};
use super::outcome::Outcome;
use super::record::{self, GaveUp, Record, Retrying};
use super::retry_loop::RetryLoop;
use super::site::{Operation, elapsed_since};
use super::span;
use super::tell;
use crate::classify::timed_out::TimedOut;
use crate::engine::GiveUpReason;
use crate::error_view::ErrorView;
use crate::timer::clock::Clock;
use crate::timer::moment::Moment;

/// Calls a closure: one that is called where it stands would look odd to lints.
#[inline]
pub fn call_once<R>(closure: impl FnOnce() -> R) -> R {
    closure()
}

/// The state is that of what the attempt comes to: without this, the compiler would choose among the state's methods
/// before it knows.
#[inline]
pub const fn of<R>(_: &RetryLoop<R>, _: &R) {}

/// The same, of an attempt that may have been cut off.
#[inline]
pub const fn of_limited<R>(_: &RetryLoop<R>, _: &Result<R, TimedOut>) {}

/// Whether an attempt has failed.
#[inline]
pub fn has_failed<R>(state: &RetryLoop<R>) -> bool {
    state.engine.has_failed()
}

/// Whether anybody may have to be told of a success.
#[inline]
pub fn is_told_of_success<R>(state: &RetryLoop<R>) -> bool {
    after_attempt::is_told_of_success(&state.engine, None)
}

/// Tells of a success of what has this name. The call ends with it.
pub fn succeeded<R>(
    state: &RetryLoop<R>,
    name: &'static str,
    log: Log,
    began_at: Option<Moment>,
    clock: Clock<'_>,
) -> bool {
    let elapsed = || elapsed_since(began_at, clock);
    tell::succeeded_as(&state.engine, name, log, elapsed)
}

/// The delay before the next attempt, if the call goes on.
pub fn delay<R>(state: &RetryLoop<R>) -> Duration {
    after_attempt::time_to_wait(&state.engine)
}

/// The outcome of an attempt that failed with this error.
pub fn failing<R: Outcome>(_: &RetryLoop<R>, error: R::Error) -> R {
    R::failing(error)
}

/// What an attempt runs inside of that `span` asks for. `inside`: what else.
#[cfg(feature = "tracing")]
pub fn in_span<R, I>(inside: I, operation: &str, state: &RetryLoop<R>) -> span::InSpan<I> {
    span::in_span(inside, operation, &state.engine)
}

/// Would be that, with the feature `tracing`.
#[cfg(not(feature = "tracing"))]
pub fn in_span<R, I: span::NeedsTracing>(inside: I, _: &str, _: &RetryLoop<R>) -> I {
    inside
}

/// What `on_retry` is told.
pub fn retrying<'a, R, E>(
    state: &RetryLoop<R>,
    operation: &'a str,
    began_at: Option<Moment>,
    clock: Clock<'_>,
    error: &'a E,
) -> Retrying<'a, E> {
    Retrying::new(operation, &state.engine, record::elapsed(began_at, clock), error)
}

/// The call as it is told at its end.
pub fn gave_up(record: &Record, began_at: Option<Moment>, clock: Clock<'_>) -> GaveUp {
    record.gave_up(record::elapsed(began_at, clock))
}

/// Takes note of an attempt that was cut off. Whether the call ends with it.
pub fn cut_off<R>(
    state: &mut RetryLoop<R>,
    operation: &Operation<'_>,
    timed_out: &TimedOut,
) -> bool {
    after_attempt::cut_off(&mut state.engine, operation, timed_out)
}

/// Tells the listeners that the call ended while it waited after an attempt that had been cut off.
pub fn ended_waiting_after<R>(
    state: &RetryLoop<R>,
    operation: &Operation<'_>,
    timed_out: &TimedOut,
    reason: GiveUpReason,
) {
    let error = Some(ErrorView::Error(timed_out));
    tell::ended_waiting(&state.engine, operation, error, reason);
}

/// What follows a wait that is over, of a call under a brake.
pub fn turn<R>(state: &mut RetryLoop<R>, operation: &Operation<'_>) -> TurnOver {
    braked::turn(&mut state.engine, operation)
}

/// Tells the brake that a retry has succeeded.
pub fn release(operation: &Operation<'_>) {
    braked::release(operation);
}
