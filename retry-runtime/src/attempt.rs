//! What every driver does between two attempts: asks the engine and tells the listeners.
//!
//! The loops themselves (the attribute's expansion, [`Retry`](crate::Retry)) only call and sleep.

use core::any::type_name;
use core::fmt::{self, Display};
use core::marker::PhantomData;
use core::ops::Deref;
use core::time::Duration;

use crate::classify::{Certain, Retryability, Retryable, Verdict};
use crate::clock::{Clock, Moment};
use crate::engine::{Decision, Engine, GiveUpReason};
use crate::events::{self, Event};
use crate::random;
use crate::schedule::RetryPolicy;

/// What is the same for all the attempts of a call.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct Operation<'a> {
    /// What it is called in logs.
    pub name: &'a str,
    /// The policy it is retried under.
    pub policy: &'a dyn RetryPolicy,
    /// The clock it goes by.
    pub clock: Clock,
    /// Whether it may be applied twice.
    pub idempotent: bool,
}

/// Takes note of an attempt whose error says itself whether another one is worth it. The wait before the
/// next one, or `None` to return what there is.
#[inline]
pub fn judged<R, D>(
    engine: &mut Engine,
    operation: &Operation<'_>,
    outcome: &R,
    _: D,
) -> Option<Duration>
where
    R: Outcome,
    R::Error: Retryable,
    D: Describe<R::Error>,
{
    match outcome.error() {
        Some(error) => judge::<R::Error, D>(engine, operation, error),
        None => succeeded(engine, operation.name),
    }
}

/// One for each type of error, so that a function has one call in place of three.
#[cold]
#[inline(never)]
fn judge<E, D>(engine: &mut Engine, operation: &Operation<'_>, error: &E) -> Option<Duration>
where
    E: Retryable,
    D: Describe<E>,
{
    failed(engine, operation, error.retryability(), D::describe(error))
}

/// Takes note of a failed attempt. The wait before the next one, or `None` to give up.
#[cold]
#[inline(never)]
pub fn failed(
    engine: &mut Engine,
    operation: &Operation<'_>,
    retryability: Retryability,
    error: &dyn Display,
) -> Option<Duration> {
    next(engine, operation, retryability, Some(error))
}

/// Takes note of an attempt whose value `until` found lacking, as [`failed`] does.
#[cold]
#[inline(never)]
pub fn unsatisfied(engine: &mut Engine, operation: &Operation<'_>) -> Option<Duration> {
    next(engine, operation, Retryability::transient(), None)
}

/// `error`: none where the attempt succeeded, with a value that is not good enough yet.
fn next(
    engine: &mut Engine,
    operation: &Operation<'_>,
    retryability: Retryability,
    error: Option<&dyn Display>,
) -> Option<Duration> {
    let &Operation { name: operation, policy, clock, idempotent } = operation;
    let decision = engine.failed(policy, retryability, idempotent, &random::entropy);
    let attempt = engine.failures();
    match decision {
        Decision::Wait(delay) => {
            if attempt == 1 && events::ARE_REPORTED {
                engine.set_since(clock.now());
            }
            let max_attempts = policy.max_attempts();
            events::report(&match error {
                Some(error) => Event::Retrying { operation, attempt, max_attempts, delay, error },
                None => Event::Polling { operation, attempt, max_attempts, delay },
            });
            Some(delay)
        }
        Decision::GiveUp(reason) => {
            let now =
                if attempt > 1 && events::ARE_REPORTED { clock.now() } else { Moment::UNKNOWN };
            let elapsed = engine.since().until(now);
            let retries_are_off = matches!(
                reason,
                GiveUpReason::Permanent
                    | GiveUpReason::Cancelled
                    | GiveUpReason::NotIdempotent
                    | GiveUpReason::Attempts
            );
            events::report(&match error {
                Some(error) if attempt == 1 && retries_are_off => {
                    Event::NotRetryable { operation, reason, error }
                }
                Some(error) => {
                    Event::GaveUp { operation, attempts: attempt, reason, elapsed, error }
                }
                None => Event::NotSatisfied { operation, attempts: attempt, reason, elapsed },
            });
            None
        }
    }
}

/// Takes note of a successful attempt, one comparison where it is the first. There is no wait after it.
#[inline]
pub fn succeeded(engine: &Engine, operation: &str) -> Option<Duration> {
    if engine.has_failed() {
        recovered(engine, operation);
    }
    None
}

#[cold]
#[inline(never)]
fn recovered(engine: &Engine, operation: &str) {
    let attempt = engine.failures().saturating_add(1);
    events::report(&Event::Recovered { operation, attempt });
}

/// What the closure given as `on` answers about an error. Its bound is what tells the compiler the
/// type of the closure's argument.
pub fn classify<E: ?Sized, V: Verdict>(error: &E, on: impl FnOnce(&E) -> V) -> Retryability {
    on(error).into_retryability()
}

/// The same, where the answer has to say whether anything was applied.
pub fn classify_certain<E: ?Sized, V: Certain>(
    error: &E,
    on: impl FnOnce(&E) -> V,
) -> Retryability {
    on(error).certain()
}

/// The type that an attempt returns. By this name, lints about types don't take it for a second one of
/// the user's.
pub type Attempted<R> = R;

/// A value of the type that an attempt returns, for code that is never run.
#[cold]
#[allow(clippy::missing_panics_doc, clippy::panic, reason = "it is never called")]
pub fn never<T>() -> T {
    panic!("a branch that is never taken")
}

/// Takes a value, in code that is never run, so that the block around it captures it as its own.
pub fn owned<T>(_: T) {}

/// What the function given as `sleep` to a blocking function answers.
#[diagnostic::on_unimplemented(
    message = "the `sleep` of a blocking function waits and returns nothing, \
               but this one returns `{Self}`",
    label = "does not block",
    note = "a function that returns a future is a timer for async functions"
)]
pub trait Slept {}

