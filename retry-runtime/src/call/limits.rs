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
    /// The moment, or how far it is from the beginning of a call.
    #[doc(hidden)]
    fn given(self) -> Option<GivenDeadline>;
}

/// A deadline as it was given.
#[derive(Debug, Clone, Copy)]
#[allow(unnameable_types, reason = "only this crate makes them")]
pub enum GivenDeadline {
    /// So long after the call began.
    After(Duration),
    /// At this moment.
    #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
    At(std::time::Instant),
}

impl GivenDeadline {
    /// The moment, by the clock of a call that begins now.
    pub(crate) fn moment(self, began_at: Moment, clock: Clock<'_>) -> Moment {
        let _ = clock;
        match self {
            GivenDeadline::After(delay) => began_at.after(delay),
            // Whatever the call's clock counts from, what is left is the same.
            #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
            GivenDeadline::At(instant) => {
                began_at.after(instant.saturating_duration_since(clock.instant()))
            }
        }
    }
}

impl Deadline for Duration {
    fn given(self) -> Option<GivenDeadline> {
        Some(GivenDeadline::After(self))
    }
}

#[diagnostic::do_not_recommend]
impl<D: Deadline> Deadline for Option<D> {
    fn given(self) -> Option<GivenDeadline> {
        self?.given()
    }
}

#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
impl Deadline for std::time::Instant {
    fn given(self) -> Option<GivenDeadline> {
        Some(GivenDeadline::At(self))
    }
}

#[cfg(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown"))))]
impl Deadline for tokio::time::Instant {
    fn given(self) -> Option<GivenDeadline> {
        Some(GivenDeadline::At(self.into_std()))
    }
}

/// The deadline of a call.
#[inline]
pub fn deadline<D: Deadline>(
    given: D,
    began_at: Option<Moment>,
    clock: Clock<'_>,
) -> Option<Moment> {
    Some(given.given()?.moment(began_at.unwrap_or_else(|| Moment::now(clock)), clock))
}
