//! What the body of a function knows of the call that it is an attempt of.

#[cfg(feature = "alloc")]
use alloc::sync::Arc;
use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;

use reattempt_policy::__private::nanoseconds;

use super::mark::{Bits, Mark};
use crate::classify::Retryability;
use crate::engine::{Engine, GiveUpReason};
use crate::random::LazyRandomU128;
use crate::schedule::RetryPolicy;
use crate::timer::clock::Clock;
#[cfg(feature = "std")]
use crate::timer::moment::shorter;

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
    is_last: bool,
    previous_delay: Duration,
    mark: Mark,
    committed: Committed,
    /// When the attempt made progress for the last time, as a `Moment`; zero if it hasn't.
    moved_at: Bits,
    /// When the time is over that the attempt has, by the context's own clock.
    ends_at: Option<Duration>,
}

impl Context {
    /// The number of this attempt, counted from 1. With `reset_after` the count may begin anew when an attempt has failed.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether there will be no other attempt if this one fails, by the number of attempts.
    ///
    /// Where errors that say "throttled" are counted apart, it is so only if no attempt of either kind is left. Errors that
    /// don't count at all ([`Retryability::uncounted`]) are left aside, and so are limits in time and `reset_after`, which may
    /// let others follow. What surrounds the call, such as a `Scope`, may allow fewer.
    pub fn is_last(&self) -> bool {
        self.is_last
    }

    /// The time since the call began, waits included; zero where there is no clock. It goes by the clock of the
    /// built-in timers, also if `sleep` is a timer of your own.
    pub fn elapsed(&self) -> Duration {
        self.clock.now().saturating_sub(self.started_at)
    }

    /// The time that is left, if anything limits it: until the end of this attempt's own time, until the call's
    /// deadline or that of what surrounds it, or until no further attempt may begin. A client's own time-out is set by it.
    ///
    /// ```
    /// use std::io;
    /// use std::time::Duration;
    ///
    /// use reattempt::retry;
    ///
    /// #[retry(max_elapsed = 30s, context = cx)]
    /// fn fetch() -> io::Result<Duration> {
    ///     let timeout = cx.remaining().unwrap_or(Duration::from_secs(5));
    ///     Ok(timeout)
    /// }
    /// # assert!(fetch().unwrap() > Duration::from_secs(29));
    /// ```
    pub fn remaining(&self) -> Option<Duration> {
        let own = self.ends_at.map(|ends_at| ends_at.saturating_sub(self.clock.now()));
        #[cfg(feature = "std")]
        let own = shorter(own, crate::scope::remaining().map(Duration::from_nanos));
        own
    }

    /// Says that a part of the answer has been given out: from here on nothing of this call is tried again, whatever
    /// error comes after. The reason is then `committed`.
    ///
    /// ```
    /// use std::io;
    ///
    /// use reattempt::retry;
    ///
    /// #[retry(max_attempts = 5, context = cx)]
    /// fn copy(read: &mut impl FnMut() -> io::Result<String>, out: &mut Vec<String>) -> io::Result<()> {
    ///     let first = read()?;
    ///     // The reader has it: to begin again would give it out twice.
    ///     cx.commit();
    ///     out.push(first);
    ///     out.push(read()?);
    ///     Ok(())
    /// }
    /// # let mut calls = 0;
    /// # let mut out = Vec::new();
    /// # let mut read = || {
    /// #     calls += 1;
    /// #     if calls == 1 { Ok("a".to_owned()) } else { Err(io::ErrorKind::ConnectionReset.into()) }
    /// # };
    /// # assert!(copy(&mut read, &mut out).is_err());
    /// # assert_eq!((calls, out.len()), (2, 1));
    /// ```
    pub fn commit(&self) {
        self.committed.flag().store(true, Ordering::Relaxed);
    }

    /// Says that the attempt has got further: `stall_timeout` begins anew, and with `reset_after` the attempt counts
    /// as one that lasted.
    pub fn progress(&self) {
        self.moved_at.store(nanoseconds(self.clock.now()).saturating_add(1));
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
            is_last: false,
            previous_delay: Duration::ZERO,
            mark: Mark::default(),
            committed: Committed::Own(AtomicBool::new(false)),
            moved_at: Bits::default(),
            ends_at: None,
        }
    }

    /// For another attempt of the same call.
    #[cfg(feature = "alloc")]
    pub(crate) fn of_the_same_call(&self) -> Context {
        let call_id = self.call_id.same();
        let committed = match &self.committed {
            Committed::Own(flag) => Arc::new(AtomicBool::new(flag.load(Ordering::Relaxed))),
            Committed::OfTheCall(flag) => Arc::clone(flag),
        };
        Context {
            call_id,
            started_at: self.started_at,
            committed: Committed::OfTheCall(committed),
            ..Context::start(true)
        }
    }

    /// Before each attempt, if there is a limit in time.
    #[doc(hidden)]
    pub fn set_remaining(&mut self, remaining: Option<Duration>) {
        self.ends_at = remaining.map(|remaining| self.clock.now().saturating_add(remaining));
    }

    /// How long ago the attempt made progress, if it has.
    #[doc(hidden)]
    pub fn moved_ago(&self) -> Option<Duration> {
        let moved_at = self.moved_at.load().checked_sub(1)?;
        Some(self.clock.now().saturating_sub(Duration::from_nanos(moved_at)))
    }

    /// Why the call ends after this attempt at any rate.
    #[doc(hidden)]
    pub fn ends_by(&self) -> Option<GiveUpReason> {
        self.committed.flag().load(Ordering::Relaxed).then_some(GiveUpReason::Committed)
    }

    /// Before each attempt. `limits`: see [`attempt_limits`].
    pub(crate) fn begin(&mut self, engine: &Engine, [max_attempts, throttled]: [u32; 2]) {
        self.attempt = engine.failures().saturating_add(1);
        self.is_last = engine.is_last(max_attempts, (throttled > 0).then_some(throttled));
        self.previous_delay = engine.delay();
        self.mark = Mark::default();
        self.moved_at = Bits::default();
    }

    /// After a failed attempt.
    #[doc(hidden)]
    pub fn marked(&self) -> Option<Retryability> {
        self.mark.get()
    }
}

/// How many attempts a policy allows, and how many that fail with "throttled": zero where those aren't counted apart.
/// Numbers, because an expansion has them as literals.
pub(crate) fn attempt_limits<P: RetryPolicy + ?Sized>(policy: &P) -> [u32; 2] {
    [policy.max_attempts().max(1), policy.throttled_max_attempts().unwrap_or(0)]
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

/// Whether a part of the answer was given out.
#[derive(Debug)]
enum Committed {
    /// The attempts of a call have one context.
    Own(AtomicBool),
    /// Each attempt has a context of its own, which somebody may have kept.
    #[cfg(feature = "alloc")]
    OfTheCall(Arc<AtomicBool>),
}

impl Committed {
    fn flag(&self) -> &AtomicBool {
        match self {
            Committed::Own(flag) => flag,
            #[cfg(feature = "alloc")]
            Committed::OfTheCall(flag) => flag,
        }
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
