//! Annotated functions where there is neither an operating system nor an allocator. `.ci/run` checks
//! this for bare metal.

#![no_std]
#![forbid(unsafe_code)]
#![deny(warnings)]

use core::cell::Cell;
use core::future::{Pending, Ready, pending, ready};
use core::time::Duration;

use reattempt::timer::Timer;
use reattempt::{
    Policy, Retry, Retryability, Retryable, TimedOut, Waits, attempt, policy, retry,
};

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

/// A timer of the device, which has a clock.
#[derive(Debug)]
pub struct Ticks;

impl Timer for Ticks {
    type Sleep = Ready<()>;

    fn now(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn sleep(&self, _: Duration) -> Ready<()> {
        ready(())
    }
}

/// A device that is not ready.
#[derive(Debug)]
pub struct NotReady;

impl From<TimedOut> for NotReady {
    fn from(_: TimedOut) -> NotReady {
        NotReady
    }
}

/// Limits by the device's clock, and what the caller is told.
///
/// # Errors
///
/// As long as it is not ready.
#[retry(
    max_attempts = unlimited, max_elapsed = 1s, deadline = 2s, attempt_timeout = 100ms, reset_after = 500ms,
    cancel = stop(), on(_), context = cx, sleep = TICKS, log = "off",
    on_retry = |retry| retries.set(retry.attempt()), map_err = |error, _| error,
)]
pub async fn ready_within(retries: &Cell<u32>) -> Result<u32, NotReady> {
    cx.progress();
    cx.commit();
    timer(cx.remaining().unwrap_or_default()).await;
    Err(NotReady)
}

static TICKS: Ticks = Ticks;

fn stop() -> Pending<()> {
    pending()
}

/// In the middle of a function.
///
/// # Errors
///
/// As the bus says.
pub async fn sum(registers: &mut [u8]) -> Result<u32, BusError> {
    let mut sum = 0;
    for register in registers {
        sum += attempt!(max_attempts = 2, sleep = timer, async {
            write(register).await?;
            Ok::<_, BusError>(u32::from(*register))
        })
        .await?;
        attempt!(policy = POLICY, sleep = spin, { read(*register) })?;
    }
    Ok(sum)
}

/// A state machine.
pub fn next_wait(waits: &mut Waits, error: &BusError) -> Option<Duration> {
    waits.next_after(error)
}

/// Before its first attempt.
pub fn waits() -> Waits {
    POLICY.waits()
}

/// A closure.
///
/// # Errors
///
/// As the bus says.
pub async fn by_closure() -> Result<u8, NotReady> {
    Retry::new(POLICY)
        .timer(Ticks)
        .on(|_: &NotReady| true)
        .attempt_timeout(Duration::from_millis(5))
        .without_display()
        .call_async(|| ready(Ok(1)))
        .await
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
