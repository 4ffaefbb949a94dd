//! An HTTP server on a loopback port that fails on purpose: each path a few times, in its own way.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

/// Stops when dropped: its runtime takes the listener and the connections with it.
pub(crate) struct Server {
    port: u16,
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    pub(crate) fn start() -> std::io::Result<Server> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let port = listener.local_addr()?.port();
        runtime.spawn(accept(listener));
        Ok(Server { port, _runtime: runtime })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// How often each path was asked for.
type Requests = Arc<Mutex<HashMap<String, u32>>>;

fn count(requests: &Requests, path: &str) -> u32 {
    let mut requests = requests.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let count = requests.entry(path.to_owned()).or_default();
    *count += 1;
    *count
}

async fn accept(listener: TcpListener) {
    let requests = Requests::default();
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, Arc::clone(&requests)));
    }
}

async fn serve(stream: TcpStream, requests: Requests) {
    let mut start = [0; 10];
    let reset = stream.peek(&mut start).await.is_ok() && &start == b"GET /reset";
    if reset && count(&requests, "reset") <= 2 {
        say("GET /reset → connection reset");
        // With nothing to linger for, closing sends a reset in place of an end.
        let _ = stream.set_zero_linger();
        return;
    }
    let service = service_fn(|request| respond(request, Arc::clone(&requests)));
    let _ = hyper::server::conn::http1::Builder::new()
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    request: Request<Incoming>,
    requests: Requests,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path();
    let request = count(&requests, path);
    let mut response = Response::new(Full::from("hello"));
    match path {
        "/busy" if request <= 1 => {
            *response.status_mut() = hyper::StatusCode::SERVICE_UNAVAILABLE;
            response.headers_mut().insert("retry-after", hyper::header::HeaderValue::from(1));
            say("GET /busy → 503, Retry-After: 1");
        }
        "/slow" if request <= 2 => {
            say("GET /slow → an answer in a second");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        "/missing" => {
            *response.status_mut() = hyper::StatusCode::NOT_FOUND;
            say("GET /missing → 404");
        }
        path => say(&format!("GET {path} → 200")),
    }
    Ok(response)
}

fn say(what: &str) {
    println!("   Server: {what}");
}
