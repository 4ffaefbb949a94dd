//! Decisions of a language model that resets connections, hangs, is overloaded, and stops in the middle of its answers.
//!
//! `cargo run --example ai_decisions --features reqwest` takes a few seconds. In the end there is a decision for each ticket, and
//! none of them took longer than four seconds.

#[path = "ai_decisions/model.rs"]
mod model;
#[path = "ai_decisions/server.rs"]
mod server;

use std::error::Error;
use std::time::{Duration, Instant};

use model::{Limits, Model};
use server::{FAULTS, Fault, Server};
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start().await?;
    let limits = Limits {
        attempt: Duration::from_millis(1500),
        stall: Duration::from_millis(800),
        deadline: Duration::from_secs(4),
    };
    let model = Model::new(server.url(), limits)?;

    println!("── Collected, and then acted on: a decision for each of {} tickets", FAULTS.len());
    let began_at = Instant::now();
    let mut calls = JoinSet::new();
    for ticket in 0..FAULTS.len() {
        let model = model.clone();
        calls.spawn(async move { (ticket, model.decide_or_default(ticket).await) });
    }
    while let Some(decided) = calls.join_next().await {
        let (ticket, decision) = decided?;
        let elapsed = began_at.elapsed().as_secs_f64();
        println!("{elapsed:.1}s, ticket {ticket}: {:?}, {}", decision.action, decision.because);
    }
    println!("The model was asked {} times", server.requests().values().sum::<usize>());

    println!("\n── Handed on while it comes in: each piece is shown once");
    for fault in [Fault::Reset, Fault::CutOff] {
        // A ticket that was not asked about yet, with that fault.
        let which = FAULTS.iter().position(|faults| faults.first() == Some(&fault));
        let ticket = which.unwrap_or_default() + FAULTS.len();
        let mut shown = Vec::new();
        let outcome = model.show(ticket, &mut |piece: &str| shown.push(piece.to_owned())).await;
        let outcome =
            outcome.map_or_else(|error| format!("… and then: {error}"), |()| " (all of it)".into());
        println!("ticket {ticket}: {}{outcome}", shown.concat());
    }
    Ok(())
}
