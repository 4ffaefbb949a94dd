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
    /// `idempotent`, which is the last one if it is false.
    Idempotent(bool),
}

/// The settings of a function. What is not among them is as it is by default.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
#[derive(Clone, Copy)]
pub struct Settings<'a>(pub &'a [Setting<'a>]);

impl<'a> Settings<'a> {
    /// Puts those of a policy's into `written`, which is the default one, and returns the policy that is in
    /// force: that, or another one that is named.
    pub(crate) fn policy(self, written: &'a mut Policy) -> &'a dyn RetryPolicy {
        for setting in self.0 {
            if let Setting::Policy(policy) = setting {
                return *policy;
            }
            written.set(setting);
        }
        written
    }

    pub(crate) fn idempotent(self) -> bool {
        !matches!(self.0.last(), Some(Setting::Idempotent(false)))
    }
}

impl Policy {
    /// Takes over what an attribute says, of which the macro has seen that nothing is wrong with it.
    // In a function of its own, where the policy stays in memory.
    #[inline(never)]
    fn set(&mut self, setting: &Setting<'_>) {
        // Not `Duration::new`, which could panic.
        let duration = |seconds, nanoseconds| {
            let nanoseconds = Duration::from_nanos(u64::from(nanoseconds));
            Some(Duration::from_secs(seconds).saturating_add(nanoseconds))
        };
        let options = &mut self.options;
        match *setting {
            Setting::MaxAttempts(attempts) => options.max_attempts = Some(attempts),
            Setting::Backoff(backoff) => options.backoff = Some(backoff),
            Setting::InitialDelay(seconds, nanoseconds) => {
                options.initial_delay = duration(seconds, nanoseconds);
            }
            Setting::ThrottledDelay(seconds, nanoseconds) => {
                options.throttled_delay = duration(seconds, nanoseconds);
            }
            Setting::MaxDelay(seconds, nanoseconds) => {
                options.max_delay = duration(seconds, nanoseconds);
            }
            Setting::Multiplier(multiplier) => options.multiplier = Some(multiplier),
            Setting::Jitter(jitter) => options.jitter = Some(jitter),
            // They are about the call.
            Setting::Policy(_) | Setting::Idempotent(_) => {}
        }
    }
}

impl RetryPolicy for Settings<'_> {
    fn max_attempts(&self) -> Option<NonZeroU32> {
        self.policy(&mut { Policy::DEFAULT }).max_attempts()
    }

    fn wait(&self, failed: &FailedAttempt) -> Option<Window> {
        self.policy(&mut { Policy::DEFAULT }).wait(failed)
    }

    fn max_retry_after(&self) -> Duration {
        self.policy(&mut { Policy::DEFAULT }).max_retry_after()
    }
}
