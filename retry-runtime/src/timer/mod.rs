//! Timers: what waits between two attempts, and the clock that goes with it.

pub(crate) mod began;
mod blocking;
pub(crate) mod clock;
pub(crate) mod deadline;
#[cfg(feature = "__async-timer")]
mod default;
pub(crate) mod moment;
pub(crate) mod yield_once;

use core::future::Future;
use core::time::Duration;

use clock::{Clock, Now as _, SystemClock};
use yield_once::{YieldOnce, yield_once};

pub(crate) use blocking::is_executor_thread;
#[cfg(feature = "std")]
pub(crate) use blocking::{block, can_block};
pub(crate) use clock::{coarse, coarse_difference};
pub use deadline::Deadline;
#[cfg(feature = "__async-timer")]
pub use default::Sleep;
#[cfg(feature = "__async-timer")]
pub(crate) use default::is_available;

/// Waits between attempts, and tells the time.
///
/// Functions and closures from a `Duration` are timers, whose clock is the system's: one that returns
/// nothing waits by blocking, and one that returns a future waits in async code. Implement the trait where
/// the clock is another one as well, such as that of a simulation:
///
/// ```
/// use std::cell::Cell;
/// use std::time::Duration;
///
/// use reattempt::timer::Timer;
/// use reattempt::{Policy, Retry};
///
/// /// Time passes only when somebody waits.
/// #[derive(Default)]
/// struct Simulated(Cell<Duration>);
///
/// impl Timer for &Simulated {
///     type Sleep = ();
///
///     fn now(&self) -> Duration {
///         self.0.get()
///     }
///
///     fn sleep(&self, delay: Duration) {
///         self.0.set(self.0.get() + delay);
///     }
/// }
///
/// let time = Simulated::default();
/// let policy: Policy = "max_attempts=3 jitter=none".parse().unwrap();
/// let outcome = Retry::new(policy).timer(&time).call(|| Err::<(), _>(std::io::Error::from(
///     std::io::ErrorKind::ConnectionReset,
/// )));
/// assert!(outcome.is_err());
/// assert_eq!((&time).now(), Duration::from_millis(300));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a timer",
    label = "neither a function from a `Duration` nor a `Timer`",
    note = "`sleep` takes a function or closure from a `Duration` that waits, or returns a future that waits, \
            or a value that implements `reattempt::timer::Timer`"
)]
pub trait Timer {
    /// `()` for a timer that blocks, a future for one that doesn't. What the future comes to is dropped.
    type Sleep;

    /// The time since some moment that stays the same. It never goes back.
    fn now(&self) -> Duration;

    /// Waits, or returns a future that waits.
    fn sleep(&self, delay: Duration) -> Self::Sleep;
}

#[diagnostic::do_not_recommend]
impl<S, F: Fn(Duration) -> S> Timer for F {
    type Sleep = S;

    fn now(&self) -> Duration {
        SystemClock.now()
    }

    fn sleep(&self, delay: Duration) -> S {
        self(delay)
    }
}

/// The built-in timers.
///
/// Blocking code waits by `std::thread::sleep`. Async code waits on tokio's timer inside a tokio runtime, and
/// anywhere else on that of `async-io` or of `futures-timer`, if its feature is enabled. Where there is none
/// of them, a call that would have to wait gives up, and its event says why.
///
/// Which timer serves is decided when the program runs: inside a tokio runtime it is tokio's, whatever features
/// other crates enable. (If that runtime was built without `enable_time`, tokio panics, and says so.)
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultTimer;

/// A timer for blocking code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a timer that blocks",
    note = "enable the feature `std` of `reattempt`, or give a function that waits, by `.timer(…)`"
)]
pub trait BlockingTimer: sealed::Sealed {
    #[doc(hidden)]
    fn block(&self, delay: Duration);
    #[doc(hidden)]
    fn clock(&self) -> Clock<'_>;
}

#[diagnostic::do_not_recommend]
impl<T: Timer<Sleep = ()>> BlockingTimer for T {
    fn block(&self, delay: Duration) {
        self.sleep(delay);
    }

    fn clock(&self) -> Clock<'_> {
        Clock::Timer(self)
    }
}

#[cfg(feature = "std")]
impl BlockingTimer for DefaultTimer {
    fn block(&self, delay: Duration) {
        block(delay);
    }

    fn clock(&self) -> Clock<'_> {
        Clock::Blocking
    }
}

/// A timer for async code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async timer",
    note = "enable the feature `tokio` of `reattempt`, or give a function that returns a future that \
            waits, by `.timer(…)`"
)]
pub trait AsyncTimer: sealed::Sealed {
    #[doc(hidden)]
    type Wait: Future<Output = ()>;
    #[doc(hidden)]
    fn wait(&self, delay: Duration) -> Self::Wait;
    #[doc(hidden)]
    fn clock(&self) -> Clock<'_>;
}

#[diagnostic::do_not_recommend]
impl<T: Timer<Sleep: Future>> AsyncTimer for T {
    type Wait = YieldOnce<T::Sleep>;

    fn wait(&self, delay: Duration) -> YieldOnce<T::Sleep> {
        yield_once(self.sleep(delay))
    }

    fn clock(&self) -> Clock<'_> {
        Clock::Timer(self)
    }
}

#[cfg(feature = "__async-timer")]
impl AsyncTimer for DefaultTimer {
    type Wait = Sleep;

    fn wait(&self, delay: Duration) -> Sleep {
        Sleep::new(delay)
    }

    fn clock(&self) -> Clock<'_> {
        Clock::Async
    }
}

impl<T: Timer> clock::Now for T {
    fn now(&self) -> Duration {
        Timer::now(self)
    }
}

mod sealed {
    #[allow(unnameable_types, reason = "that is its purpose")]
    pub trait Sealed {}
    impl<T: super::Timer> Sealed for T {}
    impl Sealed for super::DefaultTimer {}
}