#[diagnostic::do_not_recommend]
impl Slept for () {}

/// Sees to it that a timer of the user's has waited.
#[inline]
pub fn slept<T: Slept>(_: T) {}

/// Whether the closure given as `until` is satisfied by a value.
pub fn is_done<T: ?Sized>(value: &T, until: impl FnOnce(&T) -> bool) -> bool {
    until(value)
}

/// What an attempt comes to.
#[diagnostic::on_unimplemented(
    message = "`#[retry]` needs a function that returns a `Result` or an `Option`, \
               but this one returns `{Self}`",
    label = "neither a `Result` nor an `Option`"
)]
pub trait Outcome {
    /// What it succeeds with.
    type Value;
    /// What it fails with.
    type Error;

    /// The value of a successful attempt, or the error of a failed one.
    #[allow(clippy::missing_errors_doc, reason = "it fails as the attempt did")]
    fn result(&self) -> Result<&Self::Value, &Self::Error>;

    /// The error of a failed attempt.
    #[inline]
    fn error(&self) -> Option<&Self::Error> {
        self.result().err()
    }
}

#[diagnostic::do_not_recommend]
impl<T, E> Outcome for Result<T, E> {
    type Value = T;
    type Error = E;

    #[inline]
    fn result(&self) -> Result<&T, &E> {
        self.as_ref()
    }
}

#[diagnostic::do_not_recommend]
impl<T> Outcome for Option<T> {
    type Value = T;
    type Error = NoValue;

    #[inline]
    fn result(&self) -> Result<&T, &NoValue> {
        self.as_ref().ok_or(&NoValue)
    }
}

/// The error of a function that returned `None`.
#[derive(Debug, Clone, Copy)]
pub struct NoValue;

impl Display for NoValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no value")
    }
}

#[diagnostic::do_not_recommend]
impl Retryable for NoValue {
    fn retryability(&self) -> Retryability {
        Retryability::transient()
    }
}

/// How an error stands in a log: as its `Display` shows it if it has one, else by the name of its type.
/// `Debug` is left alone, because it may show what is not meant to be read.
pub trait Describe<E> {
    /// The error, to be read.
    fn describe(error: &E) -> &dyn Display;
}

/// An error, to be read.
#[inline]
pub fn described<E, D: Describe<E>>(error: &E, _: D) -> &dyn Display {
    D::describe(error)
}

/// Errors with a `Display`.
#[derive(Debug, Clone, Copy)]
pub struct ByDisplay;

impl<E: Display> Describe<E> for ByDisplay {
    #[inline]
    fn describe(error: &E) -> &dyn Display {
        error
    }
}

/// Errors without one.
#[derive(Debug, Clone, Copy)]
pub struct ByTypeName;

impl<E> Describe<E> for ByTypeName {
    #[inline]
    fn describe(_: &E) -> &dyn Display {
        const { &TypeName::<E>(PhantomData) }
    }
}

struct TypeName<E>(PhantomData<fn(&E)>);

impl<E> Display for TypeName<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(type_name::<E>())
    }
}

/// Which of the two it is, for the errors of an outcome. It is settled where the macro calls the method:
/// this one, if its bound holds, or that of what this dereferences to.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct Description<E>(PhantomData<fn(&E)>);

impl<E> Description<E> {
    /// For the errors of an outcome.
    #[inline]
    pub const fn of<R: Outcome<Error = E>>(_: &R) -> Description<E> {
        Description(PhantomData)
    }
}

impl<E: Display> Description<E> {
    /// They show themselves.
    #[inline]
    pub const fn __reattempt_describe(&self) -> ByDisplay {
        ByDisplay
    }
}

impl<E> Deref for Description<E> {
    type Target = NoDisplay;

    #[inline]
    fn deref(&self) -> &NoDisplay {
        &NoDisplay
    }
}

/// Where there is no `Display`.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct NoDisplay;

impl NoDisplay {
    /// The name of the type stands for them.
    #[inline]
    pub const fn __reattempt_describe(&self) -> ByTypeName {
        ByTypeName
    }
}
