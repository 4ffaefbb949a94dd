//! What people write with backon, and what becomes of it: the guide's page has this code.

mod support;

use std::io;
use std::io::ErrorKind::{ConnectionRefused, NotFound, TimedOut};
use std::time::Duration;

use support::{Client, both, both_blocking, expect, ms, secs, sleep, within};

mod attempts {
    use super::*;

    mod was {
        use super::*;
        use backon::{ExponentialBuilder, Retryable};

        pub async fn before(client: &Client) -> io::Result<String> {
            (|| async { client.get().await })
                .retry(
                    ExponentialBuilder::default()
                        .with_min_delay(Duration::from_millis(250))
                        .with_max_delay(Duration::from_secs(1))
                        .with_max_times(4),
                )
                .when(|error| error.kind() == io::ErrorKind::TimedOut)
                .await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(
            max_attempts = 5,
            initial_delay = 250ms,
            max_delay = 1s,
            jitter = "none",
            on = |error| error.kind() == io::ErrorKind::TimedOut,
        )]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn four_retries_are_five_attempts() {
        let run = both(&[TimedOut; 9], was::before, is::after).await;
        expect(&run, Err(TimedOut), 5, &[ms(250), ms(500), secs(1), secs(1)]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_attempt_counts() {
        let run = both(&[TimedOut; 4], was::before, is::after).await;
        expect(&run, Ok("attempt 5"), 5, &[ms(250), ms(500), secs(1), secs(1)]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_predicate_ends_it() {
        let run = both(&[TimedOut, NotFound], was::before, is::after).await;
        expect(&run, Err(NotFound), 2, &[ms(250)]);
    }
}

/// What a builder does that nobody has told anything.
mod defaults {
    use super::*;

    mod was {
        use super::*;
        use backon::{ExponentialBuilder, Retryable};

        pub async fn before(client: &Client) -> io::Result<String> {
            (|| client.get()).retry(ExponentialBuilder::default()).await
        }
    }

    mod is {
        use super::*;
        use reattempt::{RetryExt, policy};

        pub async fn after(client: &Client) -> io::Result<String> {
            (|| client.get())
                .retry(policy!(
                    max_attempts = 4,
                    initial_delay = 1s,
                    max_delay = 60s,
                    jitter = "none"
                ))
                .on(|_| true)
                .call_async()
                .await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn every_error_is_retried_three_times() {
        let run = both(&[NotFound; 9], was::before, is::after).await;
        expect(&run, Err(NotFound), 4, &[secs(1), secs(2), secs(4)]);
    }
}

mod constant {
    use super::*;

    mod was {
        use super::*;
        use backon::{ConstantBuilder, Retryable};

        pub async fn before(client: &Client) -> io::Result<String> {
            let every_second = ConstantBuilder::default().with_max_times(2);
            (|| client.get()).retry(every_second).await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(max_attempts = 3, backoff = "fixed", initial_delay = 1s, jitter = "none")]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_the_same_each_time() {
        let run = both(&[TimedOut; 9], was::before, is::after).await;
        expect(&run, Err(TimedOut), 3, &[secs(1), secs(1)]);
    }
}

mod fibonacci {
    use super::*;

    mod was {
        use super::*;
        use backon::{FibonacciBuilder, Retryable};

        pub async fn before(client: &Client) -> io::Result<String> {
            let fibonacci = FibonacciBuilder::default().with_max_times(6);
            (|| client.get()).retry(fibonacci).await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(
            max_attempts = 7,
            backoff = "fibonacci",
            initial_delay = 1s,
            max_delay = 60s,
            jitter = "none",
        )]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_is_the_sum_of_the_two_before() {
        let run = both(&[TimedOut; 9], was::before, is::after).await;
        expect(&run, Err(TimedOut), 7, &[1, 1, 2, 3, 5, 8].map(secs));
    }

    #[test]
    fn the_longest_delay_is_one_step_too_long_there() {
        use backon::{BackoffBuilder, FibonacciBuilder};
        use reattempt::policy;

        let was = FibonacciBuilder::default().with_max_delay(secs(4)).with_max_times(6).build();
        assert_eq!(was.collect::<Vec<_>>(), [1, 1, 2, 3, 5, 5].map(secs));
        let is = policy!(
            max_attempts = 7,
            backoff = "fibonacci",
            initial_delay = 1s,
            max_delay = 4s,
            jitter = "none"
        );
        assert_eq!(is.delays(1).collect::<Vec<_>>(), [1, 1, 2, 3, 4, 4].map(secs));
    }
}

mod total_delay {
    use super::*;

    mod was {
        use super::*;
        use backon::{ExponentialBuilder, Retryable};

        pub async fn before(client: &Client) -> io::Result<String> {
            (|| client.get())
                .retry(
                    ExponentialBuilder::default()
                        .without_max_times()
                        .with_total_delay(Some(Duration::from_secs(20))),
                )
                .await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(max_attempts = unlimited, max_elapsed = 20s, initial_delay = 1s, jitter = "none")]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_delay_begins_that_would_end_later() {
        let run = both(&[TimedOut; 9], was::before, is::after).await;
        expect(&run, Err(TimedOut), 5, &[1, 2, 4, 8].map(secs));
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_that_attempts_take_counts_here_and_not_there() {
        let client = Client::failing(&[TimedOut; 9]).taking(secs(3));
        was::before(&client).await.unwrap_err();
        assert_eq!(client.attempts(), 5);
        let client = Client::failing(&[TimedOut; 9]).taking(secs(3));
        is::after(&client).await.unwrap_err();
        assert_eq!(client.attempts(), 4);
    }
}

mod jitter {
    use super::*;

    mod was {
        use super::*;
        use backon::{ExponentialBuilder, Retryable};

        pub async fn before(client: &Client) -> io::Result<String> {
            let jittered = ExponentialBuilder::default().with_jitter().with_max_times(4);
            (|| client.get()).retry(jittered).await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(max_attempts = 5, initial_delay = 1s, max_delay = 60s, jitter = 1.0)]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn up_to_as_much_again_is_added() {
        let ranges = [1, 2, 4, 8].map(|delay| (secs(delay), secs(2 * delay)));
        for _ in 0..100 {
            let client = Client::failing(&[TimedOut; 9]);
            let run = client.run(was::before(&client).await);
            within(&run.delays, &ranges);
            let client = Client::failing(&[TimedOut; 9]);
            let run = client.run(is::after(&client).await);
            within(&run.delays, &ranges);
        }
    }

    #[test]
    fn the_longest_delay_includes_it_here_and_not_there() {
        use backon::{BackoffBuilder, ConstantBuilder, ExponentialBuilder};
        use reattempt::policy;

        let longest = |seed| {
            let was = ExponentialBuilder::default()
                .with_max_delay(secs(2))
                .with_max_times(9)
                .with_jitter()
                .with_jitter_seed(seed);
            was.build().max().unwrap()
        };
        assert!((1..100).map(longest).max().unwrap() > ms(3500));
        let is = policy!(max_attempts = 10, initial_delay = 1s, max_delay = 2s, jitter = 1.0);
        let longest = |seed| is.delays(seed).max().unwrap();
        let longest = (1..100).map(longest).max().unwrap();
        assert!(longest > ms(1900) && longest <= secs(2));

        // A constant delay is jittered by the same formula.
        let was = ConstantBuilder::default().with_jitter().with_max_times(1);
        within(&was.build().collect::<Vec<_>>(), &[(secs(1), secs(2))]);
    }
}

mod notify {
    use super::*;

    mod was {
        use super::*;
        use backon::{ExponentialBuilder, Retryable};

        pub async fn before(client: &Client, lines: &mut Vec<String>) -> io::Result<String> {
            (|| client.get())
                .retry(ExponentialBuilder::default())
                .notify(|error, delay| lines.push(format!("{error}, again in {delay:?}")))
                .await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(
            max_attempts = 4,
            initial_delay = 1s,
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
        let client = Client::failing(&[TimedOut, ConnectionRefused]);
        let mut was = Vec::new();
        was::before(&client, &mut was).await.unwrap();
        let client = Client::failing(&[TimedOut, ConnectionRefused]);
        let mut is = Vec::new();
        is::after(&client, &mut is).await.unwrap();
        assert_eq!(was, is);
        assert_eq!(is, ["timed out, again in 1s", "connection refused, again in 2s"]);
    }

    #[tokio::test(start_paused = true)]
    async fn is_not_told_of_the_last_failure() {
        let client = Client::failing(&[TimedOut; 9]);
        let mut was = Vec::new();
        was::before(&client, &mut was).await.unwrap_err();
        let client = Client::failing(&[TimedOut; 9]);
        let mut is = Vec::new();
        is::after(&client, &mut is).await.unwrap_err();
        assert_eq!(was, is);
        assert_eq!(is.len(), 3);
    }
}

mod blocking {
    use super::*;

    mod was {
        use super::*;
        use backon::{BlockingRetryable, ExponentialBuilder};

        pub fn before(client: &Client) -> io::Result<String> {
            (|| client.get_blocking())
                .retry(ExponentialBuilder::default().with_max_times(2))
                .sleep(sleep)
                .when(|error| error.kind() != io::ErrorKind::NotFound)
                .call()
        }
    }

    mod is {
        use super::*;
        use reattempt::{RetryExt, policy};

        pub fn after(client: &Client) -> io::Result<String> {
            (|| client.get_blocking())
                .retry(policy!(max_attempts = 3, initial_delay = 1s, jitter = "none"))
                .sleep(sleep)
                .on(|error: &io::Error| error.kind() != io::ErrorKind::NotFound)
                .call()
        }
    }

    #[test]
    fn waits_and_ends_the_same() {
        let run = both_blocking(&[TimedOut; 9], was::before, is::after);
        expect(&run, Err(TimedOut), 3, &[secs(1), secs(2)]);
        let run = both_blocking(&[TimedOut; 2], was::before, is::after);
        expect(&run, Ok("attempt 3"), 3, &[secs(1), secs(2)]);
        let run = both_blocking(&[NotFound], was::before, is::after);
        expect(&run, Err(NotFound), 1, &[]);
    }
}
