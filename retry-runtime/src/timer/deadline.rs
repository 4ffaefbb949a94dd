//! When something has to be over, as a user says it.

use core::time::Duration;

use super::clock::Clock;
use super::moment::Moment;

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
