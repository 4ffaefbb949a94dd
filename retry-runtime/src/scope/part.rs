//! The part of a scope that is counted: observers, policies by name, retries of all calls together.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use reattempt_policy::__private::SplitMix64;
use reattempt_policy::Policy;

#[cfg(feature = "faults")]
use crate::faults::script::Running;
use crate::observe::Observer;

/// Scripts, by the names of operations. There is a lock because a test adds some while it runs.
#[cfg(feature = "faults")]
pub(crate) type Scripts = Arc<Mutex<Vec<(Box<str>, Arc<Running>)>>>;

/// What one scope says.
#[derive(Default)]
pub(crate) struct Part {
    pub(super) observers: Vec<Arc<dyn Observer + Send + Sync>>,
    pub(super) policies: Vec<(Box<str>, Policy)>,
    /// What delays are drawn from.
    pub(super) random: Option<Mutex<SplitMix64>>,
    #[cfg(feature = "faults")]
    pub(super) scripts: Scripts,
    /// How many retries are left to all the calls inside.
    pub(super) retries: Option<AtomicU32>,
}

impl Part {
    pub(super) fn policy(&self, name: &str) -> Option<Policy> {
        most_specific(&self.policies, name).copied()
    }

    #[cfg(feature = "faults")]
    pub(super) fn script(&self, name: &str) -> Option<Arc<Running>> {
        let scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        most_specific(&scripts, name).map(Arc::clone)
    }

    pub(super) fn random(&self) -> Option<u64> {
        let random = self.random.as_ref()?;
        Some(random.lock().unwrap_or_else(PoisonError::into_inner).next_u64())
    }

    pub(super) fn take_retry(&self) -> bool {
        let Some(retries) = &self.retries else { return true };
        let take = |left: u32| left.checked_sub(1);
        retries.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    pub(super) fn give_retry_back(&self) {
        if let Some(retries) = &self.retries {
            retries.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Of several whose patterns fit, that which says most: a name before a module before everything, then the longer one, and of
/// equal ones the last.
fn most_specific<'a, T>(by_pattern: &'a [(Box<str>, T)], name: &str) -> Option<&'a T> {
    let matching = by_pattern.iter().filter(|(pattern, _)| matches(pattern, name));
    let says = |pattern: &str| (!pattern.ends_with('*'), pattern.len());
    matching.max_by_key(|(pattern, _)| says(pattern)).map(|(_, value)| value)
}

/// Whether a pattern means an operation: `app::storage::upload` is meant by itself, by `storage::upload` and `upload`,
/// and by `app::*`, `app::storage::*` and `storage::*`.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
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
