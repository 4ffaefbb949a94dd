//! Which errors are worth another attempt.
//!
//! In layers, from the ground up: `retryability` (the answer), `tables` and `words` (what codes and words
//! say), `traits`, `errors` (a file for each crate's errors, which know nothing of each other), `chain`
//! (which asks them one after the other), and what stands on it: `detect`, `boxed`, `aws`.

pub(crate) mod retryability;
mod shown;

pub(crate) mod tables;
mod words;

pub(crate) mod timed_out;
pub(crate) mod traits;

#[cfg(feature = "alloc")]
mod marked;

mod errors;

mod chain;

#[cfg(feature = "aws-smithy")]
mod aws;
mod boxed;
pub mod detect;

#[cfg(feature = "alloc")]
pub use marked::{MarkError, Marked};
pub use retryability::{RetryKind, Retryability};
pub(crate) use traits::Report;
pub use traits::{
    Forward, Hint, IntoRetryability, Retryable, ReturnsRetryability, SaysNotApplied, after,
};
