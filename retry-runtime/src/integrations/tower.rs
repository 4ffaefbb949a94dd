//! Retries as a [`tower::retry::Policy`], for `tower::retry::RetryLayer`, and for whatever is built of services: tonic's
//! clients, hyper's, kube's.
//!
//! ```
//! use reattempt::tower::Retries;
//! use reattempt::{Retryability, policy};
//! use tower::retry::RetryLayer;
//! use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn};
//!
//! async fn call() -> Result<u16, BoxError> {
//!     // The answer is an `Ok`, and says that it isn't good enough.
//!     let status_is_good = |status: &u16| match status {
//!         503 => Retryability::throttled(),
//!         _ => Retryability::permanent(),
//!     };
//!     let retries = Retries::new(policy!(max_attempts = 4)).name("upstream").until(status_is_good);
//!     let mut service = ServiceBuilder::new()
//!         .layer(RetryLayer::new(retries))
//!         .service(service_fn(|request: u16| async move { Ok::<_, BoxError>(request) }));
//!     service.ready().await?.call(200).await
//! }
//! ```

use core::fmt::Display;

use tower::retry::Policy;

use crate::call::after_attempt;
use crate::call::outcome::Satisfied;
use crate::call::site::{Operation, PolicySource};
use crate::classify::IntoRetryability;
use crate::engine::Engine;
use crate::error_view::ErrorView;
use crate::observe::Name;
use crate::overload::Budget;
use crate::retry::{BySelf, Classifier, Unset, Until};
use crate::schedule::{RetryPolicy, is_timed};
use crate::scope::around::beginning;
use crate::timer::Sleep;
use crate::timer::clock::Clock;
use crate::timer::moment::Moment;

/// Retries of a service's requests under a policy: a [`tower::retry::Policy`].
///
/// Each request has a state of its own: `tower` clones this for each.
#[derive(Debug)]
#[must_use = "it is for `RetryLayer::new`"]
pub struct Retries<P, C = BySelf, U = Unset, R = ByClone> {
    policy: P,
    classifier: C,
    until: U,
    clone_request: R,
    name: &'static str,
    budget: Option<&'static Budget>,
    engine: Engine,
    began_at: Option<Moment>,
    attempt_began_at: Option<Moment>,
}

/// A request that is sent again is a clone.
#[derive(Debug, Clone, Copy)]
pub struct ByClone;

/// How a request is made that is sent again.
pub trait CloneRequest<Q> {
    /// The same request once more, if that can be had.
    #[doc(hidden)]
    fn clone_request(&self, request: &Q) -> Option<Q>;
}

