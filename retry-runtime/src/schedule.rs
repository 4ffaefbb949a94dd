//! How long to wait after a failed attempt: the trait that policies implement.

use core::error::Error;
use core::num::NonZeroU32;
use core::time::Duration;

use reattempt_policy::__private::{DelayCause, nanoseconds};
use reattempt_policy::{Log, Policy, Window};

use crate::classify::{RetryKind, Retryability};

/// A failed attempt, as a policy sees it.
#[derive(Debug, Clone, Copy)]
pub struct FailedAttempt<'a> {
    number: u32,
    retryability: Retryability,
    error: Option<&'a (dyn Error + 'a)>,
    /// In nanoseconds, as the next one: a `Duration` costs a division, and few policies look at it.
    elapsed: Option<u64>,
    previous_delay: u64,
    /// How many attempts were used up.
    counted: u32,
    /// How many delays there were since the backoff began, this one included. Where it is 0, both of these are as the
    /// number says.
    step: u32,
}

impl<'a> FailedAttempt<'a> {
    /// An attempt by its number, counted from 1, and what its error says. Calls make these themselves;
    /// this is for testing a policy of your own.
    pub const fn new(number: u32, retryability: Retryability) -> FailedAttempt<'a> {
        FailedAttempt {
            number,
            retryability,
            error: None,
            elapsed: None,
            previous_delay: 0,
            counted: 0,
            step: 0,
        }
    }

    /// With this error.
    pub const fn with_error(mut self, error: Option<&'a (dyn Error + 'a)>) -> FailedAttempt<'a> {
        self.error = error;
        self
    }

    /// With the time since the call began.
    pub const fn with_elapsed(mut self, elapsed: Option<Duration>) -> FailedAttempt<'a> {
        self.elapsed = match elapsed {
            Some(elapsed) => Some(nanoseconds(elapsed)),
            None => None,
        };
        self
    }

    /// With the delay before this attempt.
    pub const fn with_previous_delay(mut self, previous_delay: Duration) -> FailedAttempt<'a> {
        self.previous_delay = nanoseconds(previous_delay);
        self
    }

    /// In one go: each of the methods above would copy it.
    #[inline]
    pub(crate) const fn of_call(
        (number, counted, step): (u32, u32, u32),
        retryability: Retryability,
        error: Option<&'a (dyn Error + 'a)>,
        elapsed: Option<u64>,
        previous_delay: u64,
    ) -> FailedAttempt<'a> {
        FailedAttempt { number, retryability, error, elapsed, previous_delay, counted, step }
    }

    /// The number of the attempt, counted from 1. It is also the number of the retry that would follow.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// What its error says about another attempt.
    pub const fn retryability(&self) -> Retryability {
        self.retryability
    }

    /// Its error, if the type of the error implements [`Error`], or is a box or a report of one. Functions and
    /// [`attempt!`](https://docs.rs/reattempt/latest/reattempt/macro.attempt.html) hand it over; [`Retry`](crate::Retry),
    /// [`Waits`](crate::Waits) and the integrations know errors by their `Display` only.
    pub const fn error(&self) -> Option<&'a (dyn Error + 'a)> {
        self.error
    }

    /// The time since the call began, if the call reads a clock. Without a time limit it doesn't, because
    /// that would cost something on success.
    pub const fn elapsed(&self) -> Option<Duration> {
        match self.elapsed {
            Some(elapsed) => Some(Duration::from_nanos(elapsed)),
            None => None,
        }
    }

    /// The delay that the policy itself gave before this attempt; zero before the first. A delay that a
    /// server asked for is not one of these.
    pub const fn previous_delay(&self) -> Duration {
        Duration::from_nanos(self.previous_delay)
    }
}

/// What a policy makes of a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryDecision {
    /// Make another attempt after this delay.
    Retry(Duration),
    /// Give up.
    Stop,
}

