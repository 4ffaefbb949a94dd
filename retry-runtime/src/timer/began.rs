//! When a call began, for observers that are told of every call.

use core::time::Duration;

#[cfg(feature = "successes")]
use super::clock::Clock;
#[cfg(feature = "successes")]
use super::moment::Moment;

/// When a call began, if anybody is told how long it took. Without the feature `successes` it is nothing at all, so that it
/// costs nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Began {
    #[cfg(feature = "successes")]
    at: Option<Moment>,
}

impl Began {
    /// Nobody is told.
    pub(crate) const UNKNOWN: Began = Began {
        #[cfg(feature = "successes")]
        at: None,
    };

    /// Now.
    #[cfg(feature = "successes")]
    pub(crate) fn now() -> Began {
        Began { at: Some(Moment::now(Clock::Async)) }
    }

    /// The time since.
    pub(crate) fn elapsed(self) -> Option<Duration> {
        #[cfg(feature = "successes")]
        return self.at.map(|at| Duration::from_nanos(at.until(Moment::now(Clock::Async))));
        #[cfg(not(feature = "successes"))]
        None
    }
}
