//! The random numbers that delays are drawn with.

use core::time::Duration;

use crate::math::nanoseconds;
use crate::options::Policy;
use crate::policy::DelayCause;

/// `SplitMix64`, by Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. It is
/// our own so that [`Policy::delays`] stays the same with every version of every other crate.
#[derive(Debug, Clone)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// Near the golden ratio, and odd, so that the state runs through all numbers.
    pub const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

    /// A generator of these numbers.
    pub const fn new(state: u64) -> SplitMix64 {
        SplitMix64 { state }
    }

    /// The next one.
    pub const fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(SplitMix64::STEP);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// The lower half.
#[allow(clippy::cast_possible_truncation, reason = "that is what is asked for")]
pub const fn low_u32(number: u64) -> u32 {
    number as u32
}

/// The delays of a call that keeps failing, for a simulation or a test: see [`Policy::delays`].
#[derive(Debug)]
pub struct Delays {
    policy: Policy,
    retry: u32,
    random: SplitMix64,
    previous: Duration,
}

impl Policy {
    /// The delays of a call that keeps failing transiently, drawn out of a seed: the same for the same
    /// seed, and drawn in the same way as those of a real call.
    ///
    /// ```
    /// use reattempt::Policy;
    ///
    /// let delays: Vec<_> = Policy::DEFAULT.delays(7).collect();
    /// assert_eq!(delays.len(), 2);
    /// assert!(delays.into_iter().eq(Policy::DEFAULT.delays(7)));
    /// ```
    pub const fn delays(self, seed: u64) -> Delays {
        Delays { policy: self, retry: 0, random: SplitMix64::new(seed), previous: Duration::ZERO }
    }
}

impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let retry = self.retry.saturating_add(1);
        if self.policy.max_attempts().is_some_and(|attempts| retry >= attempts.get()) {
            return None;
        }
        self.retry = retry;
        let window =
            self.policy.window_after(retry, DelayCause::Transient, nanoseconds(self.previous));
        let random = if window.is_exact() { 0 } else { self.random.next_u64() };
        self.previous = window.draw(random);
        Some(self.previous)
    }
}

#[cfg(test)]
mod tests {
    use super::SplitMix64;

    /// The first numbers of the reference implementation, <https://prng.di.unimi.it/splitmix64.c>.
    #[test]
    fn the_generator_is_the_published_one() {
        let mut generator = SplitMix64::new(1_234_567);
        let expected =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([(); 3].map(|()| generator.next_u64()), expected);
    }

    /// Whoever keeps the delays of a simulation relies on them.
    #[test]
    fn the_delays_of_a_seed_stay() {
        let delays = crate::Policy::DEFAULT.delays(7).map(|delay| delay.as_nanos());
        let expected = [38_982_974_u128, 3_357_658];
        assert_eq!(delays.collect::<std::vec::Vec<_>>(), expected);
    }
}
