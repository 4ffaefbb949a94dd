//! Blocking calls that are being retried, so that a retry inside of a retry is found.
//!
//! Only the attempts after the first are marked: a first one costs nothing, and where the outer operation succeeds at
//! once, nothing multiplies.

use core::cell::Cell;
use core::sync::atomic::{AtomicU64, Ordering};

use super::current::EnteredLimits;
use super::limits::Limits;
use crate::overload::hash;

/// An operation whose attempt is running, and is not its first.
#[derive(Clone, Copy)]
pub(crate) enum Retried {
    /// By the text of its attribute, which is read only if it is asked for.
    Text(&'static str),
    Named {
        name: &'static str,
        max_attempts: u32,
    },
}

std::thread_local! {
    static RETRIED: Cell<Option<Retried>> = const { Cell::new(None) };
}

/// The innermost operation that is being retried on this thread.
#[inline]
pub(crate) fn retried() -> Option<Retried> {
    RETRIED.get()
}

/// An attempt after the first runs until this is dropped.
pub(crate) struct EnteredRetry {
    outer: Option<Retried>,
    _limits: Option<EnteredLimits>,
}

impl EnteredRetry {
    /// `once`: the calls inside run once.
    #[inline]
    pub(crate) fn new(retried: Option<Retried>, once: bool) -> EnteredRetry {
        EnteredRetry {
            outer: RETRIED.replace(retried),
            _limits: once.then(|| EnteredLimits::new(Limits::ONCE)),
        }
    }
}

impl Drop for EnteredRetry {
    #[inline]
    fn drop(&mut self) {
        RETRIED.set(self.outer);
    }
}

/// How many pairs of operations are remembered. Nothing is said of those that come after them.
const PAIRS: usize = 64;

/// Whether this pair of operations is seen for the first time in the life of the process.
pub(crate) fn is_new_pair(outer: &str, inner: &str) -> bool {
    static SEEN: [AtomicU64; PAIRS] = [const { AtomicU64::new(0) }; PAIRS];
    // Zero stands for an empty place.
    let pair = hash(&(outer, inner)).max(1);
    for seen in &SEEN {
        match seen.compare_exchange(0, pair, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return true,
            Err(other) if other == pair => return false,
            Err(_) => {}
        }
    }
    false
}
