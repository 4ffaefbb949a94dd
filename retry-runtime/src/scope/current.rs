//! What a thread has around it at the moment, and the guards that put back what was there.

use core::cell::Cell;
use core::marker::PhantomData;

use std::sync::{OnceLock, PoisonError, RwLock};

use super::limits::Limits;
use super::surrounding::Surroundings;

std::thread_local! {
    /// It is `Copy`, so that it has no destructor, and is there for calls from others' destructors.
    static LIMITS: Cell<Limits> = const { Cell::new(Limits::NONE) };
    static LAYER: Cell<Option<Surroundings>> = const { Cell::new(None) };
    /// How many scopes this thread is in.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// What the whole process has around it.
static INSTALLED: RwLock<Installed> = RwLock::new(None);
/// What looks it up. A pointer, so that a program which installs nothing hasn't its code.
static LOOK_UP: OnceLock<fn() -> Installed> = OnceLock::new();

type Installed = Option<(Limits, Surroundings)>;

#[inline]
pub(super) fn limits() -> Limits {
    LIMITS.get()
}

/// Whether there is a scope on this thread.
#[inline]
pub(super) fn is_inside() -> bool {
    limits().is_inside()
}

/// Whether there is one of the process.
#[inline]
pub(super) fn is_installed() -> bool {
    LOOK_UP.get().is_some()
}

/// It is taken, cloned and put back before anything else is called.
pub(super) fn layer() -> Option<Surroundings> {
    // Where the thread is at its end, it has none.
    let layer = LAYER.try_with(|cell| {
        let layer = cell.take();
        let copy = layer.clone();
        cell.set(layer);
        copy
    });
    layer.ok().flatten()
}

fn replace_layer(layer: Option<Surroundings>) -> Option<Surroundings> {
    LAYER.try_with(|cell| cell.replace(layer)).ok().flatten()
}

pub(super) fn installed() -> Installed {
    LOOK_UP.get().and_then(|look_up| look_up())
}

pub(super) fn install(limits: Limits, surroundings: Surroundings) {
    let installed = Some((limits, surroundings));
    let old = core::mem::replace(
        &mut *INSTALLED.write().unwrap_or_else(PoisonError::into_inner),
        installed,
    );
    LOOK_UP.get_or_init(|| || INSTALLED.read().unwrap_or_else(PoisonError::into_inner).clone());
    // Its observers are dropped without the lock.
    drop(old);
}

/// A scope is entered until this is dropped.
#[must_use]
pub(crate) struct EnteredLimits {
    outer: Limits,
    /// What a thread has is put back on that thread.
    of_thread: PhantomData<*const ()>,
}

impl EnteredLimits {
    #[inline]
    pub(crate) fn new(limits: Limits) -> EnteredLimits {
        let outer = LIMITS.get();
        LIMITS.set(limits.inside(outer));
        EnteredLimits { outer, of_thread: PhantomData }
    }
}

impl Drop for EnteredLimits {
    fn drop(&mut self) {
        LIMITS.set(self.outer);
    }
}

/// A layer is entered until this is dropped; then it is put back where it came from.
pub(super) struct Swapped<'a> {
    mine: &'a mut Option<Surroundings>,
    outer: Option<Surroundings>,
}

impl<'a> Swapped<'a> {
    /// The layer is moved, so that no count changes.
    pub(super) fn new(mine: &'a mut Option<Surroundings>) -> Swapped<'a> {
        let outer = replace_layer(mine.take());
        Swapped { mine, outer }
    }
}

impl Drop for Swapped<'_> {
    fn drop(&mut self) {
        *self.mine = replace_layer(self.outer.take());
    }
}

/// What [`Scope::enter`](super::Scope::enter) returns: the scope ends when it is dropped.
///
/// It belongs to its thread, so it can't be held across an `.await` in a task that may move to another: there,
/// write [`run_async`](super::Scope::run_async).
#[must_use = "the scope ends at once if this is not kept: `let _scope = …`"]
pub struct EnteredScope {
    limits: Limits,
    layer: Option<Surroundings>,
    depth: u32,
    of_thread: PhantomData<*const ()>,
}

impl core::fmt::Debug for EnteredScope {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.debug_struct("EnteredScope").finish_non_exhaustive()
    }
}

impl EnteredScope {
    pub(super) fn new(limits: Limits, layer: Option<Surroundings>) -> EnteredScope {
        let outer = LIMITS.get();
        LIMITS.set(limits.inside(outer));
        let outer_layer = self::layer();
        if layer.is_some() {
            replace_layer(layer);
        }
        let depth = DEPTH.get().saturating_add(1);
        DEPTH.set(depth);
        EnteredScope { limits: outer, layer: outer_layer, depth, of_thread: PhantomData }
    }
}

impl Drop for EnteredScope {
    /// One that is dropped before those inside of it ends them as well.
    fn drop(&mut self) {
        if DEPTH.get() >= self.depth {
            DEPTH.set(self.depth - 1);
            LIMITS.set(self.limits);
            drop(replace_layer(self.layer.take()));
        }
    }
}
