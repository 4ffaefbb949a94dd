//! Four bytes that threads share. A trait, so that a model checker can put its own in their place.

#[cfg(target_has_atomic = "32")]
use core::sync::atomic::{AtomicU32, Ordering};

/// Four bytes that threads share. What they hold stands for itself, so that no order among several is asked for.
pub trait SharedCell {
    /// What is in it.
    fn load(&self) -> u32;

    /// Puts this in.
    fn store(&self, held: u32);

    /// Puts in something new, if it holds what is expected; else what it holds. It may fail for no reason.
    ///
    /// # Errors
    ///
    /// What it holds.
    fn replace(&self, expected: u32, new: u32) -> Result<u32, u32>;

    /// Puts in what comes of what is in it, unless nothing does.
    ///
    /// # Errors
    ///
    /// What it holds.
    #[inline]
    fn update(&self, make: impl Fn(u32) -> Option<u32>) -> Result<u32, u32> {
        let mut held = self.load();
        while let Some(new) = make(held) {
            match self.replace(held, new) {
                Ok(before) => return Ok(before),
                Err(other) => held = other,
            }
        }
        Err(held)
    }
}

#[cfg(target_has_atomic = "32")]
impl SharedCell for AtomicU32 {
    #[inline]
    fn load(&self) -> u32 {
        AtomicU32::load(self, Ordering::Relaxed)
    }

    fn store(&self, held: u32) {
        AtomicU32::store(self, held, Ordering::Relaxed);
    }

    #[inline]
    fn replace(&self, expected: u32, new: u32) -> Result<u32, u32> {
        self.compare_exchange_weak(expected, new, Ordering::Relaxed, Ordering::Relaxed)
    }
}
