//! Async calls, on tokio's timer.

use std::future::{Ready, ready};
use std::time::Duration;

use backon::Retryable as _;
use reattempt::{Policy, Retry, policy, retry};
use tokio::time::sleep;
use tower::{ServiceExt as _, service_fn};

use crate::{
    Failure, INITIAL_DELAY, MAX_ATTEMPTS, MAX_DELAY, Server, backon_policy, backon_zero, wait,
};

type Result = std::result::Result<u64, Failure>;

/// The work alone.
pub async fn bare(server: &Server, input: u64) -> Result {
    server.call_async(input).await
}

/// A loop written by hand, as lean as it gets: nothing of an attempt is held across the wait.
pub async fn by_hand(server: &Server, input: u64) -> Result {
    let mut attempt = 0;
    loop {
        let delay = {
            let outcome = server.call_async(input).await;
            attempt += 1;
            match &outcome {
                Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => wait(attempt),
                _ => return outcome,
            }
        };
        sleep(delay).await;
    }
}

#[retry(max_attempts = 5)]
pub async fn reattempt(server: &Server, input: u64) -> Result {
    server.call_async(input).await
}

/// A loop written by hand around work that `?` leaves early: the work is a function of its own.
pub async fn by_hand_early_exit(server: &Server, input: u64) -> Result {
    async fn attempt(server: &Server, input: u64) -> Result {
        let value = server.call_async(input).await?;
        Ok(value + 1)
    }
    let mut attempts = 0;
    loop {
        let delay = {
            let outcome = attempt(server, input).await;
            attempts += 1;
            match &outcome {
                Err(failure) if failure.is_transient() && attempts < MAX_ATTEMPTS => wait(attempts),
                _ => return outcome,
            }
        };
        sleep(delay).await;
    }
}

#[retry(max_attempts = 5)]
pub async fn reattempt_early_exit(server: &Server, input: u64) -> Result {
    let value = server.call_async(input).await?;
    Ok(value + 1)
}

const POLICY: Policy = policy!(max_attempts = 5);
const ZERO: Policy = policy!(max_attempts = 5, backoff = "none");

pub async fn reattempt_closure(server: &Server, input: u64) -> Result {
    Retry::new(POLICY).call_async(|| server.call_async(input)).await
}

pub async fn backon(server: &Server, input: u64) -> Result {
    (|| server.call_async(input))
        .retry(backon_policy())
        .sleep(sleep)
        .when(Failure::is_transient)
        .await
}

#[backon_macros::backon(backoff = backon_policy, sleep = sleep, when = Failure::is_transient)]
pub async fn backon_macros(server: &Server, input: u64) -> Result {
    server.call_async(input).await
}

async fn retry2_outcome(
    server: &Server,
    input: u64,
) -> std::result::Result<u64, tokio_retry2::RetryError<Failure>> {
    server.call_async(input).await.map_err(|failure| {
        if failure.is_transient() {
            tokio_retry2::RetryError::transient(failure)
        } else {
            tokio_retry2::RetryError::permanent(failure)
        }
    })
}

pub async fn tokio_retry2(server: &Server, input: u64) -> Result {
    let waits = tokio_retry2::strategy::ExponentialBackoff::from_millis(2)
        .factor(50)
        .max_delay(MAX_DELAY)
        .map(tokio_retry2::strategy::jitter)
        .take(4);
    tokio_retry2::Retry::spawn(waits, || retry2_outcome(server, input)).await
}

async fn backoff_outcome(
    server: &Server,
    input: u64,
) -> std::result::Result<u64, backoff::Error<Failure>> {
    server.call_async(input).await.map_err(|failure| {
        if failure.is_transient() {
            backoff::Error::transient(failure)
        } else {
            backoff::Error::permanent(failure)
        }
    })
}

/// It has no limit to the number of attempts.
pub async fn backoff(server: &Server, input: u64) -> Result {
    let policy = backoff::ExponentialBackoffBuilder::new()
        .with_initial_interval(INITIAL_DELAY)
        .with_max_interval(MAX_DELAY)
        .build();
    backoff::future::retry(policy, || backoff_outcome(server, input)).await
}

/// It has no jitter.
pub async fn tryhard(server: &Server, input: u64) -> Result {
    tryhard::retry_fn(|| server.call_async(input))
        .retries(4)
        .exponential_backoff(INITIAL_DELAY)
        .max_delay(MAX_DELAY)
        .await
}

pub async fn mulligan(server: &Server, input: u64) -> Result {
    mulligan::until::<u64, Failure, _>(|outcome| !matches!(outcome, Err(Failure::Busy)))
        .stop_after(4)
        .max_delay(MAX_DELAY)
        .exponential(INITIAL_DELAY)
        .full_jitter()
        .execute(async || server.call_async(input).await)
        .await
}

/// Tower's policy is for the user to write.
#[derive(Clone)]
struct Tower {
    attempt: u32,
}

impl tower::retry::Policy<u64, u64, Failure> for Tower {
    type Future = tokio::time::Sleep;

    fn retry(&mut self, _: &mut u64, outcome: &mut Result) -> Option<Self::Future> {
        self.attempt += 1;
        match outcome {
            Err(failure) if failure.is_transient() && self.attempt < MAX_ATTEMPTS => {
                Some(sleep(wait(self.attempt)))
            }
            _ => None,
        }
    }

    fn clone_request(&mut self, request: &u64) -> Option<u64> {
        Some(*request)
    }
}

pub async fn tower(server: &Server, input: u64) -> Result {
    let service = service_fn(|input| server.call_async(input));
    tower::retry::Retry::new(Tower { attempt: 0 }, service).oneshot(input).await
}

/// The same without waits.
pub mod zero {
    use super::*;

    fn no_sleep(_: Duration) -> Ready<()> {
        ready(())
    }

    pub async fn by_hand(server: &Server, input: u64) -> Result {
        let mut attempt = 0;
        loop {
            let outcome = server.call_async(input).await;
            attempt += 1;
            match &outcome {
                Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {}
                _ => return outcome,
            }
        }
    }

    /// As the others, but yielding to the executor after each failure, as we do.
    pub async fn by_hand_yielding(server: &Server, input: u64) -> Result {
        let mut attempt = 0;
        loop {
            {
                let outcome = server.call_async(input).await;
                attempt += 1;
                match &outcome {
                    Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {}
                    _ => return outcome,
                }
            }
            yield_once().await;
        }
    }

    fn yield_once() -> impl Future<Output = ()> {
        let mut yielded = false;
        std::future::poll_fn(move |context| {
            if std::mem::replace(&mut yielded, true) {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
    }

    #[retry(max_attempts = 5, backoff = "none")]
    pub async fn reattempt(server: &Server, input: u64) -> Result {
        server.call_async(input).await
    }

    pub async fn reattempt_closure(server: &Server, input: u64) -> Result {
        Retry::new(ZERO).call_async(|| server.call_async(input)).await
    }

    pub async fn backon(server: &Server, input: u64) -> Result {
        (|| server.call_async(input))
            .retry(backon_zero())
            .sleep(no_sleep)
            .when(Failure::is_transient)
            .await
    }

    #[backon_macros::backon(backoff = backon_zero, sleep = no_sleep, when = Failure::is_transient)]
    pub async fn backon_macros(server: &Server, input: u64) -> Result {
        server.call_async(input).await
    }
}
