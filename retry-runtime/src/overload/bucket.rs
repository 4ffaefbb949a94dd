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

/// Puts this much back. Where it is full, nothing is written: threads that only succeed share no cache line that is.
#[inline]
pub fn deposit(missing: &impl SharedCell, refund: u32) {
    let _ = missing.update(|missing| (missing > 0).then(|| missing.saturating_sub(refund)));
}
