//! Retrying a closure, where there is no function to put an attribute on.
#![allow(clippy::type_complexity, reason = "each slot is a type of its own")]

mod async_cancellation;
mod asynchronous;
mod blocking;
mod classifier;
mod cut_offs;
mod extension;
mod judge;
mod nested;
mod report;
mod slots;
#[cfg(feature = "__async-timer")]
mod with_policy;

#[cfg(feature = "alloc")]
use alloc::borrow::Cow;
use core::time::Duration;

use reattempt_policy::Log;

use crate::classify::IntoRetryability;
use crate::observe::Observer;
use crate::overload::{Brake, Budget};
use crate::schedule::RetryPolicy;
use crate::timer::DefaultTimer;
use crate::timer::deadline::Deadline;

use crate::call::outcome::Satisfied;
pub use classifier::{BySelf, Classifier};
use cut_offs::{CutOffs, PerhapsCutOffs};
pub use extension::{Retried, RetryExt};
pub use nested::Nested;
pub use report::{CallReport, Reporting};
use slots::ByTypeName;
#[cfg(feature = "tower-0_5")]
pub(crate) use slots::Until;
pub use slots::{Braked, Hooks, NoObserver, Unset};
#[cfg(feature = "__async-timer")]
pub use with_policy::retry_with_policy;

/// Retries closures under a policy, where there is no function to put `#[retry]` on. Whatever the attribute has a key
/// for, this has a method for.
///
/// What the attribute has in addition is that its policy is checked when the code is compiled, and that attempts may
/// borrow exclusively in spawned tasks: see [`call_async_mut`](Retry::call_async_mut).
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
pub struct Retry<P, C = BySelf, T = DefaultTimer, O = NoObserver, H = Hooks> {
    policy: P,
    classifier: C,
    timer: T,
    observer: O,
    hooks: H,
    #[cfg(feature = "alloc")]
    name: Cow<'static, str>,
    #[cfg(not(feature = "alloc"))]
    name: &'static str,
    idempotent: bool,
    log: Option<Log>,
    max_elapsed: Option<Duration>,
    nested: Nested,
    budget: Option<&'static Budget>,
    brake: Option<&'static Brake>,
}

impl<P: RetryPolicy> Retry<P> {
    /// Retries under this policy, after errors whose [`Retryable`](crate::Retryable) says so.
    pub const fn new(policy: P) -> Retry<P> {
        Retry {
            policy,
            classifier: BySelf,
            timer: DefaultTimer,
            observer: NoObserver,
            hooks: Hooks::UNSET,
            #[cfg(feature = "alloc")]
            name: Cow::Borrowed("retry"),
            #[cfg(not(feature = "alloc"))]
            name: "retry",
            idempotent: true,
            log: None,
            max_elapsed: None,
            nested: Nested::All,
            budget: None,
            brake: None,
        }
    }
}

impl<P: RetryPolicy, C, T, O, H> Retry<P, C, T, O, H> {
    /// The operation's name in logs and metrics: a constant, or a `String` that was made at run time.
    /// "retry" by default.
    #[cfg(feature = "alloc")]
    pub fn name(self, name: impl Into<Cow<'static, str>>) -> Retry<P, C, T, O, H> {
        Retry { name: name.into(), ..self }
    }

    /// The operation's name in logs and metrics. "retry" by default.
    #[cfg(not(feature = "alloc"))]
    pub fn name(self, name: &'static str) -> Retry<P, C, T, O, H> {
        Retry { name, ..self }
    }

    /// Whether the work may be done twice. `true` by default. Work that may not is tried again only where the
    /// error says that nothing was applied: see
    /// [`Retryability::is_not_applied`](crate::Retryability::is_not_applied).
    pub fn idempotent(self, idempotent: bool) -> Retry<P, C, T, O, H> {
        Retry { idempotent, ..self }
    }

    /// How loud the events are, whatever the policy says.
    ///
    /// ```
    /// use reattempt::{Log, LogLevel, Policy, Retry};
    ///
    /// let retry = Retry::new(Policy::DEFAULT).log(Log::all(LogLevel::Debug));
    /// # let _ = retry;
    /// ```
    pub fn log(self, log: Log) -> Retry<P, C, T, O, H> {
        Retry { log: Some(log), ..self }
    }

    /// The longest time that a call may take: no wait is begun that would end later, and the error comes back at
    /// once. It takes the place of the policy's own limit.
    pub fn max_elapsed(self, max_elapsed: Duration) -> Retry<P, C, T, O, H> {
        Retry { max_elapsed: Some(max_elapsed), ..self }
    }

