//! Where jitter comes from.

#![allow(clippy::cast_possible_truncation, reason = "on a small machine half the bits will do")]

use core::sync::atomic::{AtomicUsize, Ordering};

use fastrand::Rng;

/// One generator's state for all the calls of a machine that has no other source of randomness.
static STATE: AtomicUsize = AtomicUsize::new(0);

/// Adds to the randomness out of which jitter is drawn.
///
/// With the `std` feature there is no need to: the operating system provides it. Without, every
/// device that runs the same program would wait the same "random" times, and a fleet that was
/// switched on together would come back together. Hand over something that differs from device to
/// device and from start to start, once: a serial number mixed with a reading of a noisy input.
pub fn add_entropy(entropy: u64) {
    let folded = (entropy ^ (entropy >> 32)) as usize;
    update(|state| state ^ folded);
}

/// A seed for the jitter of one call, unlike that of any other call.
pub(crate) fn entropy() -> u64 {
    // An odd number near the golden ratio, so that successive states lie far apart.
    const STEP: usize = 0x9e37_79b9_7f4a_7c15_u64 as usize;
    let state = update(|state| state.wrapping_add(STEP)) as u64;
    let seed = Rng::with_seed(state).u64(..);
    #[cfg(feature = "std")]
    let seed = seed ^ fastrand::u64(..);
    seed
}

/// Returns the state before.
#[cfg(target_has_atomic = "ptr")]
fn update(change: impl Fn(usize) -> usize) -> usize {
    let updated =
        STATE.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |state| Some(change(state)));
    match updated {
        Ok(before) | Err(before) => before,
    }
}

/// Returns the state before. Where a processor can't do both at once, an interrupt in between may
/// be given the same state, which makes two waits alike and does no other harm.
#[cfg(not(target_has_atomic = "ptr"))]
fn update(change: impl Fn(usize) -> usize) -> usize {
    let before = STATE.load(Ordering::Relaxed);
    STATE.store(change(before), Ordering::Relaxed);
    before
}
