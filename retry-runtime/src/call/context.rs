//! What the body of a function knows of the call that it is an attempt of.

use core::fmt;
use core::num::NonZeroU32;
use core::time::Duration;

use super::mark::Mark;
use crate::classify::Retryability;
use crate::engine::Engine;
use crate::random::LazyRandomU128;
use crate::timer::clock::Clock;

/// The call, as seen from one of its attempts: what `context = cx` binds in the body.
///
/// ```
/// use reattempt::{Retryability, retry};
/// use std::io;
///
/// #[retry(max_attempts = 4, context = cx)]
/// fn submit(order: &str) -> io::Result<String> {
///     // The same for all the attempts of this call, for an `Idempotency-Key` header.
///     let key = cx.call_id();
///     if order.is_empty() {
///         // Whatever kind of error it is, this one is not worth another attempt.
///         return Err(cx.permanent(io::Error::from(io::ErrorKind::ConnectionReset)));
///     }
///     Ok(format!("{order} {key} {}", cx.attempt()))
/// }
/// # assert!(submit("").is_err());
/// ```
#[derive(Debug)]
pub struct Context {
    call_id: LazyRandomU128,
    clock: ContextClock,
    started_at: Duration,
    attempt: u32,
    max_attempts: Option<NonZeroU32>,
    previous_delay: Duration,
    mark: Mark,
}

impl Context {
    /// The number of this attempt, counted from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether there will be no other attempt if this one fails.
    pub fn is_last(&self) -> bool {
        self.max_attempts.is_some_and(|max_attempts| self.attempt >= max_attempts.get())
    }

    /// The time since the call began, waits included; zero where there is no clock. It goes by the clock of the
    /// built-in timers, also if `sleep` is a timer of your own.
    pub fn elapsed(&self) -> Duration {
        self.clock.now().saturating_sub(self.started_at)
    }

    /// The wait before this attempt; zero before the first.
    pub fn previous_delay(&self) -> Duration {
        self.previous_delay
    }

    /// A random number that is the same for all the attempts of a call, and another for each call.
    ///
    /// Where there is no operating system to draw it from, it is only as random as what
    /// [`add_entropy`](crate::add_entropy) was given; without that, every device makes the same ones.
    pub fn call_id(&self) -> CallId {
        CallId(self.call_id.get())
    }

    /// Marks this attempt's error, and hands it back: it is not worth another attempt.
    ///
    /// A mark beats `on` and the error's own [`Retryable`](crate::Retryable). It is about the error
    /// of this attempt, whichever that is in the end; the last mark counts, and the next attempt
    /// begins without one.
    pub fn permanent<E>(&self, error: E) -> E {
        self.mark.set(Retryability::permanent());
        error
    }

    /// Marks this attempt's error, and hands it back: it is worth another attempt.
    pub fn transient<E>(&self, error: E) -> E {
        self.mark.set(Retryability::transient());
        error
    }

    /// Marks this attempt's error, and hands it back: it is throttled, and worth another attempt
    /// after this wait, which the server asked for.
    pub fn retry_after<E>(&self, wait: Duration, error: E) -> E {
        self.mark.set(Retryability::throttled().after(wait));
        error
    }

    /// Marks this attempt's error, and hands it back: it is this, in full. The marks above don't say that
    /// nothing was applied; `cx.mark(Retryability::transient().not_applied(), error)` does.
    pub fn mark<E>(&self, retryability: Retryability, error: E) -> E {
        self.mark.set(retryability);
        error
    }

    /// Before the first attempt.
    #[doc(hidden)]
    pub fn start(is_async: bool) -> Context {
        let clock = if is_async { ContextClock::Async } else { ContextClock::Blocking };
        Context {
            call_id: LazyRandomU128::new(),
            started_at: clock.now(),
            clock,
            attempt: 0,
            max_attempts: None,
            previous_delay: Duration::ZERO,
            mark: Mark::default(),
        }
    }

    /// Before each attempt.
    pub(crate) fn begin(&mut self, engine: &Engine, max_attempts: u32) {
        self.attempt = engine.failures().saturating_add(1);
        self.max_attempts = NonZeroU32::new(max_attempts).filter(|limit| limit.get() < u32::MAX);
        self.previous_delay = engine.delay();
        self.mark = Mark::default();
    }

    /// After a failed attempt.
    #[doc(hidden)]
    pub fn marked(&self) -> Option<Retryability> {
        self.mark.get()
    }
}

/// What the attempts of one call have in common: see [`Context::call_id`]. Its `Display` is 32
/// hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallId(u128);

impl CallId {
    /// All of its bits.
    pub const fn to_u128(self) -> u128 {
        self.0
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

/// The clock of a call that reads it from its body. That of a timer of the user's can't be kept here, because
/// the body may borrow exclusively what the timer borrows.
#[derive(Debug, Clone, Copy)]
enum ContextClock {
    Blocking,
    Async,
}

impl ContextClock {
    fn now(self) -> Duration {
        match self {
            ContextClock::Blocking => Clock::Blocking.now(),
            ContextClock::Async => Clock::Async.now(),
        }
    }
}
