//! A timer that takes notes in place of waiting, and a server.

use std::cell::RefCell;
use std::time::Duration;

thread_local! {
    static SLEPT: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

/// A timer for async functions, of tests on one thread.
pub async fn sleep(delay: Duration) {
    note(delay);
}

/// Takes note of a wait.
pub fn note(delay: Duration) {
    SLEPT.with_borrow_mut(|slept| slept.push(delay));
}

/// The waits since the last time.
pub fn slept() -> Vec<Duration> {
    SLEPT.take()
}
