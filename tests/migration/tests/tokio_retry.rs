//! What people write with tokio-retry, and what becomes of it: the guide's page has this code.

mod support;

use std::io;
use std::io::ErrorKind::{NotFound, TimedOut};
use std::time::Duration;

use support::{Client, both, expect, ms, secs, within};

mod exponential {
    use super::*;

    mod was {
        use super::*;
        use tokio_retry::Retry;
        use tokio_retry::strategy::ExponentialBackoff;

        pub async fn before(client: &Client) -> io::Result<String> {
            let strategy = ExponentialBackoff::from_millis(10).take(3);
            Retry::start(strategy, || client.get()).await
        }
    }

    mod is {
        use super::*;
        use reattempt::{Retry, policy};

        pub async fn after(client: &Client) -> io::Result<String> {
            let policy =
                policy!(max_attempts = 4, initial_delay = 10ms, multiplier = 10, jitter = "none");
            Retry::new(policy).on(|_| true).call_async(|| client.get()).await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn ten_milliseconds_grow_tenfold() {
        let run = both(&[NotFound; 9], was::before, is::after).await;
        expect(&run, Err(NotFound), 4, &[ms(10), ms(100), ms(1000)]);
        let run = both(&[TimedOut; 3], was::before, is::after).await;
        expect(&run, Ok("attempt 4"), 4, &[ms(10), ms(100), ms(1000)]);
    }
}

/// The way to a factor of 2: a base of 2 ms, in units of 500.
mod factor {
    use super::*;

    mod was {
        use super::*;
        use tokio_retry::RetryIf;
        use tokio_retry::strategy::ExponentialBackoff;

        pub async fn before(client: &Client) -> io::Result<String> {
            let strategy = ExponentialBackoff::from_millis(2)
                .factor(500)
                .max_delay(Duration::from_secs(5))
                .take(5);
            RetryIf::start(
                strategy,
                || client.get(),
                |error: &io::Error| error.kind() == io::ErrorKind::TimedOut,
            )
            .await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(
            max_attempts = 6,
            initial_delay = 1s,
            max_delay = 5s,
            jitter = "none",
            on = |error| error.kind() == io::ErrorKind::TimedOut,
        )]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn is_the_first_delay_divided_by_the_base() {
        let run = both(&[TimedOut; 9], was::before, is::after).await;
        expect(&run, Err(TimedOut), 6, &[1, 2, 4, 5, 5].map(secs));
    }

    #[tokio::test(start_paused = true)]
    async fn the_condition_ends_it() {
        let run = both(&[TimedOut, NotFound], was::before, is::after).await;
        expect(&run, Err(NotFound), 2, &[secs(1)]);
    }
}

mod fibonacci {
    use super::*;

    mod was {
        use super::*;
        use tokio_retry::Retry;
        use tokio_retry::strategy::FibonacciBackoff;

        pub async fn before(client: &Client) -> io::Result<String> {
            let strategy =
                FibonacciBackoff::from_millis(100).max_delay(Duration::from_millis(400)).take(6);
            Retry::start(strategy, || client.get()).await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(
            max_attempts = 7,
            backoff = "fibonacci",
            initial_delay = 100ms,
            max_delay = 400ms,
            jitter = "none",
        )]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_is_the_sum_of_the_two_before() {
        let run = both(&[TimedOut; 9], was::before, is::after).await;
        expect(&run, Err(TimedOut), 7, &[100, 100, 200, 300, 400, 400].map(ms));
    }
}

mod fixed {
    use super::*;

    mod was {
        use super::*;
        use tokio_retry::Retry;
        use tokio_retry::strategy::FixedInterval;

        pub async fn before(client: &Client) -> io::Result<String> {
            Retry::start(FixedInterval::from_millis(200).take(2), || client.get()).await
        }

        pub async fn quick_then_steady(client: &Client) -> io::Result<String> {
            let strategy = FixedInterval::from_millis(200)
                .take(2)
                .chain(FixedInterval::new(Duration::from_secs(15)));
            Retry::start(strategy, || client.get()).await
        }

        pub async fn listed(client: &Client) -> io::Result<String> {
            let strategy = [Duration::from_millis(200), Duration::from_secs(3)];
            Retry::start(strategy, || client.get()).await
        }
    }

    mod is {
        use super::*;
        use reattempt::{Policy, policy, retry};

        #[retry(max_attempts = 3, backoff = "fixed", initial_delay = 200ms, jitter = "none")]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await
        }

        const STEADY: Policy = policy!(
            max_attempts = unlimited,
            backoff = "fixed",
            initial_delay = 15s,
            jitter = "none",
        );

        #[retry(
            max_attempts = 3,
            backoff = "fixed",
            initial_delay = 200ms,
            jitter = "none",
            then = STEADY,
        )]
        pub async fn quick_then_steady(client: &Client) -> io::Result<String> {
            client.get().await
        }

        #[retry(backoff = [200ms, 3s], jitter = "none")]
        pub async fn listed(client: &Client) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_the_same_each_time() {
        let run = both(&[TimedOut; 9], was::before, is::after).await;
        expect(&run, Err(TimedOut), 3, &[ms(200), ms(200)]);
    }

    #[tokio::test(start_paused = true)]
    async fn another_strategy_follows() {
        let run = both(&[TimedOut; 5], was::quick_then_steady, is::quick_then_steady).await;
        let delays = [ms(200), ms(200), secs(15), secs(15), secs(15)];
        expect(&run, Ok("attempt 6"), 6, &delays);
    }

    #[tokio::test(start_paused = true)]
    async fn a_list_is_one_delay_for_each_retry() {
        let run = both(&[TimedOut; 9], was::listed, is::listed).await;
        expect(&run, Err(TimedOut), 3, &[ms(200), secs(3)]);
    }
}

mod jitter {
    use super::*;

    mod was {
        use super::*;
        use tokio_retry::Retry;
        use tokio_retry::strategy::{ExponentialBackoff, jitter};

        pub async fn before(client: &Client) -> io::Result<String> {
            let strategy = ExponentialBackoff::from_millis(10).map(jitter).take(4);
            Retry::start(strategy, || client.get()).await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(max_attempts = 5, initial_delay = 10ms, multiplier = 10)]
        pub async fn after(client: &Client) -> io::Result<String> {
            client.get().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn is_full_jitter_in_both() {
        let ranges = [10, 100, 1000, 10_000].map(|delay| (Duration::ZERO, ms(delay)));
        for _ in 0..100 {
            let client = Client::failing(&[TimedOut; 9]);
            let run = client.run(was::before(&client).await);
            within(&run.delays, &ranges);
            let client = Client::failing(&[TimedOut; 9]);
            let run = client.run(is::after(&client).await);
            within(&run.delays, &ranges);
        }
    }
}

/// When the first attempt begins.
mod start {
    use super::*;
    use reattempt::{Policy, Retry};
    use tokio_retry::strategy::FixedInterval;

    #[test]
    fn is_at_once_there_and_at_the_first_poll_here() {
        let mut started = 0;
        let action = || {
            started += 1;
            async { Ok::<_, io::Error>(()) }
        };
        drop(tokio_retry::Retry::start(FixedInterval::from_millis(1), action));
        assert_eq!(started, 1);

        let mut started = 0;
        let action = || {
            started += 1;
            async { Ok::<_, io::Error>(()) }
        };
        let retry = Retry::new(Policy::DEFAULT);
        drop(retry.call_async(action));
        assert_eq!(started, 0);
    }
}
