//! Retrying a closure, where there is no function to put an attribute on.

#[cfg(feature = "alloc")]
use alloc::borrow::Cow;
use core::fmt::Display;
use core::future::Future;

use crate::call::after_attempt::{self, should_return_by};
use crate::call::blocking::{self, Attempt};
use crate::call::site::{Operation, PolicySource};
use crate::call::view::ByDisplay;
use crate::classify::{IntoRetryability, Retryability, Retryable};
use crate::engine::Engine;
use crate::error_view::ErrorView;
use crate::observe::{Name, Observer};
use crate::schedule::RetryPolicy;
use crate::timer::clock::Clock;
use crate::timer::{AsyncTimer, BlockingTimer, DefaultTimer};

/// Retries closures under a policy, where there is no function to put `#[retry]` on.
///
/// The attribute does more: its attempts may borrow arguments exclusively, and its policy is checked when the
/// code is compiled. A closure for [`call_async`](Retry::call_async) can't lend the future that it returns
/// anything that it holds by exclusive reference.
///
/// ```
/// use reattempt::{Policy, Retry};
///
/// # fn read() -> std::io::Result<String> { Ok(String::new()) }
/// # fn main() -> std::io::Result<()> {
/// let text = Retry::new(Policy::DEFAULT).name("read").call(|| read())?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[doc(alias = "RetryIf")]
#[doc(alias = "closure")]
#[doc(alias = "retry_notify")]
#[must_use = "it does nothing until `call` or `call_async`"]
pub struct Retry<P, C = BySelf, T = DefaultTimer, O = NoObserver> {
    policy: P,
    classifier: C,
    timer: T,
    observer: O,
    #[cfg(feature = "alloc")]
    name: Cow<'static, str>,
    #[cfg(not(feature = "alloc"))]
    name: &'static str,
    idempotent: bool,
}

/// Asks each error itself, through [`Retryable`].
#[derive(Debug, Clone, Copy)]
pub struct BySelf;

/// No observer.
#[derive(Debug, Clone, Copy)]
pub struct NoObserver;

impl<P: RetryPolicy> Retry<P> {
    /// Retries under this policy, after errors whose [`Retryable`] says so.
    pub const fn new(policy: P) -> Retry<P> {
        Retry {
            policy,
            classifier: BySelf,
            timer: DefaultTimer,
            observer: NoObserver,
            #[cfg(feature = "alloc")]
            name: Cow::Borrowed("retry"),
            #[cfg(not(feature = "alloc"))]
            name: "retry",
            idempotent: true,
        }
    }
}

impl<P: RetryPolicy, C, T, O> Retry<P, C, T, O> {
    /// The operation's name in logs and metrics: a constant, or a `String` that was made at run time.
    /// "retry" by default.
    #[cfg(feature = "alloc")]
    pub fn name(self, name: impl Into<Cow<'static, str>>) -> Retry<P, C, T, O> {
        Retry { name: name.into(), ..self }
    }

    /// The operation's name in logs and metrics. "retry" by default.
    #[cfg(not(feature = "alloc"))]
    pub fn name(self, name: &'static str) -> Retry<P, C, T, O> {
        Retry { name, ..self }
    }

    /// Whether the work may be done twice. `true` by default. Work that may not is tried again only where the
    /// error says that nothing was applied: see [`Retryability::is_not_applied`].
    pub fn idempotent(self, idempotent: bool) -> Retry<P, C, T, O> {
        Retry { idempotent, ..self }
    }

    /// Which errors are worth another attempt: a function or closure from `&E` to `bool` or
    /// [`Retryability`], in place of the error's own [`Retryable`].
    ///
    /// ```
    /// use reattempt::{Policy, Retry};
    ///
    /// let mut calls = 0;
    /// let result = Retry::new(Policy::DEFAULT)
    ///     .on(|error: &std::num::ParseIntError| false)
    ///     .call(|| {
    ///         calls += 1;
    ///         "five".parse::<u32>()
    ///     });
    /// assert!(result.is_err());
    /// assert_eq!(calls, 1);
    /// ```
    #[doc(alias = "when")]
    #[doc(alias = "retry_if")]
    pub fn on<E, V, F>(self, on: F) -> Retry<P, F, T, O>
    where
        V: IntoRetryability,
        F: Fn(&E) -> V,
    {
        let Retry { policy, timer, observer, name, idempotent, .. } = self;
        Retry { policy, classifier: on, timer, observer, name, idempotent }
    }

    /// Another timer: a function that waits, one that returns a future that waits, or a
    /// [`Timer`](crate::timer::Timer) with a clock of its own.
    #[doc(alias = "sleep")]
    pub fn timer<U>(self, timer: U) -> Retry<P, C, U, O> {
        let Retry { policy, classifier, observer, name, idempotent, .. } = self;
        Retry { policy, classifier, timer, observer, name, idempotent }
    }

