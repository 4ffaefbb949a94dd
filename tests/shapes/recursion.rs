//! Functions that call themselves; boxed where they are async.

use reattempt::retry;

use super::Result;
use super::support::{Work, sleep};

#[retry(sleep = sleep)]
fn recursive(work: &Work, depth: u32) -> Result<u32> {
    if depth == 0 { work.call() } else { recursive(work, depth - 1) }
}

#[retry]
async fn async_recursive(work: &Work, depth: u32) -> Result<u32> {
    if depth == 0 { work.call() } else { Box::pin(async_recursive(work, depth - 1)).await }
}

// Each of the two levels has three attempts.
#[tokio::test(start_paused = true)]
async fn each_level_is_retried() {
    assert_eq!(recursive(&Work::failing(8), 1), Ok(9));
    assert_eq!(async_recursive(&Work::failing(8), 1).await, Ok(9));
}
