//! The bucket of a budget: what is missing in it, in thousandths of a token.

use super::cell::SharedCell;

/// Takes this much out. Whether there was enough.
///
/// It counts what is missing, so that a full bucket is zero.
#[inline]
pub fn withdraw(missing: &impl SharedCell, cost: u32, capacity: u32) -> bool {
    let take = |missing: u32| missing.checked_add(cost).filter(|missing| *missing <= capacity);
    missing.update(take).is_ok()
}

/// Takes up to this much out. How much it was.
pub fn take(missing: &impl SharedCell, most: u32, capacity: u32) -> u32 {
    let left = |missing: u32| most.min(capacity.saturating_sub(missing));
    let taken = missing.update(|missing| match left(missing) {
        0 => None,
        taken => Some(missing + taken),
    });
    taken.map_or(0, left)
}

/// Puts up to this much back. How much was missing. Where it is full, nothing is written: threads that only succeed share no
/// cache line that is.
#[inline]
pub fn deposit(missing: &impl SharedCell, most: u32) -> u32 {
    let fill = |missing: u32| (missing > 0).then(|| missing.saturating_sub(most));
    missing.update(fill).map_or(0, |missing| missing.min(most))
}
