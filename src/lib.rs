#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "macros")]
pub use reattempt_macros::{Retryable, attempt, policy, retry};
pub use reattempt_runtime::{
    Backoff, BySelf, CallId, CallReport, Classifier, Context, CustomBackoff, Delays, Event,
    EventKind, ExponentialBackoff, FailedAttempt, FixedDelay, GaveUp, GiveUpReason, GivingUp,
    Hooks, IntoRetryability, Jitter, Log, LogLevel, Nested, NoObserver, Observer, Policy,
    PolicyBuilder, PolicyError, Reporting, Retry, RetryAfter, RetryDecision, RetryExt, RetryKind,
    RetryPolicy, Retryability, Retryable, Retrying, TimedOut, Unset, Waits, Window, WithJitter,
    add_entropy, detect, timer,
};

pub use reattempt_runtime::faults;
#[cfg(feature = "http")]
pub use reattempt_runtime::http;
#[cfg(any(feature = "counters", feature = "metrics-0_24", feature = "opentelemetry-0_33"))]
pub use reattempt_runtime::observers;
#[cfg(any(feature = "reqwest-middleware-0_4", feature = "reqwest-middleware-0_5"))]
pub use reattempt_runtime::reqwest_middleware;
#[cfg(any(feature = "tokio", feature = "async-io", feature = "futures-timer"))]
pub use reattempt_runtime::retry_with_policy;
#[cfg(feature = "testing")]
pub use reattempt_runtime::testing;
#[cfg(feature = "tower-0_5")]
pub use reattempt_runtime::tower;
#[cfg(target_has_atomic = "32")]
pub use reattempt_runtime::{Brake, Budget, BudgetBuilder, BudgetError, Keyed, Turn};
#[cfg(feature = "std")]
pub use reattempt_runtime::{CancelToken, EnteredScope, InScope, Policies, PoliciesError, Scope};
#[cfg(feature = "alloc")]
pub use reattempt_runtime::{MarkError, Marked};
#[cfg(feature = "registry")]
pub use reattempt_runtime::{Site, Sites, sites};

#[cfg(any(doc, doctest))]
pub mod guide;

// The version is that of the package: expansions look for it by this name.
#[doc(hidden)]
pub use reattempt_runtime::__private as __private0_1_0;