/// Decides how many attempts a call has, and how long it waits between them.
///
/// [`Policy`] is the implementation to use. Write another for what its options can't say, and hand it over
/// as `policy = …`. Everything else is the same for every policy: a permanent error ends the call, and a
/// server's hint lengthens the delay.
///
/// Two methods are enough. What [`delay_for`](RetryPolicy::delay_for) answers is waited as it is:
///
/// ```
/// use core::time::Duration;
/// use reattempt::{RetryPolicy, retry};
///
/// /// Patient by night.
/// struct ByHour { night: bool }
///
/// impl RetryPolicy for ByHour {
///     fn max_attempts(&self) -> u32 {
///         if self.night { 100 } else { 3 }
///     }
///
///     fn delay_for(&self, attempt: u32) -> Option<Duration> {
///         Some(Duration::from_secs(1).saturating_mul(attempt))
///     }
/// }
///
/// #[retry(policy = policy)]
/// fn read(path: &str, policy: &ByHour) -> std::io::Result<String> {
///     std::fs::read_to_string(path)
/// }
/// # assert!(read("/no/such/file", &ByHour { night: false }).is_err());
/// ```
///
/// Implement [`wait`](RetryPolicy::wait) for jitter, or to see more of the attempt that failed:
///
/// ```
/// use core::time::Duration;
/// use reattempt::{FailedAttempt, RetryPolicy, Window};
///
/// /// Any delay up to a second.
/// struct Spread;
///
/// impl RetryPolicy for Spread {
///     fn max_attempts(&self) -> u32 {
///         5
///     }
///
///     fn delay_for(&self, _attempt: u32) -> Option<Duration> {
///         Some(Duration::from_secs(1))
///     }
///
///     fn wait(&self, _failed: &FailedAttempt<'_>) -> Option<Window> {
///         Some(Window::between(Duration::ZERO, Duration::from_secs(1)))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a retry policy",
    label = "not a policy",
    note = "a policy is a `reattempt::Policy`, something that implements `reattempt::RetryPolicy`, or a \
            reference to one",
    note = "hand over the `Policy` itself: `.build()` and `.parse()` return a `Result`, which you have to handle first"
)]
pub trait RetryPolicy {
    /// The number of calls in all, the first included. `u32::MAX` is no limit, and 0 counts as 1.
    fn max_attempts(&self) -> u32;

    /// The delay after the attempt of this number, counted from 1. `None` gives up.
    fn delay_for(&self, attempt: u32) -> Option<Duration>;

    /// What follows the attempt of this number, which failed with this error. Annotated functions ask it, about
    /// errors that are worth another attempt and implement [`Error`] or are boxes of one;
    /// [`Retry`](crate::Retry) looks at errors only by their `Display`, and doesn't.
    ///
    /// By default it goes by [`max_attempts`](RetryPolicy::max_attempts) and
    /// [`delay_for`](RetryPolicy::delay_for).
    fn should_retry(&self, attempt: u32, error: &dyn Error) -> RetryDecision {
        let _ = error;
        let delay = if attempt < self.max_attempts() { self.delay_for(attempt) } else { None };
        delay.map_or(RetryDecision::Stop, RetryDecision::Retry)
    }

    /// The range out of which the delay before the next attempt is drawn. `None` gives up.
    ///
    /// By default it is exactly what [`should_retry`](RetryPolicy::should_retry) answers, or
    /// [`delay_for`](RetryPolicy::delay_for) where the error is no [`Error`].
    fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Window> {
        let delay = match failed.error() {
            Some(error) => match self.should_retry(failed.number(), error) {
                RetryDecision::Retry(delay) => Some(delay),
                RetryDecision::Stop => None,
            },
            None => self.delay_for(failed.number()),
        };
        delay.map(Window::exactly)
    }

    /// The range out of which the delay is drawn when a server has asked for this one: `window` is what
    /// [`wait`](RetryPolicy::wait) answered. `None` gives up, because the server asks for too much.
    ///
    /// By default the server's delay is a floor under the window, and 60 seconds are the most.
    fn hinted(&self, window: Window, hint: Duration) -> Option<Window> {
        Policy::DEFAULT.hinted(window, hint)
    }

    /// No delay of the policy's own is longer, jitter included. Not known by default, and then [`WithJitter`](crate::WithJitter)
    /// may add to any delay.
    fn max_delay(&self) -> Option<Duration> {
        None
    }