    /// Another timer: see [`timer`](Retry::timer).
    pub fn sleep<U>(self, timer: U) -> Retry<P, C, U, O> {
        self.timer(timer)
    }

    /// An observer of these calls, in addition to `tracing`.
    #[doc(alias = "notify")]
    pub fn observer<U: Observer>(self, observer: U) -> Retry<P, C, T, U> {
        let Retry { policy, classifier, timer, name, idempotent, .. } = self;
        Retry { policy, classifier, timer, observer, name, idempotent }
    }
}

impl<P: RetryPolicy, C, T, O: PerhapsObserver> Retry<P, C, T, O> {
    /// Calls until it succeeds or is given up, and blocks the thread in between.
    ///
    /// The error needs a `Display`, to show in the logs.
    ///
    /// # Errors
    ///
    /// The last attempt's own error.
    #[inline]
    pub fn call<V, E>(&self, mut operation: impl FnMut() -> Result<V, E>) -> Result<V, E>
    where
        E: Display,
        C: Classifier<E>,
        T: BlockingTimer,
    {
        let outcome = operation();
        if outcome.is_ok() { outcome } else { self.after_first_failure(outcome, &mut operation) }
    }

    #[cold]
    #[inline(never)]
    fn after_first_failure<V, E>(
        &self,
        failed: Result<V, E>,
        attempt: &mut dyn Attempt<Result<V, E>>,
    ) -> Result<V, E>
    where
        E: Display,
        C: Classifier<E>,
        T: BlockingTimer,
    {
        let site = &self.operation(self.timer.clock());
        let ends = |engine: &mut Engine, outcome: &Result<V, E>| {
            let on = |error: &E| self.classifier.retryability(error);
            should_return_by::<_, ByDisplay, _>(engine, site, outcome, on)
        };
        blocking::retry(failed, attempt, &ends, &|delay| self.timer.block(delay))
    }

    /// Calls until it succeeds or is given up, and waits in between.
    ///
    /// Nothing starts before the first poll.
    ///
    /// # Errors
    ///
    /// The last attempt's own error.
    pub async fn call_async<V, E, F>(&self, mut operation: impl FnMut() -> F) -> Result<V, E>
    where
        E: Display,
        F: Future<Output = Result<V, E>>,
        C: Classifier<E>,
        T: AsyncTimer,
    {
        let mut engine = Engine::start();
        loop {
            {
                let outcome = operation().await;
                let site = &self.operation(self.timer.clock());
                let Err(error) = &outcome else {
                    after_attempt::succeeded_at(&engine, site);
                    return outcome;
                };
                let retryability = self.classifier.retryability(error);
                let view = Some(ErrorView::Display(error));
                if after_attempt::failed_operation(&mut engine, site, retryability, view) {
                    return outcome;
                }
            }
            self.timer.wait(engine.delay()).await;
        }
    }

    fn operation<'a>(&'a self, clock: Clock<'a>) -> Operation<'a> {
        #[cfg(feature = "alloc")]
        let name = match &self.name {
            Cow::Borrowed(name) => Name::Static(name),
            Cow::Owned(name) => Name::Made(name),
        };
        #[cfg(not(feature = "alloc"))]
        let name = Name::Static(self.name);
        Operation {
            name,
            clock,
            idempotent: self.idempotent,
            observer: self.observer.get(),
            policy: PolicySource::Value(&self.policy),
            ..Operation::NEW
        }
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

/// Says which errors are worth another attempt.
#[diagnostic::on_unimplemented(
    message = "`reattempt` doesn't know which `{E}` errors are worth another attempt",
    note = "implement `reattempt::Retryable` for `{E}`, or say it with `.on(…)`, by a function or \
            closure from `&{E}` to `bool` or `Retryability`"
)]
pub trait Classifier<E>: sealed::Sealed<E> {
    /// What this error says about another attempt.
    fn retryability(&self, error: &E) -> Retryability;
}

#[diagnostic::do_not_recommend]
impl<E: Retryable> Classifier<E> for BySelf {
    fn retryability(&self, error: &E) -> Retryability {
        error.retryability()
    }
}

#[diagnostic::do_not_recommend]
impl<E, V: IntoRetryability, F: Fn(&E) -> V> Classifier<E> for F {
    fn retryability(&self, error: &E) -> Retryability {
        self(error).into_retryability()
    }
}

mod sealed {
    use super::{BySelf, IntoRetryability};

    #[allow(unnameable_types, reason = "that is its purpose")]
    pub trait Sealed<E> {}
    impl<E> Sealed<E> for BySelf {}
    impl<E, V: IntoRetryability, F: Fn(&E) -> V> Sealed<E> for F {}
}
