//! What people write with backoff, and what becomes of it: the guide's page has this code.
//!
//! Its blocking calls sleep by `std::thread::sleep`, so they are given backoffs of no time, and their delays are those of
//! the state machine. Its limit in time is by the system's clock, unless it is given another one.

mod support;

use std::io::ErrorKind::{NotFound, TimedOut};
use std::io::{self, ErrorKind};
use std::time::Duration;

use support::{Client, both, expect, ms, same, secs};

/// Tokio's clock, which stands still in tests.
#[derive(Debug, Default, Clone)]
struct Paused;

impl backoff::Clock for Paused {
    fn now(&self) -> std::time::Instant {
        tokio::time::Instant::now().into_std()
    }
}

mod marked {
    use super::*;

    mod was {
        use super::*;
        use backoff::ExponentialBackoff;
        use backoff::future::retry;

        pub async fn before(client: &Client) -> io::Result<String> {
            let policy = ExponentialBackoff {
                randomization_factor: 0.0,
                max_interval: Duration::from_secs(1),
                ..ExponentialBackoff::default()
            };
            retry(policy, || async {
                client.get().await.map_err(|error| match error.kind() {
                    io::ErrorKind::NotFound => backoff::Error::permanent(error),
                    _ => backoff::Error::transient(error),
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
            max_delay = 1s,
            jitter = "none",
            on = |error| error.kind() != io::ErrorKind::NotFound,
        )]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await
        }
    }

    mod in_the_body {
        use super::*;
        use reattempt::retry;

        #[retry(
            max_attempts = unlimited,
            max_elapsed = 15m,
            initial_delay = 500ms,
            multiplier = 1.5,
            max_delay = 1s,
            jitter = "none",
            context = cx,
        )]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await.map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => cx.permanent(error),
                _ => cx.transient(error),
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn transient_errors_are_retried() {
        for run in [
            both(&[TimedOut; 4], was::before, is::after).await,
            both(&[TimedOut; 4], was::before, in_the_body::after).await,
        ] {
            expect(&run, Ok("attempt 5"), 5, &[500, 750, 1000, 1000].map(ms));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn permanent_ones_are_not() {
        for run in [
            both(&[TimedOut, NotFound], was::before, is::after).await,
            both(&[TimedOut, NotFound], was::before, in_the_body::after).await,
        ] {
            expect(&run, Err(NotFound), 2, &[ms(500)]);
        }
    }
}

mod question_mark {
    use super::*;

    mod was {
        use super::*;
        use backoff::ExponentialBackoffBuilder;
        use backoff::future::retry;

        pub async fn before(client: &Client) -> io::Result<usize> {
            let policy = ExponentialBackoffBuilder::new()
                .with_initial_interval(Duration::from_millis(100))
                .with_multiplier(2.0)
                .with_randomization_factor(0.0)
                .with_max_elapsed_time(Some(Duration::from_secs(60)))
                .build();
            retry(policy, || async {
                let text = client.get().await?;
                Ok(text.len())
            })
            .await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(
            max_attempts = unlimited,
            max_elapsed = 60s,
            max_delay = 60s,
            jitter = "none",
            on(_),
        )]
        pub async fn after(client: &Client) -> io::Result<usize> {
            let text = client.get().await?;
            Ok(text.len())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn makes_every_error_a_transient_one() {
        let [was, is] = [(); 2].map(|()| Client::failing(&[NotFound; 3]));
        assert_eq!(was::before(&was).await.unwrap(), 9);
        assert_eq!(is::after(&is).await.unwrap(), 9);
        let [was, is] = [was, is].map(|client| client.run::<()>(Ok(String::new())));
        assert_eq!(was, is);
        assert_eq!(is.delays, [100, 200, 400].map(ms));
    }
}

mod notify {
    use super::*;

    mod was {
        use super::*;
        use backoff::ExponentialBackoff;
        use backoff::future::retry_notify;

        pub async fn before(client: &Client, lines: &mut Vec<String>) -> io::Result<String> {
            let policy =
                ExponentialBackoff { randomization_factor: 0.0, ..ExponentialBackoff::default() };
            let notify = |error: io::Error, delay| {
                lines.push(format!("{error}, again in {delay:?}"));
            };
            retry_notify(policy, || async { Ok(client.get().await?) }, notify).await
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
            on_retry = |retry| {
                lines.push(format!("{}, again in {:?}", retry.error(), retry.delay()));
            },
        )]
        pub async fn after(client: &Client, lines: &mut Vec<String>) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn is_told_of_each_retry() {
        let [was, is] = [(); 2].map(|()| Client::failing(&[TimedOut; 2]));
        let [mut told, mut tells] = [(); 2].map(|()| Vec::new());
        let outcome = was::before(&was, &mut told).await;
        let before = was.run(outcome);
        let outcome = is::after(&is, &mut tells).await;
        let run = same(before, is.run(outcome));
        expect(&run, Ok("attempt 3"), 3, &[ms(500), ms(750)]);
        assert_eq!(told, tells);
        assert_eq!(tells, ["timed out, again in 500ms", "timed out, again in 750ms"]);
    }
}

mod blocking {
    use super::*;

    mod was {
        use super::*;
        use backoff::backoff::Backoff;

        pub fn before(client: &Client, policy: impl Backoff) -> io::Result<String> {
            let outcome = backoff::retry(policy, || {
                client.get_blocking().map_err(|error| match error.kind() {
                    io::ErrorKind::NotFound => backoff::Error::permanent(error),
                    _ => backoff::Error::transient(error),
                })
            });
            outcome.map_err(|error| match error {
                backoff::Error::Permanent(error) => error,
                backoff::Error::Transient { err, .. } => err,
            })
        }
    }

    mod is {
        use super::*;
        use reattempt::{Policy, retry};

        #[retry(policy = policy, on = |error| error.kind() != io::ErrorKind::NotFound)]
        pub fn after(client: &Client, policy: &Policy) -> io::Result<String> {
            client.get_blocking()
        }
    }

    #[test]
    fn ends_the_same() {
        use backoff::backoff::{Stop, Zero};
        use reattempt::{Policy, policy};

        let immediately = policy!(max_attempts = 100, backoff = "none");
        let once = Policy::builder().max_attempts(1).build().unwrap();
        let both = |failures: &[ErrorKind], stops: bool| {
            let client = Client::failing(failures);
            let outcome = match stops {
                false => was::before(&client, Zero {}),
                true => was::before(&client, Stop {}),
            };
            let before = client.run(outcome);
            let client = Client::failing(failures);
            let policy = if stops { &once } else { &immediately };
            same(before, client.run(is::after(&client, policy)))
        };
        expect(&both(&[TimedOut; 20], false), Ok("attempt 21"), 21, &[]);
        expect(&both(&[TimedOut, NotFound], false), Err(NotFound), 2, &[]);
        expect(&both(&[TimedOut; 20], true), Err(TimedOut), 1, &[]);
    }
}

/// A limit in time, by a clock that stands still.
mod max_elapsed {
    use super::*;
    use backoff::future::retry;

    async fn before(client: &Client) -> io::Result<String> {
        let policy = backoff::exponential::ExponentialBackoff::<Paused> {
            initial_interval: secs(1),
            multiplier: 2.0,
            randomization_factor: 0.0,
            max_elapsed_time: Some(secs(15)),
            ..Default::default()
        };
        retry(policy, || async { Ok(client.get().await?) }).await
    }

    #[reattempt::retry(
        max_attempts = unlimited,
        initial_delay = 1s,
        jitter = "none",
        max_elapsed = 15s,
    )]
    async fn after(client: &Client) -> io::Result<String> {
        client.get().await
    }

    #[tokio::test(start_paused = true)]
    async fn begins_no_delay_that_would_end_later() {
        let run = both(&[TimedOut; 9], before, after).await;
        expect(&run, Err(TimedOut), 5, &[1, 2, 4, 8].map(secs));
    }

    #[tokio::test(start_paused = true)]
    async fn counts_the_time_that_attempts_take() {
        let [was, is] = [(); 2].map(|()| Client::failing(&[TimedOut; 9]).taking(secs(3)));
        before(&was).await.unwrap_err();
        after(&is).await.unwrap_err();
        assert_eq!((was.attempts(), is.attempts()), (3, 3));
    }
}
