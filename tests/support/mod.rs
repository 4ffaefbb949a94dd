//! What the tests share: a clock that no test has to wait for, and work that fails as scripted.

#![allow(dead_code, reason = "each test file uses some of it")]

use std::cell::{Cell, RefCell};
use std::fmt;
use std::time::Duration;

use reattempt::{Retryability, Retryable};
use tokio::time::Instant;

thread_local! {
    static SLEPT: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

/// A timer for blocking functions that only takes note of the wait.
pub(crate) fn sleep(delay: Duration) {
    SLEPT.with_borrow_mut(|slept| slept.push(delay));
}

/// The waits of this thread since the last time.
pub(crate) fn slept() -> Vec<Duration> {
    SLEPT.take()
}

pub(crate) const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Work that fails a number of times and then succeeds.
pub(crate) struct Work {
    failures: u32,
    calls: Cell<u32>,
    at: RefCell<Vec<Instant>>,
}

impl Work {
    pub(crate) fn failing(failures: u32) -> Work {
        Work { failures, calls: Cell::new(0), at: RefCell::default() }
    }

    /// The number of this call, once it has failed often enough.
    pub(crate) fn call(&self) -> Result<u32, Failure> {
        self.calls.set(self.calls.get() + 1);
        self.at.borrow_mut().push(Instant::now());
        if self.calls.get() > self.failures {
            Ok(self.calls.get())
        } else {
            Err(Failure { call: self.calls.get(), retryability: Retryability::transient() })
        }
    }

    pub(crate) fn call_or(&self, retryability: Retryability) -> Result<u32, Failure> {
        self.call().map_err(|failure| Failure { retryability, ..failure })
    }

    pub(crate) fn calls(&self) -> u32 {
        self.calls.get()
    }

    /// The time between the calls, by tokio's clock.
    pub(crate) fn gaps(&self) -> Vec<Duration> {
        self.at.borrow().windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

/// The error of one call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Failure {
    pub(crate) call: u32,
    pub(crate) retryability: Retryability,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "call {} failed", self.call)
    }
}

impl Retryable for Failure {
    fn retryability(&self) -> Retryability {
        self.retryability
    }
}
