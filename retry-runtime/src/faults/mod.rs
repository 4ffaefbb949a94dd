//! Faults on request: what the attempts of an operation come to, in place of running them.
//!
//! [`Scriptable`] is always there. Scripts take the feature `faults`, which `testing` enables.

#[cfg(feature = "faults")]
pub(crate) mod script;
pub(crate) mod scriptable;

#[cfg(feature = "faults")]
pub use script::Script;
pub use scriptable::Scriptable;
