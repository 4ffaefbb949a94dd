//! One for each host, in a table of a fixed size.

use core::hash::Hash;

use super::hash::hash;

/// One for each host, or whatever else is a key, in a table of a fixed size: nothing is allocated, and nothing grows.
///
/// Keys that fall into the same of its 64 places share what is there. With 8 hosts, one pair of them does in about a third of
/// all programs; of 64 hosts, most share with another one.
///
/// ```
/// use reattempt::{Budget, Keyed, retry};
///
/// static HOSTS: Keyed<Budget> = Budget::keyed();
///
/// #[retry(budget = HOSTS.of(host))]
/// fn fetch(host: &str) -> std::io::Result<()> {
///     Ok(())
/// }
/// # fetch("a.example").unwrap();
/// ```
#[derive(Debug)]
pub struct Keyed<T, const PLACES: usize = 64> {
    pub(super) places: [T; PLACES],
}

impl<T, const PLACES: usize> Keyed<T, PLACES> {
    /// The one of this key.
    pub fn of(&self, key: impl Hash) -> &T {
        const { assert!(PLACES > 0, "a table needs a place") };
        #[allow(clippy::cast_possible_truncation, reason = "it is below the number of places")]
        let place = (hash(&key) % PLACES as u64) as usize;
        #[allow(clippy::indexing_slicing, reason = "likewise")]
        &self.places[place]
    }

    /// All of them, for metrics.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.places.iter()
    }
}
