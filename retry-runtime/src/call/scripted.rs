//! Attempts that a script takes the place of.
//!
//! An expansion asks before each attempt, if the feature `faults` of the macros is on. That of this crate may be off then: a build
//! script's dependencies have features of their own, and the macros are one crate for both.
//!
//! What can be made is settled where a method is named, as in [`retry_loop`](super::retry_loop): of [`ScriptOf`] both the value
//! and the error, of [`ScriptOfErrors`] the error, of [`NoScript`] nothing.

use core::marker::PhantomData;
use core::ops::Deref;

#[cfg(feature = "faults")]
use super::asked;
use super::outcome::{Outcome, never};
use crate::faults::Scriptable;

/// The script for attempts that each come to an `R`.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct ScriptOf<R>(ScriptOfErrors<R>);

/// The same, whatever their values are.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct ScriptOfErrors<R>(NoScript<R>);

/// The same, whatever their errors are.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct NoScript<R>(PhantomData<fn() -> R>);

/// Of the attempts of a function that returns an `R`.
pub const fn script_of<R>() -> ScriptOf<R> {
    ScriptOf(ScriptOfErrors(NoScript(PhantomData)))
}

/// The same, where the value is known only from the body.
pub const fn script_of_errors<R>() -> ScriptOfErrors<R> {
    ScriptOfErrors(NoScript(PhantomData))
}

impl<R> Deref for ScriptOf<R> {
    type Target = ScriptOfErrors<R>;

    fn deref(&self) -> &ScriptOfErrors<R> {
        &self.0
    }
}

impl<R> Deref for ScriptOfErrors<R> {
    type Target = NoScript<R>;

    fn deref(&self) -> &NoScript<R> {
        &self.0
    }
}

#[allow(clippy::unused_self, reason = "its type is what settles which of the methods is meant")]
impl<R: Outcome<Error: Scriptable, Value: Scriptable>> ScriptOf<R> {
    /// Whether a script takes the place of the attempt of this operation that begins.
    #[inline]
    pub fn __reattempt_comes(&self, name: &'static str) -> bool {
        #[cfg(feature = "faults")]
        return asked::comes::<R>(name, asked::error_fits::<R>, asked::value_fits::<R>);
        #[cfg(not(feature = "faults"))]
        let _ = name;
        #[cfg(not(feature = "faults"))]
        false
    }

    /// What the attempt comes to by it.
    pub fn __reattempt_came(&self) -> R {
        #[cfg(feature = "faults")]
        return match asked::made() {
            Some((true, made)) => {
                made.downcast::<R::Error>().map_or_else(|_| never(), |error| R::failing(*error))
            }
            Some((false, made)) => {
                made.downcast::<R::Value>().map_or_else(|_| never(), |value| R::succeeding(*value))
            }
            None => never(),
        };
        #[cfg(not(feature = "faults"))]
        never()
    }
}

#[allow(clippy::unused_self, reason = "as above")]
impl<R: Outcome<Error: Scriptable>> ScriptOfErrors<R> {
    /// See [`ScriptOf`].
    #[inline]
    pub fn __reattempt_comes(&self, name: &'static str) -> bool {
        #[cfg(feature = "faults")]
        return asked::comes::<R>(name, asked::error_fits::<R>, asked::nothing_fits);
        #[cfg(not(feature = "faults"))]
        let _ = name;
        #[cfg(not(feature = "faults"))]
        false
    }

    /// See [`ScriptOf`].
    pub fn __reattempt_came(&self) -> R {
        #[cfg(feature = "faults")]
        return match asked::made().map(|(_, made)| made.downcast::<R::Error>()) {
            Some(Ok(error)) => R::failing(*error),
            _ => never(),
        };
        #[cfg(not(feature = "faults"))]
        never()
    }
}

#[allow(clippy::unused_self, reason = "as above")]
impl<R> NoScript<R> {
    /// No script can make what it comes to; whoever wrote one is told.
    #[inline]
    pub fn __reattempt_comes(&self, name: &'static str) -> bool {
        asked_in_vain::<R>(name);
        false
    }

    /// It is never called.
    pub fn __reattempt_came(&self) -> R {
        never()
    }
}

/// An attempt begins whose outcome no script can make, for its type may borrow, or is not known here.
#[inline]
pub fn asked_in_vain<R>(name: &'static str) {
    #[cfg(feature = "faults")]
    asked::comes::<R>(name, asked::nothing_fits, asked::nothing_fits);
    #[cfg(not(feature = "faults"))]
    let _ = name;
}
