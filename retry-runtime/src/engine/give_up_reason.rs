//! Why a call was given up.

use core::fmt;

/// Why a call was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GiveUpReason {
    /// The error is not worth another attempt.
    Permanent,
    /// Nothing is known about the error, and that counts as permanent.
    Unclassified,
    /// The caller no longer wants it.
    Cancelled,
    /// It may have been applied, and must not be applied twice.
    NotIdempotent,
    /// Part of the answer was given out, so that nothing may be tried again: see
    /// [`Context::commit`](crate::Context::commit).
    Committed,
    /// There are no attempts left.
    Attempts,
    /// The next attempt would begin past the deadline, which may be that of what surrounds the call, or the deadline
    /// cut off the last one.
    Deadline,
    /// The next attempt would begin past `max_elapsed`.
    Elapsed,
    /// The server asked for a longer delay than the policy allows.
    HintTooLong,
    /// The budget for retries is used up: see `Budget`.
    Budget,
    /// So few calls try at the moment that the call has waited as long as its policy may: see `Brake`.
    Withheld,
    /// What surrounds the call is being retried itself, and says `nested = "once"`.
    Nested,
    /// What surrounds the call allows no further attempt, or no further retry of all calls together: see
    /// `Scope`.
    Scope,
    /// The policy gave no delay.
    Policy,
    /// There is no timer to wait with: the call was made outside the runtime whose timer is enabled.
    NoTimer,
}

impl GiveUpReason {
    /// As it stands in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            GiveUpReason::Permanent => "permanent",
            GiveUpReason::Unclassified => "unclassified",
            GiveUpReason::Cancelled => "cancelled",
            GiveUpReason::NotIdempotent => "not_idempotent",
            GiveUpReason::Committed => "committed",
            GiveUpReason::Attempts => "attempts",
            GiveUpReason::Deadline => "deadline",
            GiveUpReason::Elapsed => "elapsed",
            GiveUpReason::HintTooLong => "hint_too_long",
            GiveUpReason::Budget => "budget",
            GiveUpReason::Withheld => "withheld",
            GiveUpReason::Nested => "nested",
            GiveUpReason::Scope => "scope",
            GiveUpReason::Policy => "policy",
            GiveUpReason::NoTimer => "no_timer",
        }
    }

    /// Whether the error itself ends the call, whatever the policy says.
    pub(crate) const fn is_about_the_error(self) -> bool {
        matches!(
            self,
            GiveUpReason::Permanent
                | GiveUpReason::Unclassified
                | GiveUpReason::NotIdempotent
                | GiveUpReason::Committed
        )
    }
}

impl fmt::Display for GiveUpReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
