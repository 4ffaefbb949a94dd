//! The proxy: what it takes from a request, and what it answers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request as Incoming, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use reattempt::Scope;
use reattempt::http::time_left;
use tokio::time::{Instant, timeout_at};

use crate::body::{Buffered, buffer};
use crate::forward::{ForwardError, Protocol, Request, Upstream, forward, forward_once};
use crate::{graphql, headers};

/// A longer body of a request is not kept, and so sent only once.
pub const REQUEST_LIMIT: usize = 256 * 1024;

/// Of callers that don't say how long they wait.
const USUAL_TIME: Duration = Duration::from_secs(5);

/// Whatever a caller says.
const LONGEST_TIME: Duration = Duration::from_secs(30);

/// Each upstream is behind a path of its name: `/name/items/1` is its `/items/1`.
pub fn router<'a>(upstreams: impl IntoIterator<Item = (&'a str, Arc<Upstream>)>) -> Router {
    upstreams.into_iter().fold(Router::new(), |router, (name, upstream)| {
        router
            .nest_service(&format!("/{name}"), Router::new().fallback(pass_on).with_state(upstream))
    })
}

async fn pass_on(
    State(upstream): State<Arc<Upstream>>,
    ConnectInfo(caller): ConnectInfo<SocketAddr>,
    incoming: Incoming,
) -> Response {
    let (head, body) = incoming.into_parts();
    let time = time_left(&head.headers).unwrap_or(USUAL_TIME).min(LONGEST_TIME);
    let deadline = Instant::now() + time;
    let body = match timeout_at(deadline, buffer(body.into_data_stream(), REQUEST_LIMIT)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::BAD_REQUEST.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let earlier_attempts = headers::earlier_attempts(&head.headers);
    let headers = headers::to_pass_on(head.headers, caller.ip());
    let mut request = Request {
        is_idempotent: is_idempotent(&head.method, &headers, &upstream),
        path: head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        earlier_attempts,
        headers,
        method: head.method,
        deadline,
    };
    let outcome = match body {
        Buffered::Whole(body) => {
            request.is_idempotent |=
                matches!(upstream.protocol, Protocol::GraphQl { .. }) && graphql::is_query(&body);
            // Whoever is retrying will do so again: if both did, attempts would multiply.
            let scope = match request.earlier_attempts {
                0 => Scope::new(),
                _ => Scope::new().max_attempts(1),
            };
            scope.run_async(forward(&upstream, &request, &body)).await
        }
        longer => forward_once(&upstream, &request, longer.into_body()).await,
    };
    outcome.unwrap_or_else(answer)
}

/// `headers`: as they are sent. A key that isn't passed on is of no use.
fn is_idempotent(method: &Method, headers: &HeaderMap, upstream: &Upstream) -> bool {
    if method.is_safe() {
        return true;
    }
    let knows_key = upstream.knows_keys && headers::has_key(headers);
    !headers::has_condition(headers) && (method.is_idempotent() || knows_key)
}

/// The service's own answer if there is one, its `Retry-After` and all. That is the caller's to read.
fn answer(error: ForwardError) -> Response {
    let status = match error {
        ForwardError::Refused { answer, .. } | ForwardError::Errors { answer } => return answer,
        ForwardError::TimedOut(_) => StatusCode::GATEWAY_TIMEOUT,
        ForwardError::Connect(error) | ForwardError::Lost(error) if error.is_timeout() => {
            StatusCode::GATEWAY_TIMEOUT
        }
        ForwardError::Connect(_) | ForwardError::Lost(_) => StatusCode::BAD_GATEWAY,
    };
    (status, Body::empty()).into_response()
}
