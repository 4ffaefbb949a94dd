//! An API like that of a language model, on a loopback port: it streams its answers, and fails on purpose.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::BodyExt as _;
use http_body_util::channel::{Channel, Sender};
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderValue;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What goes wrong with a request, on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection is reset before anything comes.
    Reset,
    /// Nothing comes.
    Hang,
    /// 529, as an overloaded model answers, with `retry-after-ms`.
    Overloaded,
    /// 503.
    Unavailable,
    /// 429, with `retry-after-ms`.
    TooManyRequests,
    /// The connection is reset in the middle of the stream.
    CutOff,
    /// The stream ends in the middle, as if that were all.
    EndsEarly,
    /// Silence in the middle of the stream.
    Stall,
    /// A stream that never ends.
    Endless,
    /// All of a stream, whose text is no decision.
    Nonsense,
    /// 400.
    Refused,
}

/// What goes wrong with the first request about a ticket, the second, and so on. It goes by the number of the ticket.
pub(crate) const FAULTS: [&[Fault]; 12] = [
    &[],
    &[Fault::Reset],
    &[Fault::Hang],
    &[Fault::Overloaded, Fault::Unavailable],
    &[Fault::TooManyRequests, Fault::Reset],
    &[Fault::CutOff],
    &[Fault::EndsEarly],
    &[Fault::Stall],
    &[Fault::Endless],
    &[Fault::Nonsense],
    &[Fault::Refused; 99],
    &[
        Fault::Hang,
        Fault::Unavailable,
        Fault::Hang,
        Fault::Overloaded,
        Fault::Hang,
        Fault::Unavailable,
        Fault::Hang,
    ],
];

/// The answer about a ticket, in the pieces in which it is streamed.
pub(crate) fn pieces(ticket: usize) -> [String; 4] {
    let action = ["refund", "replace", "refuse"][ticket % 3];
    [
        r#"{"action":""#.to_owned(),
        action.to_owned(),
        r#"","because":"of what"#.to_owned(),
        format!(r#" ticket {ticket} says"}}"#),
    ]
}

/// How often each ticket was asked about.
pub(crate) type Requests = BTreeMap<usize, usize>;

/// Stops when dropped, with its connections.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Requests>>,
    _tasks: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start() -> io::Result<Server> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, requests) = (listener.local_addr()?, Arc::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::clone(&requests)));
        Ok(Server { address, requests, _tasks: tasks })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/decisions", self.address)
    }

    pub(crate) fn requests(&self) -> MutexGuard<'_, Requests> {
        lock(&self.requests)
    }
}

fn lock(requests: &Mutex<Requests>) -> MutexGuard<'_, Requests> {
    requests.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, requests: Arc<Mutex<Requests>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&requests)));
    }
}

async fn serve(stream: TcpStream, requests: Arc<Mutex<Requests>>) {
    let service = service_fn(|request| Box::pin(respond(request, Arc::clone(&requests))));
    let mut connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if std::future::poll_fn(|cx| connection.poll_without_shutdown(cx)).await.is_err() {
        // With nothing to linger for, closing sends a reset in place of an end.
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}

type Body = Channel<Bytes, io::Error>;

/// An error resets the connection.
async fn respond(
    request: Request<Incoming>,
    requests: Arc<Mutex<Requests>>,
) -> io::Result<Response<Body>> {
    let body = request.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
    let Some(ticket) = std::str::from_utf8(&body).ok().and_then(|ticket| ticket.parse().ok())
    else {
        return Ok(refuse(StatusCode::BAD_REQUEST, None));
    };
    let fault = {
        let mut requests = lock(&requests);
        let requests = requests.entry(ticket).or_default();
        *requests += 1;
        FAULTS[ticket % FAULTS.len()].get(*requests - 1).copied()
    };
    if let Some(fault) = fault {
        println!("   Model: ticket {ticket} → {fault:?}");
    }
    match fault {
        Some(Fault::Reset) => Err(io::ErrorKind::ConnectionReset.into()),
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::Overloaded) => Ok(refuse(overloaded(), Some(200))),
        Some(Fault::Unavailable) => Ok(refuse(StatusCode::SERVICE_UNAVAILABLE, None)),
        Some(Fault::TooManyRequests) => Ok(refuse(StatusCode::TOO_MANY_REQUESTS, Some(300))),
        Some(Fault::Refused) => Ok(refuse(StatusCode::BAD_REQUEST, None)),
        fault => {
            let (sender, body) = Channel::new(1);
            tokio::spawn(stream(sender, ticket, fault));
            Ok(Response::new(body))
        }
    }
}

fn overloaded() -> StatusCode {
    StatusCode::from_u16(529).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
}

fn refuse(status: StatusCode, retry_after_ms: Option<u16>) -> Response<Body> {
    let mut response = Response::new(Channel::new(1).1);
    *response.status_mut() = status;
    let wait = retry_after_ms.map(HeaderValue::from);
    let wait = wait.and_then(|wait| Some(("retry-after-ms".parse().ok()?, wait)));
    response.headers_mut().extend(wait.map(|(name, wait)| (Some(name), wait)));
    response
}

/// Server-sent events, one for each piece, and one that says that it is done.
async fn stream(mut sender: Sender<Bytes, io::Error>, ticket: usize, fault: Option<Fault>) {
    let [first, rest @ ..] = pieces(ticket);
    let _ = send(&mut sender, &first).await;
    match fault {
        Some(Fault::CutOff) => sender.abort(io::ErrorKind::ConnectionReset.into()),
        Some(Fault::EndsEarly) => {}
        Some(Fault::Stall) => std::future::pending().await,
        Some(Fault::Endless) => while send(&mut sender, " ").await.is_ok() {},
        Some(Fault::Nonsense) => {
            let _ = send(&mut sender, "I am sorry, but").await;
            let _ = sender.send_data(Bytes::from("data: [DONE]\n\n")).await;
        }
        _ => {
            for piece in rest {
                let _ = send(&mut sender, &piece).await;
            }
            let _ = sender.send_data(Bytes::from("data: [DONE]\n\n")).await;
        }
    }
}

/// Sends a piece, at the pace of a model; fails if nobody listens any more.
async fn send(sender: &mut Sender<Bytes, io::Error>, piece: &str) -> Result<(), ()> {
    let event = format!("data: {}\n\n", serde_json::json!({ "text": piece }));
    sender.send_data(Bytes::from(event)).await.map_err(drop)?;
    tokio::time::sleep(Duration::from_millis(50)).await;
    Ok(())
}
