//! Blocking calls.

use std::thread::sleep;
use std::time::Duration;

use backon::BlockingRetryable as _;
use reattempt::{Policy, Retry, policy, retry};

use crate::{
    Failure, INITIAL_DELAY, MAX_ATTEMPTS, MAX_DELAY, Server, backon_policy, backon_zero, wait,
};

type Result = std::result::Result<u64, Failure>;

/// The work alone.
#[inline(never)]
pub fn bare(server: &Server, input: u64) -> Result {
    server.call(input)
}

/// A loop written by hand: the reference.
#[inline(never)]
pub fn by_hand(server: &Server, input: u64) -> Result {
    let mut attempt = 0;
    loop {
        let outcome = server.call(input);
        attempt += 1;
        match &outcome {
            Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {}
            _ => return outcome,
        }
        sleep(wait(attempt));
    }
}

#[inline(never)]
#[retry(max_attempts = 5)]
pub fn reattempt(server: &Server, input: u64) -> Result {
    server.call(input)
}

/// A loop written by hand around work that `?` leaves early: the work is a function of its own.
#[inline(never)]
pub fn by_hand_early_exit(server: &Server, input: u64) -> Result {
    fn attempt(server: &Server, input: u64) -> Result {
        let value = server.call(input)?;
        Ok(value + 1)
    }
    let mut attempts = 0;
    loop {
        let outcome = attempt(server, input);
        attempts += 1;
        match &outcome {
            Err(failure) if failure.is_transient() && attempts < MAX_ATTEMPTS => {}
            _ => return outcome,
        }
        sleep(wait(attempts));
    }
}

#[inline(never)]
#[retry(max_attempts = 5)]
pub fn reattempt_early_exit(server: &Server, input: u64) -> Result {
    let value = server.call(input)?;
    Ok(value + 1)
}

const POLICY: Policy = policy!(max_attempts = 5);
const ZERO: Policy = policy!(max_attempts = 5, backoff = "none");

#[inline(never)]
pub fn reattempt_closure(server: &Server, input: u64) -> Result {
    Retry::new(POLICY).call(|| server.call(input))
}

#[inline(never)]
pub fn backon(server: &Server, input: u64) -> Result {
    (|| server.call(input)).retry(backon_policy()).sleep(sleep).when(Failure::is_transient).call()
}

#[inline(never)]
#[backon_macros::backon(backoff = backon_policy, sleep = sleep, when = Failure::is_transient)]
pub fn backon_macros(server: &Server, input: u64) -> Result {
    server.call(input)
}

fn retry_outcome(outcome: Result) -> retry::OperationResult<u64, Failure> {
    match outcome {
        Ok(value) => retry::OperationResult::Ok(value),
        Err(failure) if failure.is_transient() => retry::OperationResult::Retry(failure),
        Err(failure) => retry::OperationResult::Err(failure),
    }
}

#[inline(never)]
pub fn retry_crate(server: &Server, input: u64) -> Result {
    let waits = retry::delay::Exponential::from_millis(100).map(retry::delay::jitter).take(4);
    retry::retry(waits, || retry_outcome(server.call(input))).map_err(|error| error.error)
}

fn backoff_outcome(outcome: Result) -> std::result::Result<u64, backoff::Error<Failure>> {
    outcome.map_err(|failure| {
        if failure.is_transient() {
            backoff::Error::transient(failure)
        } else {
            backoff::Error::permanent(failure)
        }
    })
}

fn backoff_error(error: backoff::Error<Failure>) -> Failure {
    match error {
        backoff::Error::Permanent(failure) => failure,
        backoff::Error::Transient { err, .. } => err,
    }
}

/// It has no limit to the number of attempts.
#[inline(never)]
pub fn backoff(server: &Server, input: u64) -> Result {
    let policy = backoff::ExponentialBackoffBuilder::new()
        .with_initial_interval(INITIAL_DELAY)
        .with_max_interval(MAX_DELAY)
        .build();
    backoff::retry(policy, || backoff_outcome(server.call(input))).map_err(backoff_error)
}

#[inline(never)]
pub fn mulligan(server: &Server, input: u64) -> Result {
    mulligan::until::<u64, Failure, _>(|outcome| !matches!(outcome, Err(Failure::Busy)))
        .stop_after(4)
        .max_delay(MAX_DELAY)
        .exponential(INITIAL_DELAY)
        .full_jitter()
        .execute_sync(|| server.call(input))
}

/// The same without waits.
pub mod zero {
    use super::*;

    #[inline(never)]
    pub fn by_hand(server: &Server, input: u64) -> Result {
        let mut attempt = 0;
        loop {
            let outcome = server.call(input);
            attempt += 1;
            match &outcome {
                Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {}
                _ => return outcome,
            }
        }
    }

    #[inline(never)]
    #[retry(max_attempts = 5, backoff = "none")]
    pub fn reattempt(server: &Server, input: u64) -> Result {
        server.call(input)
    }

    #[inline(never)]
    pub fn reattempt_closure(server: &Server, input: u64) -> Result {
        Retry::new(ZERO).call(|| server.call(input))
    }

    #[inline(never)]
    pub fn backon(server: &Server, input: u64) -> Result {
        (|| server.call(input)).retry(backon_zero()).sleep(sleep).when(Failure::is_transient).call()
    }

    #[inline(never)]
    #[backon_macros::backon(backoff = backon_zero, sleep = sleep, when = Failure::is_transient)]
    pub fn backon_macros(server: &Server, input: u64) -> Result {
        server.call(input)
    }

    #[inline(never)]
    pub fn retry_crate(server: &Server, input: u64) -> Result {
        retry::retry(retry::delay::NoDelay.take(4), || retry_outcome(server.call(input)))
            .map_err(|error| error.error)
    }

    #[inline(never)]
    pub fn backoff(server: &Server, input: u64) -> Result {
        backoff::retry(backoff::backoff::Zero {}, || backoff_outcome(server.call(input)))
            .map_err(backoff_error)
    }

    #[inline(never)]
    pub fn mulligan(server: &Server, input: u64) -> Result {
        mulligan::until::<u64, Failure, _>(|outcome| !matches!(outcome, Err(Failure::Busy)))
            .stop_after(4)
            .fixed(Duration::ZERO)
            .execute_sync(|| server.call(input))
    }
}
