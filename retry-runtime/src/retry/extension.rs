//! `.retry(policy)` behind a closure.

use core::future::Future;
use core::time::Duration;

use super::async_cancellation::PerhapsAsyncCancellation;
use super::blocking::PerhapsCancellation;
use super::classifier::Classifier;
use super::cut_offs::AsyncLimits;
use super::slots::{Hooks, HooksFor, PerhapsObserver, Unset};
use super::{BySelf, NoObserver, Retry};
use crate::call::outcome::Outcome;
use crate::call::record::Retrying;
use crate::classify::IntoRetryability;
use crate::schedule::RetryPolicy;
use crate::timer::{AsyncTimer, BlockingTimer, DefaultTimer};

/// `.retry(policy)` behind a closure or the name of a function, for those who like to write what is done first.
///
/// ```
/// use reattempt::{Policy, RetryExt as _};
///
/// fn read() -> std::io::Result<String> {
///     Ok("text".to_owned())
/// }
///
/// async fn fetch(url: &str) -> std::io::Result<String> {
///     Ok(url.to_owned())
/// }
///
/// # async fn example() -> std::io::Result<()> {
/// let text = read.retry(Policy::DEFAULT).on(|error: &std::io::Error| true).call()?;
/// let page = (|| fetch("http://localhost/")).retry(Policy::DEFAULT).name("fetch").call_async().await?;
/// # Ok(())
/// # }
/// ```
pub trait RetryExt: Sized {
    /// What is to be called, under this policy. Nothing is called yet.
    fn retry<P: RetryPolicy>(
        self,
        policy: P,
    ) -> Retried<Self, Retry<P, BySelf, DefaultTimer, NoObserver>> {
        Retried { operation: self, retry: Retry::new(policy) }
    }
}

impl<F> RetryExt for F {}

/// What is to be called, and how it is retried: see [`RetryExt`].
#[derive(Debug, Clone)]
#[must_use = "it does nothing until `call` or `call_async`"]
pub struct Retried<F, T> {
    operation: F,
    retry: T,
}

impl<F, T> Retried<F, T> {
    /// With whatever a [`Retry`] can be given: `.with(|retry| retry.cancel(&stop).log(Log::OFF))`.
    pub fn with<U>(self, configure: impl FnOnce(T) -> U) -> Retried<F, U> {
        Retried { operation: self.operation, retry: configure(self.retry) }
    }
}

impl<F, P: RetryPolicy, C, T, O, H> Retried<F, Retry<P, C, T, O, H>> {
    /// As [`Retry::name`].
    pub fn name(self, name: &'static str) -> Retried<F, Retry<P, C, T, O, H>> {
        self.with(|retry| retry.name(name))
    }

    /// As [`Retry::on`].
    #[doc(alias = "when")]
    pub fn on<E, V, N>(self, on: N) -> Retried<F, Retry<P, N, T, O, H>>
    where
        V: IntoRetryability,
        N: Fn(&E) -> V,
    {
        self.with(|retry| retry.on(on))
    }

    /// As [`Retry::sleep`].
    pub fn sleep<U>(self, timer: U) -> Retried<F, Retry<P, C, U, O, H>> {
        self.with(|retry| retry.sleep(timer))
    }

    /// As [`Retry::max_elapsed`].
    pub fn max_elapsed(self, max_elapsed: Duration) -> Retried<F, Retry<P, C, T, O, H>> {
        self.with(|retry| retry.max_elapsed(max_elapsed))
    }
}

impl<F, P, C, T, O, R, G, M, U, W, K, L, S>
    Retried<F, Retry<P, C, T, O, Hooks<R, G, M, U, W, K, L, S>>>
{
    /// As [`Retry::on_retry`].
    #[doc(alias = "notify")]
    pub fn on_retry<E, V, N>(
        self,
        on_retry: N,
    ) -> Retried<F, Retry<P, C, T, O, Hooks<N, G, M, U, W, K, L, S>>>
    where
        N: Fn(&Retrying<'_, E>) -> V,
    {
        self.with(|retry| retry.on_retry(on_retry))
    }

    /// As [`Retry::call_async`].
    pub async fn call_async<V, A>(self) -> V
    where
        F: FnMut() -> A,
        A: Future<Output = V>,
        V: Outcome,
        P: RetryPolicy,
        O: PerhapsObserver,
        K: PerhapsAsyncCancellation,
        T: AsyncTimer,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.retry.call_async(self.operation).await
    }

    /// As [`Retry::call_async_mut`].
    pub async fn call_async_mut<V>(self) -> V
    where
        F: AsyncFnMut() -> V,
        V: Outcome,
        P: RetryPolicy,
        O: PerhapsObserver,
        K: PerhapsAsyncCancellation,
        T: AsyncTimer,
        C: Classifier<V::Error>,
        L: AsyncLimits<V::Error>,
        Hooks<R, G, M, U, W, K, L, S>: HooksFor<V>,
    {
        self.retry.call_async_mut(self.operation).await
    }
}

impl<F, P, C, T, O, R, G, M, U, W, K, S>
    Retried<F, Retry<P, C, T, O, Hooks<R, G, M, U, W, K, Unset, S>>>
{
    /// As [`Retry::call`].
    pub fn call<V>(self) -> V
    where
        F: FnMut() -> V,
        V: Outcome,
        P: RetryPolicy,
        O: PerhapsObserver,
        K: PerhapsCancellation,
        T: BlockingTimer,
        C: Classifier<V::Error>,
        Hooks<R, G, M, U, W, K, Unset, S>: HooksFor<V>,
    {
        self.retry.call(self.operation)
    }
}
