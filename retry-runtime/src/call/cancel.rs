//! What ends a call's waits: a future in async code, a flag in blocking code.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;

use super::outcome::{Outcome, never};
use crate::classify::Retryability;
use crate::engine::GiveUpReason;

/// A future that is ready when the call is to end.
#[diagnostic::on_unimplemented(
    message = "`cancel` takes a future that is ready when the call is to end, but this is `{Self}`",
    label = "not a future",
    note = "write `cancel = token.cancelled()`, or another future; it is made anew whenever it is looked at"
)]
pub trait Cancellation: Future {}

#[diagnostic::do_not_recommend]
impl<F: Future> Cancellation for F {}

/// Requires a future that cancels. What it returns is a future whatever it is handed, so that the compiler says nothing
/// more where that is none.
#[inline]
pub fn cancellation<F: Cancellation>(cancel: F) -> impl Future {
    cancel
}

/// Where `cancel` is a variable, its method `cancelled` is called, as tokens have it. A future is one itself.
pub trait CancelledByFuture: Future + Sized {
    /// This future.
    fn cancelled(self) -> Self {
        self
    }
}

impl<F: Future> CancelledByFuture for F {}

/// The method `cancelled` of a reference to what has none, found last of all. It only says what to write.
pub trait CancelledByNothing {
    /// Never called.
    fn cancelled(&self) -> core::future::Ready<()>
    where
        Self: AsyncCancellation,
    {
        never()
    }
}

impl<T: ?Sized> CancelledByNothing for &T {}

/// What nothing is that has no method `cancelled`.
#[diagnostic::on_unimplemented(
    message = "`cancel` of an async function takes a future, or a token with an async method `cancelled`, but this is \
               `{Self}`",
    label = "nothing that an async call can wait for",
    note = "write `cancel = token` for a `CancellationToken` of `tokio-util`, or any future; flags, closures and \
            `reattempt::CancelToken` are for blocking functions"
)]
#[allow(unnameable_types, reason = "nothing implements it")]
pub trait AsyncCancellation {}

/// Whether it matters that the call was cancelled: whether the error, or a value that was not good enough, is worth
/// another attempt.
pub fn is_worth_asking(retryability: &Option<Retryability>) -> bool {
    retryability.is_none_or(Retryability::is_retryable)
}

/// Why the call ends at any rate: by what the body said, or because it was cancelled.
pub fn ends_by(said: Option<GiveUpReason>, is_cancelled: bool) -> Option<GiveUpReason> {
    said.or(is_cancelled.then_some(GiveUpReason::Cancelled))
}

/// Whether a future is ready now. Nobody is woken by it later.
pub fn is_ready(future: impl Future) -> bool {
    let future = core::pin::pin!(future);
    future.poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

pin_project! {
    /// A wait that may be ended early. It comes to whether it was.
    #[allow(missing_debug_implementations)]
    pub struct WaitOr<S, C> {
        #[pin]
        sleep: S,
        #[pin]
        cancel: C,
    }
}

/// Waits, or is cancelled. What has fired before is noticed even where the wait is zero.
#[inline]
pub fn wait_or<S: Future, C: Future>(sleep: S, cancel: C) -> WaitOr<S, C> {
    WaitOr { sleep, cancel }
}

impl<S: Future, C: Future> Future for WaitOr<S, C> {
    type Output = bool;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        let this = self.project();
        if this.cancel.poll(context).is_ready() {
            return Poll::Ready(true);
        }
        this.sleep.poll(context).map(|_| false)
    }
}

/// The error of a failed attempt, which is kept while the call waits.
pub fn error_of<R: Outcome>(outcome: R) -> R::Error {
    match outcome.into_result() {
        Err(error) => error,
        Ok(_) => never(),
    }
}

#[cfg(feature = "std")]
mod blocking {
    use alloc::sync::Arc;
    use core::sync::atomic::{AtomicBool, Ordering};
    use core::time::Duration;
    use std::sync::{Condvar, Mutex, PoisonError};

    use crate::timer;
    use crate::timer::clock::Clock;

