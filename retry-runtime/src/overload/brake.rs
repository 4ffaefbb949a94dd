//! A brake for retries that sees failures and recoveries only.

use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use core::time::Duration;

use super::keyed::Keyed;
use super::rule::Rule;
use crate::timer::clock::coarse;

/// A brake for retries: after four failed retries in a row, only a trickle goes on trying until one works.
///
/// It sees failed retries and recoveries, and nothing of calls that succeed at once, so that it costs those nothing. When
/// four retries in a row have failed and none has recovered in between, it is on. The calls go on waiting as their
/// policy says; but when a wait is over, only few of them try, and the others wait once more. One in 1 + 20·a tries, a
/// seconds after it came on, one in 200 at least; or whoever comes 2a/3 (between half a second and twenty) after the last one
/// that tried. The first retry that recovers takes it off. If it comes on again soon, it stays on until no retry has
/// failed for as long as a call may wait.
///
/// Where turns were withheld, a call's waits together are never longer than its policy's own delays without jitter, and it makes no
/// more attempts than its policy allows. If they are used up, it comes back with its last error, and the reason is
/// [`Withheld`](crate::GiveUpReason::Withheld).
///
/// ```
/// use reattempt::{Brake, retry};
///
/// /// One for all that goes to the same server.
/// static UPSTREAM: Brake = Brake::new();
///
/// #[retry(max_attempts = 8, brake = UPSTREAM)]
/// async fn fetch(url: &str) -> std::io::Result<String> {
///     Ok(url.to_owned())
/// }
///
/// /// A brake of this function's own.
/// #[retry(max_attempts = 8, brake)]
/// async fn store(text: &str) -> std::io::Result<()> {
///     Ok(())
/// }
/// ```
///
/// Errors that say [`conflict`](crate::Retryability::conflict) are left aside, and so are values that `until` rejects: they are no
/// sign of an overload. Calls without delays are not held back, because nothing is waited. It goes by the clock of the call. It is
/// a `static`: a `const` would be a new one wherever it is named.
///
/// The guide has the figures, and where it fails, in
/// [When the server is really down](https://docs.rs/reattempt/latest/reattempt/guide/outages/index.html).
#[derive(Debug)]
#[doc(alias = "circuit breaker")]
pub struct Brake {
    rule: Rule<AtomicU32>,
    withheld: AtomicUsize,
}

impl Brake {
    /// A brake that is off.
    pub const fn new() -> Brake {
        let rule = Rule::new(
            AtomicU32::new(0),
            AtomicU32::new(0),
            AtomicU32::new(0),
            AtomicU32::new(0),
            AtomicU32::new(0),
        );
        Brake { rule, withheld: AtomicUsize::new(0) }
    }

    /// One for each host: see [`Keyed`].
    pub const fn keyed<const PLACES: usize>() -> Keyed<Brake, PLACES> {
        Keyed { places: [const { Brake::new() }; PLACES] }
    }

    /// Whether only few calls try.
    pub fn is_on(&self) -> bool {
        self.rule.is_on()
    }

    /// How many times a call whose wait was over was not let through: it had to wait once more, or ended. It starts again at zero
    /// after `usize::MAX`.
    pub fn withheld(&self) -> usize {
        self.withheld.load(Ordering::Relaxed)
    }

    /// A retry has failed, at this time of the call's clock.
    pub(crate) fn retry_failed(&self, now: Duration) {
        self.rule.retry_failed(coarse(now));
    }

    /// A retry has succeeded, or has shown that the server works.
    pub(crate) fn recovered(&self, now: Duration, schedule: Duration) {
        self.rule.recovered(coarse(now), as_milliseconds(schedule));
    }

    /// Whether a call whose wait is over may try.
    pub(crate) fn may_try(&self, now: Duration, schedule: Duration) -> bool {
        let may_try = self.rule.may_try(coarse(now), as_milliseconds(schedule));
        if !may_try {
            self.withheld.fetch_add(1, Ordering::Relaxed);
        }
        may_try
    }
}

impl Default for Brake {
    fn default() -> Brake {
        Brake::new()
    }
}

/// A longer schedule says nothing about how long a server needs: with 111 seconds a fleet took seven times as long to
/// recover as with 45.
const LONGEST_SCHEDULE: Duration = Duration::from_secs(60);

fn as_milliseconds(schedule: Duration) -> u32 {
    #[allow(clippy::cast_possible_truncation, reason = "a minute at most")]
    let milliseconds = schedule.min(LONGEST_SCHEDULE).as_millis() as u32;
    milliseconds
}

/// What `brake` takes: a [`Brake`], or what leads to one.
#[allow(unnameable_types, reason = "only this crate implements it")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a brake",
    label = "not a `Brake`",
    note = "`brake` takes a `static` of type `reattempt::Brake`, a reference to one, or nothing for one of the function's own; \
            of a `Keyed<Brake>` write `brake = HOSTS.of(host)`"
)]
pub trait AsBrake {
    #[doc(hidden)]
    fn as_brake(&self) -> &Brake;
}

impl AsBrake for Brake {
    fn as_brake(&self) -> &Brake {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<B: AsBrake + ?Sized> AsBrake for &B {
    fn as_brake(&self) -> &Brake {
        B::as_brake(self)
    }
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<B: AsBrake + ?Sized> AsBrake for alloc::sync::Arc<B> {
    fn as_brake(&self) -> &Brake {
        B::as_brake(self)
    }
}

/// The brake that an attribute names.
pub fn brake<B: AsBrake + ?Sized>(given: &B) -> &Brake {
    given.as_brake()
}
