//! The arithmetic of delays, in integers that saturate: no delay overflows, drifts, or is rounded to zero.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "each value was brought into range on the line of its cast, or the one before"
)]

use crate::backoff::Jitter;
use crate::window::Window;
pub use crate::window::nanoseconds;

/// What a backoff makes of a policy's delays at a retry.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    Exponential {
        multiplier: f64,
    },
    Fixed,
    Linear,
    Fibonacci,
    None,
    /// The wait of this retry, given as it is: by a list, or by a backoff of the user's own.
    Given(u64),
}

/// The numbers of a policy, in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DelayParameters {
    pub(crate) initial_delay: u64,
    pub(crate) throttled_delay: u64,
    /// Whether `throttled_delay` was given; its default lengthens no wait that is given as it is.
    pub(crate) says_throttled_delay: bool,
    pub(crate) max_delay: u64,
    pub(crate) throttled_max_delay: u64,
    pub(crate) jitter: Jitter,
}

impl DelayParameters {
    /// The range out of which the wait before a retry is drawn. `throttled`: after an error that
    /// says so and brings no hint. `previous`, the wait before, is for decorrelated jitter.
    pub(crate) const fn window(
        &self,
        shape: Shape,
        retry: u32,
        throttled: bool,
        previous: u64,
    ) -> Window {
        let cap = if throttled { self.throttled_max_delay } else { self.max_delay };
        let floor = if throttled { self.throttled_delay } else { 0 };
        let base = larger(self.initial_delay, floor);
        let wait = match shape {
            Shape::Exponential { multiplier } => exponential(base, multiplier, retry, cap),
            Shape::Fixed => smaller(base, cap),
            Shape::Linear => linear(base, retry, cap),
            Shape::Fibonacci => fibonacci(base, retry, cap),
            Shape::None => 0,
            Shape::Given(wait) if self.says_throttled_delay => smaller(larger(wait, floor), cap),
            Shape::Given(wait) => smaller(wait, cap),
        };
        jittered(self.jitter, wait, base, previous, cap)
    }

    /// The longest wait that decorrelated jitter can have drawn before a retry.
    pub(crate) const fn longest_previous(&self, retry: u32, throttled: bool) -> u64 {
        let floor = if throttled { self.throttled_delay } else { 0 };
        exponential(larger(self.initial_delay, floor), 3.0, retry, u64::MAX)
    }
}

/// The entry of a list of waits for a retry; the last one serves all the retries after it.
pub(crate) fn entry<T>(list: &[T], retry: u32) -> Option<&T> {
    let index = usize::try_from(retry.saturating_sub(1)).unwrap_or(usize::MAX);
    list.get(index).or(list.last())
}

/// The range out of which a wait is drawn. `base` and `previous` are of interest to decorrelated
/// jitter only.
const fn jittered(jitter: Jitter, wait: u64, base: u64, previous: u64, cap: u64) -> Window {
    match jitter {
        Jitter::None => Window::from_nanoseconds(wait, 0),
        Jitter::Full => full_jitter(wait),
        Jitter::Equal => equal_jitter(wait),
        Jitter::Decorrelated => decorrelated_jitter(base, previous, cap),
        Jitter::Fraction(fraction) => fractional_jitter(wait, fraction, cap),
    }
}

/// `min(cap, base · multiplier ^ (retry - 1))`, to the nearest nanosecond.
const fn exponential(base: u64, multiplier: f64, retry: u32, cap: u64) -> u64 {
    let exponent = retry.saturating_sub(1);
    // Doubling, the default, is a shift: a tenth of the instructions.
    if multiplier.to_bits() == 2.0_f64.to_bits() {
        let fits = exponent < base.leading_zeros() || base == 0;
        let wait = if fits { base.checked_shl(exponent) } else { None };
        return match wait {
            Some(wait) => smaller(wait, cap),
            None if base == 0 => 0,
            None => cap,
        };
    }
    Power::of(multiplier, exponent).times(base, cap)
}

/// `min(cap, base · retry)`
const fn linear(base: u64, retry: u32, cap: u64) -> u64 {
    smaller(base.saturating_mul(retry as u64), cap)
}

