//! What a thread has around it at the moment, and the guards that put back what was there.

use core::cell::{Cell, RefCell};
use core::fmt;
use core::marker::PhantomData;
#[cfg(any(feature = "successes", feature = "faults"))]
use core::sync::atomic::{AtomicU8, Ordering};

use alloc::vec::Vec;
use std::sync::{OnceLock, PoisonError, RwLock};

#[cfg(any(feature = "successes", feature = "faults"))]
use super::limits::Flags;
use super::limits::Limits;
use super::surrounding::Surroundings;

std::thread_local! {
    /// It is `Copy`, so that it has no destructor, and is there for calls from others' destructors.
    static LIMITS: Cell<Limits> = const { Cell::new(Limits::NONE) };
    static LAYERS: Cell<Option<Surroundings>> = const { Cell::new(None) };
    /// The scopes that were entered, the innermost last, with what each found.
    static ENTERED: RefCell<Vec<Found>> = const { RefCell::new(Vec::new()) };
    /// Changes when a scope ends that is not the innermost: what was found before doesn't hold any more.
    static CHANGES: Cell<u32> = const { Cell::new(0) };
    static IS_TELLING: Cell<bool> = const { Cell::new(false) };
    /// Numbers of scopes only rise, so that one which has ended is never taken for another.
    static NEXT: Cell<u64> = const { Cell::new(0) };
}

/// What a scope found when it was entered.
struct Found {
    /// Of the scope.
    id: u64,
    /// What it set.
    own: Limits,
    limits: Limits,
    layers: Option<Surroundings>,
}

/// What the whole process has around it.
#[derive(Clone)]
pub(super) struct Installed {
    pub(super) limits: Limits,
    pub(super) layers: Option<Surroundings>,
    /// Policies of a configuration, which come and go by themselves.
    pub(super) policies: Option<Surroundings>,
}

impl Installed {
    const NOTHING: Installed = Installed { limits: Limits::NONE, layers: None, policies: None };
}

static INSTALLED: RwLock<Installed> = RwLock::new(Installed::NOTHING);
/// Its flags, for calls that look at nothing else.
#[cfg(any(feature = "successes", feature = "faults"))]
static INSTALLED_FLAGS: AtomicU8 = AtomicU8::new(0);
/// What looks it up. A pointer, so that a program which installs nothing hasn't its code.
static LOOK_UP: OnceLock<fn() -> Installed> = OnceLock::new();

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
pub(super) fn layers() -> Option<Surroundings> {
    // Where the thread is at its end, it has none.
    let layers = LAYERS.try_with(|cell| {
        let layers = cell.take();
        let copy = layers.clone();
        cell.set(layers);
        copy
    });
    layers.ok().flatten()
}

fn replace_layers(layers: Option<Surroundings>) -> Option<Surroundings> {
    LAYERS.try_with(|cell| cell.replace(layers)).ok().flatten()
}

/// Whether any scope here, or that of the process, says this.
#[cfg(any(feature = "successes", feature = "faults"))]
#[inline]
pub(super) fn has(flags: Flags) -> bool {
    limits().flags().has(flags) || Flags(INSTALLED_FLAGS.load(Ordering::Relaxed)).has(flags)
}

pub(super) fn installed() -> Installed {
    LOOK_UP.get().map_or(Installed::NOTHING, |look_up| look_up())
}

pub(super) fn install(limits: Limits, layers: Option<Surroundings>) {
    #[cfg(any(feature = "successes", feature = "faults"))]
    INSTALLED_FLAGS.store(limits.flags().0, Ordering::Relaxed);
    replace_installed(|installed| {
        installed.limits = limits;
        core::mem::replace(&mut installed.layers, layers)
    });
}

pub(super) fn install_policies(policies: Option<Surroundings>) {
    replace_installed(|installed| core::mem::replace(&mut installed.policies, policies));
}

