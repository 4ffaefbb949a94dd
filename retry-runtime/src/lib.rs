//! The runtime of the [`reattempt`](https://docs.rs/reattempt) crate: what its macros expand to,
//! and everything that works without a macro. Depend on `reattempt`, which re-exports it.

#![no_std]
#![warn(clippy::alloc_instead_of_core, clippy::std_instead_of_alloc, clippy::std_instead_of_core)]
// Nothing panics on what a user hands us.
#![cfg_attr(
    not(test),
    warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

// From the top down: a policy is data, the schedule a function of it, the engine follows the
// schedule, and the drivers call and sleep.
mod policy;
mod rules;
mod schedule;

mod engine;

mod attempt;
mod attempts;
mod blocking;
mod call;
mod context;
mod description;
pub mod driver;
mod encoding;
mod expansion;
mod outcome;
mod pause;
mod site;

mod classify;
mod clock;
mod events;
mod random;

#[cfg(feature = "alloc")]
pub use classify::Marked;
#[cfg(feature = "http")]
pub use classify::http;
pub use classify::{RetryKind, Retryability, Retryable, Verdict, detect};
pub use context::{CallId, Context};
pub use driver::{Delays, Retry};
pub use policy::{Backoff, CustomBackoff, Jitter, Policy, PolicyBuilder, PolicyError};
pub use random::add_entropy;
pub use schedule::{FailedAttempt, RetryPolicy, Window};

/// What the macros' expansions name. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::__call as call;
    pub use crate::attempt::{Slept, classify, classify_certain, is_done, owned, slept};
    pub use crate::attempts::{Attempts, Undescribed, attempts};
    pub use crate::classify::{
        Answers, Certain, Forward, Hint, Retryability, Retryable, Verdict, after,
    };
    pub use crate::clock::Clock;
    pub use crate::context::Context;
    pub use crate::expansion::{
        Given, build, check_backoff, check_initial_delay, check_jitter, check_max_attempts,
        check_max_delay, check_multiplier, check_throttled_delay, closure,
    };
    pub use crate::outcome::{Attempted, NoValue, Outcome, never};
    #[cfg(not(feature = "tokio"))]
    pub use crate::pause::missing;
    pub use crate::pause::{Waiting, pause, sleep, sleep_blocking};
    pub use crate::policy::{Backoff, Jitter, Policy};
    pub use crate::site::{EncodedPolicy, Operation, Site};
}
