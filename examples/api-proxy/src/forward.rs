//! Sends a request on, and again where that can do no harm. This is the part to take along, with [`crate::graphql`].

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use reattempt::http::StatusError;
use reattempt::{Budget, Policy, Retryable, TimedOut, retry};
use tokio::time::Instant;

use crate::body::{Buffered, buffer};
use crate::{graphql, headers};

/// Of an answer, so much is kept until it is there. If the connection is lost before, it can still be asked for again.
pub const ANSWER_LIMIT: usize = 64 * 1024;

/// A service behind the proxy.
#[derive(Debug)]
pub struct Upstream {
    /// Such as `http://127.0.0.1:8080`. Without a path: `..` in a request's path could leave it.
    pub url: String,
    /// From [`client`].
    pub client: reqwest::Client,
    /// How often, and with which delays.
    pub policy: Policy,
    /// Longer than nearly all good answers take. What may not be sent again has more time.
    pub attempt_timeout: Duration,
    /// Its own, so that a service that is down uses up no retries of the others.
    pub budget: Budget,
    /// Whether it does a request with an `Idempotency-Key` once, and answers it each time. One that ignores the header would do a
    /// `POST` twice, whatever its caller sends.
    pub knows_keys: bool,
    /// What its bodies say.
    pub protocol: Protocol,
}

/// What the proxy understands of the bodies.
#[derive(Debug, Clone, Copy)]
pub enum Protocol {
    /// Nothing.
    Rest,
    /// Whether a `POST` only reads, and which errors in an answer with the status 200 are transient: their `extensions.code`, as
    /// the service documents it.
    GraphQl { transient: &'static [&'static str] },
}

/// What is sent on.
#[derive(Debug)]
pub struct Request {
    pub method: Method,
    /// Begins with a slash.
    pub path: String,
    /// Without those that are only about the caller's connection.
    pub headers: HeaderMap,
    /// Whether a second time does no harm.
    pub is_idempotent: bool,
    /// How often somebody before us has sent it in vain.
    pub earlier_attempts: u32,
    /// When the caller is gone.
    pub deadline: Instant,
}

impl Request {
    /// What is sent only once has all the time that is left: to cut it off earlier would lose an answer and win nothing.
    fn attempt_timeout(&self, upstream: &Upstream) -> Duration {
        let can_follow = self.is_idempotent && self.earlier_attempts == 0;
        if can_follow { upstream.attempt_timeout } else { self.time_left() }
    }

    fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// Why there is no good answer.
#[derive(Debug, thiserror::Error, Retryable)]
pub enum ForwardError {
    /// So the service has seen nothing of the request, and even a `POST` can be sent again.
    #[error("there is no connection")]
    #[retry(forward, not_applied)]
    Connect(#[source] reqwest::Error),
    /// There was no answer, or not all of it.
    #[error("the answer was lost")]
    #[retry(forward)]
    Lost(#[source] reqwest::Error),
    /// The status is worth another attempt. The caller gets the last of these as it is.
    #[error("{error}")]
    #[retry(forward = error)]
    Refused { error: StatusError, answer: Response },
    /// The status is 200, and the errors in the body are transient. Likewise.
    #[error("the answer has only transient errors")]
    #[retry(transient)]
    Errors { answer: Response },
    /// There was no answer in time.
    #[error(transparent)]
    #[retry(forward)]
    TimedOut(#[from] TimedOut),
}

/// Sends it up to as many times as the policy, the budget and the caller's deadline allow.
///
/// # Errors
///
/// If none of the attempts brings an answer that is worth having.
#[retry(
    policy = upstream.policy,
    idempotent = request.is_idempotent,
    deadline = request.deadline,
    attempt_timeout = request.attempt_timeout(upstream),
    budget = upstream.budget,
    context = cx
)]
pub async fn forward(
    upstream: &Upstream,
    request: &Request,
    body: &Bytes,
) -> Result<Response, ForwardError> {
    let attempt_timeout = request.attempt_timeout(upstream);
    send(upstream, request, body.clone().into(), cx.attempt(), attempt_timeout).await
}

/// Sends it once, because there is only one of the body: it was too long to be kept.
///
/// # Errors
///
/// If there is no answer that is worth having.
pub async fn forward_once(
    upstream: &Upstream,
    request: &Request,
    body: Body,
) -> Result<Response, ForwardError> {
    let body = reqwest::Body::wrap_stream(body.into_data_stream());
    send(upstream, request, body, 1, request.time_left()).await
}

async fn send(
    upstream: &Upstream,
    request: &Request,
    body: reqwest::Body,
    attempt: u32,
    attempt_timeout: Duration,
) -> Result<Response, ForwardError> {
    let left = request.time_left();
    let sent = upstream
        .client
        .request(request.method.clone(), format!("{}{}", upstream.url, request.path))
        .headers(request.headers.clone())
        .header(headers::ATTEMPT, request.earlier_attempts.saturating_add(attempt))
        // An attempt that is cut off is of no use to the service either.
        .header(headers::TIMEOUT, headers::milliseconds(left.min(attempt_timeout)))
        .body(body)
        // Also for the rest of an answer that is passed on while it comes.
        .timeout(left);
    let answer = sent.send().await.map_err(|error| {
        // Errors are logged, and what is in the path may be private.
        let error = error.without_url();
        if error.is_connect() { ForwardError::Connect(error) } else { ForwardError::Lost(error) }
    })?;

    let (status, mut head) = (answer.status(), answer.headers().clone());
    headers::remove_hop_by_hop(&mut head);
    let said = StatusError::of(status, &head);
    let buffered = buffer(answer.bytes_stream(), ANSWER_LIMIT)
        .await
        .map_err(|error| ForwardError::Lost(error.without_url()))?;
    let has_only_transient_errors = match (&buffered, upstream.protocol) {
        (Buffered::Whole(body), Protocol::GraphQl { transient }) => {
            graphql::has_only_transient_errors(body, transient)
        }
        _ => false,
    };
    let mut answer = Response::new(buffered.into_body());
    *answer.status_mut() = status;
    *answer.headers_mut() = head;
    match said {
        // The client follows no redirects, so it is known what was refused.
        Some(error) if status == StatusCode::TOO_MANY_REQUESTS => {
            Err(ForwardError::Refused { error: error.not_applied(), answer })
        }
        Some(error) if error.retryability().is_retryable() => {
            Err(ForwardError::Refused { error, answer })
        }
        None if has_only_transient_errors => Err(ForwardError::Errors { answer }),
        _ => Ok(answer),
    }
}

/// A client that passes on what it gets, redirects too, and sends nothing by itself.
///
/// # Errors
///
/// If reqwest can't be set up.
pub fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // A host that doesn't even do this has seen nothing of the request, so a `POST` can be sent again as well.
        .connect_timeout(Duration::from_secs(1))
        .no_proxy()
        .build()
}
