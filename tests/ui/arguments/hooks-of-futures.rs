#![deny(unused_must_use)]

use reattempt::retry;
use std::io;

async fn notify(_: u32) {}

#[retry(on_retry = |retry| notify(retry.attempt()))]
async fn a_future_that_nothing_waits_for() -> io::Result<()> {
    Ok(())
}

#[retry(on_give_up = |call| notify(call.attempts()))]
async fn another_at_the_end() -> io::Result<()> {
    Ok(())
}

#[retry(on_give_up = |_| std::fs::remove_file("lock"))]
fn a_result_that_nobody_looks_at() -> io::Result<()> {
    Ok(())
}

fn main() {}
