//! Annotated functions with documentation.

#![allow(missing_docs, reason = "one has none on purpose")]

use std::io;

use reattempt::{Policy, policy, retry};

/// A policy to share.
pub const STORAGE: Policy = policy!(max_attempts = 7);

/// Whether an error is transient.
pub fn is_transient(_: &io::Error) -> bool {
    true
}

/// By default.
#[retry]
pub fn bare() -> io::Result<()> {
    Ok(())
}

/// With everything.
///
/// # Errors
///
/// As it pleases.
#[retry(max_attempts = 5, backoff = "linear", jitter = "equal", max_delay = 300ms, on = is_transient)]
pub fn linear() -> io::Result<()> {
    Ok(())
}

/// By a list.
#[retry(backoff = [10ms, 1s, 1.5s], jitter = "none", on(_))]
pub fn listed() -> io::Result<()> {
    Ok(())
}

/// Many times.
#[retry(max_attempts = 100, initial_delay = 1s, jitter = "decorrelated", until = |()| true)]
pub fn many() -> io::Result<()> {
    Ok(())
}

/// The same each time.
#[retry(max_attempts = 4, backoff = "fixed", initial_delay = 1.5s, jitter = 0.25)]
pub fn fixed() -> io::Result<()> {
    Ok(())
}

/// As rabbits do.
#[retry(max_attempts = 7, backoff = "fibonacci", throttled_delay = 2s)]
pub fn fibonacci() -> io::Result<()> {
    Ok(())
}

/// At once.
#[retry(max_attempts = 2, backoff = "none")]
pub fn none() -> io::Result<()> {
    Ok(())
}

/// A client.
#[derive(Debug)]
pub struct Client;

impl Client {
    /// A method.
    #[retry(max_attempts = 6, multiplier = 1.5, jitter = "none")]
    pub async fn method(&self) -> io::Result<()> {
        Ok(())
    }
}

/// A trait.
#[async_trait::async_trait]
pub trait Store {
    /// A method of a trait.
    #[retry(max_attempts = 3, backoff = "linear", on(error if error.kind() == io::ErrorKind::TimedOut))]
    async fn provided(&self) -> io::Result<()>
    where
        Self: Sync,
    {
        Ok(())
    }
}

/// By a constant.
#[retry(max_attempts = STORAGE.max_attempts().unwrap().get())]
pub fn by_constant() -> io::Result<()> {
    Ok(())
}

/// By a part of a policy.
#[retry(policy = STORAGE, max_attempts = 2)]
pub fn changed() -> io::Result<()> {
    Ok(())
}

/// It may not be there.
#[retry]
pub fn optional() -> Option<u32> {
    None
}

/// By a policy.
#[retry(policy = STORAGE)]
pub fn shared() -> io::Result<()> {
    Ok(())
}

/// As it was.
#[retry(doc = false)]
pub fn without_section() -> io::Result<()> {
    Ok(())
}

#[retry]
pub fn without_documentation() -> io::Result<()> {
    Ok(())
}

/// With limits in time.
#[retry(
    max_attempts = unlimited,
    max_elapsed = 90s,
    attempt_timeout = 10s,
    retry_after = "capped",
    timed_out = |timed_out| io::Error::other(timed_out),
)]
pub async fn limited() -> io::Result<()> {
    Ok(())
}

/// Within what the caller allows.
#[retry(max_attempts = 4, jitter = "none", deadline = budget, stall_timeout = 3s, context = cx)]
pub async fn within(budget: std::time::Duration) -> io::Result<()> {
    cx.progress();
    Ok(())
}

/// Whose total is more than its time.
#[retry(max_attempts = 9, initial_delay = 10s, deadline = 30s, jitter = "none")]
pub async fn hurried() -> io::Result<()> {
    Ok(())
}

/// For as long as it takes.
#[retry(max_attempts = unlimited, reset_after = 60s, cancel = stop, throttled(max_attempts = 8))]
pub fn connected(stop: &std::sync::atomic::AtomicBool) -> io::Result<()> {
    Ok(())
}

/// First fast, then slowly.
#[retry(max_attempts = 3, then = STORAGE, deadline = 60s)]
pub async fn patient() -> io::Result<()> {
    Ok(())
}
