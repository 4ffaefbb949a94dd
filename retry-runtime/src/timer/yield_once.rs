//! The waits on timers of the user's. They yield to the executor at least once, so that a call without
//! waits, or with a timer that is ready at once, can still be cancelled and lets others run.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

pin_project! {
    /// Waits for a timer, and yields once if it is ready at once.
    #[derive(Debug)]
    #[allow(unnameable_types, reason = "only this crate makes them")]
    pub struct YieldOnce<F> {
        #[pin]
        timer: F,
        state: State,
    }
}

#[derive(Debug)]
enum State {
    Fresh,
    Waiting,
    Yielded,
}

/// Waits for a timer, and yields once if it is ready at once.
pub(crate) fn yield_once<F>(timer: F) -> YieldOnce<F> {
    YieldOnce { timer, state: State::Fresh }
}

impl<F: Future> Future for YieldOnce<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        if matches!(this.state, State::Yielded) {
            return Poll::Ready(());
        }
        let first = matches!(this.state, State::Fresh);
        match this.timer.poll(context) {
            Poll::Ready(_) if first => {
                *this.state = State::Yielded;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Ready(_) => Poll::Ready(()),
            Poll::Pending => {
                *this.state = State::Waiting;
                Poll::Pending
            }
        }
    }
}
