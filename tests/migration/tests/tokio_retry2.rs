//! What people write with tokio-retry2, and what becomes of it: the guide's page on tokio-retry has this code.

mod support;

use std::io;
use std::io::ErrorKind::{NotFound, TimedOut};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::{Client, both, expect, ms, secs, within};

mod marked {
    use super::*;

    mod was {
        use super::*;
        use tokio_retry2::strategy::ExponentialFactorBackoff;
        use tokio_retry2::{Retry, RetryError};

        async fn get(client: &Client) -> Result<String, RetryError<io::Error>> {
            client.get().await.map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => RetryError::permanent(error),
                _ => RetryError::transient(error),
            })
        }

        pub async fn before(client: &Client) -> io::Result<String> {
            let strategy = ExponentialFactorBackoff::from_millis(500, 2.0)
                .max_delay(Duration::from_secs(3))
                .take(4);
            Retry::spawn(strategy, || get(client)).await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(
            max_attempts = 5,
            initial_delay = 500ms,
            max_delay = 3s,
            jitter = "none",
            on = |error| error.kind() != io::ErrorKind::NotFound,
        )]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn transient_errors_are_retried() {
        let run = both(&[TimedOut; 9], was::before, is::after).await;
        expect(&run, Err(TimedOut), 5, &[ms(500), secs(1), secs(2), secs(3)]);
        let run = both(&[TimedOut; 4], was::before, is::after).await;
        expect(&run, Ok("attempt 5"), 5, &[ms(500), secs(1), secs(2), secs(3)]);
    }

    #[tokio::test(start_paused = true)]
    async fn permanent_ones_are_not() {
        let run = both(&[TimedOut, NotFound], was::before, is::after).await;
        expect(&run, Err(NotFound), 2, &[ms(500)]);
    }
}

mod linear {
    use super::*;

    mod was {
        use super::*;
        use tokio_retry2::strategy::LinearBackoff;
        use tokio_retry2::{MapErr, Retry};

        pub async fn before(client: &Client) -> io::Result<String> {
            let action = || async { client.get().await.map_transient_err() };
            Retry::spawn(LinearBackoff::from_millis(100).take(3), action).await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(
            max_attempts = 4,
            backoff = "linear",
            initial_delay = 100ms,
            jitter = "none",
            on(_),
        )]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn grows_by_the_same() {
        let run = both(&[NotFound; 9], was::before, is::after).await;
        expect(&run, Err(NotFound), 4, &[ms(100), ms(200), ms(300)]);
    }
}

/// What `notify` is told is not what is waited there.
mod notify {
    use super::*;

    mod was {
        use super::*;
        use tokio_retry2::strategy::FixedInterval;
        use tokio_retry2::{MapErr, Retry};

        pub async fn before(client: &Client, lines: Arc<Mutex<Vec<String>>>) -> io::Result<String> {
            Retry::spawn_notify(
                FixedInterval::from_millis(100).take(2),
                || async { client.get().await.map_transient_err() },
                move |error: &io::Error, _: Duration| {
                    lines.lock().unwrap().push(error.to_string());
                },
            )
            .await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(
            max_attempts = 3,
            backoff = "fixed",
            initial_delay = 100ms,
            jitter = "none",
            on_retry = |retry| lines.push(retry.error().to_string()),
        )]
        pub async fn after(client: &Client, lines: &mut Vec<String>) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn is_told_of_the_last_failure_there_and_of_retries_here() {
        let client = Client::failing(&[TimedOut; 9]);
        let was = Arc::default();
        was::before(&client, Arc::clone(&was)).await.unwrap_err();
        assert_eq!(client.attempts(), 3);
        assert_eq!(*was.lock().unwrap(), ["timed out"; 3]);

        let client = Client::failing(&[TimedOut; 9]);
        let mut is = Vec::new();
        is::after(&client, &mut is).await.unwrap_err();
        assert_eq!(client.attempts(), 3);
        assert_eq!(is, ["timed out"; 2]);
    }
}

/// The delay that `notify` is told there: the sum of those before.
#[tokio::test(start_paused = true)]
async fn the_delay_that_is_told_is_not_the_one_that_follows_there() {
    use tokio_retry2::strategy::FixedInterval;
    use tokio_retry2::{MapErr, Retry};

    let client = Client::failing(&[TimedOut; 9]);
    let told = Arc::<Mutex<Vec<Duration>>>::default();
    let tells = Arc::clone(&told);
    let notify = move |_: &io::Error, delay: Duration| tells.lock().unwrap().push(delay);
    let action = || async { client.get().await.map_transient_err() };
    let outcome =
        Retry::spawn_notify(FixedInterval::from_millis(100).take(2), action, notify).await;
    assert_eq!(client.run(outcome).delays, [ms(100), ms(100)]);
    assert_eq!(*told.lock().unwrap(), [0, 100, 200].map(ms));
}

/// What a server asks for is waited here.
mod retry_after {
    use super::*;
    use reattempt::{Retryability, retry};
    use tokio_retry2::strategy::FixedInterval;
    use tokio_retry2::{Retry, RetryError};

