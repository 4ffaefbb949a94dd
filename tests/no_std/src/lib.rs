//! Annotated functions where there is neither an operating system nor an allocator. `.ci/run` checks
//! this for bare metal.

#![no_std]
#![forbid(unsafe_code)]
#![deny(warnings)]

use core::future::{Ready, ready};
use core::time::Duration;

use reattempt::{Policy, Retryability, Retryable, policy, retry};

/// An error of a bus.
#[derive(Debug, Clone, Copy)]
pub enum BusError {
    /// Somebody else was faster.
    ArbitrationLost,
    /// Nobody answered.
    NotAcknowledged,
}

impl Retryable for BusError {
    fn retryability(&self) -> Retryability {
        match self {
            BusError::ArbitrationLost => Retryability::transient().not_applied(),
            BusError::NotAcknowledged => Retryability::permanent(),
        }
    }
}

const POLICY: Policy = policy!(max_attempts = 4, initial_delay = 10us, max_delay = 1ms);

fn spin(_: Duration) {}

fn timer(_: Duration) -> Ready<()> {
    ready(())
}

/// Reads a register.
///
/// # Errors
///
/// As the bus says.
#[retry(policy = POLICY, sleep = spin)]
pub fn read(register: u8) -> Result<u8, BusError> {
    if register == 0 { Err(BusError::ArbitrationLost) } else { Ok(register) }
}

/// Writes a register.
///
/// # Errors
///
/// As the bus says.
#[retry(max_attempts = 4, initial_delay = 10us, sleep = timer)]
pub async fn write(register: &mut u8) -> Result<(), BusError> {
    timer(Duration::ZERO).await;
    *register = 0;
    Err(BusError::NotAcknowledged)
}

/// Starts with something to jitter with.
pub fn start(serial_number: u64) {
    reattempt::add_entropy(serial_number);
}

#[cfg(feature = "no-timer")]
mod no_timer {
    use super::{BusError, retry};

    #[retry]
    pub fn blocking() -> Result<(), BusError> {
        Ok(())
    }

    #[retry]
    pub async fn asynchronous() -> Result<(), BusError> {
        Ok(())
    }
}
