//! Where jitter comes from.

#![allow(clippy::cast_possible_truncation, reason = "on a small machine half the bits will do")]

use core::sync::atomic::{AtomicUsize, Ordering};

use reattempt_policy::__private::SplitMix64;

/// One generator's state for all the calls of a machine that has no other source of randomness.
static STATE: AtomicUsize = AtomicUsize::new(0);

/// Adds to the randomness out of which jitter is drawn.
///
/// With the feature `std` on an operating system you don't need this: jitter is seeded from the same source as
/// `HashMap`. Nor do you in a browser or a worker, with the feature `wasm`: there it is seeded from `Math.random`.
///
/// Everywhere else, every device that runs the same program would wait the same "random" times, and a fleet that was
/// switched on together would come back together. Hand over something that differs from device to
/// device and from start to start, once: a serial number mixed with a reading of a noisy input.
pub fn add_entropy(entropy: u64) {
    let folded = (entropy ^ (entropy >> 32)) as usize;
    update(|state| state ^ folded);
}

/// A random number: for the jitter of a delay, or the id of a call.
pub(crate) fn random() -> u64 {
    let next = next_random();
    #[cfg(feature = "std")]
    let next = next ^ process_seed();
    next
}

/// A number that differs from process to process, drawn once.
#[cfg(feature = "std")]
fn process_seed() -> u64 {
    static SEED: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    *SEED.get_or_init(draw_seed)
}

/// From where hash maps have their seeds.
#[cfg(all(
    feature = "std",
    not(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))
))]
fn draw_seed() -> u64 {
    use core::hash::{BuildHasher as _, Hasher as _};
    std::hash::RandomState::new().build_hasher().finish()
}

/// In WebAssembly hash maps have their seeds from addresses, which are the same in every browser and worker.
#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
fn draw_seed() -> u64 {
    // Of each, 52 bits are random.
    let draw = || js_sys::Math::random().to_bits();
    draw() ^ draw().rotate_left(32)
}

/// A random number that is drawn when it is first asked for, and stays.
#[derive(Debug)]
pub(crate) struct LazyRandomU128 {
    /// Zero until it is drawn.
    words: [AtomicUsize; LazyRandomU128::WORDS],
}

impl LazyRandomU128 {
    const WORDS: usize = (u128::BITS / usize::BITS) as usize;

    pub(crate) const fn new() -> LazyRandomU128 {
        LazyRandomU128 { words: [const { AtomicUsize::new(0) }; LazyRandomU128::WORDS] }
    }

    /// One that comes to the same number.
    #[cfg(feature = "alloc")]
    pub(crate) fn same(&self) -> LazyRandomU128 {
        self.get();
        let word = |word: &AtomicUsize| AtomicUsize::new(word.load(Ordering::Relaxed));
        LazyRandomU128 {
            words: core::array::from_fn(|index| {
                self.words.get(index).map_or_else(AtomicUsize::default, word)
            }),
        }
    }

    pub(crate) fn get(&self) -> u128 {
        self.words.iter().fold(0, |number, word| {
            let drawn = match word.load(Ordering::Relaxed) {
                0 => draw_into(word),
                drawn => drawn,
            };
            number << usize::BITS | drawn as u128
        })
    }
}

/// Draws the word. If two threads draw at once, the second one takes what the first has drawn.
#[cold]
fn draw_into(word: &AtomicUsize) -> usize {
    let drawn = (random() as usize).max(1);
    #[cfg(target_has_atomic = "ptr")]
    if let Err(first) = word.compare_exchange(0, drawn, Ordering::Relaxed, Ordering::Relaxed) {
        return first;
    }
    // Without that instruction there is only one processor, and a call has only one body.
    #[cfg(not(target_has_atomic = "ptr"))]
    word.store(drawn, Ordering::Relaxed);
    drawn
}

fn next_random() -> u64 {
    const STEP: usize = SplitMix64::STEP as usize;
    let state = update(|state| state.wrapping_add(STEP)) as u64;
    SplitMix64::new(state).next_u64()
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

#[cfg(test)]
mod tests {
    use super::{LazyRandomU128, SplitMix64, add_entropy, next_random, random};

    /// Without an operating system this is all there is.
    #[test]
    fn no_seed_is_fixed() {
        let seeds = [next_random(), next_random(), next_random()];
        assert!(seeds[0] != seeds[1] && seeds[1] != seeds[2], "{seeds:?}");
        assert_ne!(random(), random());
    }

    #[test]
    fn a_number_drawn_once_stays_for_all_threads() {
        let once = LazyRandomU128::new();
        let numbers = std::thread::scope(|scope| {
            let threads = [(); 4].map(|()| scope.spawn(|| once.get()));
            threads.map(|thread| thread.join().unwrap())
        });
        assert_eq!(numbers, [once.get(); 4]);
        assert_ne!(numbers[0], LazyRandomU128::new().get());
    }

    #[test]
    fn entropy_that_is_added_changes_the_seeds() {
        // What the next seed would be, and what it is. Other tests may draw in between, which
        // changes it as well, but never back.
        let state = super::update(|state| state);
        let without = SplitMix64::new(state as u64).next_u64();
        add_entropy(0x0123_4567_89ab_cdef);
        assert_ne!(next_random(), without);
    }
}