    /// What becomes of retried calls inside of the attempts after the first. Those are all that are annotated, and
    /// those of [`Retry`]; by default each goes by its own policy.
    ///
    /// ```
    /// use reattempt::{Nested, Retry, policy};
    ///
    /// let retry = Retry::new(policy!(max_attempts = 3, backoff = "none"));
    /// let mut calls = 0;
    /// let outcome = retry.clone().nested(Nested::Once).call(|| {
    ///     retry.call(|| {
    ///         calls += 1;
    ///         Err::<(), _>(std::io::Error::from(std::io::ErrorKind::TimedOut))
    ///     })
    /// });
    /// assert!(outcome.is_err());
    /// assert_eq!(calls, 3 + 1 + 1);
    /// ```
    pub fn nested(self, nested: Nested) -> Retry<P, C, T, O, H> {
        Retry { nested, ..self }
    }

    /// What its retries are paid from: see [`Budget`]. There is none by default. It is a `static`, as in an attribute; one that is
    /// made when the program runs can be leaked, by `Box::leak`.
    ///
    /// ```
    /// use reattempt::{Budget, GiveUpReason, Retry, policy};
    ///
    /// static UPSTREAM: Budget = Budget::builder().capacity(2.0).build();
    ///
    /// let retry = Retry::new(policy!(max_attempts = 9, backoff = "none")).budget(&UPSTREAM);
    /// let failing = || Err::<(), _>(std::io::Error::from(std::io::ErrorKind::TimedOut));
    /// let (outcome, report) = retry.report().call(failing);
    /// assert!(outcome.is_err());
    /// assert_eq!((report.attempts(), report.reason()), (3, Some(GiveUpReason::Budget)));
    /// ```
    pub fn budget(self, budget: &'static Budget) -> Retry<P, C, T, O, H> {
        Retry { budget: Some(budget), ..self }
    }

    /// Which errors are worth another attempt: a function or closure from `&E` to `bool` or
    /// [`Retryability`](crate::Retryability), in place of the error's own [`Retryable`](crate::Retryable).
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
    pub fn on<E, V, F>(self, on: F) -> Retry<P, F, T, O, H>
    where
        V: IntoRetryability,
        F: Fn(&E) -> V,
    {
        self.with(|_, timer, observer, hooks| (on, timer, observer, hooks))
    }

    /// Another timer: a function that waits, one that returns a future that waits, or a
    /// [`Timer`](crate::timer::Timer) with a clock of its own.
    #[doc(alias = "sleep")]
    pub fn timer<U>(self, timer: U) -> Retry<P, C, U, O, H> {
        self.with(|classifier, _, observer, hooks| (classifier, timer, observer, hooks))
    }

    /// Another timer: see [`timer`](Retry::timer).
    pub fn sleep<U>(self, timer: U) -> Retry<P, C, U, O, H> {
        self.timer(timer)
    }

    /// An observer of these calls, in addition to `tracing`.
    pub fn observer<U: Observer>(self, observer: U) -> Retry<P, C, T, U, H> {
        self.with(|classifier, timer, _, hooks| (classifier, timer, observer, hooks))
    }

    /// Hands out how a call went beside what it came to: see [`CallReport`].
    ///
    /// ```
    /// use reattempt::{Policy, Retry};
    ///
    /// let (outcome, report) = Retry::new(Policy::DEFAULT).report().call(|| Ok::<_, std::io::Error>(5));
    /// assert_eq!(outcome.unwrap(), 5);
    /// assert_eq!(report.attempts(), 1);
    /// assert_eq!(report.reason(), None);
    /// ```
    pub fn report(self) -> Reporting<Retry<P, C, T, O, H>> {
        Reporting::new(self)
    }
}

impl<P, C, T, O, H> Retry<P, C, T, O, H> {
    /// The same with other parts.
    fn with<D, U, N, J>(
        self,
        make: impl FnOnce(C, T, O, H) -> (D, U, N, J),
    ) -> Retry<P, D, U, N, J> {
        let Retry { policy, name, idempotent, log, max_elapsed, nested, budget, brake, .. } = self;
        let (classifier, timer, observer, hooks) =
            make(self.classifier, self.timer, self.observer, self.hooks);
        Retry {
            policy,
            classifier,
            timer,
            observer,
            hooks,
            name,
            idempotent,
            log,
            max_elapsed,
            nested,
            budget,
            brake,
        }
    }

