//! Reads of a monotonic clock, for the time that a failing call has taken.

use core::time::Duration;

/// Which clock ticks for a call: async calls follow tokio's, which tests can pause.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The clock of blocking calls.
    Blocking,
    /// The clock of async calls.
    Async,
}

/// A moment, as milliseconds that wrap around after 49 days: four bytes in a call's state where an
/// `Instant` would take sixteen, for a figure in a log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(u32);

impl Moment {
    pub(crate) const UNKNOWN: Moment = Moment(0);

    pub(crate) fn elapsed(self, clock: Clock) -> Duration {
        Duration::from_millis(u64::from(clock.now().0.wrapping_sub(self.0)))
    }
}

impl Clock {
    /// Without a clock time stands still.
    #[cfg(not(feature = "std"))]
    #[allow(clippy::unused_self, reason = "with a clock it isn't")]
    pub(crate) fn now(self) -> Moment {
        Moment::UNKNOWN
    }

    #[cfg(feature = "std")]
    #[allow(clippy::cast_possible_truncation, reason = "moments wrap around")]
    pub(crate) fn now(self) -> Moment {
        use std::sync::OnceLock;
        use std::time::Instant;

        static START: OnceLock<Instant> = OnceLock::new();
        let now = match self {
            Clock::Blocking => Instant::now(),
            #[cfg(feature = "tokio")]
            Clock::Async => tokio::time::Instant::now().into_std(),
            #[cfg(not(feature = "tokio"))]
            Clock::Async => Instant::now(),
        };
        let start = *START.get_or_init(|| now);
        // A paused clock may show a time before the start; the difference of two moments is right
        // all the same, because both wrap.
        let milliseconds = match now.checked_duration_since(start) {
            Some(after) => after.as_millis() as u32,
            None => (start.duration_since(now).as_millis() as u32).wrapping_neg(),
        };
        Moment(milliseconds)
    }
}
