//! The waits between attempts. Those of an async call yield to the executor at least once, so that a call without
//! waits, or with a timer that is always ready, can still be cancelled and lets others run.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

#[cfg(feature = "std")]
use crate::attempts::Attempts;
#[cfg(feature = "std")]
use crate::engine::Engine;

pin_project! {
    /// The wait on a timer of the user's.
    #[derive(Debug)]
    pub struct Pause<F> {
        #[pin]
        timer: F,
        progress: Progress,
    }
}

#[derive(Debug)]
enum Progress {
    Fresh,
    Waiting,
    Yielded,
}

/// What the function given as `sleep` to an async function answers.
#[diagnostic::on_unimplemented(
    message = "the `sleep` of an async function returns a future that waits, \
               but this one returns `{Self}`",
    label = "no future of `()`",
    note = "a function that waits by itself is a timer for blocking functions"
)]
pub trait Waiting: Future<Output = ()> {}

#[diagnostic::do_not_recommend]
impl<F: Future<Output = ()>> Waiting for F {}

/// Waits for a timer, and yields once if it is ready at once.
pub fn pause<F: Waiting>(timer: F) -> Pause<F> {
    Pause { timer, progress: Progress::Fresh }
}

impl<F: Future<Output = ()>> Future for Pause<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        if matches!(this.progress, Progress::Yielded) {
            return Poll::Ready(());
        }
        let first = matches!(this.progress, Progress::Fresh);
        match this.timer.poll(context) {
            Poll::Ready(()) if first => {
                *this.progress = Progress::Yielded;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => {
                *this.progress = Progress::Waiting;
                Poll::Pending
            }
        }
    }
}

#[cfg(feature = "tokio")]
pin_project! {
    /// The wait on tokio's timer. No larger than the timer itself.
    #[derive(Debug)]
    #[project = SleepProjection]
    pub enum Sleep {
        /// No wait: only yields.
        Yield { yielded: bool },
        /// A wait.
        Timer { #[pin] timer: tokio::time::Sleep },
    }
}

/// Waits on tokio's timer for the next attempt.
#[cfg(feature = "tokio")]
#[inline]
pub fn sleep<R>(attempts: &Attempts<R>) -> Sleep {
    Sleep::before_next(&attempts.engine)
}

#[cfg(feature = "tokio")]
impl Sleep {
    #[cold]
    #[inline(never)]
    fn before_next(engine: &Engine) -> Sleep {
        Sleep::of(engine.previous_delay())
    }

    pub(crate) fn of(delay: core::time::Duration) -> Sleep {
        if delay.is_zero() {
            Sleep::Yield { yielded: false }
        } else {
            Sleep::Timer { timer: tokio::time::sleep(delay) }
        }
    }
}

#[cfg(feature = "tokio")]
impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.project() {
            SleepProjection::Yield { yielded: true } => Poll::Ready(()),
            SleepProjection::Yield { yielded } => {
                *yielded = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            SleepProjection::Timer { timer } => timer.poll(context),
        }
    }
}

/// In place of the timers that no feature brings: functions that nothing can be handed to, whose
/// bounds say what to do.
#[cfg(not(feature = "tokio"))]
pub mod missing {
    /// A timer for async functions.
    #[diagnostic::on_unimplemented(
        message = "`#[retry]` has no timer to wait with in an async function",
        label = "no timer",
        note = "enable the feature `tokio` of `reattempt`, \
                or give a function that waits, as `sleep = path::to::sleep`"
    )]
    pub trait AsyncTimer {}

    /// Would wait.
    pub fn sleep<D: AsyncTimer>(_: D) -> core::future::Ready<()> {
        core::future::ready(())
    }

    /// A timer for blocking functions.
    #[cfg(not(feature = "std"))]
    #[diagnostic::on_unimplemented(
        message = "`#[retry]` has no timer to wait with in a blocking function",
        label = "no timer",
        note = "enable the feature `std` of `reattempt`, \
                or give a function that waits, as `sleep = path::to::sleep`"
    )]
    pub trait BlockingTimer {}

    /// Would wait.
    #[cfg(not(feature = "std"))]
    pub fn sleep_blocking<D: BlockingTimer>(_: D) {}

    #[cfg(not(feature = "std"))]
    impl<R> crate::attempts::Attempts<R> {
        /// Would make all of them.
        pub fn make_all<A: FnMut() -> R>(&self, _: &str, _: A) -> R
        where
            R: BlockingTimer,
        {
            crate::outcome::never()
        }

        /// Would make all of them.
        pub fn make_all_by<A: FnMut() -> R, F>(&self, _: &str, _: A, _: F) -> R
        where
            R: BlockingTimer,
        {
            crate::outcome::never()
        }
    }
}

#[cfg(not(feature = "tokio"))]
pub use missing::sleep;
#[cfg(not(feature = "std"))]
pub use missing::sleep_blocking;

/// Blocks the thread until the next attempt.
#[cfg(feature = "std")]
#[inline]
pub fn sleep_blocking<R>(attempts: &Attempts<R>) {
    block_before_next(&attempts.engine);
}

#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn block_before_next(engine: &Engine) {
    std::thread::sleep(engine.previous_delay());
}
