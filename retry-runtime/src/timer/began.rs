//! When a call began, and how many attempts it made, for observers that are told of every call.

use core::time::Duration;

#[cfg(feature = "successes")]
use super::clock::Clock;
#[cfg(feature = "successes")]
use super::moment::Moment;

/// What observers are told of a call as a whole. Without the feature `successes` it is nothing at all, so that it costs nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Began {
    /// When it began, if anybody is told how long it took.
    #[cfg(feature = "successes")]
    at: Option<Moment>,
    /// The attempts that have failed, also those before the count began anew.
    #[cfg(feature = "successes")]
    failures: u32,
}

#[cfg_attr(
    not(feature = "successes"),
    allow(clippy::unused_self, reason = "without the feature there is nothing in it")
)]
impl Began {
    /// Nobody is told when.
    pub(crate) const UNKNOWN: Began = Began {
        #[cfg(feature = "successes")]
        at: None,
        #[cfg(feature = "successes")]
        failures: 0,
    };

    /// Now.
    #[cfg(feature = "successes")]
    pub(crate) fn now() -> Began {
        Began { at: Some(Moment::now(Clock::Async)), failures: 0 }
    }

    /// The time since.
    pub(crate) fn elapsed(self) -> Option<Duration> {
        #[cfg(feature = "successes")]
        return self.at.map(|at| Duration::from_nanos(at.until(Moment::now(Clock::Async))));
        #[cfg(not(feature = "successes"))]
        None
    }

    /// An attempt has failed.
    #[inline]
    pub(crate) const fn attempt_failed(&mut self) {
        #[cfg(feature = "successes")]
        {
            self.failures = self.failures.saturating_add(1);
        }
    }

    /// How many have, of which `counted` since the count began anew.
    pub(crate) const fn failures(self, counted: u32) -> u32 {
        #[cfg(feature = "successes")]
        {
            let _ = counted;
            self.failures
        }
        #[cfg(not(feature = "successes"))]
        counted
    }
}
