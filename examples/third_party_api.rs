//! Payments at a third party that resets connections, hangs, answers by halves and limits the rate: one charge for each call.
//!
//! `cargo run --example third_party_api --features reqwest` takes a few seconds, and shows the service's own ledger at the end.

#[path = "third_party_api/payments.rs"]
mod payments;
#[path = "third_party_api/service.rs"]
mod service;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use payments::Payments;
use service::{Order, Rate, Service};
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let service = Service::start(Rate { requests: 9, window: Duration::from_secs(1) }).await?;
    let payments = Arc::new(Payments::new(service.url(), Duration::from_secs(1))?);

    println!("── Twelve payments at once, nine requests a second");
    let mut calls = JoinSet::new();
    for number in 1..=12 {
        let name = if number % 5 == 0 { "no money" } else { "customer" };
        let order = Order { customer: format!("{name} {number}"), cents: 100 * number };
        let payments = Arc::clone(&payments);
        calls.spawn(async move {
            let outcome = payments.charge(&order).await;
            (order, outcome)
        });
    }
    let mut paid = Vec::new();
    for (order, outcome) in calls.join_all().await {
        match outcome {
            Ok(receipt) => {
                println!(
                    "{:<11} paid {:>4} cents, charge {}",
                    order.customer, receipt.cents, receipt.charge
                );
                paid.push(order);
            }
            Err(error) => println!("{:<11} {error}", order.customer),
        }
    }

    println!("\n── The service's ledger");
    let books = service.books();
    let mut ledger: Vec<_> = books.ledger.iter().map(|(_, order)| order.clone()).collect();
    let requests: usize = books.requests.iter().map(|(_, requests)| requests).sum();
    let cents: u64 = ledger.iter().map(|order| order.cents).sum();
    println!("{requests} requests within the rate, {} charges, {cents} cents", ledger.len());
    println!("What went wrong: {:?}", books.faults);
    ledger.sort();
    paid.sort();
    if ledger == paid { Ok(()) } else { Err("somebody was charged twice, or not at all".into()) }
}
