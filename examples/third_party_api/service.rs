//! A payment service on a loopback port. It keeps a ledger, honours `Idempotency-Key`, limits the rate, and fails on purpose.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::channel::Channel;
use http_body_util::{BodyExt as _, Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{HeaderValue, RETRY_AFTER};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What the service has to be asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) customer: String,
    pub(crate) cents: u64,
}

/// So many requests in each window of time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) requests: u32,
    pub(crate) window: Duration,
}

/// What went wrong with a request, on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The connection was reset before anything was charged.
    ResetBefore,
    /// It was charged, and the connection was reset before the answer.
    ResetAfter,
    /// It was charged, and half of the answer came.
    HalfAnswer,
    /// It was charged, and no answer came.
    Hang,
    /// 503, with `Retry-After`.
    Busy,
    /// 429, with `Retry-After`.
    TooManyRequests,
}

/// What goes wrong with the requests of the first key, of the second, and so on, and then from the beginning. It goes by
/// keys, so that the same goes wrong in whichever order requests of many calls come in.
const FAULTS: [&[Fault]; 6] = [
    &[Fault::ResetAfter, Fault::Busy],
    &[Fault::HalfAnswer],
    &[Fault::Busy, Fault::ResetAfter],
    &[Fault::Hang],
    &[Fault::ResetBefore, Fault::HalfAnswer],
    &[],
];

/// What became of the requests.
#[derive(Debug)]
pub(crate) struct Books {
    /// The charges, in order, each with its key.
    pub(crate) ledger: Vec<(String, Order)>,
    /// How many requests within the rate came with each key.
    pub(crate) requests: Vec<(String, usize)>,
    /// How often each fault happened.
    pub(crate) faults: BTreeMap<Fault, u32>,
    /// How many cards were declined.
    pub(crate) declined: u32,
    rate: Rate,
    window_began_at: Instant,
    in_window: u32,
}

/// Stops when dropped, with its connections.
pub(crate) struct Service {
    address: SocketAddr,
    books: Arc<Mutex<Books>>,
    _tasks: JoinSet<()>,
}

impl Service {
    pub(crate) async fn start(rate: Rate) -> std::io::Result<Service> {
        let books = Books {
            ledger: Vec::new(),
            requests: Vec::new(),
            faults: BTreeMap::new(),
            declined: 0,
            rate,
            window_began_at: Instant::now(),
            in_window: 0,
        };
        let books = Arc::new(Mutex::new(books));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::clone(&books)));
        Ok(Service { address, books, _tasks: tasks })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/charges", self.address)
    }

    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        lock(&self.books)
    }
}

fn lock(books: &Mutex<Books>) -> MutexGuard<'_, Books> {
    books.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, books: Arc<Mutex<Books>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&books)));
    }
}

async fn serve(stream: TcpStream, books: Arc<Mutex<Books>>) {
    let service = service_fn(|request| Box::pin(respond(request, Arc::clone(&books))));
    let mut connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if std::future::poll_fn(|cx| connection.poll_without_shutdown(cx)).await.is_err() {
        // With nothing to linger for, closing sends a reset in place of an end.
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}

type Body = Either<Full<Bytes>, Channel<Bytes, std::io::Error>>;

/// An error resets the connection.
async fn respond(
    request: Request<Incoming>,
    books: Arc<Mutex<Books>>,
) -> Result<Response<Body>, std::io::Error> {
    let key = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok());
    let key = key.map(str::to_owned);
    let body = request.into_body().collect().await.map_err(std::io::Error::other)?.to_bytes();
    let (Some(key), Ok(order)) = (key, serde_json::from_slice::<Order>(&body)) else {
        return Ok(refuse(StatusCode::BAD_REQUEST));
    };
    let receipt = serde_json::json!({ "charge": key, "cents": order.cents }).to_string();
    // The guard must not live across an await.
    let fault = match lock(&books).take(&key, order) {
        Ok(fault) => fault,
        Err(status) => return Ok(refuse(status)),
    };
    match fault {
        Some(Fault::ResetBefore | Fault::ResetAfter) => {
            Err(std::io::ErrorKind::ConnectionReset.into())
        }
        Some(Fault::HalfAnswer) => Ok(half_of(&receipt)),
        Some(Fault::Hang) => std::future::pending().await,
        _ => Ok(Response::new(Either::Left(Full::from(receipt)))),
    }
}

