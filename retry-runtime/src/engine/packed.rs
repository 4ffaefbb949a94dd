//! Delays in few bytes: the state of a call lives in every future that is retried.

use core::num::NonZeroU16;

use reattempt_policy::__private::low_u32;

/// A delay in nanoseconds, and one more than the number of delays since the backoff began anew (zero if it never did), in
/// eight bytes: 56 bits and 8. As one number it would want four bytes of padding. Two years are the longest delay.
#[derive(Debug, Clone, Copy)]
pub(super) struct PackedDelay([u32; 2]);

impl PackedDelay {
    pub(super) const ZERO: PackedDelay = PackedDelay([0; 2]);
    const SINCE: u32 = 24;

    pub(super) const fn get(self) -> u64 {
        let [upper, lower] = self.0;
        ((upper << 8 >> 8) as u64) << 32 | lower as u64
    }

    pub(super) const fn set(&mut self, delay: u64) {
        const LONGEST: u64 = (1 << 56) - 1;
        let delay = if delay < LONGEST { delay } else { LONGEST };
        let [upper, _] = self.0;
        let since = upper >> PackedDelay::SINCE << PackedDelay::SINCE;
        self.0 = [since | low_u32(delay >> 32), low_u32(delay)];
    }

    pub(super) const fn since_anew(self) -> u8 {
        let [upper, _] = self.0;
        upper.to_be_bytes()[0]
    }

    pub(super) const fn set_since_anew(&mut self, since: u8) {
        let [upper, lower] = self.0;
        self.0 = [(since as u32) << PackedDelay::SINCE | upper << 8 >> 8, lower];
    }

    /// Another delay follows.
    pub(super) const fn pass(&mut self) {
        let since = self.since_anew();
        if since > 0 {
            self.set_since_anew(since.saturating_add(1));
        }
    }

    pub(super) const fn begin_anew(&mut self) {
        self.set_since_anew(1);
    }
}

/// A number of nanoseconds in two bytes: 10 bits, and how far to shift them. It is rounded down by less than a
/// five-hundredth, which jitter does not notice. One is added, so that there is room for none.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShortFloat(NonZeroU16);

impl ShortFloat {
    const BITS: u32 = 10;
    pub(super) const ZERO: ShortFloat = ShortFloat(NonZeroU16::MIN);

    pub(super) const fn new(nanoseconds: u64) -> ShortFloat {
        let needed = u64::BITS - nanoseconds.leading_zeros();
        let shift = needed.saturating_sub(ShortFloat::BITS);
        #[allow(clippy::cast_possible_truncation, reason = "10 bits, and a shift of 54 at most")]
        let packed = shift << ShortFloat::BITS | (nanoseconds >> shift) as u32;
        #[allow(clippy::cast_possible_truncation, reason = "16 bits")]
        ShortFloat(NonZeroU16::MIN.saturating_add(packed as u16))
    }

    pub(super) const fn get(self) -> u64 {
        let packed = (self.0.get() - 1) as u32;
        let bits = packed & ((1 << ShortFloat::BITS) - 1);
        (bits as u64) << (packed >> ShortFloat::BITS)
    }
}

#[cfg(test)]
mod tests {
    use super::{PackedDelay, ShortFloat};

    #[test]
    fn a_short_float_is_close_below() {
        for nanoseconds in
            [0, 1, (1 << 10) - 1, 1 << 10, 123_456_789_012, 9 * 365 * 86_400_000_000_000, u64::MAX]
        {
            let short = ShortFloat::new(nanoseconds).get();
            assert!(
                short <= nanoseconds && nanoseconds - short <= nanoseconds >> 9,
                "{nanoseconds}"
            );
        }
        assert_eq!(ShortFloat::ZERO.get(), 0);
    }

    #[test]
    fn a_delay_and_a_count_share_eight_bytes() {
        let mut packed = PackedDelay::ZERO;
        packed.pass();
        assert_eq!((packed.get(), packed.since_anew()), (0, 0));
        packed.begin_anew();
        for count in 2..300_u32 {
            packed.pass();
            packed.set(u64::from(count) << 40);
            assert_eq!(packed.get(), (u64::from(count) << 40).min((1 << 56) - 1));
            assert_eq!(u32::from(packed.since_anew()), count.min(255));
        }
        packed.set(u64::MAX);
        assert_eq!(packed.get(), (1 << 56) - 1);
    }
}