impl<Q: Clone> CloneRequest<Q> for ByClone {
    fn clone_request(&self, request: &Q) -> Option<Q> {
        Some(request.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<Q, F: Fn(&Q) -> Option<Q>> CloneRequest<Q> for F {
    fn clone_request(&self, request: &Q) -> Option<Q> {
        self(request)
    }
}

impl<P: RetryPolicy> Retries<P> {
    /// Retries under this policy, after errors whose [`Retryable`](crate::Retryable) says so. `BoxError` is classified by
    /// what is in it.
    pub const fn new(policy: P) -> Retries<P> {
        Retries {
            policy,
            classifier: BySelf,
            until: Unset,
            clone_request: ByClone,
            name: "request",
            budget: None,
            engine: Engine::start(),
            began_at: None,
            attempt_began_at: None,
        }
    }
}

impl<P, C, U, R> Retries<P, C, U, R> {
    /// The operation's name in logs and metrics. "request" by default.
    pub fn name(self, name: &'static str) -> Retries<P, C, U, R> {
        Retries { name, ..self }
    }

    /// What the retries are paid from: see [`Budget`].
    pub fn budget(self, budget: &'static Budget) -> Retries<P, C, U, R> {
        Retries { budget: Some(budget), ..self }
    }

    /// Which errors are worth another attempt: a function or closure from `&E` to `bool` or
    /// [`Retryability`](crate::Retryability).
    pub fn on<E, V, F>(self, on: F) -> Retries<P, F, U, R>
    where
        V: IntoRetryability,
        F: Fn(&E) -> V,
    {
        self.with(|_, until, clone_request| (on, until, clone_request))
    }

    /// Which responses are good enough: a function or closure from `&Response` to `bool`, or to
    /// [`Retryability`](crate::Retryability), which may bring the wait that stands in the response. If the attempts run
    /// out, the last response is returned.
    pub fn until<V, A, F>(self, until: F) -> Retries<P, C, F, R>
    where
        A: Satisfied,
        F: Fn(&V) -> A,
    {
        self.with(|classifier, _, clone_request| (classifier, until, clone_request))
    }

    /// How a request is made that is sent again, in place of `Clone`: `None` for one that must not be, because its body
    /// can't be had twice, or because it isn't idempotent.
    pub fn clone_request<Q, F>(self, clone_request: F) -> Retries<P, C, U, F>
    where
        F: Fn(&Q) -> Option<Q>,
    {
        self.with(|classifier, until, _| (classifier, until, clone_request))
    }

    /// The same with other parts.
    fn with<D, V, S>(self, make: impl FnOnce(C, U, R) -> (D, V, S)) -> Retries<P, D, V, S> {
        let Retries { policy, name, budget, engine, began_at, attempt_began_at, .. } = self;
        let (classifier, until, clone_request) =
            make(self.classifier, self.until, self.clone_request);
        Retries {
            policy,
            classifier,
            until,
            clone_request,
            name,
            budget,
            engine,
            began_at,
            attempt_began_at,
        }
    }
}

/// Before the first attempt: tower clones it for each request.
impl<P: RetryPolicy + Clone, C: Clone, U: Clone, R: Clone> Clone for Retries<P, C, U, R> {
    fn clone(&self) -> Retries<P, C, U, R> {
        let began_at = is_timed(&self.policy).then(|| Moment::now(Clock::Async));
        Retries {
            policy: self.policy.clone(),
            classifier: self.classifier.clone(),
            until: self.until.clone(),
            clone_request: self.clone_request.clone(),
            name: self.name,
            budget: self.budget,
            engine: Engine::start().with_beginning(beginning()),
            began_at,
            attempt_began_at: began_at,
        }
    }
}

impl<P, C, U, R, Q, V, E> Policy<Q, V, E> for Retries<P, C, U, R>
where
    P: RetryPolicy,
    E: Display,
    C: Classifier<E>,
    U: Until<V>,
    R: CloneRequest<Q>,
{
    type Future = Sleep;

    fn retry(&mut self, _: &mut Q, result: &mut Result<V, E>) -> Option<Sleep> {
        let operation = &Operation {
            name: Name::Static(self.name),
            policy: PolicySource::Value(&self.policy),
            clock: Clock::Async,
            began_at: self.began_at,
            attempt_began_at: self.attempt_began_at,
            budget: self.budget,
            ..Operation::NEW
        };
        let (retryability, error) = match result {
            Ok(response) => match self.until.rejects(response) {
                None => {
                    after_attempt::succeeded_operation(&mut self.engine, operation);
                    return None;
                }
                Some(rejected) => (rejected, None),
            },
            Err(error) => (self.classifier.retryability(error), Some(ErrorView::Display(error))),
        };
        let ends =
            after_attempt::failed_operation(&mut self.engine, operation, retryability, error);
        if ends {
            return None;
        }
        let delay = after_attempt::time_to_wait(&self.engine);
        self.attempt_began_at = self.began_at.map(|_| Moment::now(Clock::Async).after(delay));
        Some(Sleep::new(delay))
    }

    fn clone_request(&mut self, request: &Q) -> Option<Q> {
        // Whoever uses it without a clone of its own asks this before the first attempt.
        if self.began_at.is_none() && is_timed(&self.policy) {
            self.began_at = Some(Moment::now(Clock::Async));
            self.attempt_began_at = self.began_at;
        }
        self.clone_request.clone_request(request)
    }
}
