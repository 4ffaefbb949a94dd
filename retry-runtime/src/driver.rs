//! Retrying a closure, where there is no function to put an attribute on.

use core::fmt::Display;
use core::future::Future;
use core::time::Duration;

use crate::attempt;
use crate::blocking::{self, Attempt};
use crate::classify::{Retryability, Retryable, Verdict};
use crate::clock::Clock;
use crate::description::ByDisplay;
use crate::engine::{Decision, Engine};
use crate::pause::{Pause, pause};
use crate::policy::Policy;
use crate::schedule::RetryPolicy;
use crate::site::Operation;

/// Retries closures under a policy, where there is no function to put `#[retry]` on.
///
/// An attribute does more: its attempts may borrow arguments exclusively, and it is checked when it
/// is compiled. A closure for [`call_async`](Retry::call_async) can't lend the future that it
/// returns anything that it holds by exclusive reference.
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
#[derive(Debug, Clone, Copy)]
pub struct Retry<P, C = AsClassified, S = DefaultTimer> {
    policy: P,
    classifier: C,
    timer: S,
    name: &'static str,
    idempotent: bool,
}

/// Asks each error itself, through [`Retryable`].
#[derive(Debug, Clone, Copy)]
pub struct AsClassified;

/// Waits by `std::thread::sleep`, and in async code by `tokio::time::sleep`.
#[derive(Debug, Clone, Copy)]
pub struct DefaultTimer;

impl<P: RetryPolicy> Retry<P> {
    /// Retries under this policy what says of itself that it is worth it.
    pub const fn new(policy: P) -> Retry<P> {
        let (classifier, timer) = (AsClassified, DefaultTimer);
        Retry { policy, classifier, timer, name: "retry", idempotent: true }
    }
}

impl<P: RetryPolicy, C, S> Retry<P, C, S> {
    /// The operation's name in logs and metrics; "retry" by default.
    pub fn name(self, name: &'static str) -> Retry<P, C, S> {
        Retry { name, ..self }
    }

    /// Whether the work may be done twice, which it may by default. What may not is tried again only
    /// where the error says that nothing was applied, [`Retryability::is_not_applied`].
    pub fn idempotent(self, idempotent: bool) -> Retry<P, C, S> {
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
    pub fn on<E, V, F>(self, on: F) -> Retry<P, F, S>
    where
        V: Verdict,
        F: Fn(&E) -> V,
    {
        let Retry { policy, timer, name, idempotent, .. } = self;
        Retry { policy, classifier: on, timer, name, idempotent }
    }

    /// Another timer: a function that waits, or one that returns a future that does.
    pub fn sleep<T>(self, timer: T) -> Retry<P, C, T> {
        let Retry { policy, classifier, name, idempotent, .. } = self;
        Retry { policy, classifier, timer, name, idempotent }
    }

    /// Calls until it succeeds or is to be given up, and blocks the thread in between.
    ///
    /// The error needs a `Display`, to show in the logs.
    ///
    /// # Errors
    ///
    /// The last attempt's own error.
    #[inline]
    pub fn call<T, E>(&self, mut operation: impl FnMut() -> Result<T, E>) -> Result<T, E>
    where
        E: Display,
        C: Classifier<E>,
        S: BlockingTimer,
    {
        let outcome = operation();
        if outcome.is_ok() { outcome } else { self.again(outcome, &mut operation) }
    }

    #[cold]
    #[inline(never)]
    fn again<T, E>(
        &self,
        failed: Result<T, E>,
        attempt: &mut dyn Attempt<Result<T, E>>,
    ) -> Result<T, E>
    where
        E: Display,
        C: Classifier<E>,
        S: BlockingTimer,
    {
        let site = self.operation(Clock::Blocking);
        let was_last = |engine: &mut Engine, outcome: &Result<T, E>| {
            let on = |error: &E| self.classifier.retryability(error);
            attempt::was_last_by::<_, ByDisplay, _>(engine, &site, outcome, on)
        };
        let sleep = |delay| self.timer.sleep(delay);
        blocking::retry(failed, attempt, &was_last, &sleep)
    }

    /// Calls until it succeeds or is to be given up, and waits in between.
    ///
    /// Nothing starts before the first poll.
    ///
    /// # Errors
    ///
    /// The last attempt's own error.
    pub async fn call_async<T, E, F>(&self, mut operation: impl FnMut() -> F) -> Result<T, E>
    where
        E: Display,
        F: Future<Output = Result<T, E>>,
        C: Classifier<E>,
        S: AsyncTimer,
    {
        let mut engine = Engine::start();
        loop {
            let delay = {
                let outcome = operation().await;
                let Err(error) = &outcome else {
                    attempt::succeeded(&engine, self.name);
                    return outcome;
                };
                let retryability = self.classifier.retryability(error);
                match attempt::failed(
                    &mut engine,
                    &self.operation(Clock::Async),
                    retryability,
                    error,
                ) {
                    Some(delay) => delay,
                    None => return outcome,
                }
            };
            self.timer.sleep(delay).await;
        }
    }

    fn operation(&self, clock: Clock) -> Operation<'_> {
        let &Retry { name, ref policy, idempotent, .. } = self;
        Operation { name, policy, clock, idempotent }
    }
}

