//! What the caller is told of a call: at each retry, and at the end.

use core::cell::Cell;
use core::fmt;
use core::ops::Deref;
use core::time::Duration;

use super::outcome::Outcome;
use crate::engine::{Engine, GiveUpReason};
use crate::timer::clock::Clock;
use crate::timer::moment::Moment;

/// What is kept of a call while it runs, for those who ask for it.
#[derive(Debug, Default)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct Record {
    /// All the delays together, in nanoseconds.
    waited: Cell<u64>,
    /// All the attempts that failed, whatever they counted as.
    attempts: Cell<u32>,
    reason: Cell<Option<GiveUpReason>>,
    /// How many turns a brake withheld, up to 65,535: the two bytes are there anyway.
    withheld: Cell<u16>,
}

impl Record {
    /// Of a call that begins.
    pub const fn new() -> Record {
        Record {
            waited: Cell::new(0),
            attempts: Cell::new(0),
            reason: Cell::new(None),
            withheld: Cell::new(0),
        }
    }

    pub(crate) fn attempt_failed(&self) {
        self.attempts.set(self.attempts.get().saturating_add(1));
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.get()
    }

    pub(crate) fn wait(&self, delay: u64) {
        self.waited.set(self.waited.get().saturating_add(delay));
    }

    pub(crate) fn turn_withheld(&self) {
        self.withheld.set(self.withheld.get().saturating_add(1));
    }

    pub(crate) fn withheld(&self) -> u32 {
        u32::from(self.withheld.get())
    }

    pub(crate) fn give_up(&self, reason: GiveUpReason) {
        self.reason.set(Some(reason));
    }

    /// Whether the call was given up.
    pub fn is_given_up(&self) -> bool {
        self.reason.get().is_some()
    }

    pub(crate) fn reason(&self) -> Option<GiveUpReason> {
        self.reason.get()
    }

    pub(crate) fn waited(&self) -> Duration {
        Duration::from_nanos(self.waited.get())
    }

    /// The call as it is told at its end.
    pub(crate) fn gave_up(&self, elapsed: Duration) -> GaveUp {
        GaveUp {
            attempts: self.attempts(),
            elapsed,
            waited: self.waited(),
            withheld: self.withheld(),
            reason: self.reason().unwrap_or(GiveUpReason::Permanent),
        }
    }
}

/// A call that was given up: what `map_err` makes a new error from.
///
/// ```
/// use std::io;
///
/// use reattempt::{GaveUp, retry};
///
/// fn with_attempts(error: io::Error, call: &GaveUp) -> io::Error {
///     io::Error::new(error.kind(), format!("{error} ({call})"))
/// }
///
/// #[retry(max_attempts = 3, initial_delay = 1ms, map_err = with_attempts)]
/// fn read(path: &str) -> io::Result<String> {
///     Err(io::ErrorKind::TimedOut.into())
/// }
/// # let text = read("x").unwrap_err().to_string();
/// # assert!(text.starts_with("timed out (3 attempts in "), "{text}");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GaveUp {
    attempts: u32,
    elapsed: Duration,
    waited: Duration,
    withheld: u32,
    reason: GiveUpReason,
}

impl GaveUp {
    /// How many attempts were made in all.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The time since the call began; zero where there is no clock.
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// All the delays between attempts together. A delay during which the call was cancelled counts in full.
    pub const fn waited(&self) -> Duration {
        self.waited
    }

    /// How many times a [`Brake`](crate::Brake) made the call wait once more where it would have tried; 65,535 stands for that
    /// many or more.
    pub const fn withheld(&self) -> u32 {
        self.withheld
    }

    /// Why there was no further attempt.
    pub const fn reason(&self) -> GiveUpReason {
        self.reason
    }

    /// Whether the error itself ended the call, rather than a limit: it is permanent, or nothing is known about
    /// it, or what failed must not be done twice.
    pub const fn is_about_the_error(&self) -> bool {
        self.reason.is_about_the_error()
    }
}

/// `3 attempts in 1.2s, attempts`: the last word is the reason. Before it stands `5 withheld`, if any were.
impl fmt::Display for GaveUp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GaveUp { attempts, elapsed, withheld, reason, .. } = self;
        let plural = if *attempts == 1 { "" } else { "s" };
        write!(formatter, "{attempts} attempt{plural} in {elapsed:.1?}")?;
        if *withheld > 0 {
            write!(formatter, ", {withheld} withheld")?;
        }
        write!(formatter, ", {reason}")
    }
}

