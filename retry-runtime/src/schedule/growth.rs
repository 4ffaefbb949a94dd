//! Growing numbers, in integers that saturate: no wait overflows, drifts, or is rounded to zero.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "what is cast is a shift, or the part of a product that fits"
)]

/// `min(cap, base · multiplier ^ (retry - 1))`, to the nearest nanosecond.
pub(super) const fn exponential(base: u64, multiplier: f64, retry: u32, cap: u64) -> u64 {
    Power::of(multiplier, retry.saturating_sub(1)).times(base, cap)
}

/// `min(cap, base · retry)`
pub(super) const fn linear(base: u64, retry: u32, cap: u64) -> u64 {
    smaller(base.saturating_mul(retry as u64), cap)
}

/// `min(cap, base · Fₙ)`, where F is 1, 1, 2, 3, 5, …
pub(super) const fn fibonacci(base: u64, retry: u32, cap: u64) -> u64 {
    let (mut current, mut next) = (1_u64, 1_u64);
    let mut left = retry.saturating_sub(1);
    // The 94th number is past 64 bits, so this ends soon whatever the retry.
    while left > 0 && current < u64::MAX {
        (current, next) = (next, current.saturating_add(next));
        left -= 1;
    }
    smaller(base.saturating_mul(current), cap)
}

pub(super) const fn smaller(one: u64, other: u64) -> u64 {
    if one < other { one } else { other }
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
