//! Attempts that a script takes the place of.
//!
//! An expansion asks before each attempt, if the feature `faults` is on. What it asks is settled where the method is named, as in
//! [`retry_loop`](super::retry_loop): first [`ScriptOf`], for errors that are [`Scriptable`], then [`NotScriptable`].

use core::any::type_name;
use core::cell::Cell;
use core::marker::PhantomData;
use core::ops::Deref;
use core::time::Duration;

use alloc::format;

use super::outcome::{Outcome, never};
use crate::classify::Retryability;
use crate::faults::Scriptable;
use crate::faults::script::Fault;
use crate::scope::around::{Around, is_surrounded};

std::thread_local! {
    /// Between the two questions about an attempt.
    static NEXT: Cell<Option<Fault>> = const { Cell::new(None) };
    /// What the server asks for, by the script of the attempt that has just failed, and the operation: where a closure of the user's
    /// panics in between, it is not for the next one.
    static HINT: Cell<Option<(&'static str, Duration)>> = const { Cell::new(None) };
}

/// The script for attempts that each come to an `R`.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct ScriptOf<R>(NotScriptable<R>);

/// The same, whatever their errors are.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct NotScriptable<R>(PhantomData<fn() -> R>);

impl<R> Deref for ScriptOf<R> {
    type Target = NotScriptable<R>;

    fn deref(&self) -> &NotScriptable<R> {
        &self.0
    }
}

/// Of the attempts of a function that returns an `R`.
pub const fn script_of<R>() -> ScriptOf<R> {
    ScriptOf(NotScriptable(PhantomData))
}

#[allow(clippy::unused_self, reason = "its type is what settles which of two methods is meant")]
impl<R: Outcome<Error: Scriptable>> ScriptOf<R> {
    /// Whether the attempt of this operation that begins fails by a script.
    #[inline]
    pub fn __reattempt_fails(&self, name: &'static str) -> bool {
        is_surrounded() && fails(name, Some(type_name::<R::Error>()))
    }

    /// With what it fails.
    pub fn __reattempt_failed(&self) -> R {
        match NEXT.take().map(|fault| fault.error.downcast::<R::Error>()) {
            Some(Ok(error)) => R::failing(*error),
            _ => never(),
        }
    }
}

#[allow(clippy::unused_self, reason = "as above")]
impl<R> NotScriptable<R> {
    /// No script can make its error; whoever wrote one is told.
    #[inline]
    pub fn __reattempt_fails(&self, name: &'static str) -> bool {
        is_surrounded() && fails(name, None)
    }

    /// It is never called.
    pub fn __reattempt_failed(&self) -> R {
        never()
    }
}

/// Whether the next attempt fails by a script. `error`: the type of the function's error, if it is scriptable.
#[cold]
#[inline(never)]
fn fails(name: &'static str, error: Option<&'static str>) -> bool {
    HINT.set(None);
    let Some(script) = Around::now().script(name) else { return false };
    let Some(fault) = script.next() else { return false };
    if error == Some(fault.type_name) {
        HINT.set(fault.hint.map(|hint| (name, hint)));
        NEXT.set(Some(fault));
        return true;
    }
    refuse(name, error, fault.type_name, script.is_of_test);
    false
}

/// A script that can't be followed: a test fails, so that it doesn't run what it didn't mean to. A running program goes on, and
/// says it.
#[allow(clippy::panic, reason = "it is what tells a test that it is wrong")]
fn refuse(name: &str, error: Option<&str>, scripted: &str, is_of_test: bool) {
    let problem = match error {
        Some(error) => format!(
            "the script of `{name}` fails with `{scripted}`, but the error of the function is `{error}`"
        ),
        None => format!(
            "`{name}` can't fail by a script, because its error type is not `Scriptable`: write `impl \
             reattempt::faults::Scriptable for` it `{{}}`, or derive `Retryable`"
        ),
    };
    assert!(!is_of_test, "{problem}");
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "reattempt", "{problem}; its body runs");
}

/// The same with what the script of the attempt says that the server asks for.
pub(crate) fn with_hint(retryability: Retryability, operation: &str) -> Retryability {
    match HINT.take() {
        Some((name, hint)) if name == operation => retryability.after(hint),
        _ => retryability,
    }
}
