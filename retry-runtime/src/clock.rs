//! Reads of a monotonic clock, for the time that a failing call has taken.

use core::num::NonZeroU32;
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
pub(crate) struct Moment(Option<NonZeroU32>);

impl Moment {
    pub(crate) const UNKNOWN: Moment = Moment(None);

    /// The time from this moment to a later one, where both are known.
    pub(crate) fn until(self, later: Moment) -> Option<Duration> {
        let elapsed = later.0?.get().wrapping_sub(self.0?.get());
        Some(Duration::from_millis(u64::from(elapsed)))
    }
}

/// The beginning of a call whose body may ask for the time.
#[derive(Debug)]
pub(crate) struct Start {
    #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
    instant: std::time::Instant,
    #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
    clock: Clock,
}

#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
impl Start {
    pub(crate) fn now(clock: Clock) -> Start {
        Start { instant: clock.instant(), clock }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.clock.instant().saturating_duration_since(self.instant)
    }
}

#[cfg(not(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown")))))]
impl Start {
    pub(crate) fn now(_: Clock) -> Start {
        Start {}
    }

    #[allow(clippy::unused_self, reason = "with a clock it isn't")]
    pub(crate) fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

impl Clock {
    #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
    fn instant(self) -> std::time::Instant {
        match self {
            #[cfg(feature = "tokio")]
            Clock::Async => tokio::time::Instant::now().into_std(),
            _ => std::time::Instant::now(),
        }
    }

    #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        reason = "moments wrap around"
    )]
    pub(crate) fn now(self) -> Moment {
        use std::sync::OnceLock;
        use std::time::Instant;

        use crate::schedule::nanoseconds;

        static START: OnceLock<Instant> = OnceLock::new();
        let now = self.instant();
        let start = *START.get_or_init(|| now);
        // A paused clock may show a time before the start. Both sides are rounded the same way, so
        // the difference of two moments is right all the same, within 292 years.
        let nanoseconds = match now.checked_duration_since(start) {
            Some(after) => nanoseconds(after) as i64,
            None => (nanoseconds(start.duration_since(now)) as i64).wrapping_neg(),
        };
        // One value stands for "unknown". It is weeks away from the start, and then its neighbour
        // serves for it.
        let milliseconds = (nanoseconds.div_euclid(1_000_000) as u32).wrapping_add(1 << 31);
        Moment(NonZeroU32::new(milliseconds).or(Some(NonZeroU32::MIN)))
    }

    /// There is no clock.
    #[cfg(not(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown")))))]
    #[allow(clippy::unused_self, reason = "with a clock it isn't")]
    pub(crate) fn now(self) -> Moment {
        Moment::UNKNOWN
    }
}
