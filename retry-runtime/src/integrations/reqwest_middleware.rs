//! Retries as a middleware of the crate `reqwest-middleware`.
//!
//! ```
//! use reattempt::policy;
//! use reattempt::reqwest_middleware::RetryMiddleware;
//! use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
//!
//! fn client() -> ClientWithMiddleware {
//!     let retries = RetryMiddleware::new(policy!(max_attempts = 5, max_elapsed = 30s));
//!     ClientBuilder::new(reqwest::Client::new()).with(retries).build()
//! }
//! ```
//!
//! A request is sent again after an error of the transport that is worth it, and after a status that is, such as 429 or 503,
//! with the wait that the server asked for. If the attempts run out, the last response is returned as it is.
//!
//! It is never sent again if its body can't be had twice, because it is a stream. One that isn't idempotent, because its method
//! is `POST` or `PATCH` and it has no `Idempotency-Key`, is sent again only where it is known that nothing was applied.

use alloc::boxed::Box;
use core::error::Error;
use core::future::Future;
use core::pin::Pin;

use http::{HeaderMap, Method};

use crate::call::after_attempt;
use crate::call::site::{Operation, PolicySource};
use crate::classify::{Retryability, Retryable, detect};
use crate::engine::{Engine, GiveUpReason};
use crate::error_view::ErrorView;
use crate::http::status_error::StatusError;
use crate::observe::Name;
use crate::overload::Budget;
use crate::schedule::{RetryPolicy, is_timed};
use crate::scope::around::beginning;
use crate::timer::Sleep;
use crate::timer::clock::Clock;
use crate::timer::moment::Moment;

/// Retries requests under a policy.
#[derive(Debug, Clone)]
#[must_use = "it is for `ClientBuilder::with`"]
pub struct RetryMiddleware<P> {
    policy: P,
    name: &'static str,
    budget: Option<&'static Budget>,
    is_idempotent: fn(&Method, &HeaderMap) -> bool,
}

impl<P: RetryPolicy> RetryMiddleware<P> {
    /// Under this policy.
    pub const fn new(policy: P) -> RetryMiddleware<P> {
        RetryMiddleware { policy, name: "request", budget: None, is_idempotent }
    }

    /// The operation's name in logs and metrics. "request" by default.
    pub fn name(self, name: &'static str) -> RetryMiddleware<P> {
        RetryMiddleware { name, ..self }
    }

    /// What the retries are paid from: see [`Budget`].
    pub fn budget(self, budget: &'static Budget) -> RetryMiddleware<P> {
        RetryMiddleware { budget: Some(budget), ..self }
    }

    /// Which requests may be sent twice, by their method and their headers, in place of the rule above.
    pub fn idempotent(self, is_idempotent: fn(&Method, &HeaderMap) -> bool) -> RetryMiddleware<P> {
        RetryMiddleware { is_idempotent, ..self }
    }

    fn begins(&self, method: &Method, headers: &HeaderMap) -> Attempts {
        let began_at = is_timed(&self.policy).then(|| Moment::now(Clock::Async));
        Attempts {
            engine: Engine::start().with_beginning(beginning()),
            idempotent: (self.is_idempotent)(method, headers),
            is_last: false,
            began_at,
            attempt_began_at: began_at,
        }
    }

    /// Takes note of an attempt: how to wait before the next one, if there is one.
    fn next(&self, attempts: &mut Attempts, failed: Option<&Failed<'_>>) -> Option<Sleep> {
        let operation = &Operation {
            name: Name::Static(self.name),
            policy: PolicySource::Value(&self.policy),
            clock: Clock::Async,
            idempotent: attempts.idempotent,
            began_at: attempts.began_at,
            attempt_began_at: attempts.attempt_began_at,
            budget: self.budget,
            // A retry that can't be made is not paid for, nor told of.
            ends_by: attempts.is_last.then_some(GiveUpReason::NotIdempotent),
            ..Operation::NEW
        };
        let Some(&Failed { retryability, error }) = failed else {
            after_attempt::succeeded_operation(&mut attempts.engine, operation);
            return None;
        };
        let error = Some(ErrorView::Error(error));
        let ends =
            after_attempt::failed_operation(&mut attempts.engine, operation, retryability, error);
        if ends {
            return None;
        }
        let delay = after_attempt::time_to_wait(&attempts.engine);
        attempts.attempt_began_at =
            attempts.began_at.map(|_| Moment::now(Clock::Async).after(delay));
        Some(Sleep::new(delay))
    }
}

/// The state of a request.
struct Attempts {
    engine: Engine,
    idempotent: bool,
    /// Whether the request can't be sent again.
    is_last: bool,
    began_at: Option<Moment>,
    attempt_began_at: Option<Moment>,
}

/// An attempt that failed.
struct Failed<'a> {
    retryability: Retryability,
    error: &'a (dyn Error + 'static),
}

/// By the method, RFC 9110, section 9.2.2; or because it has a key by which the server knows a request that it has seen, as
/// the draft "The Idempotency-Key HTTP Header Field" has it.
fn is_idempotent(method: &Method, headers: &HeaderMap) -> bool {
    method.is_idempotent() || headers.contains_key("idempotency-key")
}

fn of_status(error: &StatusError) -> Failed<'_> {
    Failed { retryability: error.retryability(), error }
}

macro_rules! versions {
    ($($feature:literal: $middleware:ident;)+) => {$(
        #[cfg(feature = $feature)]
        const _: () = {
            use $middleware::reqwest::{Request, Response};
            use $middleware::{Middleware, Next, Result};

            fn of_error(error: &$middleware::Error) -> Failed<'_> {
                match error {
                    $middleware::Error::Reqwest(error) => {
                        Failed { retryability: error.retryability(), error }
                    }
                    $middleware::Error::Middleware(error) => {
                        let error: &(dyn Error + 'static) = error.as_ref();
                        Failed { retryability: detect::types(error), error }
                    }
                }
            }

            impl<P> Middleware for RetryMiddleware<P>
            where
                P: RetryPolicy + Send + Sync + 'static,
            {
                // What `#[async_trait]` makes of an async method, which the trait has.
                fn handle<'life0, 'life1, 'life2, 'async_trait>(
                    &'life0 self,
                    request: Request,
                    extensions: &'life1 mut http::Extensions,
                    next: Next<'life2>,
                ) -> Pin<Box<dyn Future<Output = Result<Response>> + Send + 'async_trait>>
                where
                    'life0: 'async_trait,
                    'life1: 'async_trait,
                    'life2: 'async_trait,
                    Self: 'async_trait,
                {
                    Box::pin(async move {
                        let mut attempts = self.begins(request.method(), request.headers());
                        let mut request = request;
                        loop {
                            // A body that is a stream can be sent once.
                            let copy = request.try_clone();
                            attempts.is_last = copy.is_none();
                            let (wait, copy) = {
                                let outcome = next.clone().run(request, extensions).await;
                                let status = outcome.as_ref().ok().and_then(crate::http::response::worth_another);
                                let failed = match (&outcome, &status) {
                                    (Err(error), _) => Some(of_error(error)),
                                    (Ok(_), Some(status)) => Some(of_status(status)),
                                    (Ok(_), None) => None,
                                };
                                match (self.next(&mut attempts, failed.as_ref()), copy) {
                                    (Some(wait), Some(copy)) => (wait, copy),
                                    _ => return outcome,
                                }
                            };
                            wait.await;
                            request = copy;
                        }
                    })
                }
            }
        };
    )+};
}

versions! {
    "reqwest-middleware-0_4": reqwest_middleware_0_4;
    "reqwest-middleware-0_5": reqwest_middleware;
}
