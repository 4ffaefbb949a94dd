//! What surrounds a call, as it is looked up after a failed attempt.

use reattempt_policy::Policy;

#[cfg(feature = "std")]
use super::current;
#[cfg(any(feature = "successes", feature = "faults"))]
use super::limits::Flags;
use super::limits::Limits;
#[cfg(feature = "std")]
use super::surrounding::Surroundings;
use crate::engine::GiveUpReason;
#[cfg(feature = "faults")]
use crate::faults::script::Running;
use crate::observe::{self, Event, Observer};
use crate::random;
use crate::timer::began::Began;

/// What surrounds a call, if anything does.
pub(crate) struct Around {
    scopes: Option<Scopes>,
}

struct Scopes {
    limits: Limits,
    /// What the thread or the future has, what the process has, and the policies that it has.
    #[cfg(feature = "std")]
    surroundings: [Option<Surroundings>; 3],
}

impl Around {
    /// As it is now. Without any scope that is two loads.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn now() -> Around {
        Around { scopes: is_surrounded().then(Scopes::now) }
    }

    /// A thread is what has something around it, and without the standard library there are none.
    #[cfg(not(feature = "std"))]
    #[inline]
    pub(crate) fn now() -> Around {
        Around { scopes: None }
    }

    #[cfg(feature = "std")]
    #[inline]
    fn surroundings(&self) -> impl Iterator<Item = &Surroundings> {
        self.scopes.iter().flat_map(|scopes| &scopes.surroundings).flatten()
    }

    /// What is left until the deadline, in nanoseconds.
    #[inline]
    pub(crate) fn remaining(&self) -> Option<u64> {
        self.scopes.as_ref()?.limits.remaining()
    }

    /// The most attempts of each call; `u32::MAX` for no limit.
    #[inline]
    pub(crate) fn attempts(&self) -> u32 {
        self.scopes.as_ref().map_or(u32::MAX, |scopes| scopes.limits.attempts())
    }

    /// How many attempts a call may make, and why no more, if its policy would allow more.
    #[inline]
    pub(crate) fn most_attempts(
        &self,
        max_attempts: u32,
        is_poll: bool,
    ) -> Option<(u32, GiveUpReason)> {
        self.scopes.as_ref()?.limits.most_attempts(max_attempts, is_poll)
    }

    /// Whether calls don't wait.
    #[inline]
    pub(crate) fn skips_waits(&self) -> bool {
        self.scopes.as_ref().is_some_and(|scopes| scopes.limits.skips_waits())
    }

    /// The policy that takes the place of that of an operation.
    #[inline]
    pub(crate) fn policy<'a>(&self, name: impl FnOnce() -> &'a str) -> Option<Policy> {
        self.scopes.as_ref()?.policy(name())
    }

    /// A random number, for the jitter of a delay.
    #[inline]
    pub(crate) fn random(&self) -> u64 {
        // Most calls are in no scope: 20 instructions less for each failed attempt.
        match &self.scopes {
            None => random::random(),
            Some(scopes) => scopes.random(),
        }
    }

    /// The script for an operation.
    #[cfg(feature = "faults")]
    pub(crate) fn script(&self, name: &str) -> Option<alloc::sync::Arc<Running>> {
        self.surroundings().find_map(|surrounding| surrounding.script(name))
    }

    /// Takes one of the retries that all calls inside have together. Whether there was one.
    #[inline]
    pub(crate) fn take_retry(&self) -> bool {
        self.scopes.as_ref().is_none_or(Scopes::take_retry)
    }

    /// Gives back what was taken for a retry that is not made after all.
    pub(crate) fn give_retry_back(&self) {
        #[cfg(feature = "std")]
        self.surroundings().for_each(|surrounding| surrounding.give_retry_back());
    }

    /// Whether there are observers.
    #[inline]
    pub(crate) fn is_listened_to(&self) -> bool {
        #[cfg(feature = "std")]
        return self.surroundings().any(|surrounding| surrounding.is_listened_to());
        #[cfg(not(feature = "std"))]
        false
    }

    /// Tells everybody who listens: those of the call, and those of what surrounds it, from the inside out.
    pub(crate) fn report(&self, event: &Event<'_>, observer: Option<&dyn Observer>) {
        observe::report(event, observer);
        #[cfg(feature = "std")]
        self.surroundings().for_each(|surrounding| surrounding.tell(event));
    }
}

#[cfg(feature = "std")]
impl Scopes {
    #[cold]
    #[inline(never)]
    fn now() -> Scopes {
        let installed = current::installed();
        Scopes {
            limits: current::limits().inside(installed.limits),
            surroundings: [current::layers(), installed.layers, installed.policies],
        }
    }

    #[cold]
    fn policy(&self, name: &str) -> Option<Policy> {
        self.surroundings.iter().flatten().find_map(|surrounding| surrounding.policy(name))
    }

    #[cold]
    fn random(&self) -> u64 {
        let mut surroundings = self.surroundings.iter().flatten();
        surroundings.find_map(|surrounding| surrounding.random()).unwrap_or_else(random::random)
    }

    #[cold]
    fn take_retry(&self) -> bool {
        let [inner, outer, _] = &self.surroundings;
        if inner.as_ref().is_some_and(|inner| !inner.take_retry()) {
            return false;
        }
        if outer.as_ref().is_some_and(|outer| !outer.take_retry()) {
            if let Some(inner) = inner {
                inner.give_retry_back();
            }
            return false;
        }
        true
    }
}

#[cfg(not(feature = "std"))]
impl Scopes {
    fn policy(&self, _: &str) -> Option<Policy> {
        None
    }

    fn random(&self) -> u64 {
        random::random()
    }

    fn take_retry(&self) -> bool {
        true
    }
}

/// Whether there is any scope.
#[cfg(feature = "std")]
#[inline]
fn is_surrounded() -> bool {
    current::is_inside() || current::is_installed()
}

/// When a call began that begins now, if anybody may be told how long it took.
#[inline]
pub(crate) fn beginning() -> Began {
    beginning_for(false)
}

/// The same of a call that has an observer of its own, or none.
#[inline]
pub(crate) fn beginning_for(has_observer: bool) -> Began {
    #[cfg(feature = "successes")]
    if has_observer || wants_successes() {
        return Began::now();
    }
    let _ = has_observer;
    Began::UNKNOWN
}

/// Whether an observer of a scope is told of calls that succeed at once.
#[inline]
pub(crate) fn wants_successes() -> bool {
    #[cfg(feature = "successes")]
    return current::has(Flags::WANTS_SUCCESSES);
    #[cfg(not(feature = "successes"))]
    false
}

/// Whether there are scripts.
#[cfg(feature = "faults")]
#[inline]
pub(crate) fn has_scripts() -> bool {
    current::has(Flags::HAS_SCRIPTS)
}

/// Whether calls here don't wait.
#[inline]
pub(crate) fn skips_waits() -> bool {
    #[cfg(feature = "std")]
    let skips = is_surrounded() && Around::now().skips_waits();
    #[cfg(not(feature = "std"))]
    let skips = false;
    skips
}
