//! What surrounds a call, as it is looked up after a failed attempt.

#[cfg(feature = "std")]
use alloc::sync::Arc;

use reattempt_policy::Policy;

#[cfg(feature = "std")]
use super::current;
#[cfg(feature = "std")]
use super::layer::Layer;
use super::limits::Limits;
use crate::observe::Event;

/// What surrounds a call.
pub(crate) struct Around {
    pub(crate) limits: Limits,
    /// What the thread or the future has, and what the process has.
    #[cfg(feature = "std")]
    layers: [Option<Arc<Layer>>; 2],
}

impl Around {
    /// As it is now. Without any scope it takes 20 instructions.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn now() -> Around {
        let (limits, layer) = (current::limits(), current::layer());
        match current::installed() {
            None => Around { limits, layers: [layer, None] },
            Some((of_process, installed)) => {
                Around { limits: limits.inside(of_process), layers: [layer, Some(installed)] }
            }
        }
    }

    /// A thread is what has something around it, and without the standard library there are none.
    #[cfg(not(feature = "std"))]
    pub(crate) fn now() -> Around {
        Around { limits: Limits::NONE }
    }

    #[cfg(feature = "std")]
    fn find<'a, T>(&'a self, mut find: impl FnMut(&'a Layer) -> Option<T>) -> Option<T> {
        self.layers.iter().flatten().find_map(|layer| layer.find(&mut find))
    }

    /// The policy that takes the place of that of an operation.
    pub(crate) fn policy<'a>(&self, name: impl FnOnce() -> &'a str) -> Option<&Policy> {
        #[cfg(feature = "std")]
        if self.layers.iter().any(Option::is_some) {
            let name = name();
            return self.find(|layer| layer.policy(name));
        }
        let _ = name;
        None
    }

    /// Takes one of the retries that all calls inside have together. Whether there was one.
    pub(crate) fn take_retry(&self) -> bool {
        #[cfg(feature = "std")]
        {
            let refused = self.find(|layer| (!layer.take_retry()).then_some(layer));
            if let Some(refused) = refused {
                // Those further inside had given one.
                let _ = self.find(|layer| {
                    if core::ptr::eq(layer, refused) {
                        return Some(());
                    }
                    layer.give_retry_back();
                    None
                });
                return false;
            }
        }
        true
    }

    /// Gives back what was taken for a retry that is not made after all.
    pub(crate) fn give_retry_back(&self) {
        #[cfg(feature = "std")]
        let _ = self.find::<()>(|layer| {
            layer.give_retry_back();
            None
        });
    }

    /// Whether there are observers.
    #[inline]
    pub(crate) fn is_listened_to(&self) -> bool {
        #[cfg(feature = "std")]
        return self.find(|layer| (!layer.observers.is_empty()).then_some(())).is_some();
        #[cfg(not(feature = "std"))]
        false
    }

    /// Tells the observers, from the inside out.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        #[cfg(feature = "std")]
        let _ = self.find::<()>(|layer| {
            for observer in &layer.observers {
                crate::observe::tell(&**observer, event);
            }
            None
        });
        #[cfg(not(feature = "std"))]
        let _ = event;
    }
}

/// Whether calls here don't wait.
#[inline]
pub(crate) fn skips_waits() -> bool {
    #[cfg(feature = "std")]
    let skips = current::limits().skips_waits()
        || current::installed().is_some_and(|(limits, _)| limits.skips_waits());
    #[cfg(not(feature = "std"))]
    let skips = false;
    skips
}
