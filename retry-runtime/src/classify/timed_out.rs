//! The error of an attempt that was cut off.

use core::error::Error;
use core::fmt;
use core::time::Duration;

use super::retryability::Retryability;
use super::traits::Retryable;

/// An attempt that was cut off, by `attempt_timeout`, `deadline` or `stall_timeout`. It is worth another attempt, and
/// may have been applied.
///
/// If it was the last attempt, the function returns an error made from this: by `timed_out = …`, or by the error's own
/// `From<TimedOut>`, which `std::io::Error` has, whatever takes any error, and, with their features, the errors of tonic, sqlx,
/// redis, mongodb and `object_store`.
///
/// ```
/// use reattempt::{TimedOut, retry};
///
/// #[derive(Debug)]
/// enum FetchError {
///     TimedOut(TimedOut),
/// }
///
/// impl From<TimedOut> for FetchError {
///     fn from(timed_out: TimedOut) -> FetchError {
///         FetchError::TimedOut(timed_out)
///     }
/// }
///
/// #[retry(attempt_timeout = 500ms, on(FetchError::TimedOut(_)))]
/// async fn fetch(url: &str) -> Result<String, FetchError> {
///     Ok(url.to_owned())
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimedOut {
    limit: Limit,
    /// How long the limit is.
    after: Duration,
}

/// What cut an attempt off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// `attempt_timeout`.
    Attempt,
    /// `deadline`.
    Deadline,
    /// `stall_timeout`.
    Stall,
}

impl TimedOut {
    pub(crate) const fn new(limit: Limit, after: Duration) -> TimedOut {
        TimedOut { limit, after }
    }

    /// The time that the attempt had: that of `attempt_timeout`, that of `stall_timeout`, or what had been left until
    /// the deadline when the attempt began.
    pub const fn after(&self) -> Duration {
        self.after
    }

    /// Whether it was the deadline of the whole call.
    pub const fn is_deadline(&self) -> bool {
        matches!(self.limit, Limit::Deadline)
    }

    /// Whether the attempt made no progress for too long.
    pub const fn is_stall(&self) -> bool {
        matches!(self.limit, Limit::Stall)
    }
}

impl fmt::Display for TimedOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = self.after;
        match self.limit {
            Limit::Attempt => write!(formatter, "the attempt took longer than {after:?}"),
            Limit::Deadline if after.is_zero() => {
                formatter.write_str("the deadline had passed before the attempt")
            }
            Limit::Deadline => {
                // It was measured, so it has all of its nanoseconds. The others are as somebody wrote them.
                let after = to_tenths(after);
                write!(formatter, "the deadline passed {after:?} into the attempt")
            }
            Limit::Stall => write!(formatter, "the attempt made no progress for {after:?}"),
        }
    }
}

/// 1.234567891s → 1.2s; 62.339ms → 62.3ms.
const fn to_tenths(duration: Duration) -> Duration {
    let tenth = match duration.as_nanos() {
        1_000_000_000.. => 100_000_000,
        1_000_000.. => 100_000,
        _ => return duration,
    };
    // A tenth of a second at most, so it divides a second.
    Duration::new(duration.as_secs(), duration.subsec_nanos() / tenth * tenth)
}

impl Error for TimedOut {}

#[diagnostic::do_not_recommend]
impl Retryable for TimedOut {
    fn retryability(&self) -> Retryability {
        Retryability::transient()
    }
}

#[cfg(feature = "std")]
impl From<TimedOut> for std::io::Error {
    fn from(timed_out: TimedOut) -> std::io::Error {
        std::io::Error::new(std::io::ErrorKind::TimedOut, timed_out)
    }
}
