//! The example of that name: which decisions are there in the end, and that they are there in time.

#[path = "../examples/ai_decisions/model.rs"]
mod model;
#[path = "../examples/ai_decisions/server.rs"]
mod server;

use std::time::Duration;

use model::{Action, Decision, Limits, Model, ModelError};
use reattempt::testing;
use server::{FAULTS, Fault, Server, pieces};
use tokio::task::JoinSet;
use tokio::time::Instant;

const TICKETS: usize = 3 * FAULTS.len();

const LIMITS: Limits = Limits {
    attempt: Duration::from_millis(1500),
    stall: Duration::from_millis(500),
    deadline: Duration::from_secs(600),
};

fn fault(ticket: usize) -> Option<Fault> {
    FAULTS[ticket % FAULTS.len()].first().copied()
}

/// The decision about each ticket, and how long the call took.
async fn decide_all(model: &Model) -> Vec<(usize, Decision, Duration)> {
    let mut calls = JoinSet::new();
    for ticket in 0..TICKETS {
        let model = model.clone();
        calls.spawn(async move {
            let began_at = Instant::now();
            let decision = model.decide_or_default(ticket).await;
            (ticket, decision, began_at.elapsed())
        });
    }
    let mut decided = calls.join_all().await;
    decided.sort_by_key(|(ticket, ..)| *ticket);
    decided
}

#[tokio::test]
async fn there_is_a_decision_for_each_ticket() {
    let server = Server::start().await.unwrap();
    let model = Model::new(server.url(), LIMITS).unwrap();
    let _recording = testing::record();
    let decided = decide_all(&model).await;

    assert_eq!(decided.len(), TICKETS);
    for (place, (ticket, decision, _)) in decided.iter().enumerate() {
        assert_eq!(place, *ticket);
        if fault(*ticket) == Some(Fault::Refused) || ticket % FAULTS.len() == FAULTS.len() - 1 {
            assert_eq!(decision.action, Action::AskAPerson, "{decision:?}");
        } else {
            let decided: Decision = serde_json::from_str(&pieces(*ticket).concat()).unwrap();
            assert_eq!(*decision, decided);
        }
    }
    let requests = server.requests();
    for ticket in 0..TICKETS {
        let asked = requests[&ticket];
        match fault(ticket) {
            Some(Fault::Refused) => assert_eq!(asked, 1),
            Some(_) => assert!((2..=6).contains(&asked), "ticket {ticket}: {asked}"),
            None => {}
        }
    }
}

/// On a paused clock, which jumps to the next limit whenever nothing moves. So it cuts off more than it would in earnest,
/// and what is looked at is only that no call lasts too long.
#[tokio::test(start_paused = true)]
async fn no_call_takes_longer_than_its_deadline() {
    for limit in [200, 600, 4_000].map(Duration::from_millis) {
        let deadline = Duration::from_secs(3);
        let limits = Limits { attempt: 2 * limit, stall: limit, deadline };
        let server = Server::start().await.unwrap();
        let model = Model::new(server.url(), limits).unwrap();
        for (ticket, _, elapsed) in decide_all(&model).await {
            // Tokio's timer counts in milliseconds.
            let latest = deadline + Duration::from_millis(1);
            assert!(elapsed <= latest, "ticket {ticket} took {elapsed:?} of {deadline:?}");
            if limit > deadline && ticket % FAULTS.len() == FAULTS.len() - 1 {
                assert!(elapsed >= deadline, "it hangs, and nothing else ends it: {elapsed:?}");
            }
        }
    }
}

#[tokio::test]
async fn nothing_of_a_stream_is_handed_on_twice() {
    let server = Server::start().await.unwrap();
    let model = Model::new(server.url(), LIMITS).unwrap();
    let _recording = testing::record();
    let mut calls = JoinSet::new();
    for ticket in 0..FAULTS.len() {
        let model = model.clone();
        calls.spawn(async move {
            let mut shown = Vec::new();
            let outcome = model.show(ticket, &mut |piece: &str| shown.push(piece.to_owned())).await;
            (ticket, outcome, shown)
        });
    }
    for (ticket, outcome, shown) in calls.join_all().await {
        let all = pieces(ticket);
        let asked = server.requests()[&ticket];
        match fault(ticket) {
            Some(Fault::EndsEarly) => {
                assert!(matches!(outcome, Err(ModelError::Incomplete)), "{outcome:?}");
                assert_eq!((&shown[..], asked), (&all[..1], 1));
            }
            Some(Fault::Stall) => {
                assert!(matches!(outcome, Err(ModelError::TimedOut(_))), "{outcome:?}");
                assert_eq!((&shown[..], asked), (&all[..1], 1));
            }
            // The reset may overtake the piece before it. Then nothing was shown, and the model is asked again.
            Some(Fault::CutOff) if outcome.is_err() => {
                assert_eq!((&shown[..], asked), (&all[..1], 1));
            }
            Some(Fault::Endless | Fault::Nonsense) => {
                assert_eq!((&shown[0], asked), (&all[0], 1));
            }
            _ if outcome.is_err() => assert!(all.starts_with(&shown), "ticket {ticket}: {shown:?}"),
            _ => assert_eq!(shown, all),
        }
    }
}
