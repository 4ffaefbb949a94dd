//! Random numbers that are the same for the same seed.

/// A generator: `SplitMix64`, as the crate's own jitter.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

    /// A stream of its own for each purpose of each seed, so that two runs that differ in one thing have all the rest in
    /// common.
    pub const fn new(seed: u64, purpose: u64) -> Random {
        let mut random = Random { state: seed };
        let mixed = random.next_u64();
        random.state = mixed ^ purpose.wrapping_mul(0xd134_2543_de82_ef95);
        random.next_u64();
        random
    }

    /// Any number.
    pub const fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(Random::STEP);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1.
    #[allow(clippy::cast_precision_loss, reason = "53 bits are what a float holds")]
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From 0 to below `end`, which is not zero.
    pub fn below(&mut self, end: u32) -> u32 {
        #[allow(clippy::cast_possible_truncation, reason = "it is below a number of 32 bits")]
        let number = ((u128::from(self.next_u64()) * u128::from(end)) >> 64) as u32;
        number
    }

    /// Exponentially distributed, in nanoseconds.
    pub fn exponential(&mut self, mean: f64) -> u64 {
        whole(-mean * (1.0 - self.uniform()).ln())
    }

    /// The amount of a normally distributed number, in nanoseconds.
    pub fn normal(&mut self, mean: f64, deviation: f64) -> u64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        let angle = core::f64::consts::TAU * self.uniform();
        whole((mean + deviation * radius * angle.cos()).abs())
    }

    /// Whether something of this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }
}

/// Without the fraction.
pub(crate) fn whole(nanoseconds: f64) -> u64 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "times are not negative, and the cast of a float stops at the largest number"
    )]
    let whole = nanoseconds as u64;
    whole
}
