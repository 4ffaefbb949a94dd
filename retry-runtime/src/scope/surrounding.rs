//! The part of a scope that is counted, as a call sees it.

use alloc::sync::Arc;

use reattempt_policy::Policy;

use super::part::Part;
#[cfg(feature = "faults")]
use crate::faults::script::Running;
use crate::observe::Event;

/// The part of a scope that is counted, with all that surrounds it.
///
/// A trait, so that a program without scopes has no code of them: 9 KB, which every failed attempt could reach.
pub(crate) trait Surrounding: Send + Sync {
    /// The policy for operations of this name.
    fn policy(&self, name: &str) -> Option<Policy>;

    /// A random number out of a seed, if there is one.
    fn random(&self) -> Option<u64>;

    /// The script for operations of this name.
    #[cfg(feature = "faults")]
    fn script(&self, name: &str) -> Option<Arc<Running>>;

    /// Takes one of the retries that all calls inside have together. Whether there was one.
    fn take_retry(&self) -> bool;

    /// Gives it back.
    fn give_retry_back(&self);

    /// Whether there are observers.
    fn is_listened_to(&self) -> bool;

    /// Tells the observers, from the inside out.
    fn tell(&self, event: &Event<'_>);

    /// Its parts, from the inside out.
    fn parts(&self) -> &[Arc<Part>];
}

pub(crate) type Surroundings = Arc<dyn Surrounding>;
