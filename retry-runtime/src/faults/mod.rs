//! Faults on request: what the attempts of an operation come to, in place of running them.

pub(crate) mod script;
pub(crate) mod scriptable;

pub use script::Script;
pub use scriptable::Scriptable;
