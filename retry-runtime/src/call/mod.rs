//! What drives a call: the state that an expansion holds, what happens between two attempts, and the waits.

pub(crate) mod after_attempt;
#[cfg(feature = "faults")]
pub(crate) mod asked;
pub(crate) mod blocking;
pub(crate) mod braked;
pub(crate) mod cancel;
pub(crate) mod const_checks;
pub(crate) mod context;
mod expansion;
pub(crate) mod lend;
pub(crate) mod limits;
mod mark;
pub(crate) mod moved;
pub(crate) mod outcome;
pub(crate) mod record;
pub(crate) mod retry_loop;
pub(crate) mod scripted;
pub(crate) mod site;
pub(crate) mod span;
pub(crate) mod state;
pub(crate) mod tell;
pub(crate) mod timed_out;
pub(crate) mod view;
pub(crate) mod wait;
