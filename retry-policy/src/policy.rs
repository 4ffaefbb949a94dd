//! What a policy says, beside its options one by one: its defaults, and its schedule.

use core::num::NonZeroU32;
use core::time::Duration;

use crate::backoff::{Backoff, RetryAfter};
use crate::math::{DelayParameters, Shape, entry, nanoseconds};
use crate::options::{MAX_ATTEMPTS, Options, Policy, PolicyBuilder};
use crate::window::Window;

/// What the error of an attempt says about the delay that follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DelayCause {
    /// Nothing.
    Transient,
    /// It was throttled, and nobody said when to come back.
    Throttled,
    /// A server said when to come back: whoever was told need not guess how long the load will last.
    Hint,
}

impl Policy {
    /// The policy of a bare `#[retry]`: three attempts, and an exponential backoff from 100 ms
    /// (1 s when throttled) that doubles, is capped at 20 s, and is spread out by full jitter.
    ///
    /// Three attempts are where the AWS SDKs and Google's SRE book agree: more of them raise the
    /// share of calls that succeed by little, and the load on what is down by much.
    pub const DEFAULT: Policy = Policy { options: Options::NONE };

    /// Starts from [`Policy::DEFAULT`].
    pub const fn builder() -> PolicyBuilder {
        PolicyBuilder { options: Options::NONE, inherited: Options::NONE }
    }

    /// Starts from this policy, to change a part of it. Another backoff drops what shaped the old one,
    /// such as a multiplier.
    pub const fn to_builder(self) -> PolicyBuilder {
        PolicyBuilder { options: Options::NONE, inherited: self.options }
    }

    /// The number of calls in all, the first included and those of `then` as well. `None` is no limit. 3 by
    /// default; with a list of delays, one more than there are delays.
    pub const fn max_attempts(&self) -> Option<NonZeroU32> {
        let mut policy = self;
        let mut all = NonZeroU32::MIN;
        let mut is_first = true;
        loop {
            let Some(own) = policy.own_max_attempts() else { return None };
            all = if is_first { own } else { all.saturating_add(own.get()) };
            is_first = false;
            match policy.options.then {
                Some(then) => policy = then,
                // As many as no limit.
                None if all.get() == u32::MAX => return None,
                None => return Some(all),
            }
        }
    }

    /// The policy by which the delay after so many failed attempts is, and the number of the retry in it. `step`: how
    /// many delays there were since the backoff began, this one included.
    pub(crate) fn stage(&self, attempts: u32, step: u32) -> (&Policy, u32) {
        let (mut policy, mut failed_here, mut step) = (self, attempts, step);
        while let (Some(then), Some(own)) = (policy.options.then, policy.own_max_attempts()) {
            let Some(beyond) = failed_here.checked_sub(own.get()) else { break };
            (policy, failed_here) = (then, beyond);
            step = step.min(failed_here.saturating_add(1));
        }
        (policy, step)
    }

    /// The number of calls under this policy, without those of `then`.
    pub(crate) const fn own_max_attempts(&self) -> Option<NonZeroU32> {
        let attempts = match (self.options.max_attempts, self.options.backoff) {
            (Some(u32::MAX), _) => return None,
            (Some(attempts), _) => attempts,
            #[allow(clippy::cast_possible_truncation, reason = "no list has 2³² entries")]
            (None, Some(Backoff::List(list))) => (list.len() as u32).saturating_add(1),
            (None, _) => MAX_ATTEMPTS,
        };
        // Nothing that is built has zero attempts.
        match NonZeroU32::new(attempts) {
            None => Some(NonZeroU32::MIN),
            attempts => attempts,
        }
    }

    /// The delays of this policy one after the other, for those who make no call that could be retried: a state machine
    /// that reconnects, a poll function, a stream. It is a `reattempt::Waits`.
    ///
    /// ```
    /// use reattempt::{Policy, Retryability, Waits};
    ///
    /// let policy: Policy = "max_attempts=3 jitter=none".parse().unwrap();
    /// let mut waits = policy.waits();
    /// assert_eq!(waits.next(Retryability::transient()).unwrap().as_millis(), 100);
    /// assert_eq!(waits.next(Retryability::transient()).unwrap().as_millis(), 200);
    /// assert_eq!(waits.next(Retryability::transient()), None);
    /// ```
    pub fn waits<M>(self) -> <Policy as StartWaits<M>>::Waits
    where
        Policy: StartWaits<M>,
    {
        self.start()
    }

