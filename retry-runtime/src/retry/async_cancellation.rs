//! What ends the waits of an async [`Retry`](super::Retry), or nothing.

use core::future::Future;

use super::slots::{Braked, Unset};
use crate::call::cancel::{is_ready, wait_or};
use crate::call::outcome::never;

/// What ends the waits of an async call, or nothing.
#[allow(unnameable_types, reason = "only this crate implements it")]
#[diagnostic::on_unimplemented(
    message = "`cancel` of an async call takes a closure that makes a future, but this is `{Self}`",
    note = "write `.cancel(|| token.cancelled())`: the future is made anew whenever it is looked at"
)]
pub trait PerhapsAsyncCancellation {
    /// What is kept of a failed attempt while the call waits.
    #[doc(hidden)]
    type Kept<V>;

    #[doc(hidden)]
    fn keep<V>(outcome: V) -> Self::Kept<V>;

    #[doc(hidden)]
    fn restore<V>(kept: Self::Kept<V>) -> V;

    /// Whether it is cancelled now.
    #[doc(hidden)]
    fn is_cancelled(&self) -> bool;

    /// Waits; whether it was cancelled.
    #[doc(hidden)]
    fn wait<S: Future>(&self, sleep: S) -> impl Future<Output = bool>;
}

/// Nothing is kept, so that whatever the error holds is let go before the wait begins.
#[diagnostic::do_not_recommend]
impl PerhapsAsyncCancellation for Unset {
    type Kept<V> = ();

    fn keep<V>(_: V) {}

    fn restore<V>((): ()) -> V {
        never()
    }

    fn is_cancelled(&self) -> bool {
        false
    }

    fn wait<S: Future>(&self, sleep: S) -> impl Future<Output = bool> {
        NotCancelled { sleep }
    }
}

#[diagnostic::do_not_recommend]
impl<C: Future, F: Fn() -> C> PerhapsAsyncCancellation for F {
    type Kept<V> = V;

    fn keep<V>(outcome: V) -> V {
        outcome
    }

    fn restore<V>(kept: V) -> V {
        kept
    }

    fn is_cancelled(&self) -> bool {
        is_ready(self())
    }

    fn wait<S: Future>(&self, sleep: S) -> impl Future<Output = bool> {
        wait_or(sleep, self())
    }
}

#[diagnostic::do_not_recommend]
impl<K: PerhapsAsyncCancellation> PerhapsAsyncCancellation for Braked<K> {
    type Kept<V> = V;

    fn keep<V>(outcome: V) -> V {
        outcome
    }

    fn restore<V>(kept: V) -> V {
        kept
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    fn wait<S: Future>(&self, sleep: S) -> impl Future<Output = bool> {
        self.cancel.wait(sleep)
    }
}

pin_project_lite::pin_project! {
    /// A wait that nothing ends.
    struct NotCancelled<S> {
        #[pin]
        sleep: S,
    }
}

impl<S: Future> Future for NotCancelled<S> {
    type Output = bool;

    fn poll(
        self: core::pin::Pin<&mut Self>,
        context: &mut core::task::Context<'_>,
    ) -> core::task::Poll<bool> {
        self.project().sleep.poll(context).map(|_| false)
    }
}