/// `min(cap, base · Fₙ)`, where F is 1, 1, 2, 3, 5, …
const fn fibonacci(base: u64, retry: u32, cap: u64) -> u64 {
    let (mut current, mut next) = (1_u64, 1_u64);
    let mut left = retry.saturating_sub(1);
    // The 94th number is past 64 bits, so this ends soon whatever the retry.
    while left > 0 && current < u64::MAX {
        (current, next) = (next, current.saturating_add(next));
        left -= 1;
    }
    smaller(base.saturating_mul(current), cap)
}

/// u·w
const fn full_jitter(wait: u64) -> Window {
    Window::from_nanoseconds(0, wait)
}

/// w/2 + u·w/2
const fn equal_jitter(wait: u64) -> Window {
    Window::from_nanoseconds(wait / 2, wait - wait / 2)
}

/// Uniform between `base` and `min(cap, 3 · previous)`, the first previous being the base.
const fn decorrelated_jitter(base: u64, previous: u64, cap: u64) -> Window {
    let low = smaller(base, cap);
    let previous = if previous > low { previous } else { low };
    Window::from_nanoseconds(low, smaller(previous.saturating_mul(3), cap) - low)
}

/// v·(1 + f·u), where v = min(w, c/(1+f)): what is added stays within the cap.
pub const fn fractional_jitter(wait: u64, fraction: f64, cap: u64) -> Window {
    const ONE: u128 = 1 << 32;
    // A fraction is from 0 to 1; the conversion of anything else saturates, NaN to zero.
    let fraction = (fraction * ONE as f64) as u64;
    let fraction = if fraction as u128 > ONE { ONE } else { fraction as u128 };
    let low = smaller(wait, (((cap as u128) << 32) / (ONE + fraction)) as u64);
    Window::from_nanoseconds(low, ((low as u128 * fraction) >> 32) as u64)
}

const fn smaller(one: u64, other: u64) -> u64 {
    if one < other { one } else { other }
}

const fn larger(one: u64, other: u64) -> u64 {
    if one > other { one } else { other }
}

/// `mantissa · 2^exponent`, the mantissa's top bit set: 64 bits of precision and a range that no
/// multiplier and no number of attempts leave, in integers alone.
#[derive(Clone, Copy)]
struct Power {
    mantissa: u64,
    exponent: i64,
}

impl Power {
    const ONE: Power = Power { mantissa: 1 << 63, exponent: -63 };

    const fn of(multiplier: f64, mut exponent: u32) -> Power {
        let mut square = Power::from_multiplier(multiplier);
        let mut product = Power::ONE;
        while exponent > 0 {
            if exponent & 1 == 1 {
                product = product.multiply(square);
            }
            square = square.multiply(square);
            exponent >>= 1;
        }
        product
    }

    /// A multiplier is finite and at least 1; anything else counts as 1.
    const fn from_multiplier(multiplier: f64) -> Power {
        if !(multiplier.is_finite() && multiplier >= 1.0) {
            return Power::ONE;
        }
        let bits = multiplier.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let exponent = (bits >> 52) as i64;
        Power { mantissa: (fraction | 1 << 52) << 11, exponent: exponent - 1075 - 11 }
    }

    const fn multiply(self, other: Power) -> Power {
        let product = self.mantissa as u128 * other.mantissa as u128;
        let shift = 64 - product.leading_zeros();
        let kept = (product >> shift) as u64;
        let exponent = self.exponent.saturating_add(other.exponent).saturating_add(shift as i64);
        let round_up = (product >> (shift - 1)) & 1 == 1;
        match (round_up, kept.checked_add(1)) {
            (false, _) => Power { mantissa: kept, exponent },
            (true, Some(mantissa)) => Power { mantissa, exponent },
            (true, None) => Power { mantissa: 1 << 63, exponent: exponent.saturating_add(1) },
        }
    }

    /// `min(cap, base · self)`, to the nearest integer. Never below the base: a power of a
    /// multiplier is at least 1.
    const fn times(self, base: u64, cap: u64) -> u64 {
        if base == 0 {
            return 0;
        }
        let product = base as u128 * self.mantissa as u128;
        let rounded = if self.exponent > 0 {
            // The mantissa alone is 2⁶³ or more.
            return cap;
        } else if self.exponent == 0 {
            product
        } else {
            let shift = self.exponent.unsigned_abs() as u32;
            (product >> shift) + ((product >> (shift - 1)) & 1)
        };
        if rounded > cap as u128 { cap } else { rounded as u64 }
    }
}
