//! The part of a scope that is counted: observers, policies by name, retries of all calls together.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering};

use reattempt_policy::Policy;

use crate::observe::Observer;

/// What one scope says.
#[derive(Default)]
pub(crate) struct Part {
    pub(super) observers: Vec<Arc<dyn Observer + Send + Sync>>,
    pub(super) policies: Vec<(Box<str>, Policy)>,
    /// How many retries are left to all the calls inside.
    pub(super) retries: Option<AtomicU32>,
}

impl Part {
    /// Of several whose patterns fit, that of the longest.
    pub(super) fn policy(&self, name: &str) -> Option<Policy> {
        let matching = self.policies.iter().filter(|(pattern, _)| matches(pattern, name));
        matching.max_by_key(|(pattern, _)| pattern.len()).map(|(_, policy)| *policy)
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
