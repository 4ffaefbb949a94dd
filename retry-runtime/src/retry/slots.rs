//! What a [`Retry`](super::Retry) may be given besides: a slot for each, empty or set.

use core::fmt::Display;
use core::marker::PhantomData;

use crate::call::outcome::{Outcome, Satisfied};
use crate::call::record::{self, GaveUp, GivingUp, Retrying};
use crate::call::view::{self, View};
use crate::classify::Retryability;
use crate::error_view::ErrorView;
use crate::observe::Observer;

/// No observer.
#[derive(Debug, Clone, Copy)]
pub struct NoObserver;

/// A slot in which there is nothing.
#[derive(Debug, Clone, Copy)]
pub struct Unset;

/// What a [`Retry`](super::Retry) was given besides its policy: hooks, limits, and how errors are shown.
#[derive(Debug, Clone, Copy)]
pub struct Hooks<
    R = Unset,
    G = Unset,
    M = Unset,
    U = Unset,
    W = Unset,
    K = Unset,
    L = Unset,
    S = ByDisplay,
> {
    pub(super) on_retry: R,
    pub(super) on_give_up: G,
    pub(super) map_err: M,
    pub(super) until: U,
    pub(super) otherwise: W,
    pub(super) cancel: K,
    pub(super) limits: L,
    view: PhantomData<S>,
}

impl Hooks {
    pub(super) const UNSET: Hooks = Hooks {
        on_retry: Unset,
        on_give_up: Unset,
        map_err: Unset,
        until: Unset,
        otherwise: Unset,
        cancel: Unset,
        limits: Unset,
        view: PhantomData,
    };
}

impl<R, G, M, U, W, K, L, S> Hooks<R, G, M, U, W, K, L, S> {
    pub(super) fn with_on_retry<N>(self, on_retry: N) -> Hooks<N, G, M, U, W, K, L, S> {
        let Hooks { on_give_up, map_err, until, otherwise, cancel, limits, view, .. } = self;
        Hooks { on_retry, on_give_up, map_err, until, otherwise, cancel, limits, view }
    }

    pub(super) fn with_on_give_up<N>(self, on_give_up: N) -> Hooks<R, N, M, U, W, K, L, S> {
        let Hooks { on_retry, map_err, until, otherwise, cancel, limits, view, .. } = self;
        Hooks { on_retry, on_give_up, map_err, until, otherwise, cancel, limits, view }
    }

    pub(super) fn with_map_err<N>(self, map_err: N) -> Hooks<R, G, N, U, W, K, L, S> {
        let Hooks { on_retry, on_give_up, until, otherwise, cancel, limits, view, .. } = self;
        Hooks { on_retry, on_give_up, map_err, until, otherwise, cancel, limits, view }
    }

    pub(super) fn with_until<N>(self, until: N) -> Hooks<R, G, M, N, W, K, L, S> {
        let Hooks { on_retry, on_give_up, map_err, otherwise, cancel, limits, view, .. } = self;
        Hooks { on_retry, on_give_up, map_err, until, otherwise, cancel, limits, view }
    }

    pub(super) fn with_otherwise<N>(self, otherwise: N) -> Hooks<R, G, M, U, N, K, L, S> {
        let Hooks { on_retry, on_give_up, map_err, until, cancel, limits, view, .. } = self;
        Hooks { on_retry, on_give_up, map_err, until, otherwise, cancel, limits, view }
    }

    pub(super) fn with_cancel<N>(self, cancel: N) -> Hooks<R, G, M, U, W, N, L, S> {
        let Hooks { on_retry, on_give_up, map_err, until, otherwise, limits, view, .. } = self;
        Hooks { on_retry, on_give_up, map_err, until, otherwise, cancel, limits, view }
    }

    pub(super) fn braked(self) -> Hooks<R, G, M, U, W, Braked<K>, L, S> {
        let Hooks { on_retry, on_give_up, map_err, until, otherwise, cancel, limits, view } = self;
        let cancel = Braked { cancel };
        Hooks { on_retry, on_give_up, map_err, until, otherwise, cancel, limits, view }
    }

    pub(super) fn map_limits<N>(self, map: impl FnOnce(L) -> N) -> Hooks<R, G, M, U, W, K, N, S> {
        let Hooks { on_retry, on_give_up, map_err, until, otherwise, cancel, limits, view } = self;
        let limits = map(limits);
        Hooks { on_retry, on_give_up, map_err, until, otherwise, cancel, limits, view }
    }

    pub(super) fn with_view<N>(self) -> Hooks<R, G, M, U, W, K, L, N> {
        let Hooks { on_retry, on_give_up, map_err, until, otherwise, cancel, limits, view: _ } =
            self;
        Hooks { on_retry, on_give_up, map_err, until, otherwise, cancel, limits, view: PhantomData }
    }
}

/// What ends the waits of a call under a brake, which is one more thing that may end them.
#[derive(Debug, Clone, Copy)]
pub struct Braked<K> {
    pub(super) cancel: K,
}

