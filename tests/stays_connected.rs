//! The example of that name: what the worker has processed in the end, and that it stops at once.

#[path = "../examples/stays_connected/server.rs"]
mod server;
#[path = "../examples/stays_connected/worker.rs"]
mod worker;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reattempt::{Event, EventKind, Observer, Scope, policy, testing};
use server::{End, HEALTHY, Messages, Server, Session};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use worker::{Store, work};

const ANY_PORT: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// Longer than anything here takes: what is never done fails there in place of hanging.
const NEVER: Duration = Duration::from_secs(60);

fn texts(numbers: std::ops::RangeInclusive<usize>) -> Vec<String> {
    numbers.map(|number| format!("message {number}")).collect()
}

/// A port at which nobody listens.
async fn deserted() -> SocketAddr {
    TcpListener::bind(SocketAddr::from(ANY_PORT)).await.unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn each_message_is_processed_once_and_in_order() {
    const MESSAGES: usize = 200;
    let messages = Messages::new(Duration::ZERO);
    messages.add(texts(1..=MESSAGES));
    let ends = [End::Reset, End::HangsUp, End::HalfALine, End::Gap];
    // Sessions of no message at all, of one, two, three, and so on.
    let sessions: Vec<_> = (0..)
        .zip(ends.iter().cycle())
        .map(|(lines, end)| Session { lines, end: *end })
        .take(16)
        .collect();
    let silent = [Session { lines: 3, end: End::Silence }, HEALTHY];
    let server = Server::start(ANY_PORT.into(), &messages, &[&sessions[..], &silent].concat());
    let server = server.unwrap();
    let recording = testing::record();

    let stop = CancellationToken::new();
    let operator = async {
        let mut acknowledged = messages.acknowledged();
        let all = acknowledged.wait_for(|number| *number == MESSAGES);
        tokio::time::timeout(NEVER, all).await.unwrap().unwrap();
        stop.cancel();
    };
    let mut store = Store::default();
    let (outcome, ()) = tokio::join!(work(server.address, &mut store, &stop), operator);
    outcome.unwrap();
    assert_eq!(store.processed, texts(1..=MESSAGES));
    assert_eq!(store.last, MESSAGES);
    // As many as broke, and the one that it was told to stop in.
    assert!(recording.attempts("stay_connected") > sessions.len());
}

#[tokio::test]
async fn it_comes_back_to_a_server_that_was_killed() {
    let messages = Messages::new(Duration::ZERO);
    messages.add(texts(1..=5));
    let first = Server::start(ANY_PORT.into(), &messages, &[]).unwrap();
    let address = first.address;
    let refused = Arc::new(Refused::default());
    // Without waits it would have used up its attempts before the server is back.
    let scope = Scope::new()
        .policy(
            "stay_connected",
            policy!(max_attempts = unlimited, initial_delay = 5ms, max_delay = 5ms),
        )
        .observer(Arc::clone(&refused));

    let stop = CancellationToken::new();
    let operator = async {
        let mut acknowledged = messages.acknowledged();
        let mut all = async |expected| {
            let all = acknowledged.wait_for(|number| *number == expected);
            tokio::time::timeout(NEVER, all).await.unwrap().unwrap();
        };
        all(5).await;
        drop(first);
        refused.0.notified().await;
        messages.add(texts(6..=9));
        let second = Server::start(address, &messages, &[]).unwrap();
        all(9).await;
        stop.cancel();
        second
    };
    let mut store = Store::default();
    let work = scope.run_async(work(address, &mut store, &stop));
    tokio::join!(work, operator).0.unwrap();
    assert_eq!(store.processed, texts(1..=9));
}

/// Is told when a connection was refused.
#[derive(Default)]
struct Refused(Notify);

impl Observer for Refused {
    fn event(&self, event: &Event<'_>) {
        let error = event.error().map(ToString::to_string).unwrap_or_default();
        if event.kind() == EventKind::Retrying && error.contains("refused") {
            self.0.notify_one();
        }
    }
}

/// The delay is an hour, so that ending at all is ending at once.
#[tokio::test]
async fn it_stops_at_once_while_it_waits() {
    let refused = Arc::new(Refused::default());
    let hours =
        policy!(max_attempts = unlimited, initial_delay = 1h, max_delay = 1h, jitter = "none");
    let scope = Scope::new().policy("stay_connected", hours).observer(Arc::clone(&refused));
    let stop = CancellationToken::new();
    let operator = async {
        refused.0.notified().await;
        stop.cancel();
    };
    let mut store = Store::default();
    let address = deserted().await;
    let work = scope.run_async(work(address, &mut store, &stop));
    let both = async { tokio::join!(work, operator) };
    tokio::time::timeout(NEVER, both).await.unwrap().0.unwrap();
    assert!(store.processed.is_empty());
}

#[tokio::test]
async fn it_stops_at_once_during_a_session() {
    let messages = Messages::new(Duration::ZERO);
    messages.add(texts(1..=3));
    let server = Server::start(ANY_PORT.into(), &messages, &[]).unwrap();
    let stop = CancellationToken::new();
    let operator = async {
        let mut acknowledged = messages.acknowledged();
        acknowledged.wait_for(|number| *number == 3).await.unwrap();
        stop.cancel();
    };
    let mut store = Store::default();
    let work = work(server.address, &mut store, &stop);
    let both = async { tokio::join!(work, operator) };
    tokio::time::timeout(NEVER, both).await.unwrap().0.unwrap();
    assert_eq!(store.processed, texts(1..=3));
}
