//! The example of that name: what is in the service's ledger in the end.

#[path = "../examples/third_party_api/payments.rs"]
mod payments;
#[path = "../examples/third_party_api/service.rs"]
mod service;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use payments::{PaymentError, Payments};
use reattempt::testing::{self, RecordedEvent};
use reattempt::{GiveUpReason, Retry, policy};
use service::{Fault, Order, Rate, Service};
use tokio::task::JoinSet;

/// There is no wait for the rate's window either: a call asks until it is over.
const RATE: Rate = Rate { requests: 15, window: Duration::from_millis(20) };

fn order(number: u64) -> Order {
    let name = if number % 10 == 3 { "no money" } else { "customer" };
    Order { customer: format!("{name} {number}"), cents: 100 + number }
}

#[tokio::test]
async fn each_call_is_charged_once_whatever_fails() {
    const CALLS: u64 = 60;
    let service = Service::start(RATE).await.unwrap();
    let payments = Arc::new(Payments::new(service.url(), Duration::from_secs(1)).unwrap());
    let recording = testing::record();

    let mut calls = JoinSet::new();
    for number in 0..CALLS {
        let payments = Arc::clone(&payments);
        calls.spawn(async move { (order(number), payments.charge(&order(number)).await) });
    }
    let mut paid = BTreeSet::new();
    for (order, outcome) in calls.join_all().await {
        match outcome {
            Ok(receipt) => {
                assert_eq!(receipt.cents, order.cents);
                paid.insert((receipt.charge, order));
            }
            Err(PaymentError::Declined(_)) => assert!(order.customer.starts_with("no money")),
            Err(error) => panic!("{order:?}: {error:?}"),
        }
    }

    let books = service.books();
    let ledger: BTreeSet<_> = books.ledger.iter().cloned().collect();
    assert_eq!(books.ledger.len(), 54);
    assert_eq!(ledger, paid);
    // Declined once, and not asked again.
    assert_eq!(books.declined, 6);
    let gave_up: Vec<_> = recording.events().iter().filter_map(RecordedEvent::reason).collect();
    assert_eq!(gave_up, [GiveUpReason::Permanent; 6]);
    // One key for each call, however often it asked.
    assert_eq!(books.requests.len(), 60);
    for fault in [
        Fault::ResetBefore,
        Fault::ResetAfter,
        Fault::HalfAnswer,
        Fault::Hang,
        Fault::Busy,
        Fault::TooManyRequests,
    ] {
        assert!(books.faults.contains_key(&fault), "{fault:?}: {:?}", books.faults);
    }
}

/// Against the same service, with a key for each attempt: what the test above would see.
#[tokio::test]
async fn a_key_for_each_attempt_is_charged_twice() {
    let service = Service::start(RATE).await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let _recording = testing::record();
    let body = serde_json::to_vec(&order(1)).unwrap();
    let (client, body, url) = (&client, &body, &service.url());
    let retry = Retry::new(policy!(max_attempts = 2));
    let charge = retry.call_async_with(async |cx| {
        let key = format!("{}-{}", cx.call_id(), cx.attempt());
        let request = client.post(url).header("Idempotency-Key", key).body(body.clone());
        request.send().await?.bytes().await
    });
    charge.await.unwrap_err();
    assert_eq!(service.books().ledger.len(), 2);
}
