//! Attempts that are cut off: by a limit of their own, by the call's deadline, or because nothing moves.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;
use reattempt_policy::__private::nanoseconds;

use super::outcome::Outcome;
use crate::classify::timed_out::{Limit, TimedOut};
use crate::timer::clock::Clock;
use crate::timer::moment::Moment;

impl From<TimedOut> for super::outcome::NoValue {
    fn from(_: TimedOut) -> super::outcome::NoValue {
        super::outcome::NoValue
    }
}

/// What an error has to be made from where an attempt is cut off.
#[diagnostic::on_unimplemented(
    message = "an attempt that is cut off has to become a `{Self}`, and nothing says how",
    label = "can't be made from `TimedOut`",
    note = "implement `From<reattempt::TimedOut>` for it, or say it by `timed_out = |timed_out| …`"
)]
pub trait FromTimedOut {
    #[doc(hidden)]
    fn from_timed_out(timed_out: TimedOut) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<TimedOut>> FromTimedOut for E {
    fn from_timed_out(timed_out: TimedOut) -> E {
        E::from(timed_out)
    }
}

/// The error of an attempt that was cut off.
pub fn from_timed_out<E: FromTimedOut>(timed_out: TimedOut) -> E {
    E::from_timed_out(timed_out)
}

/// Calls `timed_out`. Its bound is what tells the compiler the type of the closure's argument.
pub fn call_timed_out<E>(timed_out: TimedOut, function: impl FnOnce(TimedOut) -> E) -> E {
    function(timed_out)
}

/// When an attempt moved for the last time, by the clock that it is timed by. How long ago that was is by the context's
/// clock, which may be another.
pub fn moved_at(moved_ago: Option<Duration>, clock: Clock<'_>) -> Option<Moment> {
    moved_ago.map(|ago| Moment::now(clock).before(ago))
}

/// What the caller gets of the last attempt.
pub fn settle<R: Outcome>(
    outcome: Result<R, TimedOut>,
    error: impl FnOnce(TimedOut) -> R::Error,
) -> R {
    match outcome {
        Ok(outcome) => outcome,
        Err(timed_out) => R::failing(error(timed_out)),
    }
}

/// When an attempt is cut off, and by what.
#[derive(Debug, Clone, Copy)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct CutOff {
    at: Moment,
    limit: Limit,
    /// How long the limit is, for the error, in nanoseconds: every future that is cut off holds it.
    length: u64,
    began_at: Moment,
}

impl CutOff {
    /// Never, of an attempt that begins now.
    #[inline]
    pub fn never(clock: Clock<'_>) -> CutOff {
        CutOff { at: Moment::NEVER, limit: Limit::Attempt, length: 0, began_at: Moment::now(clock) }
    }

    /// At the end of its own time.
    #[inline]
    pub fn attempt(self, timeout: Duration) -> CutOff {
        self.earlier(self.began_at.after(timeout), Limit::Attempt, nanoseconds(timeout))
    }

    /// At the call's deadline.
    #[inline]
    pub fn deadline(self, deadline: Option<Moment>) -> CutOff {
        match deadline {
            Some(deadline) => {
                self.earlier(deadline, Limit::Deadline, self.began_at.until(deadline))
            }
            None => self,
        }
    }

    /// So long after it moved for the last time.
    #[inline]
    pub fn stall(self, timeout: Duration, moved_at: Option<Moment>) -> CutOff {
        let moved_at = moved_at.unwrap_or(self.began_at).max(self.began_at);
        self.earlier(moved_at.after(timeout), Limit::Stall, nanoseconds(timeout))
    }

    #[inline]
    fn earlier(self, at: Moment, limit: Limit, length: u64) -> CutOff {
        if at < self.at { CutOff { at, limit, length, ..self } } else { self }
    }

    /// The time that it has, if it is ever cut off.
    pub fn left(self) -> Option<Duration> {
        let left = Duration::from_nanos(self.began_at.until(self.at));
        (self.at != Moment::NEVER).then_some(left)
    }

