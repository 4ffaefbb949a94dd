//! Limits in time: whether a call has one, and when it has to be over.

use core::time::Duration;

use super::moment::{Moment, remaining};
use super::site::PolicySource;
use crate::timer::clock::Clock;

/// Now, if the policy has a limit in time: otherwise no clock is read.
#[inline]
pub fn now_if_source_is_timed(policy: PolicySource<'_>, clock: Clock<'_>) -> Option<Moment> {
    policy.is_timed().then(|| Moment::now(clock))
}

/// The time that is left to a call: until its deadline, and until no further attempt may begin.
pub fn remaining_of_call(
    policy: PolicySource<'_>,
    began_at: Option<Moment>,
    deadline: Option<Moment>,
    clock: Clock<'_>,
) -> Option<Duration> {
    let last = began_at.zip(policy.max_elapsed()).map(|(began_at, limit)| began_at.after(limit));
    let end = match (deadline, last) {
        (Some(deadline), Some(last)) => deadline.min(last),
        (deadline, last) => deadline.or(last)?,
    };
    Some(remaining(end, clock))
}

/// The shorter of two times, each of which may be without an end.
pub fn shorter(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// What `deadline` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be used as `deadline`",
    label = "neither a time nor a moment",
    note = "`deadline` takes a `Duration`, which counts from the beginning of the call, an `Instant` of the standard \
            library or of tokio, or an `Option` of one of them"
)]
pub trait Deadline {
    /// The moment, by the clock of a call that begins now.
    #[doc(hidden)]
    fn moment(self, began_at: Moment, clock: Clock<'_>) -> Option<Moment>;
}

impl Deadline for Duration {
    fn moment(self, began_at: Moment, _: Clock<'_>) -> Option<Moment> {
        Some(began_at.after(self))
    }
}

#[diagnostic::do_not_recommend]
impl<D: Deadline> Deadline for Option<D> {
    fn moment(self, began_at: Moment, clock: Clock<'_>) -> Option<Moment> {
        self?.moment(began_at, clock)
    }
}

#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
impl Deadline for std::time::Instant {
    fn moment(self, began_at: Moment, clock: Clock<'_>) -> Option<Moment> {
        // Whatever the call's clock counts from, what is left is the same.
        let left = self.saturating_duration_since(clock.instant());
        Some(began_at.after(left))
    }
}

#[cfg(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown"))))]
impl Deadline for tokio::time::Instant {
    fn moment(self, began_at: Moment, _: Clock<'_>) -> Option<Moment> {
        let left = self.saturating_duration_since(tokio::time::Instant::now());
        Some(began_at.after(left))
    }
}

/// The deadline of a call.
#[inline]
pub fn deadline<D: Deadline>(
    given: D,
    began_at: Option<Moment>,
    clock: Clock<'_>,
) -> Option<Moment> {
    given.moment(began_at.unwrap_or_else(|| Moment::now(clock)), clock)
}
