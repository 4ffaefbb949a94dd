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

// From the ground up: a module imports only from those above it. `tests/imports.rs` holds that.
mod error_view;
mod random;

mod classify;
#[cfg(feature = "http")]
pub mod http;

pub mod faults;

mod schedule;

mod strategies;

mod register;
#[cfg(feature = "registry")]
mod registry;

mod engine;

pub mod timer;

mod overload;

mod waits;

mod observe;

mod scope;

#[cfg(feature = "__observers")]
pub mod observers;

mod call;

mod retry;

mod integrations;

#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "std")]
pub use call::cancel::CancelToken;
pub use call::context::{CallId, Context};
pub use call::record::{GaveUp, GivingUp, Retrying};
pub use classify::timed_out::TimedOut;
pub use classify::{IntoRetryability, RetryKind, Retryability, Retryable, detect};
#[cfg(feature = "alloc")]
pub use classify::{MarkError, Marked};
pub use engine::GiveUpReason;
#[cfg(any(feature = "reqwest-middleware-0_4", feature = "reqwest-middleware-0_5"))]
pub use integrations::reqwest_middleware;
#[cfg(feature = "tower-0_5")]
pub use integrations::tower;
pub use observe::{Event, EventKind, Observer};
pub use overload::Turn;
#[cfg(target_has_atomic = "32")]
pub use overload::{Brake, Budget, BudgetBuilder, BudgetError, Keyed};
pub use random::add_entropy;
pub use reattempt_policy::{
    Backoff, CustomBackoff, Delays, Jitter, Log, LogLevel, Policy, PolicyBuilder, PolicyError,
    RetryAfter, Window,
};
#[cfg(feature = "registry")]
pub use registry::{Site, Sites, sites};
#[cfg(feature = "__async-timer")]
pub use retry::retry_with_policy;
pub use retry::{
    Braked, BySelf, CallReport, Classifier, Hooks, Nested, NoObserver, Reporting, Retried, Retry,
    RetryExt, Unset,
};
pub use schedule::{FailedAttempt, RetryDecision, RetryPolicy};
#[cfg(feature = "std")]
pub use scope::{EnteredScope, InScope, Policies, PoliciesError, Scope};
pub use strategies::{ExponentialBackoff, FixedDelay, WithJitter};
pub use waits::Waits;

/// What the macros' expansions name. Not part of the public interface: `reattempt` re-exports it by a name that
/// changes with every version, so that nobody can rely on it.
#[doc(hidden)]
pub mod __private {
    pub use crate::__call as call;
    pub use crate::__call_more as call_more;
    pub use crate::__check_moved as check_moved;
    pub use crate::__register as register;
    pub use crate::__run as run;
    pub use crate::call::const_checks::{build, check};
    pub use crate::call::context::Context;
    pub use crate::call::lend::{LendContent, LendForCoercion, LendItself, Lender};
    pub use crate::call::moved::Passed;
    pub use crate::call::outcome::{
        Attempted, NoValue, Outcome, call_until, capture_by_value, classify, classify_not_applied,
        never,
    };
    pub use crate::call::retry_loop::{ForAnyError, ForDisplay, ForReports, RetryLoop, retry_loop};
    pub use crate::call::site::{Operation, PolicySource, Site};
    #[cfg(not(all(feature = "std", feature = "__async-timer")))]
    pub use crate::call::wait::no_timer;
    pub use crate::call::wait::{
        AsyncWait, BlockingWait, sleep, sleep_blocking, timer, timer_clock, user_sleep,
        user_sleep_blocking,
    };
    pub use crate::classify::{
        Forward, Hint, IntoRetryability, Retryability, Retryable, ReturnsRetryability,
        SaysNotApplied, after,
    };
    pub use crate::faults::Scriptable;
    pub use crate::observe::Name;
    pub use crate::timer::Timer;
    pub use crate::timer::clock::{Clock, SystemClock};
    pub use reattempt_policy::__private::{Key, given_backoff, given_jitter, infer_backoff_fn};
    pub use reattempt_policy::{Backoff, Jitter, Policy, RetryAfter};

    /// What functions say of themselves.
    #[cfg(feature = "registry")]
    pub mod registry {
        pub use crate::registry::{Describe, DescribeAny, Described, Written, described_by};
        pub use inventory;
    }

    /// What a model checker goes through.
    pub mod model {
        pub use crate::overload::bucket::{deposit, take, withdraw};
        pub use crate::overload::cell::SharedCell;
        pub use crate::overload::rule::Rule;
    }

    /// What only expansions name that ask for more than the plain loop. The compiler reads all the names of a module
    /// where one of them is used; of these it doesn't where none is.
    pub mod more {
        pub use crate::call::braked::TurnOver;
        #[cfg(feature = "std")]
        pub use crate::call::cancel::{
            BlockingCancellation, is_cancelled, user_wait_blocking_or, wait_blocking_or,
        };
        pub use crate::call::cancel::{
            Cancellation, CancelledByFuture, CancelledByNothing, cancellation, ends_by, error_of,
            is_ready, is_worth_asking, wait_or,
        };
        pub use crate::call::limits::{
            deadline, limits_inside, now_if_source_is_timed, remaining_of_call,
        };
        pub use crate::call::outcome::{Satisfied, rejected};
        pub use crate::call::record::{
            Record, answer, call_on_give_up, call_on_retry, map_err, otherwise,
        };
        pub use crate::call::scripted::{asked_in_vain, script_of, script_of_errors};
        pub use crate::call::site::TimedText;
        pub use crate::call::state::{
            call_once, cut_off, delay, ended_waiting_after, failing, gave_up, has_failed, in_span,
            is_told_of_success, of, of_limited, release, retrying, succeeded, turn,
        };
        pub use crate::call::timed_out::{
            CutOff, FromTimedOut, Limited, call_timed_out, from_timed_out, limited, moved_at,
            settle,
        };
        pub use crate::call::wait::{sleep_until, user_sleep_until};
        pub use crate::engine::GiveUpReason;
        #[cfg(target_has_atomic = "32")]
        pub use crate::overload::brake::brake;
        #[cfg(target_has_atomic = "32")]
        pub use crate::overload::budget::{budget, deposit};
        pub use crate::overload::{Brake, Budget, Patience};
        pub use crate::scope::future::{OnceIf, call_inside, inside};
        pub use crate::timer::deadline::Deadline;
        pub use crate::timer::moment::{Moment, remaining, shorter};
        pub use reattempt_policy::{Log, LogLevel};
    }
}
