//! Circuit breakers of other crates, inside of a retried function, as the guide's page has it.

use std::cell::Cell;
use std::io;
use std::time::Duration;

use reattempt::{Retryable as _, retry};

#[test]
fn recloser_refuses_and_is_not_retried() {
    use recloser::{Error, Recloser};

    fn is_worth_it(error: &Error<io::Error>) -> bool {
        match error {
            Error::Inner(error) => error.retryability().is_retryable(),
            Error::Rejected => false,
        }
    }
    #[retry(max_attempts = 3, backoff = "none", on = is_worth_it)]
    fn fetch(breaker: &Recloser, calls: &Cell<u32>) -> Result<(), Error<io::Error>> {
        breaker.call(|| {
            calls.set(calls.get() + 1);
            Err(io::ErrorKind::ConnectionReset.into())
        })
    }
    let breaker =
        Recloser::custom().error_rate(0.5).closed_len(4).open_wait(Duration::from_secs(60)).build();
    let calls = Cell::new(0);
    // Each attempt is a call that it counts.
    assert!(matches!(fetch(&breaker, &calls), Err(Error::Inner(_))));
    assert_eq!(calls.get(), 3);
    let ended = (0..3).find(|_| matches!(fetch(&breaker, &calls), Err(Error::Rejected)));
    assert!(ended.is_some());
    let so_far = calls.get();
    assert!(matches!(fetch(&breaker, &calls), Err(Error::Rejected)));
    assert_eq!(calls.get(), so_far);
}

#[test]
fn failsafe_likewise() {
    use failsafe::{Config, Error, backoff, failure_policy};

    fn is_worth_it(error: &Error<io::Error>) -> bool {
        matches!(error, Error::Inner(error) if error.retryability().is_retryable())
    }
    #[retry(max_attempts = 5, backoff = "none", on = is_worth_it)]
    fn fetch(
        breaker: &impl failsafe::CircuitBreaker,
        calls: &Cell<u32>,
    ) -> Result<(), Error<io::Error>> {
        breaker.call(|| {
            calls.set(calls.get() + 1);
            Err(io::ErrorKind::ConnectionReset.into())
        })
    }
    let open_for = backoff::constant(Duration::from_secs(60));
    let breaker =
        Config::new().failure_policy(failure_policy::consecutive_failures(3, open_for)).build();
    let calls = Cell::new(0);
    assert!(matches!(fetch(&breaker, &calls), Err(Error::Rejected)));
    assert_eq!(calls.get(), 3);
}
