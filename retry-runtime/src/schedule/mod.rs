//! How long to wait: pure functions of a policy's numbers, the retry's number and a random word.
//!
//! All of it is integer nanoseconds that saturate. A wait of more than [`u64::MAX`] nanoseconds,
//! 584 years, is as good as that.
#![allow(clippy::cast_possible_truncation, reason = "the high half of a product fits")]

mod growth;

use core::num::NonZeroU32;
use core::time::Duration;

use crate::classify::{RetryKind, Retryability};
use crate::policy::{Backoff, Policy};
pub(crate) use growth::nanoseconds;
use growth::{Form, Numbers, Range, entry};

/// The range out of which a wait is drawn, uniformly: from `low` on, below `low + spread`.
///
/// Without jitter the spread is zero and the wait is exactly `low`.
///
/// ```
/// use core::time::Duration;
/// use reattempt::Window;
///
/// let window = Window::between(Duration::from_secs(1), Duration::from_secs(3));
/// assert_eq!(window.draw(0), Duration::from_secs(1));
/// assert_eq!(window.draw(1 << 63), Duration::from_secs(2));
/// assert!(window.draw(u64::MAX) < Duration::from_secs(3));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    low: u64,
    spread: u64,
}

impl Window {
    /// Exactly this wait.
    pub const fn exactly(wait: Duration) -> Window {
        Window { low: nanoseconds(wait), spread: 0 }
    }

    /// Any wait from `low` to below `high`; exactly `low` where `high` is not above it.
    pub const fn between(low: Duration, high: Duration) -> Window {
        let low = nanoseconds(low);
        Window { low, spread: nanoseconds(high).saturating_sub(low) }
    }

    /// The shortest wait that can be drawn.
    pub const fn low(self) -> Duration {
        Duration::from_nanos(self.low)
    }

    /// The end of the range: a drawn wait is below it, or is `low` itself.
    pub const fn high(self) -> Duration {
        Duration::from_nanos(self.low.saturating_add(self.spread))
    }

    /// Whether there is anything to draw: without jitter there is only one wait.
    pub const fn is_exact(self) -> bool {
        self.spread == 0
    }

    /// The wait that a uniformly random word stands for: `low + spread · word / 2⁶⁴`.
    pub const fn draw(self, word: u64) -> Duration {
        Duration::from_nanos(self.low.saturating_add(share(self.spread, word)))
    }

    /// Moves the low end up to `floor`, where it is below. The high end stays, but no closer than
    /// a tenth of the floor: everybody whom a server told the same wait comes back later, and not
    /// all at once. A range that is exact stays so.
    pub(crate) const fn raised_to(self, floor: Duration) -> Window {
        let floor = nanoseconds(floor);
        if floor <= self.low {
            return self;
        }
        let rest = self.low.saturating_add(self.spread).saturating_sub(floor);
        let spread = match self.spread {
            0 => 0,
            _ if rest > floor / 10 => rest,
            _ => floor / 10,
        };
        Window { low: floor, spread }
    }
}

/// `whole · word / 2⁶⁴`, rounded down: below `whole`.
const fn share(whole: u64, word: u64) -> u64 {
    ((whole as u128 * word as u128) >> 64) as u64
}

/// An attempt that failed and is worth another one.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FailedAttempt {
    /// Its number, counted from 1; so this is also the number of the retry that would follow.
    pub attempt: u32,
    /// What its error says about itself.
    pub retryability: Retryability,
    /// The wait before it; zero before the first.
    pub previous_delay: Duration,
}

impl FailedAttempt {
    /// An attempt, for testing a policy of one's own.
    pub const fn new(
        attempt: u32,
        retryability: Retryability,
        previous_delay: Duration,
    ) -> FailedAttempt {
        FailedAttempt { attempt, retryability, previous_delay }
    }
}

/// Decides how many attempts a call has, and out of which range each wait is drawn.
///
/// [`Policy`] is the implementation to use. Write another for what its options can't say, and hand
/// it over as `policy = …`. The rest is done for you, in the same way for every policy: permanent
/// errors end the call, a server's hint moves the range up, the wait is drawn.
///
/// ```
/// use core::num::NonZeroU32;
/// use core::time::Duration;
/// use reattempt::{FailedAttempt, RetryPolicy, Window};
///
/// /// Patient by night.
/// struct ByHour { night: bool }
///
/// impl RetryPolicy for ByHour {
///     fn max_attempts(&self) -> Option<NonZeroU32> {
///         NonZeroU32::new(if self.night { 100 } else { 3 })
///     }
///
///     fn wait(&self, failed: &FailedAttempt) -> Option<Window> {
///         let longest = Duration::from_secs(1).saturating_mul(failed.attempt);
///         Some(Window::between(Duration::ZERO, longest))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a retry policy",
    label = "not a policy",
    note = "`policy` takes a `reattempt::Policy`, something that implements \
            `reattempt::RetryPolicy`, or a reference to one"
)]
pub trait RetryPolicy {
    /// How many calls in all, the first included; `None` for no limit.
    fn max_attempts(&self) -> Option<NonZeroU32>;

