//! What the body of a function knows of the call that it is an attempt of.

use core::fmt;
use core::num::NonZeroU32;
use core::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use core::time::Duration;

use crate::classify::{RetryKind, Retryability};
use crate::clock::{Clock, Start};
use crate::engine::Engine;
use crate::random::Once;
use crate::schedule::RetryPolicy;

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
    call_id: Once,
    start: Start,
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

    /// The time since the call began, waits included; zero where there is no clock.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// The wait before this attempt; zero before the first.
    pub fn previous_delay(&self) -> Duration {
        self.previous_delay
    }

    /// The time that is left for the call, if there is a limit to it. No key sets one yet, so this is
    /// always `None`.
    pub fn remaining(&self) -> Option<Duration> {
        None
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
    pub fn start(clock: Clock) -> Context {
        Context {
            call_id: Once::new(),
            start: Start::now(clock),
            attempt: 0,
            max_attempts: None,
            previous_delay: Duration::ZERO,
            mark: Mark::default(),
        }
    }

    /// Before each attempt.
    pub(crate) fn begin(&mut self, engine: &Engine, policy: &dyn RetryPolicy) {
        self.attempt = engine.failures().saturating_add(1);
        self.max_attempts = policy.max_attempts();
        self.previous_delay = engine.previous_delay();
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

/// What the body said about its error. It is atomic so that a future that holds a reference to it
/// stays `Send`; nobody races for it.
#[derive(Debug, Default)]
struct Mark {
    /// Zero for none; see `get`.
    kind: AtomicU8,
    seconds: AtomicU32,
    nanoseconds: AtomicU32,
}

impl Mark {
    /// Above any number of nanoseconds below a second.
    const NO_WAIT: u32 = u32::MAX;

    /// In the kind, that nothing was applied.
    const NOT_APPLIED: u8 = 8;

    fn set(&self, retryability: Retryability) {
        let (seconds, nanoseconds) = match retryability.retry_after() {
            // A wait of more than a century is as good as one.
            Some(wait) => (u32::try_from(wait.as_secs()).unwrap_or(u32::MAX), wait.subsec_nanos()),
            None => (0, Mark::NO_WAIT),
        };
        self.seconds.store(seconds, Ordering::Relaxed);
        self.nanoseconds.store(nanoseconds, Ordering::Relaxed);
        let kind = match retryability.kind() {
            RetryKind::Permanent => 1,
            RetryKind::Transient => 2,
            RetryKind::Throttled => 3,
            RetryKind::Cancelled => 4,
        };
        let not_applied = if retryability.is_not_applied() { Mark::NOT_APPLIED } else { 0 };
        self.kind.store(kind | not_applied, Ordering::Relaxed);
    }

    fn get(&self) -> Option<Retryability> {
        let kind = self.kind.load(Ordering::Relaxed);
        let mut retryability = match kind & !Mark::NOT_APPLIED {
            1 => Retryability::permanent(),
            2 => Retryability::transient(),
            3 => Retryability::throttled(),
            4 => Retryability::cancelled(),
            _ => return None,
        };
        if kind & Mark::NOT_APPLIED != 0 {
            retryability = retryability.not_applied();
        }
        let nanoseconds = self.nanoseconds.load(Ordering::Relaxed);
        if nanoseconds == Mark::NO_WAIT {
            return Some(retryability);
        }
        let seconds = u64::from(self.seconds.load(Ordering::Relaxed));
        Some(retryability.after(Duration::new(seconds, nanoseconds)))
    }
}
