//! The async timer that is there without asking for one, chosen when the program runs.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

/// In place of a timer whose feature is not enabled.
#[allow(dead_code, reason = "with all the features there is no need")]
enum Never {}

impl Future for Never {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        match *self {}
    }
}

#[cfg(feature = "tokio")]
type TokioSleep = tokio::time::Sleep;
#[cfg(not(feature = "tokio"))]
type TokioSleep = Never;
#[cfg(feature = "async-io")]
type AsyncIoTimer = async_io::Timer;
#[cfg(not(feature = "async-io"))]
type AsyncIoTimer = Never;
// The feature `wasm` is `futures-timer` with the timers of JavaScript.
#[cfg(any(feature = "futures-timer", feature = "wasm"))]
type FuturesDelay = futures_timer::Delay;
#[cfg(not(any(feature = "futures-timer", feature = "wasm")))]
type FuturesDelay = Never;

pin_project! {
    /// The wait of [`DefaultTimer`](super::DefaultTimer). It yields at least once.
    ///
    /// It is as large as tokio's alone, 112 bytes: the others fit into the same room.
    pub struct Sleep {
        #[pin]
        timer: AnyTimer,
    }
}

pin_project! {
    #[project = AnyTimerProjection]
    enum AnyTimer {
        Yield { yielded: bool },
        Tokio { #[pin] timer: TokioSleep },
        AsyncIo { #[pin] timer: AsyncIoTimer, is_fresh: bool },
        FuturesTimer { #[pin] timer: FuturesDelay, is_fresh: bool },
    }
}

impl core::fmt::Debug for Sleep {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.debug_struct("Sleep").finish_non_exhaustive()
    }
}

/// Whether tokio's timer serves. A runtime that was built without `enable_time` counts as one: nothing tells it
/// apart, and tokio then panics with what to do.
fn is_in_tokio() -> bool {
    #[cfg(feature = "tokio")]
    return tokio::runtime::Handle::try_current().is_ok();
    #[cfg(not(feature = "tokio"))]
    false
}

/// Whether there is a timer to wait with, here and now.
pub(crate) fn is_available() -> bool {
    let is_in_browser = cfg!(all(target_family = "wasm", target_os = "unknown"));
    let has_another = cfg!(any(feature = "async-io", feature = "futures-timer", feature = "wasm"));
    if is_in_browser { cfg!(feature = "wasm") } else { has_another || is_in_tokio() }
}

impl Sleep {
    /// Waits this long. Where there is no timer it only yields: who calls has asked before.
    #[cold]
    #[inline(never)]
    pub(crate) fn new(delay: Duration) -> Sleep {
        Sleep { timer: AnyTimer::new(delay) }
    }
}

impl AnyTimer {
    fn new(delay: Duration) -> AnyTimer {
        if delay.is_zero() {
            return AnyTimer::Yield { yielded: false };
        }
        #[cfg(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown"))))]
        if is_in_tokio() {
            return AnyTimer::Tokio { timer: tokio::time::sleep(delay) };
        }
        #[cfg(feature = "async-io")]
        return AnyTimer::AsyncIo { timer: async_io::Timer::after(delay), is_fresh: true };
        #[cfg(all(any(feature = "futures-timer", feature = "wasm"), not(feature = "async-io")))]
        return AnyTimer::FuturesTimer { timer: futures_timer::Delay::new(delay), is_fresh: true };
        #[cfg(not(any(feature = "async-io", feature = "futures-timer", feature = "wasm")))]
        AnyTimer::Yield { yielded: false }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut timer = self.project().timer;
        let (polled, is_fresh) = match timer.as_mut().project() {
            AnyTimerProjection::Yield { yielded: true } => return Poll::Ready(()),
            AnyTimerProjection::Yield { .. } => (Poll::Ready(()), true),
            // It counts in milliseconds, and is never ready at once.
            AnyTimerProjection::Tokio { timer } => return timer.poll(context),
            AnyTimerProjection::AsyncIo { timer, is_fresh } => {
                (timer.poll(context).map(drop), core::mem::take(is_fresh))
            }
            AnyTimerProjection::FuturesTimer { timer, is_fresh } => {
                (timer.poll(context), core::mem::take(is_fresh))
            }
        };
        if polled.is_ready() && is_fresh {
            timer.set(AnyTimer::Yield { yielded: true });
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        polled
    }
}
