//! Scopes inside of each other.

use alloc::sync::Arc;
use alloc::vec::Vec;

use reattempt_policy::Policy;

use super::current;
use super::part::Part;
use super::surrounding::Surrounding;
#[cfg(feature = "faults")]
use crate::faults::script::Running;
use crate::observe::{self, Event};

/// Scopes inside of each other, from the inside out. Each is there once, however it came here: what was carried from another
/// thread may have the same ones around it.
pub(super) struct Layers(Vec<Arc<Part>>);

impl Layers {
    /// One scope inside of others. Nothing, if that is what is there already.
    pub(super) fn new(
        own: Option<Part>,
        carried: &[Arc<Part>],
        outer: &[Arc<Part>],
    ) -> Option<Layers> {
        let mut parts: Vec<Arc<Part>> = own.into_iter().map(Arc::new).collect();
        for part in carried.iter().chain(outer) {
            if !parts.iter().any(|known| Arc::ptr_eq(known, part)) {
                parts.push(Arc::clone(part));
            }
        }
        (parts.len() > outer.len()).then_some(Layers(parts))
    }
}

impl Surrounding for Layers {
    fn policy(&self, name: &str) -> Option<Policy> {
        self.0.iter().find_map(|part| part.policy(name))
    }

    fn random(&self) -> Option<u64> {
        self.0.iter().find_map(|part| part.random())
    }

    #[cfg(feature = "faults")]
    fn script(&self, name: &str) -> Option<Arc<Running>> {
        self.0.iter().find_map(|part| part.script(name))
    }

    fn take_retry(&self) -> bool {
        for (taken, part) in self.0.iter().enumerate() {
            if !part.take_retry() {
                self.0.iter().take(taken).for_each(|part| part.give_retry_back());
                return false;
            }
        }
        true
    }

    fn give_retry_back(&self) {
        self.0.iter().for_each(|part| part.give_retry_back());
    }

    fn is_listened_to(&self) -> bool {
        self.0.iter().any(|part| !part.observers.is_empty())
    }

    fn tell(&self, event: &Event<'_>) {
        // Calls that an observer makes are not told to it: one that fails would never come to an end.
        let telling = current::Telling::begin();
        if telling.is_some() {
            for observer in self.0.iter().flat_map(|part| &part.observers) {
                observe::tell(&**observer, event);
            }
        }
    }

    fn parts(&self) -> &[Arc<Part>] {
        &self.0
    }
}
