//! What is going to happen, in the order of time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A moment, in nanoseconds since a run began.
pub type Moment = u64;

/// A millisecond.
pub const MILLISECOND: Moment = 1_000_000;

/// A second.
pub const SECOND: Moment = 1_000_000_000;

/// Seconds of a run.
pub const fn seconds(number: u64) -> Moment {
    number.saturating_mul(SECOND)
}

/// Events to come. Of two at the same moment the one that was added first comes first, so that a run is the same each time.
#[derive(Debug)]
pub struct EventQueue<E> {
    heap: BinaryHeap<Entry<E>>,
    added: u64,
}

#[derive(Debug)]
struct Entry<E> {
    at: Moment,
    order: u64,
    event: E,
}

impl<E> EventQueue<E> {
    /// One without events.
    pub const fn new() -> EventQueue<E> {
        EventQueue { heap: BinaryHeap::new(), added: 0 }
    }

    /// Adds an event.
    pub fn add(&mut self, at: Moment, event: E) {
        self.heap.push(Entry { at, order: self.added, event });
        self.added += 1;
    }

    /// When the next event is.
    pub fn next_at(&self) -> Option<Moment> {
        self.heap.peek().map(|entry| entry.at)
    }

    /// Takes the next event.
    pub fn take(&mut self) -> Option<(Moment, E)> {
        self.heap.pop().map(|entry| (entry.at, entry.event))
    }
}

impl<E> Default for EventQueue<E> {
    fn default() -> EventQueue<E> {
        EventQueue::new()
    }
}

/// The earliest is the greatest, because the heap's top is.
impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Entry<E>) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Entry<E>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Entry<E>) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}

impl<E> Eq for Entry<E> {}
