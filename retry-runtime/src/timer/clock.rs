//! Monotonic clocks, as the time since a moment that is the same for the whole process.

use core::time::Duration;

/// The clock that a call goes by.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub enum Clock<'a> {
    /// That of blocking calls.
    Blocking,
    /// That of async calls: tokio's, which tests can pause.
    Async,
    /// That of the user's own timer.
    Timer(&'a dyn Now),
}

/// The part of a [`Timer`](super::Timer) that is its clock.
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait Now {
    /// The time since a moment that stays the same.
    fn now(&self) -> Duration;
}

/// The clock of timers that don't bring one.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Now for SystemClock {
    fn now(&self) -> Duration {
        blocking_now()
    }
}

impl Clock<'_> {
    /// In whole nanoseconds.
    pub(crate) fn now_in_nanoseconds(self) -> u64 {
        reattempt_policy::__private::nanoseconds(self.now())
    }

    pub(crate) fn now(self) -> Duration {
        match self {
            Clock::Blocking => blocking_now(),
            Clock::Async => async_now(),
            Clock::Timer(timer) => timer.now(),
        }
    }
}

/// The moment that a deadline, which is one of the standard library's, is compared with.
#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
impl Clock<'_> {
    pub(crate) fn instant(self) -> Instant {
        match self {
            #[cfg(feature = "tokio")]
            Clock::Async => tokio::time::Instant::now().into_std(),
            _ => Instant::now(),
        }
    }
}

/// A moment in a call's state, in four bytes where a `Duration` would take sixteen: milliseconds that wrap
/// around after 49 days, for a figure in a log. Zero stands for "not known".
pub(crate) fn coarse(now: Duration) -> u32 {
    #[allow(clippy::cast_possible_truncation, reason = "it wraps around")]
    let milliseconds = now.as_millis() as u32;
    // Once in 49 days it is a millisecond off.
    milliseconds.wrapping_add(1).max(1)
}

/// The time between two of these, if both are known.
pub(crate) fn coarse_difference(earlier: u32, later: u32) -> Option<Duration> {
    (earlier != 0 && later != 0)
        .then(|| Duration::from_millis(u64::from(later.wrapping_sub(earlier))))
}

#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
use std::time::Instant;
#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
use web_time::Instant;

/// The time by the system's clock; zero where there is none.
pub(crate) fn blocking_now() -> Duration {
    #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
    return since_start(Instant::now());
    #[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
    return since_start(Instant::now());
    #[cfg(not(any(
        all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))),
        all(feature = "wasm", target_family = "wasm", target_os = "unknown"),
    )))]
    Duration::ZERO
}

/// The time by tokio's clock where the feature is enabled, which never panics, whether there is a runtime or
/// not; else as [`blocking_now`].
pub(crate) fn async_now() -> Duration {
    #[cfg(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown"))))]
    return since_start(tokio::time::Instant::now().into_std());
    #[cfg(not(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown")))))]
    blocking_now()
}

/// The first moment that is asked for is a century after the one that is counted from, because a clock that
/// a test has paused may show an earlier one.
#[cfg(any(
    all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))),
    all(feature = "wasm", target_family = "wasm", target_os = "unknown"),
))]
fn since_start(now: Instant) -> Duration {
    use std::sync::OnceLock;

    const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);
    static START: OnceLock<Instant> = OnceLock::new();
    let start = *START.get_or_init(|| now);
    match now.checked_duration_since(start) {
        Some(after) => CENTURY.saturating_add(after),
        None => CENTURY.saturating_sub(start.saturating_duration_since(now)),
    }
}

#[cfg(test)]
mod tests {
    use super::{coarse, coarse_difference};
    use core::time::Duration;

    #[test]
    fn a_coarse_difference_survives_the_turn() {
        let turn = Duration::from_millis(u64::from(u32::MAX));
        let (before, after) =
            (turn.saturating_sub(Duration::from_millis(5)), turn + Duration::from_millis(7));
        assert_eq!(
            coarse_difference(coarse(before), coarse(after)),
            Some(Duration::from_millis(12))
        );
        assert_eq!(coarse_difference(0, coarse(after)), None);
    }
}
