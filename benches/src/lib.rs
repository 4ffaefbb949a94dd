//! The same work under the same policy, retried by everybody: by hand, by this crate, and by its peers.
//!
//! The policy: five attempts, waits of 100 ms that double up to 20 s, with the crate's full jitter or
//! what is nearest to it; errors are tried again if they are transient. `zero` is the same without waits.

pub mod asynchronous;
pub mod blocking;

pub mod bounds;
pub mod commands;
pub mod figures;
pub mod generated;
pub mod options;
pub mod report;

use std::cell::Cell;
use std::fmt;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use reattempt::{Retryability, Retryable};

/// What is called: it fails as often as it was told to.
#[derive(Debug, Default)]
pub struct Server {
    failures: Cell<u32>,
}

impl Server {
    /// Will fail this many times.
    pub fn fail(&self, failures: u32) -> &Server {
        self.failures.set(failures);
        self
    }

    /// The work. It is not inlined, so that it costs everybody the same.
    #[inline(never)]
    pub fn call(&self, input: u64) -> Result<u64, Failure> {
        if let Some(left) = self.failures.get().checked_sub(1) {
            self.failures.set(left);
            return Err(Failure::Busy);
        }
        input.checked_mul(3).ok_or(Failure::TooLarge)
    }

    /// The work, as a future that is ready at once.
    pub async fn call_async(&self, input: u64) -> Result<u64, Failure> {
        self.call(input)
    }
}

/// How the work fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Worth another attempt.
    Busy,
    /// Not worth one.
    TooLarge,
}

impl Failure {
    /// Whether it is worth another attempt.
    pub fn is_transient(&self) -> bool {
        matches!(self, Failure::Busy)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the work failed")
    }
}

impl std::error::Error for Failure {}

impl Retryable for Failure {
    fn retryability(&self) -> Retryability {
        if self.is_transient() { Retryability::transient() } else { Retryability::permanent() }
    }
}

pub const INITIAL_DELAY: Duration = Duration::from_millis(100);
pub const MAX_DELAY: Duration = Duration::from_secs(20);
pub const MAX_ATTEMPTS: u32 = 5;

/// The wait of the loops written by hand.
#[cold]
pub fn wait(attempt: u32) -> Duration {
    INITIAL_DELAY.saturating_mul(1 << (attempt - 1).min(10)).min(MAX_DELAY).mul_f64(fastrand::f64())
}

/// The policy, as backon has it.
pub fn backon_policy() -> backon::ExponentialBuilder {
    backon::ExponentialBuilder::default()
        .with_min_delay(INITIAL_DELAY)
        .with_max_delay(MAX_DELAY)
        .with_max_times(4)
        .with_jitter()
}

/// The same without waits.
pub fn backon_zero() -> backon::ConstantBuilder {
    backon::ConstantBuilder::default().with_delay(Duration::ZERO).with_max_times(4)
}

/// Polls until it is ready, without a runtime: what is polled here does not wait.
#[inline(always)]
pub fn polled<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