    /// Whether the call's deadline had passed when the attempt was to begin.
    fn is_too_late(self) -> bool {
        self.limit == Limit::Deadline && self.at <= self.began_at
    }

    fn timed_out(self) -> TimedOut {
        TimedOut::new(self.limit, Duration::from_nanos(self.length))
    }
}

pin_project! {
    /// An attempt with a limit. Its timer is made when it is pending for the first time. After the call's deadline it is not begun:
    /// a client may send a whole request when it is polled once.
    #[allow(missing_debug_implementations)]
    pub struct Limited<F, T, S> {
        #[pin]
        attempt: F,
        timing: T,
        #[pin]
        timer: Armed<S>,
    }
}

pin_project! {
    #[project = ArmedProjection]
    enum Armed<S> {
        /// The call's deadline had passed before the attempt.
        TooLate,
        Not,
        For { #[pin] sleep: S, until: Moment },
    }
}

/// An attempt that is cut off at a moment.
///
/// `cut_off`: the moment, as things are now: it is asked again when it has come. `sleep`: a timer until a moment, or
/// none where there is no timer: then it is cut off when it is polled after that moment.
#[inline]
pub fn limited<F, C, W, S>(attempt: F, mut cut_off: C, sleep: W) -> Limited<F, (C, W), S>
where
    F: Future,
    C: FnMut() -> CutOff,
    W: FnMut(Moment) -> Option<S>,
    S: Future,
{
    let timer = if cut_off().is_too_late() { Armed::TooLate } else { Armed::Not };
    Limited { attempt, timing: (cut_off, sleep), timer }
}

impl<F, C, W, S> Future for Limited<F, (C, W), S>
where
    F: Future,
    C: FnMut() -> CutOff,
    W: FnMut(Moment) -> Option<S>,
    S: Future,
{
    type Output = Result<F::Output, TimedOut>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let (cut_off, sleep) = this.timing;
        if let ArmedProjection::TooLate = this.timer.as_mut().project() {
            return Poll::Ready(Err(cut_off().timed_out()));
        }
        if let Poll::Ready(outcome) = this.attempt.poll(context) {
            return Poll::Ready(Ok(outcome));
        }
        poll_expired(this.timer, cut_off, sleep, context).map(Err)
    }
}

/// Whether the time is over. The timer may have been made for an earlier moment: an attempt that moves has more time
/// then.
fn poll_expired<S: Future>(
    mut timer: Pin<&mut Armed<S>>,
    cut_off: &mut dyn FnMut() -> CutOff,
    sleep: &mut dyn FnMut(Moment) -> Option<S>,
    context: &mut Context<'_>,
) -> Poll<TimedOut> {
    loop {
        match timer.as_mut().project() {
            ArmedProjection::TooLate | ArmedProjection::Not => {
                let now = cut_off();
                let until = now.at;
                if until == Moment::NEVER {
                    return Poll::Pending;
                }
                let Some(sleep) = sleep(until) else {
                    // Nothing wakes it at that moment, so it is looked at whenever the attempt is woken.
                    let is_over = Moment::now(Clock::Async) >= until;
                    return if is_over { Poll::Ready(now.timed_out()) } else { Poll::Pending };
                };
                timer.set(Armed::For { sleep, until });
            }
            ArmedProjection::For { sleep, until } => {
                let until = *until;
                if poll_timer(sleep, context).is_pending() {
                    return Poll::Pending;
                }
                let now = cut_off();
                if now.at <= until {
                    return Poll::Ready(now.timed_out());
                }
                timer.set(Armed::Not);
            }
        }
    }
}

/// An attempt that is always busy must not keep the timer from firing: it uses up what tokio lets a task do at once,
/// and then tokio's timer would not be ready any more.
fn poll_timer<S: Future>(timer: Pin<&mut S>, context: &mut Context<'_>) -> Poll<()> {
    #[cfg(feature = "tokio")]
    let timer = core::pin::pin!(tokio::task::unconstrained(timer));
    timer.poll(context).map(drop)
}
