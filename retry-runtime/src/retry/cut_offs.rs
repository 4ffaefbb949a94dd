//! The limits in time of an async [`Retry`](super::Retry), or none.

use core::future::Future;
use core::time::Duration;

use super::slots::Unset;
use crate::call::outcome::never;
use crate::call::timed_out::{CutOff, FromTimedOut, limited};
use crate::classify::timed_out::TimedOut;
use crate::timer::clock::Clock;
use crate::timer::deadline::GivenDeadline;
use crate::timer::moment::Moment;

/// Limits of async calls.
#[derive(Debug, Clone, Copy)]
#[allow(unnameable_types, reason = "only `Retry` has it")]
pub struct CutOffs<F> {
    attempt_timeout: Option<Duration>,
    stall_timeout: Option<Duration>,
    deadline: Option<GivenDeadline>,
    made_by: F,
}

/// The error of a call whose last attempt was cut off is made by its `From<TimedOut>`.
#[derive(Debug, Clone, Copy)]
#[allow(unnameable_types, reason = "only `Retry` has it")]
pub struct MadeByFrom;

impl CutOffs<MadeByFrom> {
    pub(super) const fn new() -> CutOffs<MadeByFrom> {
        CutOffs { attempt_timeout: None, stall_timeout: None, deadline: None, made_by: MadeByFrom }
    }
}

impl<F> CutOffs<F> {
    pub(super) fn attempt(self, timeout: Duration) -> CutOffs<F> {
        CutOffs { attempt_timeout: Some(timeout), ..self }
    }

    pub(super) fn stall(self, timeout: Duration) -> CutOffs<F> {
        CutOffs { stall_timeout: Some(timeout), ..self }
    }

    pub(super) fn deadline(self, deadline: Option<GivenDeadline>) -> CutOffs<F> {
        CutOffs { deadline, ..self }
    }

    pub(super) fn made_by<N>(self, made_by: N) -> CutOffs<N> {
        let CutOffs { attempt_timeout, stall_timeout, deadline, .. } = self;
        CutOffs { attempt_timeout, stall_timeout, deadline, made_by }
    }
}

/// Limits of async calls, or none, to which others are added.
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait PerhapsCutOffs {
    /// What makes the error of a call whose last attempt was cut off.
    #[doc(hidden)]
    type MadeBy;

    #[doc(hidden)]
    fn cut_offs(self) -> CutOffs<Self::MadeBy>;
}

impl PerhapsCutOffs for Unset {
    type MadeBy = MadeByFrom;

    fn cut_offs(self) -> CutOffs<MadeByFrom> {
        CutOffs::new()
    }
}

impl<F> PerhapsCutOffs for CutOffs<F> {
    type MadeBy = F;

    fn cut_offs(self) -> CutOffs<F> {
        self
    }
}

/// Limits of async calls, or none.
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait AsyncLimits<E> {
    /// Whether there are any.
    const IS_SET: bool;

    fn deadline(&self, began_at: Moment, clock: Clock<'_>) -> Option<Moment>;

    /// The time that each attempt has.
    fn attempt_timeout(&self) -> Option<Duration>;

    /// The error of an attempt that was cut off.
    fn error(&self, timed_out: TimedOut) -> E;

    /// Makes an attempt. `moved_at`: when it made progress for the last time, if it can tell.
    fn attempt<F: Future, S: Future>(
        &self,
        attempt: F,
        deadline: Option<Moment>,
        clock: Clock<'_>,
        moved_at: impl Fn() -> Option<Moment>,
        sleep: impl FnMut(Moment) -> Option<S>,
    ) -> impl Future<Output = Result<F::Output, TimedOut>>;
}

impl<E> AsyncLimits<E> for Unset {
    const IS_SET: bool = false;

    fn deadline(&self, _: Moment, _: Clock<'_>) -> Option<Moment> {
        None
    }

    fn attempt_timeout(&self) -> Option<Duration> {
        None
    }

    fn error(&self, _: TimedOut) -> E {
        never()
    }

    fn attempt<F: Future, S: Future>(
        &self,
        attempt: F,
        _: Option<Moment>,
        _: Clock<'_>,
        _: impl Fn() -> Option<Moment>,
        _: impl FnMut(Moment) -> Option<S>,
    ) -> impl Future<Output = Result<F::Output, TimedOut>> {
        Unlimited { attempt }
    }
}

pin_project_lite::pin_project! {
    /// An attempt without a limit.
    struct Unlimited<F> {
        #[pin]
        attempt: F,
    }
}

impl<F: Future> Future for Unlimited<F> {
    type Output = Result<F::Output, TimedOut>;

    fn poll(
        self: core::pin::Pin<&mut Self>,
        context: &mut core::task::Context<'_>,
    ) -> core::task::Poll<Self::Output> {
        self.project().attempt.poll(context).map(Ok)
    }
}

impl<E, N: MakeOfTimeOut<E>> AsyncLimits<E> for CutOffs<N> {
    const IS_SET: bool = true;

    fn deadline(&self, began_at: Moment, clock: Clock<'_>) -> Option<Moment> {
        self.deadline.map(|deadline| deadline.moment(began_at, clock))
    }

    fn attempt_timeout(&self) -> Option<Duration> {
        self.attempt_timeout
    }

    fn error(&self, timed_out: TimedOut) -> E {
        self.made_by.make(timed_out)
    }

    fn attempt<F: Future, S: Future>(
        &self,
        attempt: F,
        deadline: Option<Moment>,
        clock: Clock<'_>,
        moved_at: impl Fn() -> Option<Moment>,
        sleep: impl FnMut(Moment) -> Option<S>,
    ) -> impl Future<Output = Result<F::Output, TimedOut>> {
        let stall_timeout = self.stall_timeout;
        let mut cut_off = CutOff::never(clock).deadline(deadline);
        if let Some(timeout) = self.attempt_timeout {
            cut_off = cut_off.attempt(timeout);
        }
        let cut_off = move || match stall_timeout {
            Some(timeout) => cut_off.stall(timeout, moved_at()),
            None => cut_off,
        };
        limited(attempt, cut_off, sleep)
    }
}

#[diagnostic::on_unimplemented(
    message = "an attempt that is cut off has to become a `{E}`, and nothing says how",
    note = "implement `From<reattempt::TimedOut>` for it, or write `.timed_out(|timed_out| …)`"
)]
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait MakeOfTimeOut<E> {
    fn make(&self, timed_out: TimedOut) -> E;
}

#[diagnostic::do_not_recommend]
impl<E: FromTimedOut> MakeOfTimeOut<E> for MadeByFrom {
    fn make(&self, timed_out: TimedOut) -> E {
        E::from_timed_out(timed_out)
    }
}

#[diagnostic::do_not_recommend]
impl<E, F: Fn(TimedOut) -> E> MakeOfTimeOut<E> for F {
    fn make(&self, timed_out: TimedOut) -> E {
        self(timed_out)
    }
}
