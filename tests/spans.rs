//! A span for each attempt, where `span` asks for it. One test, in a process of its own: `tracing` remembers for the whole
//! process whether anybody listens.

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/lines.rs"]
mod lines;

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::time::Duration;

use lines::Lines;
use reattempt::{Scope, attempt, retry};

#[retry(max_attempts = 2, span, backoff = "none")]
fn blocking(calls: &Cell<u32>) -> io::Result<u32> {
    tracing::info!("sending");
    calls.set(calls.get() + 1);
    if calls.get() == 1 { Err(ErrorKind::TimedOut.into()) } else { Ok(calls.get()) }
}

#[retry(max_attempts = 3, span = true, name = "storage::upload", deadline = 60s, nested = "once")]
async fn limited(calls: &Cell<u32>) -> io::Result<u32> {
    calls.set(calls.get() + 1);
    tokio::time::sleep(Duration::from_millis(1)).await;
    tracing::info!("sending");
    if calls.get() < 3 { Err(ErrorKind::TimedOut.into()) } else { Ok(calls.get()) }
}

#[retry(span = false)]
fn without() -> io::Result<()> {
    tracing::info!("sending");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_attempt_runs_in_a_span_with_its_number() {
    let lines = Lines::default();
    tracing::subscriber::set_global_default(lines.subscriber()).unwrap();
    let seen = Cell::new(0);
    let sent = || -> Vec<String> {
        let all = lines.all();
        let sent = all[seen.replace(all.len())..].iter().filter(|line| line.ends_with("sending"));
        sent.map(|line| {
            line.trim_start().trim_start_matches("INFO ").split(": ").next().unwrap().to_owned()
        })
        .collect()
    };
    assert_eq!(blocking(&Cell::new(0)).unwrap(), 2);
    assert_eq!(
        sent(),
        [
            r#"attempt{operation="spans::blocking" attempt=1 otel.name=spans::blocking attempt}"#,
            r#"attempt{operation="spans::blocking" attempt=2 otel.name=spans::blocking attempt}"#,
        ]
    );
    // Inside of the operation's own span, across waits in the attempt, and with whatever else an attempt runs inside of.
    let operation = tracing::info_span!("request");
    let calls = Cell::new(0);
    let call = tracing::Instrument::instrument(limited(&calls), operation);
    assert_eq!(Scope::new().run_async(call).await.unwrap(), 3);
    let spans = sent();
    assert_eq!(spans.len(), 3);
    for (span, attempt) in spans.iter().zip(1..) {
        assert!(span.starts_with("request:attempt{operation=\"storage::upload\""), "{span}");
        assert!(span.contains(&format!("attempt={attempt} ")), "{span}");
    }
    without().unwrap();
    assert_eq!(sent(), ["spans"]);
    let block = attempt!(span, name = "block", async {
        tracing::info!("sending");
        Ok::<_, io::Error>(1)
    });
    assert_eq!(block.await.unwrap(), 1);
    assert_eq!(sent(), [r#"attempt{operation="block" attempt=1 otel.name=block attempt}"#]);
}