impl Books {
    /// What is to go wrong with the answer; the status of a refusal.
    fn take(&mut self, key: &str, order: Order) -> Result<Option<Fault>, StatusCode> {
        if self.is_over_the_rate() {
            self.count(Fault::TooManyRequests);
            say(&order, "429, Retry-After: 1");
            return Err(StatusCode::TOO_MANY_REQUESTS);
        }
        let fault = self.fault(key);
        if fault == Some(Fault::Busy) {
            self.count(Fault::Busy);
            say(&order, "503, Retry-After: 1");
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        if fault == Some(Fault::ResetBefore) {
            self.count(Fault::ResetBefore);
            say(&order, "connection reset");
            return Ok(fault);
        }
        if order.customer.starts_with("no money") {
            self.declined += 1;
            say(&order, "402, the card is declined");
            return Err(StatusCode::PAYMENT_REQUIRED);
        }
        match self.ledger.iter().find(|(known, _)| known == key) {
            Some((_, known)) if *known != order => {
                // It is a mistake of the client's, which no second request cures.
                return Err(StatusCode::UNPROCESSABLE_ENTITY);
            }
            Some(_) => say(&order, "charged already, the same answer again"),
            None => {
                let then = match fault {
                    Some(Fault::ResetAfter) => "charged, then connection reset",
                    Some(Fault::HalfAnswer) => "charged, then half an answer",
                    Some(Fault::Hang) => "charged, then silence",
                    _ => "charged",
                };
                say(&order, then);
                self.ledger.push((key.to_owned(), order));
            }
        }
        if let Some(fault) = fault {
            self.count(fault);
        }
        Ok(fault)
    }

    fn is_over_the_rate(&mut self) -> bool {
        if self.window_began_at.elapsed() >= self.rate.window {
            (self.window_began_at, self.in_window) = (Instant::now(), 0);
        }
        self.in_window += 1;
        self.in_window > self.rate.requests
    }

    /// What goes wrong with this request: with the first of a key or the second, and then nothing more.
    fn fault(&mut self, key: &str) -> Option<Fault> {
        let index = self.requests.iter().position(|(known, _)| known == key);
        let index = index.unwrap_or_else(|| {
            self.requests.push((key.to_owned(), 0));
            self.requests.len() - 1
        });
        let requests = &mut self.requests[index].1;
        let fault = FAULTS[index % FAULTS.len()].get(*requests).copied();
        *requests += 1;
        fault
    }

    fn count(&mut self, fault: Fault) {
        *self.faults.entry(fault).or_default() += 1;
    }
}

fn refuse(status: StatusCode) -> Response<Body> {
    let (why, retry_after) = match status {
        StatusCode::PAYMENT_REQUIRED => ("the card is declined", None),
        StatusCode::UNPROCESSABLE_ENTITY => ("the key of another order", None),
        StatusCode::BAD_REQUEST => ("an order with a key is needed", None),
        _ => ("not now", Some(HeaderValue::from(1))),
    };
    let mut response = Response::new(Either::Left(Full::from(why)));
    *response.status_mut() = status;
    response.headers_mut().extend(retry_after.map(|seconds| (RETRY_AFTER, seconds)));
    response
}

/// The headers promise the whole of it, and the connection breaks halfway.
fn half_of(receipt: &str) -> Response<Body> {
    let (mut sender, body) = Channel::new(1);
    let mut response = Response::new(Either::Right(body));
    response.headers_mut().insert("content-length", HeaderValue::from(receipt.len()));
    let half = Bytes::copy_from_slice(&receipt.as_bytes()[..receipt.len() / 2]);
    tokio::spawn(async move {
        let _ = sender.send_data(half).await;
        sender.abort(std::io::ErrorKind::ConnectionReset.into());
    });
    response
}

fn say(order: &Order, what: &str) {
    println!("   Service: {:>5} cents of {:<10} → {what}", order.cents, order.customer);
}
