use reattempt::{Policy, TimedOut, policy, retry};
use std::time::Duration;

#[retry(timeout = 5s)]
fn whole() -> std::io::Result<()> {
    Ok(())
}

#[retry(timeout = 5s)]
async fn whole_async() -> std::io::Result<()> {
    Ok(())
}

const POLICY: Policy = policy!(timeout = 5s);

#[retry(attempt_timeout = 5s, deadline = 30s)]
fn blocking() -> std::io::Result<()> {
    Ok(())
}

#[retry(attempt_timeout = 5s, deadline = 5s)]
async fn no_second_attempt() -> std::io::Result<()> {
    Ok(())
}

#[retry(deadline = 50ms, jitter = "none")]
async fn over_before_the_first_retry() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_elapsed = 50ms, jitter = "none")]
fn over_too() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_elapsed = 0s)]
fn no_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(attempt_timeout = 0s)]
async fn no_time_for_an_attempt() -> std::io::Result<()> {
    Ok(())
}

#[retry(reset_after = 0s)]
fn never_ends() -> std::io::Result<()> {
    Ok(())
}

#[retry(timed_out = |timed_out: TimedOut| timed_out.into())]
async fn nothing_is_cut_off() -> std::io::Result<()> {
    Ok(())
}

#[retry(stall_timeout = 5s)]
async fn nothing_says_that_it_moves() -> std::io::Result<()> {
    Ok(())
}

#[retry(attempt_timeout = 5s, on(_))]
async fn nothing_makes_the_error() -> Result<(), String> {
    Ok(())
}

#[retry(deadline = seconds)]
async fn not_a_time(seconds: u64) -> std::io::Result<()> {
    Ok(())
}

#[retry(attempt_timeout = seconds)]
async fn not_a_duration(seconds: u64) -> std::io::Result<()> {
    Ok(())
}

const THEN: Policy = policy!(max_attempts = unlimited, then = POLICY);

#[retry(throttled(max_attempts = 1, jitter))]
fn throttled() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled = 5s)]
fn throttled_value() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled(max_attempts = 8), throttled_max_attempts = 9)]
fn throttled_twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(deadline = 5s, max_elapsed = 10s)]
async fn no_effect() -> std::io::Result<()> {
    Ok(())
}

const LIMITED: Policy = policy!(max_elapsed = 5s);

const IGNORED: Policy = policy!(max_attempts = 3, then = LIMITED);

fn main() {
    let _ = IGNORED;
    let _: Duration = POLICY.initial_delay();
    let _ = THEN;
}
