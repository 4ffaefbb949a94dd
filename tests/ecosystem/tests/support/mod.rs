//! A timer that takes notes in place of waiting, and a server.
#![allow(dead_code, reason = "not every test needs all of it")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

thread_local! {
    static SLEPT: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

/// A timer for async functions, of tests on one thread.
pub async fn sleep(delay: Duration) {
    note(delay);
}

/// Takes note of a wait.
pub fn note(delay: Duration) {
    SLEPT.with_borrow_mut(|slept| slept.push(delay));
}

/// The waits since the last time.
pub fn slept() -> Vec<Duration> {
    SLEPT.take()
}

/// An HTTP server that answers its requests, in turn, with these statuses and `Retry-After`s, and
/// what comes after them with 200.
pub struct Server {
    pub address: SocketAddr,
    left: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
}

impl Server {
    pub async fn answering(script: &[(u16, &'static str)]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let left = Arc::new(Mutex::new(script.iter().copied().collect::<VecDeque<_>>()));
        let answers = Arc::clone(&left);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answers = Arc::clone(&answers);
                let service = service_fn(move |_| {
                    let next = answers.lock().unwrap().pop_front();
                    async move {
                        let (status, retry_after) = next.unwrap_or((200, ""));
                        let mut response = Response::builder().status(status);
                        if !retry_after.is_empty() {
                            response = response.header("retry-after", retry_after);
                        }
                        Ok::<_, Infallible>(response.body("body".to_owned()).unwrap())
                    }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Server { address, left }
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// How many answers nobody has asked for.
    pub fn left(&self) -> usize {
        self.left.lock().unwrap().len()
    }
}

/// An address where nobody listens: port 1, which no other test is given.
pub fn nobody() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 1))
}