    /// The same with other hooks.
    fn with_hooks<J>(self, make: impl FnOnce(H) -> J) -> Retry<P, C, T, O, J> {
        self.with(|classifier, timer, observer, hooks| (classifier, timer, observer, make(hooks)))
    }
}

impl<P, C, T, O, R, G, M, U, W, K, L, S> Retry<P, C, T, O, Hooks<R, G, M, U, W, K, L, S>> {
    /// Is told of each failed attempt that another one follows, with its typed error: number, wait, time, error.
    ///
    /// ```
    /// use reattempt::{Retry, Retrying, policy};
    ///
    /// let waits = std::cell::RefCell::new(Vec::new());
    /// let outcome = Retry::new(policy!(initial_delay = 1ms, jitter = "none"))
    ///     .on_retry(|retry: &Retrying<'_, std::io::Error>| waits.borrow_mut().push(retry.delay()))
    ///     .call(|| Err::<(), _>(std::io::Error::from(std::io::ErrorKind::TimedOut)));
    /// assert!(outcome.is_err());
    /// assert_eq!(waits.borrow().len(), 2);
    /// ```
    #[doc(alias = "notify")]
    pub fn on_retry<E, V, F>(self, on_retry: F) -> Retry<P, C, T, O, Hooks<F, G, M, U, W, K, L, S>>
    where
        F: Fn(&crate::Retrying<'_, E>) -> V,
    {
        self.with_hooks(|hooks| hooks.with_on_retry(on_retry))
    }

    /// Is told of the end of a call that failed, with its error.
    pub fn on_give_up<E, V, F>(
        self,
        on_give_up: F,
    ) -> Retry<P, C, T, O, Hooks<R, F, M, U, W, K, L, S>>
    where
        F: Fn(&crate::GivingUp<'_, E>) -> V,
    {
        self.with_hooks(|hooks| hooks.with_on_give_up(on_give_up))
    }

    /// Makes the error of a failed call anew, once, at its end.
    pub fn map_err<E, F>(self, map_err: F) -> Retry<P, C, T, O, Hooks<R, G, F, U, W, K, L, S>>
    where
        F: Fn(E, &crate::GaveUp) -> E,
    {
        self.with_hooks(|hooks| hooks.with_map_err(map_err))
    }

    /// Polls: calls again until this accepts the value. If the attempts run out, the last value is returned as `Ok`,
    /// or goes to [`otherwise`](Retry::otherwise).
    ///
    /// ```
    /// use reattempt::{Retry, policy};
    ///
    /// let mut percent = 0;
    /// let done = Retry::new(policy!(max_attempts = 9, backoff = "none"))
    ///     .until(|percent: &u32| *percent == 100)
    ///     .call(|| {
    ///         percent += 50;
    ///         Ok::<_, std::io::Error>(percent)
    ///     });
    /// assert_eq!(done.unwrap(), 100);
    /// ```
    pub fn until<V, A, F>(self, until: F) -> Retry<P, C, T, O, Hooks<R, G, M, F, W, K, L, S>>
    where
        A: Satisfied,
        F: Fn(&V) -> A,
    {
        self.with_hooks(|hooks| hooks.with_until(until))
    }

    /// With [`until`](Retry::until): what becomes of the last value if the attempts run out.
    pub fn otherwise<V, N, F>(
        self,
        otherwise: F,
    ) -> Retry<P, C, T, O, Hooks<R, G, M, U, F, K, L, S>>
    where
        F: Fn(V) -> N,
    {
        self.with_hooks(|hooks| hooks.with_otherwise(otherwise))
    }

    /// A brake for its retries: see [`Brake`]. There is none by default. The error is kept while the call waits, so that it can
    /// be returned.
    ///
    /// ```
    /// use reattempt::{Brake, Retry, policy};
    ///
    /// static UPSTREAM: Brake = Brake::new();
    ///
    /// let retry = Retry::new(policy!(max_attempts = 8)).brake(&UPSTREAM);
    /// assert_eq!(retry.call(|| Ok::<_, std::io::Error>(5)).unwrap(), 5);
    /// ```
    pub fn brake(
        self,
        brake: &'static Brake,
    ) -> Retry<P, C, T, O, Hooks<R, G, M, U, W, Braked<K>, L, S>> {
        Retry { brake: Some(brake), ..self.with_hooks(Hooks::braked) }
    }

    /// Shows errors by the name of their type, for those without a `Display`.
    ///
    /// ```
    /// use reattempt::{Retry, policy};
    ///
    /// let retry = Retry::new(policy!(backoff = "none")).on(|(): &()| true).without_display();
    /// assert_eq!(retry.call(|| Err::<u32, ()>(())), Err(()));
    /// ```
    pub fn without_display(self) -> Retry<P, C, T, O, Hooks<R, G, M, U, W, K, L, ByTypeName>> {
        self.with_hooks(Hooks::with_view)
    }
}

impl<P, C, T, O, R, G, M, U, W, K, L, S> Retry<P, C, T, O, Hooks<R, G, M, U, W, K, L, S>>
where
    L: PerhapsCutOffs,
{
    /// Of async calls, the time that each attempt has. One that is cut off is tried again, and if it was the last,
    /// the error is made from [`TimedOut`](crate::TimedOut).
    pub fn attempt_timeout(
        self,
        timeout: Duration,
    ) -> Retry<P, C, T, O, Hooks<R, G, M, U, W, K, CutOffs<L::MadeBy>, S>> {
        self.with_hooks(|hooks| hooks.map_limits(|limits| limits.cut_offs().attempt(timeout)))
    }

    /// Of async calls with a context, how long an attempt may take without
    /// [`Context::progress`](crate::Context::progress).
    pub fn stall_timeout(
        self,
        timeout: Duration,
    ) -> Retry<P, C, T, O, Hooks<R, G, M, U, W, K, CutOffs<L::MadeBy>, S>> {
        self.with_hooks(|hooks| hooks.map_limits(|limits| limits.cut_offs().stall(timeout)))
    }

    /// Of async calls, when the whole call has to be over: a `Duration`, which counts from the beginning of each call,
    /// an `Instant`, or an `Option` of one. It cuts off a running attempt.
    pub fn deadline(
        self,
        deadline: impl Deadline,
    ) -> Retry<P, C, T, O, Hooks<R, G, M, U, W, K, CutOffs<L::MadeBy>, S>> {
        let deadline = deadline.given();
        self.with_hooks(|hooks| hooks.map_limits(|limits| limits.cut_offs().deadline(deadline)))
    }

    /// With a limit in time: the error of a call whose last attempt was cut off, in place of its own `From<TimedOut>`.
    pub fn timed_out<E, N>(
        self,
        timed_out: N,
    ) -> Retry<P, C, T, O, Hooks<R, G, M, U, W, K, CutOffs<N>, S>>
    where
        N: Fn(crate::TimedOut) -> E,
    {
        self.with_hooks(|hooks| hooks.map_limits(|limits| limits.cut_offs().made_by(timed_out)))
    }
}

impl<P, C, T, O, R, G, M, U, W, L, S> Retry<P, C, T, O, Hooks<R, G, M, U, W, Unset, L, S>> {
    /// Ends the waits when it fires, and begins no further attempt: the last error comes back. For async calls it is a
    /// closure that makes a future, such as `|| token.cancelled()`; for blocking ones a
    /// [`CancelToken`](crate::CancelToken), an `AtomicBool`, or a closure that answers `bool`.
    ///
    /// ```
    /// use std::sync::atomic::AtomicBool;
    ///
    /// use reattempt::{Policy, Retry};
    ///
    /// let stop = AtomicBool::new(true);
    /// let mut calls = 0;
    /// let outcome = Retry::new(Policy::DEFAULT).cancel(&stop).call(|| {
    ///     calls += 1;
    ///     Err::<(), _>(std::io::Error::from(std::io::ErrorKind::TimedOut))
    /// });
    /// assert!(outcome.is_err());
    /// assert_eq!(calls, 1);
    /// ```
    pub fn cancel<F>(self, cancel: F) -> Retry<P, C, T, O, Hooks<R, G, M, U, W, F, L, S>> {
        self.with_hooks(|hooks| hooks.with_cancel(cancel))
    }
}

impl<P, C, T, O, R, G, M, U, W, L, S> Retry<P, C, T, O, Hooks<R, G, M, U, W, Braked<Unset>, L, S>> {
    /// As without a brake: ends the waits when it fires.
    pub fn cancel<F>(self, cancel: F) -> Retry<P, C, T, O, Hooks<R, G, M, U, W, Braked<F>, L, S>> {
        self.with_hooks(|hooks| hooks.with_cancel(Braked { cancel }))
    }
}