/// What all the slots together can do for calls that come to an `R`.
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait HooksFor<R: Outcome> {
    /// Whether the time since the beginning of the call is asked for.
    const TELLS_TIME: bool;

    fn satisfied(&self, value: &R::Value) -> Option<Retryability>;
    fn on_retry(&self, event: &Retrying<'_, R::Error>);
    fn finish(&self, outcome: R, operation: &str, call: GaveUp) -> R;
    fn view(error: &R::Error) -> ErrorView<'_>;
}

impl<O, R, G, M, U, W, K, L, S> HooksFor<O> for Hooks<R, G, M, U, W, K, L, S>
where
    O: Outcome,
    R: OnRetry<O::Error>,
    G: OnGiveUp<O::Error>,
    M: MapErr<O::Error>,
    U: Until<O::Value>,
    W: Otherwise<O>,
    S: ShowError<O::Error>,
{
    const TELLS_TIME: bool = R::IS_SET || G::IS_SET || M::IS_SET;

    fn satisfied(&self, value: &O::Value) -> Option<Retryability> {
        self.until.rejects(value)
    }

    fn on_retry(&self, event: &Retrying<'_, O::Error>) {
        self.on_retry.tell(event);
    }

    fn finish(&self, outcome: O, operation: &str, call: GaveUp) -> O {
        let outcome = record::otherwise(outcome, |value| self.otherwise.make(value));
        let (outcome, _) =
            record::call_on_give_up(outcome, operation, call, |event| self.on_give_up.tell(event));
        record::map_err(outcome, &call, |error, call| self.map_err.make(error, call))
    }

    fn view(error: &O::Error) -> ErrorView<'_> {
        S::show(error)
    }
}

#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait OnRetry<E> {
    const IS_SET: bool;
    fn tell(&self, event: &Retrying<'_, E>);
}

impl<E> OnRetry<E> for Unset {
    const IS_SET: bool = false;
    fn tell(&self, _: &Retrying<'_, E>) {}
}

#[diagnostic::do_not_recommend]
impl<E, V, F: Fn(&Retrying<'_, E>) -> V> OnRetry<E> for F {
    const IS_SET: bool = true;
    fn tell(&self, event: &Retrying<'_, E>) {
        drop(self(event));
    }
}

#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait OnGiveUp<E> {
    const IS_SET: bool;
    fn tell(&self, event: &GivingUp<'_, E>);
}

impl<E> OnGiveUp<E> for Unset {
    const IS_SET: bool = false;
    fn tell(&self, _: &GivingUp<'_, E>) {}
}

#[diagnostic::do_not_recommend]
impl<E, V, F: Fn(&GivingUp<'_, E>) -> V> OnGiveUp<E> for F {
    const IS_SET: bool = true;
    fn tell(&self, event: &GivingUp<'_, E>) {
        drop(self(event));
    }
}

#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait MapErr<E> {
    const IS_SET: bool;
    fn make(&self, error: E, call: &GaveUp) -> E;
}

impl<E> MapErr<E> for Unset {
    const IS_SET: bool = false;
    fn make(&self, error: E, _: &GaveUp) -> E {
        error
    }
}

#[diagnostic::do_not_recommend]
impl<E, F: Fn(E, &GaveUp) -> E> MapErr<E> for F {
    const IS_SET: bool = true;
    fn make(&self, error: E, call: &GaveUp) -> E {
        self(error, call)
    }
}

#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait Until<V> {
    /// What it says of a value that is not good enough.
    fn rejects(&self, value: &V) -> Option<Retryability>;
}

impl<V> Until<V> for Unset {
    fn rejects(&self, _: &V) -> Option<Retryability> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<V, A: Satisfied, F: Fn(&V) -> A> Until<V> for F {
    fn rejects(&self, value: &V) -> Option<Retryability> {
        self(value).rejected()
    }
}

#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait Otherwise<O: Outcome> {
    fn make(&self, value: O::Value) -> O;
}

impl<O: Outcome> Otherwise<O> for Unset {
    fn make(&self, value: O::Value) -> O {
        O::succeeding(value)
    }
}

#[diagnostic::do_not_recommend]
impl<O: Outcome, F: Fn(O::Value) -> O> Otherwise<O> for F {
    fn make(&self, value: O::Value) -> O {
        self(value)
    }
}

/// Shows errors by their `Display`, and with the chain of their sources where they show it themselves.
#[derive(Debug, Clone, Copy)]
#[allow(unnameable_types, reason = "only `Retry` has it")]
pub struct ByDisplay;

/// Shows errors by the name of their type.
#[derive(Debug, Clone, Copy)]
#[allow(unnameable_types, reason = "only `Retry` has it")]
pub struct ByTypeName;

/// How errors are shown.
#[allow(unnameable_types, reason = "only this crate implements it")]
#[diagnostic::on_unimplemented(
    message = "`{E}` has no `Display`, to show in the logs",
    note = "write `.without_display()`: errors are shown by the name of their type then"
)]
pub trait ShowError<E> {
    fn show(error: &E) -> ErrorView<'_>;
}

#[diagnostic::do_not_recommend]
impl<E: Display> ShowError<E> for ByDisplay {
    fn show(error: &E) -> ErrorView<'_> {
        view::ByDisplay::view(error)
    }
}

#[diagnostic::do_not_recommend]
impl<E> ShowError<E> for ByTypeName {
    fn show(error: &E) -> ErrorView<'_> {
        view::ByTypeName::view(error)
    }
}

/// An [`Observer`], or none.
#[allow(unnameable_types, reason = "only this crate implements it")]
pub trait PerhapsObserver {
    #[doc(hidden)]
    fn get(&self) -> Option<&dyn Observer>;
}

impl PerhapsObserver for NoObserver {
    fn get(&self) -> Option<&dyn Observer> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<O: Observer> PerhapsObserver for O {
    fn get(&self) -> Option<&dyn Observer> {
        Some(self)
    }
}
