//! The shop that is called. It fails in ways that are known beforehand, so that a test can count them.

use std::collections::HashSet;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header::RETRY_AFTER};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, put};
use tokio::net::TcpListener;

/// Every item whose number can be divided by this fails the first time.
pub const FLAKY: u32 = 10;

#[derive(Debug, Default)]
struct Shared {
    fails: AtomicBool,
    seen: Mutex<HashSet<String>>,
}

impl Shared {
    fn is_new(&self, what: String) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(what)
    }
}

/// It ends with the runtime that it was started in.
#[derive(Debug)]
pub struct Service {
    /// Begins with `http://`.
    pub url: String,
    shared: Arc<Shared>,
}

impl Service {
    /// It works at first.
    ///
    /// # Errors
    ///
    /// If the operating system refuses.
    pub async fn start() -> io::Result<Service> {
        let shared = Arc::<Shared>::default();
        let router = Router::new()
            .route("/stock/{item}", get(stock))
            .route("/orders/{number}", put(order))
            .route("/reservations/{item}", put(StatusCode::NO_CONTENT))
            // What it doesn't have, customers, is a 404 in an outage too.
            .route_layer(from_fn_with_state(Arc::clone(&shared), outage))
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Service { url, shared })
    }

    /// Whether it answers everything that it has with a 500.
    pub fn set_fails(&self, fails: bool) {
        self.shared.fails.store(fails, Ordering::SeqCst);
    }
}

async fn outage(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if shared.fails.load(Ordering::SeqCst) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    next.run(request).await
}

async fn stock(State(shared): State<Arc<Shared>>, Path(item): Path<u32>) -> Response {
    if item % FLAKY == 0 && shared.is_new(format!("item {item}")) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    "7".into_response()
}

async fn order(State(shared): State<Arc<Shared>>, Path(number): Path<u32>) -> Response {
    if shared.is_new(format!("order {number}")) {
        return (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "1")]).into_response();
    }
    StatusCode::NO_CONTENT.into_response()
}