    /// The range out of which the delay before a retry is drawn, after a transient error that brought no
    /// hint from the server. Retries are counted from 1.
    ///
    /// With [`Jitter::Decorrelated`](crate::Jitter::Decorrelated) a range depends on the delay before
    /// it. This is the one that follows the longest possible delays.
    ///
    /// ```
    /// use core::time::Duration;
    /// use reattempt::{Jitter, Policy, PolicyError};
    ///
    /// # fn main() -> Result<(), PolicyError> {
    /// let policy = Policy::builder().jitter(Jitter::None).build()?;
    /// let delays = (1..=3).map(|retry| policy.window(retry).low().as_millis());
    /// assert!(delays.eq([100, 200, 400]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn window(&self, retry: u32) -> Window {
        self.longest_window(retry, DelayCause::Transient)
    }

    /// As [`window`](Policy::window), after errors of this kind.
    #[doc(hidden)]
    pub fn longest_window(&self, retry: u32, cause: DelayCause) -> Window {
        let is_throttled = cause == DelayCause::Throttled;
        let previous = self.parameters().longest_previous(retry, is_throttled);
        self.window_after(retry, cause, previous)
    }

    /// The range out of which the delay before a retry is drawn. `previous_delay` is the delay that the
    /// backoff gave before it, zero before the first.
    #[doc(hidden)]
    #[inline]
    pub fn window_after(&self, retry: u32, cause: DelayCause, previous_delay: u64) -> Window {
        if self.options.then.is_some() {
            return self.window_of_stage(retry, retry, cause, previous_delay);
        }
        self.own_window_after(retry, cause, previous_delay)
    }

    /// The same, where the number of failed attempts and that of the delays since the backoff began differ.
    #[doc(hidden)]
    #[inline]
    pub fn window_at(
        &self,
        attempts: u32,
        step: u32,
        cause: DelayCause,
        previous_delay: u64,
    ) -> Window {
        if self.options.then.is_some() {
            return self.window_of_stage(attempts, step, cause, previous_delay);
        }
        self.own_window_after(step, cause, previous_delay)
    }

    #[cold]
    fn window_of_stage(
        &self,
        attempts: u32,
        step: u32,
        cause: DelayCause,
        previous_delay: u64,
    ) -> Window {
        let (policy, step) = self.stage(attempts, step);
        policy.own_window_after(step, cause, previous_delay)
    }

    #[inline]
    fn own_window_after(&self, retry: u32, cause: DelayCause, previous_delay: u64) -> Window {
        if matches!(self.backoff(), Backoff::None) && cause != DelayCause::Hint {
            return Window::exactly(Duration::ZERO);
        }
        let shape = match self.backoff() {
            Backoff::Exponential => Shape::Exponential { multiplier: self.multiplier() },
            Backoff::Fixed => Shape::Fixed,
            Backoff::Linear => Shape::Linear,
            Backoff::Fibonacci => Shape::Fibonacci,
            // A hint is jittered even so: the least that can be is enough to say that.
            Backoff::None if cause == DelayCause::Hint => Shape::Given(1),
            Backoff::None => Shape::None,
            Backoff::List(list) => {
                Shape::Given(entry(list, retry).map_or(0, |delay| nanoseconds(*delay)))
            }
            Backoff::Custom(custom) => Shape::Given(nanoseconds(custom.delay(retry))),
        };
        let is_throttled = cause == DelayCause::Throttled;
        self.parameters().window(shape, retry, is_throttled, previous_delay)
    }

    /// The range out of which a delay is drawn when a server has asked for this one, where `own` would be
    /// that without. `None` if the server asks for a longer delay than the policy allows.
    #[doc(hidden)]
    pub fn hinted(&self, own: Window, hint: Duration) -> Option<Window> {
        match self.retry_after() {
            RetryAfter::Capped => {
                let cap = self.max_delay();
                Some(Window::exactly(if hint < cap { hint } else { cap }))
            }
            _ if hint > self.max_retry_after() => None,
            RetryAfter::Exact => Some(Window::exactly(hint)),
            RetryAfter::Floor => Some(own.raised_to(hint)),
        }
    }

    fn parameters(&self) -> DelayParameters {
        DelayParameters {
            initial_delay: nanoseconds(self.initial_delay()),
            throttled_delay: nanoseconds(self.throttled_delay()),
            says_throttled_delay: self.options.throttled_delay.is_some(),
            max_delay: nanoseconds(self.max_delay()),
            throttled_max_delay: nanoseconds(match self.options.throttled_max_delay {
                Some(max_delay) => max_delay,
                None => self.max_delay(),
            }),
            jitter: self.jitter(),
        }
    }
}

/// How the crate that knows the engine gives policies the method [`Policy::waits`]. Its parameter is a type of that
/// crate, which may implement it for this reason; there is one implementation, so that nobody has to name it.
#[doc(hidden)]
pub trait StartWaits<M> {
    /// That crate's `Waits`.
    type Waits;

    /// Before the first attempt.
    fn start(self) -> Self::Waits;
}

impl Default for Policy {
    fn default() -> Policy {
        Policy::DEFAULT
    }
}
