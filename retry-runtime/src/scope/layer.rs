//! The part of a scope that is counted: observers, policies by name, retries of all calls together.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering};

use reattempt_policy::Policy;

use super::surrounding::{Surrounding, Surroundings};
use crate::observe::{self, Event, Observer};

/// One scope, with those that surround it.
#[derive(Default)]
pub(crate) struct Layer {
    pub(super) outer: Option<Surroundings>,
    /// What another thread had around it, where that was carried here.
    pub(super) carried: Option<Surroundings>,
    pub(super) observers: Vec<Arc<dyn Observer + Send + Sync>>,
    pub(super) policies: Vec<(Box<str>, Policy)>,
    /// How many retries are left to all the calls inside.
    pub(super) retries: Option<AtomicU32>,
}

impl Layer {
    /// What surrounds it, from the inside out.
    fn outer(&self) -> impl Iterator<Item = &Surroundings> {
        self.carried.iter().chain(&self.outer)
    }

    fn own_policy(&self, name: &str) -> Option<Policy> {
        let matching = self.policies.iter().filter(|(pattern, _)| matches(pattern, name));
        matching.max_by_key(|(pattern, _)| pattern.len()).map(|(_, policy)| *policy)
    }

    fn take_own_retry(&self) -> bool {
        let Some(retries) = &self.retries else { return true };
        let take = |left: u32| left.checked_sub(1);
        retries.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    fn give_own_retry_back(&self) {
        if let Some(retries) = &self.retries {
            retries.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Surrounding for Layer {
    /// Of several whose patterns fit, that of the longest.
    fn policy(&self, name: &str) -> Option<Policy> {
        self.own_policy(name).or_else(|| self.outer().find_map(|outer| outer.policy(name)))
    }

    fn take_retry(&self) -> bool {
        if !self.take_own_retry() {
            return false;
        }
        for (taken, outer) in self.outer().enumerate() {
            if !outer.take_retry() {
                self.outer().take(taken).for_each(|outer| outer.give_retry_back());
                self.give_own_retry_back();
                return false;
            }
        }
        true
    }

    fn give_retry_back(&self) {
        self.give_own_retry_back();
        self.outer().for_each(|outer| outer.give_retry_back());
    }

    fn is_listened_to(&self) -> bool {
        !self.observers.is_empty() || self.outer().any(|outer| outer.is_listened_to())
    }

    fn tell(&self, event: &Event<'_>) {
        for observer in &self.observers {
            observe::tell(&**observer, event);
        }
        self.outer().for_each(|outer| outer.tell(event));
    }

    fn is_inside(&self, other: &dyn Surrounding) -> bool {
        core::ptr::addr_eq(self, other) || self.outer().any(|outer| outer.is_inside(other))
    }
}

/// Whether a pattern means an operation: `app::storage::upload` is meant by itself, by `storage::upload` and `upload`,
/// and by `app::*`, `app::storage::*` and `storage::*`.
fn matches(pattern: &str, name: &str) -> bool {
    let Some(module) = pattern.strip_suffix("*") else {
        let before = name.strip_suffix(pattern);
        return before.is_some_and(|before| before.is_empty() || before.ends_with("::"));
    };
    let inside_a_crate = || name.split_once("::").is_some_and(|(_, rest)| rest.starts_with(module));
    (module.is_empty() || module.ends_with("::")) && (name.starts_with(module) || inside_a_crate())
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_pattern_means_whole_words() {
        let name = "app::storage::upload";
        for pattern in
            [name, "storage::upload", "upload", "app::*", "storage::*", "app::storage::*", "*"]
        {
            assert!(matches(pattern, name), "{pattern}");
        }
        for pattern in ["load", "storage", "app", "orage::upload", "ap*", "upload::*", "app::sto*"]
        {
            assert!(!matches(pattern, name), "{pattern}");
        }
    }
}