/// The waits of a call that keeps failing, for a simulation or a test: see [`Policy::delays`].
#[derive(Debug)]
pub struct Delays {
    policy: Policy,
    engine: Engine,
    seed: u64,
}

impl Policy {
    /// The waits of a call that keeps failing transiently, drawn out of a seed: the same for the
    /// same seed, and drawn in the same way as those of a real call.
    ///
    /// ```
    /// use reattempt::Policy;
    ///
    /// let waits: Vec<_> = Policy::DEFAULT.delays(7).collect();
    /// assert_eq!(waits.len(), 2);
    /// assert!(waits.into_iter().eq(Policy::DEFAULT.delays(7)));
    /// ```
    pub const fn delays(self, seed: u64) -> Delays {
        Delays { policy: self, engine: Engine::start(), seed }
    }
}

impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        match self.engine.failed(&self.policy, Retryability::transient(), true, &|| self.seed) {
            Decision::Wait(delay) => Some(delay),
            Decision::GiveUp(_) => None,
        }
    }
}

/// Says which errors are worth another attempt.
#[diagnostic::on_unimplemented(
    message = "nothing says which errors `{E}` are worth another attempt",
    note = "implement `reattempt::Retryable` for `{E}`, or say it with `.on(…)`, by a function or \
            closure from `&{E}` to `bool` or `Retryability`"
)]
pub trait Classifier<E> {
    /// What this error says about another attempt.
    fn retryability(&self, error: &E) -> Retryability;
}

#[diagnostic::do_not_recommend]
impl<E: Retryable> Classifier<E> for AsClassified {
    fn retryability(&self, error: &E) -> Retryability {
        error.retryability()
    }
}

#[diagnostic::do_not_recommend]
impl<E, V: Verdict, F: Fn(&E) -> V> Classifier<E> for F {
    fn retryability(&self, error: &E) -> Retryability {
        self(error).into_retryability()
    }
}

/// A way to wait that blocks the thread: a function of the wait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no timer that blocks",
    note = "enable the feature `std` of `reattempt`, or give a function that waits, by `.sleep(…)`"
)]
pub trait BlockingTimer {
    /// Waits.
    fn sleep(&self, delay: Duration);
}

#[cfg(feature = "std")]
impl BlockingTimer for DefaultTimer {
    fn sleep(&self, delay: Duration) {
        std::thread::sleep(delay);
    }
}

#[diagnostic::do_not_recommend]
impl<F: Fn(Duration)> BlockingTimer for F {
    fn sleep(&self, delay: Duration) {
        self(delay);
    }
}

/// A way to wait in async code: a function from the wait to a future.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no async timer",
    note = "enable the feature `tokio` of `reattempt`, or give a function that returns a future \
            that waits, by `.sleep(…)`"
)]
pub trait AsyncTimer {
    /// What waits.
    type Sleep: Future<Output = ()>;

    /// A future that waits. It has to be pending at least once, so that others run.
    fn sleep(&self, delay: Duration) -> Self::Sleep;
}

#[cfg(feature = "tokio")]
impl AsyncTimer for DefaultTimer {
    type Sleep = crate::pause::Sleep;

    fn sleep(&self, delay: Duration) -> Self::Sleep {
        crate::pause::Sleep::of(delay)
    }
}

#[diagnostic::do_not_recommend]
impl<F: Fn(Duration) -> S, S: Future<Output = ()>> AsyncTimer for F {
    type Sleep = Pause<S>;

    fn sleep(&self, delay: Duration) -> Pause<S> {
        pause(self(delay))
    }
}
