//! Policies with a constructor each, for those who put them together by hand.

use core::time::Duration;

use reattempt_policy::__private::{fractional_jitter, nanoseconds};
use reattempt_policy::{Backoff, Jitter, Policy, Window};

use crate::schedule::{FailedAttempt, RetryPolicy};

/// Delays that grow by a factor, without jitter: 100 ms, 200 ms, 400 ms and so on, up to 20 s, by default in three attempts.
///
/// [`WithJitter`] spreads them out. It is a [`RetryPolicy`] like any other. A [`Policy`] says more, and a mistake in it is refused;
/// here, what is out of range is taken as the nearest that isn't.
///
/// ```
/// use std::time::Duration;
///
/// use reattempt::{ExponentialBackoff, RetryPolicy as _, retry};
///
/// const STORAGE: ExponentialBackoff = ExponentialBackoff::new()
///     .with_max_attempts(5)
///     .with_initial_delay(Duration::from_millis(250));
///
/// #[retry(policy = STORAGE)]
/// fn read(path: &str) -> std::io::Result<String> {
///     std::fs::read_to_string(path)
/// }
/// # assert!(read("/no/such/file").is_err());
/// assert_eq!(STORAGE.delay_for(2), Some(Duration::from_millis(500)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExponentialBackoff {
    max_attempts: u32,
    initial_delay: Duration,
    max_delay: Duration,
    multiplier: f64,
}

impl ExponentialBackoff {
    /// Three attempts, from 100 ms on, doubled each time, up to 20 s.
    pub const fn new() -> ExponentialBackoff {
        ExponentialBackoff {
            max_attempts: 3,
            initial_delay: Duration::from_millis(100),
            max_delay: Duration::from_secs(20),
            multiplier: 2.0,
        }
    }

    /// With so many calls in all, the first included. 0 counts as 1, and `u32::MAX` is no limit.
    #[must_use]
    pub const fn with_max_attempts(self, max_attempts: u32) -> ExponentialBackoff {
        ExponentialBackoff { max_attempts, ..self }
    }

    /// With this delay before the second attempt.
    #[must_use]
    pub const fn with_initial_delay(self, initial_delay: Duration) -> ExponentialBackoff {
        ExponentialBackoff { initial_delay, ..self }
    }

    /// With this longest delay.
    #[must_use]
    pub const fn with_max_delay(self, max_delay: Duration) -> ExponentialBackoff {
        ExponentialBackoff { max_delay, ..self }
    }

    /// With the factor by which each delay is longer than the one before. Values below 1 and NaN count as 1.
    #[must_use]
    pub const fn with_multiplier(self, multiplier: f64) -> ExponentialBackoff {
        let multiplier = if multiplier >= 1.0 { multiplier } else { 1.0 };
        let multiplier = if multiplier > f64::MAX { f64::MAX } else { multiplier };
        ExponentialBackoff { multiplier, ..self }
    }

    const fn policy(&self) -> Policy {
        Policy::builder()
            .backoff(Backoff::Exponential)
            .initial_delay(self.initial_delay)
            .throttled_delay(self.initial_delay)
            .max_delay(self.max_delay)
            .multiplier(self.multiplier)
            .jitter(Jitter::None)
            .build_checked()
    }
}

impl Default for ExponentialBackoff {
    fn default() -> ExponentialBackoff {
        ExponentialBackoff::new()
    }
}

#[diagnostic::do_not_recommend]
impl RetryPolicy for ExponentialBackoff {
    fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    fn delay_for(&self, attempt: u32) -> Option<Duration> {
        (attempt < self.max_attempts).then(|| self.policy().window(attempt).high())
    }

    fn max_delay(&self) -> Option<Duration> {
        Some(self.max_delay)
    }
}

/// The same delay each time.
///
/// ```
/// use std::time::Duration;
///
/// use reattempt::{FixedDelay, Retry};
///
/// // Three attempts, a second apart.
/// let retry = Retry::new(FixedDelay::new(Duration::from_secs(1), 3));
/// # let _ = retry;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedDelay {
    delay: Duration,
    max_attempts: u32,
}

impl FixedDelay {
    /// This delay, and so many calls in all, the first included. 0 counts as 1, and `u32::MAX` is no limit.
    pub const fn new(delay: Duration, max_attempts: u32) -> FixedDelay {
        FixedDelay { delay, max_attempts }
    }
}

#[diagnostic::do_not_recommend]
impl RetryPolicy for FixedDelay {
    fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    fn delay_for(&self, attempt: u32) -> Option<Duration> {
        (attempt < self.max_attempts).then_some(self.delay)
    }
}

/// Another policy, whose delays are longer by up to a fraction of them, at random, so that many callers don't come back at
/// the same moment.
///
/// A delay d becomes one between d and d·(1 + f). The policy's [`max_delay`](RetryPolicy::max_delay) is kept to: d is cut to that
/// divided by 1 + f, so that delays at the limit are spread out as well.
///
/// ```
/// use reattempt::{ExponentialBackoff, WithJitter};
///
/// let jittered = WithJitter::new(ExponentialBackoff::default(), 0.3); // Up to 30 % longer.
/// # let _ = jittered;
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WithJitter<P> {
    policy: P,
    fraction: f64,
}

impl<P> WithJitter<P> {
    /// With a fraction from 0 to 1. Values outside of it count as the nearer end, and NaN as 0.
    pub const fn new(policy: P, fraction: f64) -> WithJitter<P> {
        WithJitter { policy, fraction }
    }

    /// The policy inside.
    pub const fn get_ref(&self) -> &P {
        &self.policy
    }
}

impl<P: RetryPolicy> WithJitter<P> {
    /// As a policy's own jitter of this fraction does it.
    fn jittered(&self, delay: Duration) -> Window {
        let max_delay = self.policy.max_delay().map_or(u64::MAX, nanoseconds);
        fractional_jitter(nanoseconds(delay), self.fraction, max_delay)
    }
}

#[diagnostic::do_not_recommend]
impl<P: RetryPolicy> RetryPolicy for WithJitter<P> {
    fn max_attempts(&self) -> u32 {
        self.policy.max_attempts()
    }

    /// The shortest that it may be; [`wait`](RetryPolicy::wait) says the whole range.
    fn delay_for(&self, attempt: u32) -> Option<Duration> {
        let delay = self.policy.delay_for(attempt)?;
        Some(self.jittered(delay).low())
    }

    fn should_retry(&self, attempt: u32, error: &dyn core::error::Error) -> crate::RetryDecision {
        self.policy.should_retry(attempt, error)
    }

    fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Window> {
        let inner = self.policy.wait(failed)?;
        let (low, high) = (self.jittered(inner.low()), self.jittered(inner.high()));
        Some(Window::between(low.low(), high.high()))
    }

    fn hinted(&self, window: Window, hint: Duration) -> Option<Window> {
        self.policy.hinted(window, hint)
    }

    fn max_delay(&self) -> Option<Duration> {
        self.policy.max_delay()
    }

    fn max_elapsed(&self) -> Option<Duration> {
        self.policy.max_elapsed()
    }

    fn reset_after(&self) -> Option<Duration> {
        self.policy.reset_after()
    }

    fn throttled_max_attempts(&self) -> Option<u32> {
        self.policy.throttled_max_attempts()
    }

    fn log(&self) -> reattempt_policy::Log {
        self.policy.log()
    }
}