    /// The range out of which the wait before the next attempt is drawn; `None` gives up.
    fn wait(&self, failed: &FailedAttempt) -> Option<Window>;

    /// The longest wait that a server may ask for; a call that is asked for more gives up,
    /// because to come back earlier would break the server's word. 60 seconds unless overridden.
    fn max_retry_after(&self) -> Duration {
        Policy::DEFAULT.max_retry_after()
    }
}

impl RetryPolicy for Policy {
    fn max_attempts(&self) -> Option<NonZeroU32> {
        Policy::max_attempts(self)
    }

    fn wait(&self, failed: &FailedAttempt) -> Option<Window> {
        Some(self.window_after(failed))
    }

    fn max_retry_after(&self) -> Duration {
        Policy::max_retry_after(self)
    }
}

macro_rules! policy_behind {
    ($(#[$attribute:meta])* $pointer:ty) => {
        $(#[$attribute])*
        #[diagnostic::do_not_recommend]
        impl<P: RetryPolicy + ?Sized> RetryPolicy for $pointer {
            fn max_attempts(&self) -> Option<NonZeroU32> {
                P::max_attempts(self)
            }

            fn wait(&self, failed: &FailedAttempt) -> Option<Window> {
                P::wait(self, failed)
            }

            fn max_retry_after(&self) -> Duration {
                P::max_retry_after(self)
            }
        }
    };
}

policy_behind!(&P);
policy_behind!(#[cfg(feature = "alloc")] alloc::boxed::Box<P>);
policy_behind!(#[cfg(feature = "alloc")] alloc::sync::Arc<P>);

impl Policy {
    /// The range out of which the wait before a retry is drawn, after a transient error that
    /// brought no hint. Retries are counted from 1.
    ///
    /// With [`Jitter::Decorrelated`](crate::Jitter::Decorrelated) a range depends on the wait before it; this is the one that
    /// follows the longest possible waits.
    ///
    /// ```
    /// use core::time::Duration;
    /// use reattempt::{Jitter, Policy};
    ///
    /// # fn main() -> Result<(), reattempt::PolicyError> {
    /// let policy = Policy::builder().jitter(Jitter::None).build()?;
    /// let waits = (1..=3).map(|retry| policy.window(retry).low().as_millis());
    /// assert!(waits.eq([100, 200, 400]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn window(&self, retry: u32) -> Window {
        // What the retries before this one can have grown to, where one grows out of the other.
        let previous = self.numbers().longest_previous(retry, false);
        self.window_after(&FailedAttempt {
            attempt: retry,
            retryability: Retryability::transient(),
            previous_delay: Duration::from_nanos(previous),
        })
    }

    fn window_after(&self, failed: &FailedAttempt) -> Window {
        let retry = failed.attempt;
        let hint = failed.retryability.retry_after();
        // Whoever was told when to come back need not guess how long the load will last.
        let throttled = failed.retryability.kind() == RetryKind::Throttled && hint.is_none();
        let form = match self.backoff() {
            Backoff::Exponential => Form::Exponential { multiplier: self.multiplier() },
            Backoff::Fixed => Form::Fixed,
            Backoff::Linear => Form::Linear,
            Backoff::Fibonacci => Form::Fibonacci,
            // A hint is jittered even so: the least that can be is enough to say that.
            Backoff::None if hint.is_some_and(|hint| !hint.is_zero()) => Form::Given(1),
            Backoff::None => Form::None,
            Backoff::List(list) => {
                Form::Given(entry(list, retry).map_or(0, |wait| nanoseconds(*wait)))
            }
            Backoff::Custom(custom) => Form::Given(nanoseconds(custom.delay(retry))),
        };
        let previous = nanoseconds(failed.previous_delay);
        let Range { low, spread } = self.numbers().range(form, retry, throttled, previous);
        Window { low, spread }
    }

    fn numbers(&self) -> Numbers {
        Numbers {
            initial_delay: nanoseconds(self.initial_delay()),
            throttled_delay: nanoseconds(self.throttled_delay()),
            says_throttled_delay: self.says_throttled_delay(),
            max_delay: nanoseconds(self.max_delay()),
            jitter: self.jitter().jittering(),
        }
    }
}
