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

/// Reads two registers. Each of the shapes below is compiled by the oldest compiler here.
///
/// # Errors
///
/// As the bus says.
#[retry(backoff = [10us, 1ms], on = |error| matches!(error, BusError::ArbitrationLost), sleep = spin)]
pub fn read_two(register: u8) -> Result<(u8, u8), BusError> {
    let first = read(register)?;
    Ok((first, read(first)?))
}

/// Writes and reads again.
///
/// # Errors
///
/// As the bus says.
#[retry(context = attempt, clone(register), on(BusError::ArbitrationLost), sleep = timer)]
pub async fn write_and_read(mut register: u8, log: &mut u32) -> Result<u8, BusError> {
    *log = attempt.attempt();
    write(&mut register).await?;
    read(register)
}

/// Reads until something is there.
///
/// # Errors
///
/// As the bus says.
#[retry(until = |value| *value != 0, policy = POLICY, name = "poll", sleep = timer)]
pub async fn poll(register: u8) -> Result<u8, BusError> {
    timer(Duration::ZERO).await;
    read(register)
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

    #[retry(on = |_| true)]
    pub fn blocking_by() -> Result<(), BusError> {
        Ok(())
    }

    #[retry]
    pub async fn asynchronous() -> Result<(), BusError> {
        Ok(())
    }
}
