//! The service that the jobs need: it knows the amount of each order, and takes confirmations. It refuses connections, or
//! says 503, or keeps one waiting, as it is told.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// There is no order above it.
pub(crate) const LAST_ORDER: i64 = 1_000;

#[derive(Debug, Default)]
struct State {
    /// So many requests are answered with a 503.
    busy_for: AtomicU32,
    /// The confirmations of this order and of those above it are not answered, unless it is zero.
    held_from: AtomicI64,
    /// How many were not.
    held: AtomicU32,
}

#[derive(Debug)]
pub(crate) struct Service {
    port: u16,
    state: Arc<State>,
    listening: Option<JoinHandle<()>>,
}

impl Service {
    /// Nothing listens on its port yet.
    pub(crate) fn down() -> Service {
        Service { port: reattempt_servers::free_port(), state: Arc::default(), listening: None }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Listens, and answers with a 503 at first.
    pub(crate) async fn come_up(&mut self, busy_for: u32) -> io::Result<()> {
        self.state.busy_for.store(busy_for, Ordering::SeqCst);
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await?;
        let state = Arc::clone(&self.state);
        self.listening = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&state);
                // A worker that was killed doesn't read its answer.
                tokio::spawn(async move { _ = state.serve(stream).await });
            }
        }));
        Ok(())
    }

    /// Refuses connections from now on.
    pub(crate) async fn go_down(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
            // The port is closed when the task has ended.
            let _ = listening.await;
        }
    }

    /// Leaves the confirmations of this order, and of those above it, without an answer; with zero, of none.
    pub(crate) fn hold_from(&self, order: i64) {
        self.state.held_from.store(order, Ordering::SeqCst);
    }

    /// How many confirmations have come that were not answered.
    pub(crate) fn held(&self) -> u32 {
        self.state.held.load(Ordering::SeqCst)
    }
}

impl State {
    async fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        let mut request = String::new();
        stream.read_line(&mut request).await?;
        let mut line = String::new();
        while stream.read_line(&mut line).await? > 2 {
            line.clear();
        }
        // GET /amount/7 HTTP/1.1
        let path = request.split(' ').nth(1).unwrap_or_default();
        let (what, order) = path.rsplit_once('/').unwrap_or_default();
        let order: i64 = order.parse().unwrap_or_default();
        let held_from = self.held_from.load(Ordering::SeqCst);
        if what == "/confirm" && held_from > 0 && order >= held_from {
            self.held.fetch_add(1, Ordering::SeqCst);
            // Until the other side has gone.
            return stream.read_line(&mut line).await.map(drop);
        }
        let is_busy = || {
            let one_less = |busy_for: u32| busy_for.checked_sub(1);
            self.busy_for.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
        };
        let (status, body) = match what {
            _ if is_busy() => ("503 Service Unavailable", String::new()),
            _ if !(1..=LAST_ORDER).contains(&order) => ("404 Not Found", String::new()),
            "/amount" => ("200 OK", (order * 100).to_string()),
            _ => ("200 OK", String::new()),
        };
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        stream.write_all(answer.as_bytes()).await
    }
}