fn replace_installed(replace: impl FnOnce(&mut Installed) -> Option<Surroundings>) {
    let old = replace(&mut INSTALLED.write().unwrap_or_else(PoisonError::into_inner));
    LOOK_UP.get_or_init(|| || INSTALLED.read().unwrap_or_else(PoisonError::into_inner).clone());
    // Observers are dropped without the lock.
    drop(old);
}

/// What an attempt says to calls inside of it, until this is dropped. It belongs to one function, so that it is always dropped
/// before what it is inside of.
#[must_use]
#[allow(missing_debug_implementations, unnameable_types, reason = "only this crate sees it")]
pub struct EnteredLimits {
    outer: Limits,
    changes: u32,
    /// What a thread has is put back on that thread.
    of_thread: PhantomData<*const ()>,
}

impl EnteredLimits {
    #[inline]
    pub(crate) fn new(limits: Limits) -> EnteredLimits {
        let outer = LIMITS.get();
        LIMITS.set(limits.inside(outer));
        EnteredLimits { outer, changes: CHANGES.get(), of_thread: PhantomData }
    }
}

impl Drop for EnteredLimits {
    #[inline]
    fn drop(&mut self) {
        if CHANGES.get() == self.changes {
            LIMITS.set(self.outer);
        } else {
            forget_outer();
        }
    }
}

/// A scope that an attempt was inside of has ended before it.
#[cold]
fn forget_outer() {
    let innermost = ENTERED.try_with(|entered| entered.borrow().last().map(|found| found.own));
    LIMITS.set(innermost.ok().flatten().unwrap_or(Limits::NONE));
}

/// What [`Scope::enter`](super::Scope::enter) returns: the scope ends when it is dropped.
///
/// It belongs to its thread, so it can't be held across an `.await` in a task that may move to another: there,
/// write [`run_async`](super::Scope::run_async).
#[must_use = "the scope ends at once if this is not kept: `let _scope = …`"]
pub struct EnteredScope {
    id: u64,
    of_thread: PhantomData<*const ()>,
}

impl EnteredScope {
    pub(super) fn new(limits: Limits, layers: Option<Surroundings>) -> EnteredScope {
        let outer = LIMITS.get();
        let own = limits.inside(outer);
        LIMITS.set(own);
        let outer_layers = if layers.is_some() { replace_layers(layers) } else { self::layers() };
        let id = ENTERED.try_with(|entered| {
            let mut entered = entered.borrow_mut();
            let id = NEXT.get().saturating_add(1);
            NEXT.set(id);
            entered.push(Found { id, own, limits: outer, layers: outer_layers });
            id
        });
        EnteredScope { id: id.unwrap_or(0), of_thread: PhantomData }
    }
}

impl Drop for EnteredScope {
    /// One that is dropped before those inside of it leaves them as they are. When they end, what it had found is there again.
    fn drop(&mut self) {
        let found = ENTERED.try_with(|entered| {
            let mut entered = entered.borrow_mut();
            let place = entered.iter().rposition(|found| found.id == self.id)?;
            let mut found = entered.remove(place);
            let Some(inside) = entered.get_mut(place) else { return Some((found, true)) };
            inside.limits = found.limits;
            core::mem::swap(&mut inside.layers, &mut found.layers);
            Some((found, false))
        });
        // Observers are dropped from here on, where nothing is borrowed.
        let Ok(Some((found, is_innermost))) = found else { return };
        if is_innermost && LIMITS.get() == found.own {
            LIMITS.set(found.limits);
        } else {
            // An attempt or a scope is inside of it, and found what doesn't hold any more.
            CHANGES.set(CHANGES.get().wrapping_add(1));
        }
        if is_innermost {
            drop(replace_layers(found.layers));
        }
    }
}

impl fmt::Debug for EnteredScope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("EnteredScope").finish_non_exhaustive()
    }
}

/// Observers of scopes are being told, until this is dropped.
pub(super) struct Telling(());

impl Telling {
    /// Nothing, where they are being told already.
    pub(super) fn begin() -> Option<Telling> {
        if IS_TELLING.replace(true) { None } else { Some(Telling(())) }
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        IS_TELLING.set(false);
    }
}
