//! Moments by the clock of a call: nanoseconds in eight bytes, because futures hold them.

use core::num::NonZeroU64;
use core::time::Duration;

use reattempt_policy::__private::nanoseconds;

use super::clock::Clock;

/// A moment by the clock of a call. One is added, so that no moment is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct Moment(NonZeroU64);

impl Moment {
    /// A moment that is never reached.
    pub(crate) const NEVER: Moment = Moment(NonZeroU64::MAX);

    /// Now.
    #[inline]
    pub fn now(clock: Clock<'_>) -> Moment {
        Moment::at(clock.now_in_nanoseconds())
    }

    #[inline]
    pub(crate) const fn at(nanoseconds: u64) -> Moment {
        Moment(NonZeroU64::MIN.saturating_add(nanoseconds))
    }

    /// In nanoseconds.
    #[inline]
    pub(crate) const fn get(self) -> u64 {
        self.0.get() - 1
    }

    /// So much later.
    #[inline]
    pub fn after(self, delay: Duration) -> Moment {
        Moment(self.0.saturating_add(nanoseconds(delay)))
    }

    /// So much earlier.
    #[inline]
    pub(crate) fn before(self, time: Duration) -> Moment {
        Moment::at(self.get().saturating_sub(nanoseconds(time)))
    }

    /// The time from this moment to a later one; zero where that isn't later.
    #[inline]
    pub(crate) const fn until(self, later: Moment) -> u64 {
        later.get().saturating_sub(self.get())
    }
}

/// The time that is left until a moment.
pub fn remaining(until: Moment, clock: Clock<'_>) -> Duration {
    Duration::from_nanos(Moment::now(clock).until(until))
}

/// The shorter of two times, each of which may be without an end.
pub fn shorter(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