    /// The longest time that a call may take: no delay is begun that would end later. No limit by default.
    fn max_elapsed(&self) -> Option<Duration> {
        None
    }

    /// An attempt that lasted at least so long before it failed starts the count and the backoff anew. Never by
    /// default.
    fn reset_after(&self) -> Option<Duration> {
        None
    }

    /// The number of calls that may fail with errors that say "throttled", counted apart from the others. By
    /// default they are counted together, up to [`max_attempts`](RetryPolicy::max_attempts). A limit above 255 counts
    /// as 255, and `u32::MAX` as none.
    fn throttled_max_attempts(&self) -> Option<u32> {
        None
    }

    /// How loud the events are.
    fn log(&self) -> Log {
        Log::DEFAULT
    }
}

/// Its delays are drawn out of a [`Window`]; [`delay_for`](RetryPolicy::delay_for) answers the longest.
impl RetryPolicy for Policy {
    #[inline]
    fn max_attempts(&self) -> u32 {
        Policy::max_attempts(self).map_or(u32::MAX, NonZeroU32::get)
    }

    fn delay_for(&self, attempt: u32) -> Option<Duration> {
        (attempt < RetryPolicy::max_attempts(self)).then(|| self.window(attempt).high())
    }

    #[inline]
    fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Window> {
        let retryability = failed.retryability();
        let cause = match (retryability.retry_after(), retryability.kind()) {
            (Some(hint), _) if !hint.is_zero() => DelayCause::Hint,
            (None, RetryKind::Throttled) => DelayCause::Throttled,
            _ => DelayCause::Transient,
        };
        let (counted, step) = match failed.step {
            0 => (failed.number(), failed.number()),
            step => (failed.counted, step),
        };
        Some(self.window_at(counted, step, cause, failed.previous_delay))
    }

    fn max_delay(&self) -> Option<Duration> {
        Some(Policy::max_delay(self))
    }

    fn max_elapsed(&self) -> Option<Duration> {
        Policy::max_elapsed(self)
    }

    fn reset_after(&self) -> Option<Duration> {
        Policy::reset_after(self)
    }

    fn throttled_max_attempts(&self) -> Option<u32> {
        Policy::throttled_max_attempts(self)
    }

    fn log(&self) -> Log {
        Policy::log(self)
    }

    fn hinted(&self, window: Window, hint: Duration) -> Option<Window> {
        Policy::hinted(self, window, hint)
    }
}

macro_rules! policy_behind {
    ($(#[$attribute:meta])* $pointer:ty) => {
        $(#[$attribute])*
        #[diagnostic::do_not_recommend]
        impl<P: RetryPolicy + ?Sized> RetryPolicy for $pointer {
            fn max_attempts(&self) -> u32 {
                P::max_attempts(self)
            }

            fn delay_for(&self, attempt: u32) -> Option<Duration> {
                P::delay_for(self, attempt)
            }

            fn should_retry(&self, attempt: u32, error: &dyn Error) -> RetryDecision {
                P::should_retry(self, attempt, error)
            }

            fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Window> {
                P::wait(self, failed)
            }

            fn hinted(&self, window: Window, hint: Duration) -> Option<Window> {
                P::hinted(self, window, hint)
            }

            fn max_delay(&self) -> Option<Duration> {
                P::max_delay(self)
            }

            fn max_elapsed(&self) -> Option<Duration> {
                P::max_elapsed(self)
            }

            fn reset_after(&self) -> Option<Duration> {
                P::reset_after(self)
            }

            fn throttled_max_attempts(&self) -> Option<u32> {
                P::throttled_max_attempts(self)
            }

            fn log(&self) -> Log {
                P::log(self)
            }
        }
    };
}

policy_behind!(&P);
policy_behind!(#[cfg(feature = "alloc")] alloc::boxed::Box<P>);
policy_behind!(#[cfg(feature = "alloc")] alloc::sync::Arc<P>);

/// Whether a call under a policy has to know the time.
pub(crate) fn is_timed<P: RetryPolicy + ?Sized>(policy: &P) -> bool {
    policy.max_elapsed().is_some() || policy.reset_after().is_some()
}
