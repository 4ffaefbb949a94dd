//! The waits of expansions, on the timers that are there without asking for one.

#[cfg(any(feature = "std", feature = "__async-timer"))]
use super::after_attempt::time_to_wait;
#[cfg(any(feature = "std", feature = "__async-timer"))]
use super::retry_loop::RetryLoop;
#[cfg(feature = "__async-timer")]
use crate::timer::Sleep;
use crate::timer::Timer;
use crate::timer::clock::Clock;
#[cfg(feature = "__async-timer")]
use crate::timer::moment::{Moment, remaining};
use crate::timer::yield_once::yield_once;
use core::future::Future;

/// Waits in async code until the next attempt.
#[cfg(feature = "__async-timer")]
#[inline]
pub fn sleep<R>(state: &RetryLoop<R>) -> Sleep {
    Sleep::new(time_to_wait(&state.engine))
}

/// A timer until a moment by the clock of async calls; none, where there is no timer.
#[cfg(feature = "__async-timer")]
pub fn sleep_until(until: Moment) -> Option<Sleep> {
    crate::timer::is_available().then(|| Sleep::new(remaining(until, Clock::Async)))
}

/// Blocks the thread until the next attempt.
#[cfg(feature = "std")]
#[inline]
pub fn sleep_blocking<R>(state: &RetryLoop<R>) {
    block(&state.engine);
}

#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn block(engine: &crate::engine::Engine) {
    crate::timer::block(time_to_wait(engine));
}

/// A timer of the user's until a moment by its clock.
pub fn user_sleep_until<F: AsyncWait>(timer: F) -> Option<F> {
    Some(timer)
}

/// Requires a timer.
pub const fn timer<T: Timer>(timer: &T) -> &T {
    timer
}

/// The clock of a timer.
pub fn timer_clock<T: Timer>(timer: &T) -> Clock<'_> {
    Clock::Timer(timer)
}

/// What a timer of the user's answers in an async function.
#[diagnostic::on_unimplemented(
    message = "the `sleep` of an async function returns a future that waits, \
               but this one returns `{Self}`",
    label = "not a future",
    note = "a function that waits by itself is a timer for blocking functions"
)]
pub trait AsyncWait: Future {}

#[diagnostic::do_not_recommend]
impl<F: Future> AsyncWait for F {}

/// Waits on a timer of the user's. What it returns is a future whatever it is handed, so that the compiler says nothing
/// more where that is none.
#[inline]
pub fn user_sleep<F: AsyncWait>(timer: F) -> impl Future {
    yield_once(timer)
}

/// What a timer of the user's answers in a blocking function.
#[diagnostic::on_unimplemented(
    message = "the `sleep` of a blocking function waits and returns nothing, \
               but this one returns `{Self}`",
    label = "does not block",
    note = "a function that returns a future is a timer for async functions"
)]
pub trait BlockingWait {}

#[diagnostic::do_not_recommend]
impl BlockingWait for () {}

/// Requires that a timer of the user's has waited.
#[inline]
pub fn user_sleep_blocking<T: BlockingWait>(_: T) {}

/// In place of the timers that no feature brings: functions that nothing can be handed to, whose bounds say
/// what to do.
#[cfg(not(all(feature = "std", feature = "__async-timer")))]
pub mod no_timer {
    /// A timer for async functions.
    #[cfg(not(feature = "__async-timer"))]
    #[diagnostic::on_unimplemented(
        message = "`#[retry]` has no timer to wait with in an async function",
        label = "no timer",
        note = "enable the feature `tokio` of `reattempt`, or `async-io` or `futures-timer`, \
                or give a function that waits, as `sleep = path::to::sleep`"
    )]
    pub trait NoAsyncTimer {}

    /// Would wait.
    #[cfg(not(feature = "__async-timer"))]
    pub fn sleep<D: NoAsyncTimer>(_: D) -> core::future::Ready<()> {
        core::future::ready(())
    }

    /// Would wait.
    #[cfg(not(feature = "__async-timer"))]
    pub fn sleep_until<D: NoAsyncTimer>(_: D) -> Option<core::future::Ready<()>> {
        None
    }

    /// A timer for blocking functions.
    #[cfg(not(feature = "std"))]
    #[diagnostic::on_unimplemented(
        message = "`#[retry]` has no timer to wait with in a blocking function",
        label = "no timer",
        note = "enable the feature `std` of `reattempt`, \
                or give a function that waits, as `sleep = path::to::sleep`"
    )]
    pub trait NoBlockingTimer {}

    /// Would wait.
    #[cfg(not(feature = "std"))]
    pub fn sleep_blocking<D: NoBlockingTimer>(_: D) {}

    #[cfg(not(feature = "std"))]
    impl<R> crate::call::retry_loop::RetryLoop<R> {
        /// Would make all the attempts.
        pub fn __reattempt_run<A: FnMut() -> R>(&self, _: &str, _: A) -> R
        where
            R: NoBlockingTimer,
        {
            crate::call::outcome::never()
        }

        /// Would make all the attempts.
        pub fn __reattempt_run_by<A: FnMut() -> R, F>(&self, _: &str, _: A, _: F) -> R
        where
            R: NoBlockingTimer,
        {
            crate::call::outcome::never()
        }
    }
}

#[cfg(not(feature = "std"))]
pub use no_timer::sleep_blocking;
#[cfg(not(feature = "__async-timer"))]
pub use no_timer::{sleep, sleep_until};