/// An attempt that failed and that another one follows: what `on_retry` is told.
#[non_exhaustive]
pub struct Retrying<'a, E> {
    operation: &'a str,
    attempt: u32,
    delay: Duration,
    elapsed: Duration,
    error: &'a E,
}

impl<'a, E> Retrying<'a, E> {
    /// The operation's name, as in logs and metrics.
    pub const fn operation(&self) -> &'a str {
        self.operation
    }

    /// The number of the attempt that failed, counted from 1, with `reset_after` since the count began anew.
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The delay before the next attempt.
    pub const fn delay(&self) -> Duration {
        self.delay
    }

    /// The time since the call began; zero where there is no clock.
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The attempt's error.
    pub const fn error(&self) -> &'a E {
        self.error
    }

    pub(crate) const fn new(
        operation: &'a str,
        engine: &Engine,
        elapsed: Duration,
        error: &'a E,
    ) -> Retrying<'a, E> {
        Retrying { operation, attempt: engine.failures(), delay: engine.delay(), elapsed, error }
    }
}

impl<E> Clone for Retrying<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Retrying<'_, E> {}

impl<E> fmt::Debug for Retrying<'_, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Retrying")
            .field("operation", &self.operation)
            .field("attempt", &self.attempt)
            .field("delay", &self.delay)
            .field("elapsed", &self.elapsed)
            .finish_non_exhaustive()
    }
}

/// The end of a call that was given up, with its error: what `on_give_up` is told.
#[non_exhaustive]
pub struct GivingUp<'a, E> {
    operation: &'a str,
    call: GaveUp,
    error: &'a E,
}

impl<'a, E> GivingUp<'a, E> {
    /// The operation's name, as in logs and metrics.
    pub const fn operation(&self) -> &'a str {
        self.operation
    }

    /// The last attempt's error.
    pub const fn error(&self) -> &'a E {
        self.error
    }

    pub(crate) const fn new(operation: &'a str, call: GaveUp, error: &'a E) -> GivingUp<'a, E> {
        GivingUp { operation, call, error }
    }
}

impl<E> Clone for GivingUp<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for GivingUp<'_, E> {}

impl<E> Deref for GivingUp<'_, E> {
    type Target = GaveUp;

    fn deref(&self) -> &GaveUp {
        &self.call
    }
}

/// As the [`GaveUp`] in it.
impl<E> fmt::Display for GivingUp<'_, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.call, formatter)
    }
}

impl<E> fmt::Debug for GivingUp<'_, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.call, formatter)
    }
}

/// Calls `on_retry`. Its bound is what tells the compiler the type of the closure's argument.
///
/// What the hook answers is handed back, so that the compiler warns of one that must be used: a future would never run.
pub fn call_on_retry<E, T>(
    event: &Retrying<'_, E>,
    on_retry: impl FnOnce(&Retrying<'_, E>) -> T,
) -> T {
    on_retry(event)
}

/// The outcome of a call, of whose error `on_give_up` is told, if it failed; and what it answered.
pub fn call_on_give_up<R: Outcome, T>(
    outcome: R,
    operation: &str,
    call: GaveUp,
    on_give_up: impl FnOnce(&GivingUp<'_, R::Error>) -> T,
) -> (R, Option<T>) {
    let answer = outcome.error().map(|error| on_give_up(&GivingUp::new(operation, call, error)));
    (outcome, answer)
}

/// What a hook has answered, for the compiler to see.
pub fn answer<T>(answer: T) -> T {
    answer
}

/// The outcome of a call with its error made anew, if it failed.
pub fn map_err<R: Outcome>(
    outcome: R,
    call: &GaveUp,
    map_err: impl FnOnce(R::Error, &GaveUp) -> R::Error,
) -> R {
    match outcome.into_result() {
        Ok(value) => R::succeeding(value),
        Err(error) => R::failing(map_err(error, call)),
    }
}

/// The outcome of a call whose last value was not good enough.
pub fn otherwise<R: Outcome>(outcome: R, otherwise: impl FnOnce(R::Value) -> R) -> R {
    match outcome.into_result() {
        Ok(value) => otherwise(value),
        Err(error) => R::failing(error),
    }
}

/// The time since a call began.
pub(crate) fn elapsed(began_at: Option<Moment>, clock: Clock<'_>) -> Duration {
    began_at
        .map_or(Duration::ZERO, |began_at| Duration::from_nanos(began_at.until(Moment::now(clock))))
}
