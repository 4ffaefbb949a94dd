//! Futures inside of a scope: it is entered at each poll.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::builder::Scope;
use super::current::EnteredScope;
use super::limits::Limits;
use super::surrounding::Surroundings;

impl Scope {
    /// A future that runs inside of it. The scope begins at the first poll, and follows the future from thread to thread.
    pub fn run_async<F: Future>(self, inside: F) -> InScope<F> {
        InScope::new(self, inside)
    }
}

pin_project! {
    /// What [`Scope::run_async`] returns.
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct InScope<F> {
        #[pin]
        future: F,
        state: State,
    }
}

enum State {
    /// Until the first poll: a deadline that is a `Duration` counts from there.
    Fresh(Scope),
    Entered {
        limits: Limits,
        layers: Option<Surroundings>,
    },
}

impl<F> InScope<F> {
    pub(super) const fn new(scope: Scope, future: F) -> InScope<F> {
        InScope { future, state: State::Fresh(scope) }
    }
}

impl<F> core::fmt::Debug for InScope<F> {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.debug_struct("InScope").finish_non_exhaustive()
    }
}

impl<F: Future> Future for InScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if let State::Fresh(scope) = this.state {
            let (limits, layers) = core::mem::take(scope).parts();
            *this.state = State::Entered { limits, layers };
        }
        let State::Entered { limits, layers } = this.state else { return Poll::Pending };
        let _entered = EnteredScope::new(*limits, layers.clone());
        this.future.poll(context)
    }
}
