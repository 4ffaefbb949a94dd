//! What threads share, gone through in every order in which they may come: see `tests/`.
#![forbid(unsafe_code)]

use loom::sync::atomic::{AtomicU32, Ordering};
use reattempt_runtime::__private::model::SharedCell;

/// A cell of the model checker's.
#[derive(Debug)]
pub struct Cell(AtomicU32);

impl Cell {
    /// One that holds this.
    #[must_use]
    pub fn new(held: u32) -> Cell {
        Cell(AtomicU32::new(held))
    }
}

impl SharedCell for Cell {
    fn load(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    fn store(&self, held: u32) {
        self.0.store(held, Ordering::Relaxed);
    }

    fn replace(&self, expected: u32, new: u32) -> Result<u32, u32> {
        self.0.compare_exchange_weak(expected, new, Ordering::Relaxed, Ordering::Relaxed)
    }
}