    /// What ends the waits of a blocking call.
    #[diagnostic::on_unimplemented(
        message = "`cancel` of a blocking function takes a `CancelToken`, an `AtomicBool` or a closure that answers \
                   whether the call is to end, but this is `{Self}`",
        label = "nothing that a blocking call can ask",
        note = "write `cancel = &stop` for a flag, `cancel = || …` for a question, or `cancel = token` for a \
                `reattempt::CancelToken`, which wakes a call that waits at once; a token of another crate is asked, \
                `cancel = || token.is_cancelled()`"
    )]
    pub trait BlockingCancellation {
        /// Whether the call is to end.
        #[doc(hidden)]
        fn is_cancelled(&self) -> bool;

        /// Waits, or is cancelled: whether it was.
        #[doc(hidden)]
        fn wait(&self, delay: Duration) -> bool {
            /// How long a call may go on waiting after it was cancelled.
            const SLICE: Duration = Duration::from_millis(10);

            // By the clock, because each slice may take longer than asked for.
            let now = || Clock::Blocking.now();
            let until = now().saturating_add(delay);
            loop {
                if self.is_cancelled() {
                    return true;
                }
                let left = until.saturating_sub(now());
                if left.is_zero() {
                    return false;
                }
                timer::block(left.min(SLICE));
            }
        }
    }

    #[diagnostic::do_not_recommend]
    impl<F: Fn() -> bool> BlockingCancellation for F {
        fn is_cancelled(&self) -> bool {
            self()
        }
    }

    macro_rules! flags {
        ($($flag:ty,)+) => {$(
            impl BlockingCancellation for $flag {
                fn is_cancelled(&self) -> bool {
                    self.load(Ordering::Relaxed)
                }
            }
        )+};
    }

    flags! {
        AtomicBool,
        &AtomicBool,
        Arc<AtomicBool>,
        &Arc<AtomicBool>,
    }

    /// Ends blocking calls from another thread: no further attempt is made, and a call that waits wakes at once. Clones
    /// are the same token.
    ///
    /// ```
    /// use std::io;
    /// use std::thread;
    /// use std::time::Duration;
    ///
    /// use reattempt::{CancelToken, retry};
    ///
    /// #[retry(initial_delay = 1h, max_delay = 1h, jitter = "none", cancel = stop)]
    /// fn connect(stop: &CancelToken) -> io::Result<()> {
    ///     Err(io::ErrorKind::ConnectionRefused.into())
    /// }
    ///
    /// let stop = CancelToken::new();
    /// let other = stop.clone();
    /// let thread = thread::spawn(move || connect(&other));
    /// # thread::sleep(Duration::from_millis(20));
    /// stop.cancel();
    /// assert_eq!(thread.join().unwrap().unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
    /// ```
    #[derive(Debug, Clone, Default)]
    pub struct CancelToken {
        shared: Arc<Shared>,
    }

    #[derive(Debug, Default)]
    struct Shared {
        is_cancelled: Mutex<bool>,
        changed: Condvar,
    }

    impl CancelToken {
        /// A token that is not cancelled.
        pub fn new() -> CancelToken {
            CancelToken::default()
        }

        /// Cancels the calls that have it. It can't be undone.
        pub fn cancel(&self) {
            *self.shared.is_cancelled.lock().unwrap_or_else(PoisonError::into_inner) = true;
            self.shared.changed.notify_all();
        }

        /// Whether it was cancelled.
        pub fn is_cancelled(&self) -> bool {
            *self.shared.is_cancelled.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl BlockingCancellation for CancelToken {
        fn is_cancelled(&self) -> bool {
            CancelToken::is_cancelled(self)
        }

        fn wait(&self, delay: Duration) -> bool {
            let is_cancelled =
                self.shared.is_cancelled.lock().unwrap_or_else(PoisonError::into_inner);
            let waited = self
                .shared
                .changed
                .wait_timeout_while(is_cancelled, delay, |cancelled| !*cancelled);
            *waited.unwrap_or_else(PoisonError::into_inner).0
        }
    }

    impl BlockingCancellation for &CancelToken {
        fn is_cancelled(&self) -> bool {
            CancelToken::is_cancelled(self)
        }

        fn wait(&self, delay: Duration) -> bool {
            BlockingCancellation::wait(*self, delay)
        }
    }

    /// Whether the call is to end.
    pub fn is_cancelled<C: BlockingCancellation>(cancel: &C) -> bool {
        cancel.is_cancelled()
    }

    /// Waits, or is cancelled: whether it was.
    pub fn wait_blocking_or<C: BlockingCancellation>(delay: Duration, cancel: &C) -> bool {
        cancel.wait(delay)
    }

    /// The same, with a timer of the user's, which nothing wakes.
    pub fn user_wait_blocking_or<C: BlockingCancellation>(cancel: &C, wait: impl FnOnce()) -> bool {
        if cancel.is_cancelled() {
            return true;
        }
        wait();
        cancel.is_cancelled()
    }
}

#[cfg(feature = "std")]
pub use blocking::{
    BlockingCancellation, CancelToken, is_cancelled, user_wait_blocking_or, wait_blocking_or,
};
