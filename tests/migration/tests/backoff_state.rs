//! What people write with backoff about delays: those that an answer asks for, jitter, and the delays alone.

mod support;

use std::fmt;
use std::time::Duration;

use support::{Run, Script, ms, secs, within};

/// What an answer says about when to come back.
mod retry_after {
    use super::*;
    use reattempt::Retryable;

    #[derive(Debug, Clone, PartialEq, Retryable)]
    #[retry(transient, after = retry_after)]
    pub struct Busy {
        retry_after: Option<Duration>,
    }

    impl fmt::Display for Busy {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("busy")
        }
    }

    type Server = Script<Busy>;

    mod was {
        use super::*;
        use backoff::ExponentialBackoff;
        use backoff::future::retry;

        pub async fn before(server: &Server) -> Result<String, Busy> {
            let policy =
                ExponentialBackoff { randomization_factor: 0.0, ..ExponentialBackoff::default() };
            retry(policy, || async {
                server.attempt_async().await.map_err(|busy| match busy.retry_after {
                    Some(delay) => backoff::Error::retry_after(busy, delay),
                    None => backoff::Error::transient(busy),
                })
            })
            .await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(
            max_attempts = unlimited,
            max_elapsed = 15m,
            initial_delay = 500ms,
            multiplier = 1.5,
            max_delay = 1m,
            jitter = "none",
            retry_after = "exact",
        )]
        pub async fn after(server: &Server) -> Result<String, Busy> {
            server.attempt_async().await
        }
    }

    const fn busy(seconds: Option<u64>) -> Busy {
        Busy {
            retry_after: match seconds {
                Some(seconds) => Some(secs(seconds)),
                None => None,
            },
        }
    }

    async fn runs(failures: &[Busy]) -> [Run<String, Busy>; 2] {
        let [was, is] = [(); 2].map(|()| Server::failing(failures));
        let outcomes = [was::before(&was).await, is::after(&is).await];
        let [before, after] = outcomes;
        [was.run(before), is.run(after)]
    }

    #[tokio::test(start_paused = true)]
    async fn is_waited() {
        let [was, is] = runs(&[busy(None), busy(None), busy(Some(30))]).await;
        assert_eq!(was, is);
        assert_eq!(is.delays, [ms(500), ms(750), secs(30)]);
    }

    #[tokio::test(start_paused = true)]
    async fn counts_as_a_retry_here_so_that_the_next_delay_is_longer() {
        let [was, is] = runs(&[busy(Some(30)), busy(None)]).await;
        assert_eq!(was.delays, [secs(30), ms(500)]);
        assert_eq!(is.delays, [secs(30), ms(750)]);
    }

    #[tokio::test(start_paused = true)]
    async fn ends_the_call_here_if_it_is_too_long() {
        let [was, is] = runs(&[busy(Some(3600))]).await;
        assert_eq!(was.delays, [secs(3600)]);
        assert_eq!((is.attempts, is.outcome), (1, Err(busy(Some(3600)))));
    }
}

mod jitter {
    use super::*;
    use backoff::ExponentialBackoff;
    use backoff::backoff::Backoff;
    use reattempt::policy;

    /// It is ± 50 % there. Nothing here goes above the delay but a fraction, and that not below.
    #[test]
    fn is_around_the_delay_there() {
        let ranges = [(500, 1500), (750, 2250), (1125, 3375)].map(|(from, to)| (ms(from), ms(to)));
        for _ in 0..100 {
            let mut was = ExponentialBackoff {
                current_interval: secs(1),
                initial_interval: secs(1),
                ..ExponentialBackoff::default()
            };
            let delays: Vec<_> = (0..3).map(|_| was.next_backoff().unwrap()).collect();
            within(&delays, &ranges);
        }
    }

    #[test]
    fn has_the_same_shortest_delay_with_half_the_first_and_a_fraction() {
        let is = policy!(max_attempts = 4, initial_delay = 500ms, multiplier = 1.5, jitter = 1.0);
        let ranges = [(500, 1000), (750, 1500), (1125, 2250)].map(|(from, to)| (ms(from), ms(to)));
        for seed in 0..100 {
            within(&is.delays(seed).collect::<Vec<_>>(), &ranges);
        }
    }
}

/// The delays alone, for loops that are no calls.
mod state {
    use super::*;

    mod was {
        use super::*;
        use backoff::ExponentialBackoff;
        use backoff::backoff::Backoff;

        pub fn before() -> Vec<Option<Duration>> {
            let mut backoff =
                ExponentialBackoff { randomization_factor: 0.0, ..ExponentialBackoff::default() };
            let first = backoff.next_backoff();
            let second = backoff.next_backoff();
            backoff.reset();
            vec![first, second, backoff.next_backoff()]
        }
    }

    mod is {
        use super::*;
        use reattempt::{Retryability, policy};

        pub fn after() -> Vec<Option<Duration>> {
            let mut waits = policy!(
                max_attempts = unlimited,
                initial_delay = 500ms,
                multiplier = 1.5,
                max_delay = 1m,
                jitter = "none"
            )
            .waits();
            let first = waits.next(Retryability::transient());
            let second = waits.next(Retryability::transient());
            waits.reset();
            vec![first, second, waits.next(Retryability::transient())]
        }
    }

    #[test]
    fn goes_on_and_begins_anew() {
        assert_eq!(was::before(), is::after());
        assert_eq!(is::after(), [Some(ms(500)), Some(ms(750)), Some(ms(500))]);
    }
}

/// When the first attempt begins.
#[test]
fn the_first_attempt_begins_at_once_there_and_at_the_first_poll_here() {
    use backoff::ExponentialBackoff;
    use reattempt::{Policy, Retry};

    let mut started = 0;
    let operation = || {
        started += 1;
        async { Ok::<_, backoff::Error<std::io::Error>>(()) }
    };
    drop(backoff::future::retry(ExponentialBackoff::default(), operation));
    assert_eq!(started, 1);

    let mut started = 0;
    let operation = || {
        started += 1;
        async { Ok::<_, std::io::Error>(()) }
    };
    let retry = Retry::new(Policy::DEFAULT);
    drop(retry.call_async(operation));
    assert_eq!(started, 0);
}