    async fn before(client: &Client) -> io::Result<String> {
        Retry::spawn(FixedInterval::from_millis(100).take(2), || async {
            let error = client
                .get()
                .await
                .map_err(|error| RetryError::retry_after(error, Duration::from_secs(30)))?;
            Ok(error)
        })
        .await
    }

    fn in_half_a_minute(_: &io::Error) -> Retryability {
        Retryability::transient().after(Duration::from_secs(30))
    }

    #[retry(max_attempts = 3, retry_after = "exact", on = in_half_a_minute)]
    async fn after(client: &Client) -> io::Result<String> {
        client.get().await
    }

    #[tokio::test(start_paused = true)]
    async fn is_not_waited_there() {
        let client = Client::failing(&[TimedOut; 9]);
        let run = client.run(before(&client).await);
        assert_eq!(run.delays, [ms(100), ms(100)]);
        let client = Client::failing(&[TimedOut; 9]);
        let run = client.run(after(&client).await);
        assert_eq!(run.delays, [secs(30), secs(30)]);
    }
}

mod jitter {
    use super::*;
    use reattempt::policy;
    use tokio_retry2::strategy::{FixedInterval, jitter, jitter_with_bounds};

    #[test]
    fn is_half_to_one_and_a_half_there() {
        let one = FixedInterval::from_millis(1000);
        let was: Vec<_> = one.clone().map(jitter).take(100).collect();
        within(&was, &[(ms(500), ms(1500)); 100]);
        // These two are the same.
        let was: Vec<_> = one.map(jitter_with_bounds(0.5, 1.0)).take(100).collect();
        within(&was, &[(ms(500), ms(1000)); 100]);
        let policy =
            policy!(max_attempts = 101, backoff = "fixed", initial_delay = 1s, jitter = "equal");
        within(&policy.delays(1).collect::<Vec<_>>(), &[(ms(500), ms(1000)); 100]);
    }
}

/// The clock of `max_interval` is the system's, so nothing is waited here.
mod max_interval {
    use super::*;
    use reattempt::{Policy, Retryability};
    use tokio_retry2::strategy::{FixedInterval, MaxInterval};

    #[test]
    fn looks_at_the_time_before_the_delay() {
        let mut strategy = FixedInterval::from_millis(60_000).max_duration(Duration::from_secs(30));
        // Half a minute is left, and a whole one is waited.
        assert_eq!(strategy.next(), Some(secs(60)));
        // Here no retry begins that would end past the limit.
        let policy: Policy = POLICY.parse().unwrap();
        assert_eq!(policy.waits().next_within(Retryability::transient(), secs(0), secs(0)), None);
    }

    // `policy!` refuses it: such a limit is over before the first retry.
    const POLICY: &str =
        "backoff=fixed initial_delay=60s max_delay=60s max_elapsed=30s jitter=none";
}
