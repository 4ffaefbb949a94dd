//! What a retry policy of the [`reattempt`](https://docs.rs/reattempt) crate is: its options, what is
//! refused, its text form, and the arithmetic of its delays. Depend on `reattempt`, which re-exports
//! the public part.
//!
//! Both the macros and the runtime use this crate. So an attribute is refused while it is compiled for
//! the same reasons, and in the same words, as a policy that is built at run time, and the schedule in
//! a function's documentation is computed by the functions that compute the real one.

#![no_std]
// Nothing panics on what a user hands us.
#![cfg_attr(
    not(test),
    warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

#[cfg(any(feature = "std", test))]
extern crate std;

// From the ground up: a file imports only from those above it.
mod backoff;
mod builder;
mod duration;
mod error;
mod log;
mod math;
mod message;
mod nested;
mod option_table;
mod options;
mod policy;
mod random;
#[cfg(feature = "serde")]
mod table;
mod text;
mod validate;
mod value;
mod window;

pub use backoff::{Backoff, CustomBackoff, Jitter, RetryAfter};
pub use error::PolicyError;
pub use log::{Log, LogLevel};
pub use options::{Policy, PolicyBuilder};
pub use random::Delays;
pub use window::Window;

/// What the macros and the runtime need besides. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::backoff::{
        BACKOFFS, Given, JITTERS, RETRY_AFTERS, given_backoff, given_jitter, infer_backoff_fn,
    };
    pub use crate::duration::{DurationError, is_unit, parse as parse_duration};
    pub use crate::log::LOG_LEVELS;
    pub use crate::math::{fractional_jitter, nanoseconds};
    pub use crate::message::{Message, Problem};
    pub use crate::options::{Draft, Key, Known};
    pub use crate::policy::{DelayCause, StartWaits};
    pub use crate::random::{SplitMix64, low_u32};
    #[cfg(feature = "std")]
    pub use crate::text::settings;
    pub use crate::text::{Settings, nearest, parse_settings};
    #[cfg(feature = "std")]
    pub use crate::value::intern;
    pub use crate::value::{Kind, Value};
}
