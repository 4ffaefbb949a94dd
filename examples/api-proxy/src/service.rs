//! A service that fails as it is told to, and keeps a ledger of what it has done. It is there to be proxied: don't copy it.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use reattempt_servers::{Fault, Proxy};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::headers;

/// What a path with `/slow` takes.
const SLOW: Duration = Duration::from_secs(1);

/// What goes wrong with an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing.
    Nothing,
    /// The connection is reset before the service sees the request.
    Reset,
    /// The connection is reset after the service has done its work.
    LoseAnswer,
    /// The answer has this status, and says to come back after so many seconds.
    Refuse(u16, u32),
    /// The answer has the status 200, and an error with this code.
    Code(&'static str),
    /// There is never an answer.
    Hang,
    /// Of an answer of so many bytes only the first half comes.
    BreakOff(usize),
}

/// What a request was when it arrived.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What the service has done.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// All that has reached it.
    pub arrivals: Vec<Arrival>,
    /// How often something was written.
    pub writes: usize,
    /// By their paths.
    pub items: BTreeMap<String, Bytes>,
    /// Those that were asked for by `POST` or by a mutation. With an `Idempotency-Key`, each is there once.
    pub orders: Vec<Bytes>,
    keys: BTreeMap<String, usize>,
}

#[derive(Debug, Default)]
struct Shared {
    ledger: Mutex<Ledger>,
    troubles: Mutex<VecDeque<Trouble>>,
    /// What is to happen to the request that is on its way.
    trouble: Mutex<Option<Trouble>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// It ends when this is dropped.
pub struct Service {
    shared: Arc<Shared>,
    proxy: Proxy,
    direct: SocketAddr,
    server: JoinHandle<()>,
}

impl Service {
    /// # Errors
    ///
    /// If there is no port for it.
    pub async fn start() -> io::Result<Service> {
        let shared = Arc::new(Shared::default());
        let router = Router::new().fallback(serve).with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let direct = listener.local_addr()?;
        let server = tokio::spawn(async move {
            // It never ends by itself.
            let _ = axum::serve(listener, router).await;
        });
        let happens = Arc::clone(&shared);
        let proxy = Proxy::start(direct.port(), move |_| {
            let trouble = lock(&happens.troubles).pop_front();
            *lock(&happens.trouble) = trouble;
            match trouble {
                Some(Trouble::Reset) => Some(Fault::Reset),
                Some(Trouble::LoseAnswer) => Some(Fault::LoseAnswer),
                _ => None,
            }
        });
        Ok(Service { shared, proxy, direct, server })
    }

    /// Where its troubles happen.
    pub fn url(&self) -> String {
        self.proxy.url()
    }

    /// Where connections are as they are, and no trouble happens to them.
    pub fn direct_url(&self) -> String {
        format!("http://{}", self.direct)
    }

    /// What happens to the next attempts, one after the other; then nothing does.
    pub fn next(&self, troubles: &[Trouble]) {
        *lock(&self.shared.troubles) = troubles.iter().copied().collect();
    }

    /// How many troubles have not happened yet.
    pub fn remaining(&self) -> usize {
        lock(&self.shared.troubles).len()
    }

    pub fn ledger(&self) -> Ledger {
        lock(&self.shared.ledger).clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.to_string();
    let arrival = Arrival {
        method: method.clone(),
        path: path.clone(),
        headers: headers.clone(),
        body: body.clone(),
    };
    lock(&shared.ledger).arrivals.push(arrival);
    if path.contains("/slow") {
        sleep(SLOW).await;
    }
    let trouble = lock(&shared.trouble).take();
    match trouble {
        Some(Trouble::Hang) => return std::future::pending().await,
        Some(Trouble::Refuse(status, seconds)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            return (status, [(header::RETRY_AFTER, seconds)], "come back later").into_response();
        }
        Some(Trouble::Code(code)) => {
            let error = serde_json::json!({ "message": code, "extensions": { "code": code } });
            return serde_json::json!({ "data": null, "errors": [error] })
                .to_string()
                .into_response();
        }
        Some(Trouble::BreakOff(length)) => {
            let half = stream::once(async move { Ok(vec![b'x'; length / 2]) });
            let end = stream::once(async { Err(io::Error::other("the disk is gone")) });
            let body = Body::from_stream(half.chain(end));
            return ([(header::CONTENT_LENGTH, length)], body).into_response();
        }
        _ => {}
    }
    let mut ledger = lock(&shared.ledger);
    let is_mutation = body.windows(8).any(|word| word == b"mutation");
    match method {
        Method::PUT
            if headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag == "*")
                && ledger.items.contains_key(&path) =>
        {
            return StatusCode::PRECONDITION_FAILED.into_response();
        }
        Method::PUT => {
            ledger.writes += 1;
            ledger.items.insert(path, body);
        }
        Method::DELETE => {
            ledger.writes += 1;
            ledger.items.remove(&path);
        }
        Method::POST if is_mutation || !path.ends_with("/graphql") => {
            let key = headers.get(headers::IDEMPOTENCY_KEY).map(|key| format!("{key:?}"));
            let number = ledger.orders.len() + 1;
            if let Some(before) = key.as_ref().and_then(|key| ledger.keys.get(key)) {
                return format!("order {before}").into_response();
            }
            ledger.keys.extend(key.map(|key| (key, number)));
            ledger.writes += 1;
            ledger.orders.push(body);
            return format!("order {number}").into_response();
        }
        Method::POST => return r#"{"data":{"item":"beer"}}"#.into_response(),
        Method::GET if path.ends_with("/long") => return vec![b'x'; 300_000].into_response(),
        Method::GET if path.ends_with("/stalls") => {
            let start = stream::once(async { Ok::<_, io::Error>(vec![b'x'; 100_000]) });
            return Body::from_stream(start.chain(stream::pending())).into_response();
        }
        _ => {}
    }
    "beer".into_response()
}
