#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "macros")]
pub use retry_macros::{Retryable, policy, retry};
pub use retry_runtime::{
    Backoff, CallId, Context, CustomBackoff, Delays, FailedAttempt, Jitter, Policy, PolicyBuilder,
    PolicyError, Retry, RetryKind, RetryPolicy, Retryability, Retryable, Verdict, Window,
    add_entropy, detect, driver,
};

#[cfg(feature = "alloc")]
pub use retry_runtime::Marked;
#[cfg(feature = "http")]
pub use retry_runtime::http;

#[doc(hidden)]
pub use retry_runtime::__private;
