//! What is stored in the end, whatever happened to the workers.

use std::error::Error;
use std::io;
use std::path::Path;

use apalis::prelude::{AbortError, BoxDynError};
use durable_queue::story::{ORDERS, Stage, run};
use durable_queue::worker::{PLACES, retryability};
use reattempt::Retryable as _;

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_durable-queue"))
}

#[tokio::test]
async fn each_effect_is_there_once_although_a_worker_was_killed() -> Outcome {
    let report = run(program(), |what| println!("{what}")).await?;
    assert_eq!((report.done, report.left), (ORDERS, 0), "{report:?}");
    // Their table would take a second one only for another order.
    assert_eq!(report.invoices, ORDERS, "{report:?}");
    assert_eq!(report.amount, (1..=ORDERS).sum::<i64>() * 100, "{report:?}");
    assert!(report.taken_over >= i64::try_from(PLACES)?, "{report:?}");
    assert!(report.attempts >= ORDERS + 40, "{report:?}");
    // What nothing can cure is not tried again, and not lost either.
    assert_eq!((report.missing_attempts, report.given_up.len()), (1, 1), "{report:?}");
    assert!(report.given_up.iter().all(|error| error.contains("404")), "{report:?}");
    Ok(())
}

/// Which is why the worker looks at the box first.
#[test]
fn what_the_queue_calls_final_is_looked_into() {
    let refused = || Box::new(io::Error::from(io::ErrorKind::ConnectionRefused));
    let aborted: BoxDynError = AbortError::new(refused()).into();
    assert!(aborted.retryability().is_retryable(), "by what it was made of");
    assert!(!retryability(&aborted).is_retryable());
    let refused: BoxDynError = refused();
    assert!(retryability(&refused).is_retryable());
}

#[tokio::test]
async fn a_worker_that_is_asked_to_end_in_an_outage_ends_and_loses_nothing() -> Outcome {
    let mut stage = Stage::new().await?;
    stage.order(1..=ORDERS).await?;
    let first = stage.work_in_vain(program(), 20).await?;
    let name = first.name.clone();
    first.stop().await?;
    let second = stage.work_in_vain(program(), 1).await?;
    stage.come_up(0).await?;
    stage.await_end().await?;
    let report = stage.report(&name, &second.name).await?;
    assert_eq!((report.done, report.left, report.invoices), (ORDERS, 0, ORDERS), "{report:?}");
    second.stop().await?;
    Ok(())
}
