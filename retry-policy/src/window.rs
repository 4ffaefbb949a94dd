//! The range out of which a delay is drawn.
//!
//! It is integer nanoseconds that saturate. A delay of more than [`u64::MAX`] nanoseconds, 584 years, is
//! as good as that.

use core::time::Duration;

/// Whole nanoseconds, saturating.
pub const fn nanoseconds(duration: Duration) -> u64 {
    let seconds = duration.as_secs().saturating_mul(1_000_000_000);
    seconds.saturating_add(duration.subsec_nanos() as u64)
}

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
        Duration::from_nanos(self.draw_nanoseconds(word))
    }

    /// The wait that a uniformly random word stands for, in nanoseconds.
    #[doc(hidden)]
    #[inline]
    pub const fn draw_nanoseconds(self, word: u64) -> u64 {
        self.low.saturating_add(share(self.spread, word))
    }

    /// From `low` on, below `low + spread`, in nanoseconds.
    pub(crate) const fn from_nanoseconds(low: u64, spread: u64) -> Window {
        Window { low, spread }
    }

    /// Moves the low end up to `floor`, where it is below. The high end stays, but no closer than
    /// a tenth of the floor: everybody whom a server told the same wait comes back later, and not
    /// all at once. A range that is exact stays so.
    pub const fn raised_to(self, floor: Duration) -> Window {
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
#[allow(clippy::cast_possible_truncation, reason = "the high half of the product fits")]
const fn share(whole: u64, word: u64) -> u64 {
    ((whole as u128 * word as u128) >> 64) as u64
}
