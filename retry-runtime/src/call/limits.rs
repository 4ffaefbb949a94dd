//! Limits in time: whether a call has one, and when it has to be over.

use core::time::Duration;

use super::site::PolicySource;
use crate::scope::limits::Limits;
use crate::timer::clock::Clock;
use crate::timer::deadline::Deadline;
use crate::timer::moment::{Moment, remaining};

/// Now, if the policy has a limit in time: otherwise no clock is read.
#[inline]
pub fn now_if_source_is_timed(policy: PolicySource<'_>, clock: Clock<'_>) -> Option<Moment> {
    policy.is_timed().then(|| Moment::now(clock))
}

/// When a call has to be over: its deadline, or when no further attempt may begin.
#[inline]
fn end(
    max_elapsed: Option<Duration>,
    began_at: Option<Moment>,
    deadline: Option<Moment>,
) -> Option<Moment> {
    let last = began_at.zip(max_elapsed).map(|(began_at, limit)| began_at.after(limit));
    match (deadline, last) {
        (Some(deadline), Some(last)) => Some(deadline.min(last)),
        (deadline, last) => deadline.or(last),
    }
}

/// The time that is left to a call.
pub fn remaining_of_call(
    policy: PolicySource<'_>,
    began_at: Option<Moment>,
    deadline: Option<Moment>,
    clock: Clock<'_>,
) -> Option<Duration> {
    Some(remaining(end(policy.max_elapsed(), began_at, deadline)?, clock))
}

/// What calls inside of an attempt keep to. `once`: they run once.
#[inline]
pub fn limits_inside(
    max_elapsed: Option<Duration>,
    began_at: Option<Moment>,
    deadline: Option<Moment>,
    clock: Clock<'_>,
    once: bool,
) -> Limits {
    let limits = if once { Limits::ONCE } else { Limits::NONE };
    match end(max_elapsed, began_at, deadline) {
        Some(end) => limits.with_deadline(end, clock),
        None => limits,
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
