//! A worker that stays connected to a server that hangs up, is killed, comes back, and goes silent: each message is processed once.
//!
//! `cargo run --example stays_connected` takes a few seconds. It ends by Ctrl-C, or by one that it simulates.

#[path = "stays_connected/server.rs"]
mod server;
#[path = "stays_connected/worker.rs"]
mod worker;

use std::error::Error;
use std::time::Duration;

use server::{End, HEALTHY, Messages, Server, Session};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use worker::{Store, work};

const MESSAGES: usize = 40;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let messages = Messages::new(Duration::from_millis(60));
    messages.add((1..=MESSAGES).map(|number| format!("message {number}")));
    let sessions = [
        Session { lines: 4, end: End::HangsUp },
        Session { lines: 3, end: End::Reset },
        Session { lines: 5, end: End::HalfALine },
        Session { lines: 3, end: End::Gap },
        Session { lines: 2, end: End::Silence },
        // Longer than a second, so that it counts as a session that had held.
        Session { lines: 20, end: End::HangsUp },
        HEALTHY,
    ];
    let first = Server::start(([127, 0, 0, 1], 0).into(), &messages, &sessions)?;
    let address = first.address;

    let stop = CancellationToken::new();
    let operator = tokio::spawn(operate(first, messages.clone(), stop.clone()));
    let mut store = Store::default();
    // A token stays cancelled. `ctrl_c()` itself would be missed if it fired while nobody looks.
    let ctrl_c = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            ctrl_c.cancel();
        }
    });
    work(address, &mut store, &stop).await?;
    println!("Worker: stopped");

    operator.abort();
    println!("\n{} of {MESSAGES} messages were processed, each once and in order", store.last);
    let expected: Vec<_> = (1..=store.last).map(|number| format!("message {number}")).collect();
    if store.processed == expected { Ok(()) } else { Err(format!("{:?}", store.processed).into()) }
}

/// Kills the server when it has nothing left to tell, starts it again, and at last kills it for good and presses Ctrl-C.
async fn operate(first: Server, messages: Messages, stop: CancellationToken) {
    let address = first.address;
    let mut acknowledged = messages.acknowledged();
    let _ = acknowledged.wait_for(|number| *number == MESSAGES - 3).await;
    println!("   Server: killed");
    drop(first);
    sleep(Duration::from_secs(1)).await;
    println!("   Server: back again");
    let second = Server::start(address, &messages, &[]);
    if second.is_ok() {
        let _ = acknowledged.wait_for(|number| *number == MESSAGES).await;
    }
    println!("   Server: killed for good");
    drop(second);
    sleep(Duration::from_millis(700)).await;
    println!("Ctrl-C");
    stop.cancel();
}
