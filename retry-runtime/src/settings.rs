//! What an attribute says in literals, as it is handed over: as data that the compiler puts into the
//! program as it stands. A policy in its place would be a constant to evaluate for each function, which
//! takes longer than the rest of what a function costs to check.

use core::num::NonZeroU32;
use core::time::Duration;

use crate::policy::{Backoff, Jitter, Policy};
use crate::schedule::{FailedAttempt, RetryPolicy, Window};

/// A key of the attribute with its value. Durations are seconds and nanoseconds.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
#[derive(Clone, Copy)]
pub enum Setting<'a> {
    /// A policy, which no other setting changes.
    Policy(&'a dyn RetryPolicy),
    /// `max_attempts`
    MaxAttempts(u32),
    /// `backoff`
    Backoff(Backoff),
    /// `initial_delay`
    InitialDelay(u64, u32),
    /// `throttled_delay`
    ThrottledDelay(u64, u32),
    /// `max_delay`
    MaxDelay(u64, u32),
    /// `multiplier`
    Multiplier(f64),
    /// `jitter`
    Jitter(Jitter),
    /// `idempotent`
    Idempotent(bool),
}

/// The settings of a function. What is not among them is as it is by default.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
#[derive(Clone, Copy)]
pub struct Settings<'a>(pub &'a [Setting<'a>]);

impl Settings<'_> {
    pub(crate) fn idempotent(self) -> bool {
        !self.0.iter().any(|setting| matches!(setting, Setting::Idempotent(false)))
    }

    /// Does this with the policy. The macro has checked the settings.
    pub(crate) fn with_policy<R>(self, ask: impl FnOnce(&dyn RetryPolicy) -> R) -> R {
        let mut builder = Policy::builder();
        for &setting in self.0 {
            builder = match setting {
                Setting::Policy(policy) => return ask(policy),
                Setting::MaxAttempts(attempts) => builder.max_attempts(attempts),
                Setting::Backoff(backoff) => builder.backoff(backoff),
                Setting::InitialDelay(seconds, nanoseconds) => {
                    builder.initial_delay(duration(seconds, nanoseconds))
                }
                Setting::ThrottledDelay(seconds, nanoseconds) => {
                    builder.throttled_delay(duration(seconds, nanoseconds))
                }
                Setting::MaxDelay(seconds, nanoseconds) => {
                    builder.max_delay(duration(seconds, nanoseconds))
                }
                Setting::Multiplier(multiplier) => builder.multiplier(multiplier),
                Setting::Jitter(jitter) => builder.jitter(jitter),
                Setting::Idempotent(_) => builder,
            };
        }
        ask(&builder.checked())
    }
}

/// A `Duration::new` that can't panic.
fn duration(seconds: u64, nanoseconds: u32) -> Duration {
    Duration::from_secs(seconds).saturating_add(Duration::from_nanos(u64::from(nanoseconds)))
}

impl RetryPolicy for Settings<'_> {
    fn max_attempts(&self) -> Option<NonZeroU32> {
        self.with_policy(|policy| policy.max_attempts())
    }

    fn wait(&self, failed: &FailedAttempt) -> Option<Window> {
        self.with_policy(|policy| policy.wait(failed))
    }

    fn max_retry_after(&self) -> Duration {
        self.with_policy(|policy| policy.max_retry_after())
    }
}
