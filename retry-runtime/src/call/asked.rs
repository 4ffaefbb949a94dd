//! The script of an attempt: whether there is one, what it makes, and what is said of that.

use alloc::boxed::Box;
use alloc::format;
use core::any::{Any, TypeId, type_name};
use core::cell::Cell;
use core::time::Duration;

use super::outcome::Outcome;
use crate::classify::Retryability;
use crate::classify::retryability::ClassifiedBy;
use crate::faults::Scriptable;
use crate::faults::script::{self, Running};
use crate::scope::around::{Around, has_scripts};

std::thread_local! {
    /// Between the two questions about an attempt: whether it is an error, and what was made.
    static MADE: Cell<Option<(bool, Box<dyn Any>)>> = const { Cell::new(None) };
    /// The operation whose attempt has just failed by a script, and what the server asks for. Until that is looked at, closures of
    /// the user's run, which may make other calls, or panic: it is not for those.
    static FAILED: Cell<Option<(&'static str, Option<Duration>)>> = const { Cell::new(None) };
}

type Fits = fn(TypeId) -> bool;

pub(crate) fn error_fits<R: Outcome<Error: Scriptable>>(made: TypeId) -> bool {
    made == TypeId::of::<R::Error>()
}

pub(crate) fn value_fits<R: Outcome<Value: Scriptable>>(made: TypeId) -> bool {
    made == TypeId::of::<R::Value>()
}

pub(crate) const fn nothing_fits(_: TypeId) -> bool {
    false
}

/// Whether the next attempt comes to something by a script.
#[inline]
pub(crate) fn comes<R>(name: &'static str, error_fits: Fits, value_fits: Fits) -> bool {
    has_scripts() && comes_by_script(name, type_name::<R>(), error_fits, value_fits)
}

#[cold]
#[inline(never)]
fn comes_by_script(
    name: &'static str,
    returned: &'static str,
    error_fits: Fits,
    value_fits: Fits,
) -> bool {
    if FAILED.get().is_some_and(|(failed, _)| failed == name) {
        FAILED.set(None);
    }
    let around = Around::now();
    let Some(script) = around.script(name) else { return false };
    let fits = |made: &script::Product| {
        if made.is_error { error_fits(made.type_id) } else { value_fits(made.type_id) }
    };
    match script.next(|| around.random(), fits) {
        Ok(None) => false,
        Ok(Some(fault)) => {
            if fault.kind.is_error {
                FAILED.set(Some((name, fault.kind.hint)));
            }
            MADE.set(Some((fault.kind.is_error, fault.made)));
            true
        }
        Err(made) => {
            refuse(name, returned, made, &script);
            false
        }
    }
}

pub(crate) fn made() -> Option<(bool, Box<dyn Any>)> {
    MADE.take()
}

/// A script that can't be followed: a test fails, so that it doesn't run what it didn't mean to. A running program goes on, and
/// says it once for each operation.
#[cold]
#[allow(clippy::panic, reason = "it is what tells a test that it is wrong")]
fn refuse(name: &'static str, returned: &str, made: script::Product, script: &Running) {
    let (step, what) = if made.is_error { ("fails", "error") } else { ("succeeds", "value") };
    let made = made.type_name;
    let problem = format!(
        "the script of `{name}` {step} with `{made}`, and the function returns `{returned}`: hand over its {what} itself, \
         by `.{}(|| …)`; if that is of another type than this, and its type is your own, write `impl \
         reattempt::faults::Scriptable` for it. What returns an `Option`, or borrows, has no script",
        if what == "error" { "fail" } else { "succeed" },
    );
    assert!(!script.is_of_test, "{problem}");
    if script.refuses_first(name) {
        #[cfg(feature = "tracing")]
        tracing::warn!(target: "reattempt", "{problem}; its body runs");
    }
}

/// What is said of an error, with what the script of the attempt says of it.
pub(crate) fn with_script(said: Retryability, operation: &str) -> Retryability {
    // What was left by a panic in a scope that has ended is not for a call outside of it.
    match FAILED.get().filter(|(failed, _)| *failed == operation && has_scripts()) {
        None => said,
        Some((_, hint)) => {
            FAILED.set(None);
            let said = if said.is_unclassified() { said } else { said.by(&ClassifiedBy::Script) };
            hint.map_or(said, |hint| said.after(hint))
        }
    }
}
