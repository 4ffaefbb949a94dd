//! What people write with backon where there is state: what attempts share, what an error says about the delay, and the
//! delays alone.

mod support;

use std::fmt;
use std::time::Duration;

use reattempt::Retryable;
use support::{Run, Script, ms, secs};

/// An answer that may say when to come back.
#[derive(Debug, Clone, PartialEq, Retryable)]
#[retry(transient, after = retry_after)]
struct Busy {
    retry_after: Option<Duration>,
}

impl fmt::Display for Busy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("busy")
    }
}

const BUSY: Busy = Busy { retry_after: None };

const fn busy_for(seconds: u64) -> Busy {
    Busy { retry_after: Some(secs(seconds)) }
}

type Client = Script<Busy>;

mod adjust {
    use super::*;

    mod was {
        use super::*;
        use backon::{ExponentialBuilder, Retryable};

        pub async fn before(client: &Client) -> Result<String, Busy> {
            (|| client.attempt_async())
                .retry(ExponentialBuilder::default())
                .adjust(|busy, delay| delay.map(|delay| busy.retry_after.unwrap_or(delay)))
                .await
        }

        pub async fn endless(client: &Client) -> Result<String, Busy> {
            (|| client.attempt_async())
                .retry(ExponentialBuilder::default())
                .adjust(|busy, delay| busy.retry_after.or(delay))
                .await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(max_attempts = 4, initial_delay = 1s, jitter = "none", retry_after = "exact")]
        pub async fn after(client: &Client) -> Result<String, Busy> {
            client.attempt_async().await
        }
    }

    async fn both(failures: &[Busy]) -> Run<String, Busy> {
        let client = Client::failing(failures);
        let was = client.run(was::before(&client).await);
        let client = Client::failing(failures);
        let is = client.run(is::after(&client).await);
        assert_eq!(was, is);
        is
    }

    #[tokio::test(start_paused = true)]
    async fn the_server_says_when() {
        let run = both(&[BUSY, busy_for(30), BUSY]).await;
        assert_eq!(run.delays, [secs(1), secs(30), secs(4)]);
        assert_eq!(run.attempts, 4);
        // It may also be sooner.
        let run = both(&[BUSY, BUSY, busy_for(1)]).await;
        assert_eq!(run.delays, [secs(1), secs(2), secs(1)]);
        // The number of attempts stays what it is.
        let run = both(&[const { busy_for(3) }; 9]).await;
        assert_eq!(run.attempts, 4);
        assert_eq!(run.outcome, Err(busy_for(3)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_too_long_ends_the_call_here() {
        let client = Client::failing(&[busy_for(3600)]);
        let run = client.run(was::before(&client).await);
        assert_eq!(run.delays, [secs(3600)]);
        let client = Client::failing(&[busy_for(3600)]);
        let run = client.run(is::after(&client).await);
        assert_eq!(run.outcome, Err(busy_for(3600)));
        assert_eq!(run.attempts, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn an_adjusted_delay_may_be_one_too_many_there() {
        let client = Client::failing(&[const { busy_for(3) }; 99]);
        let run = client.run(was::endless(&client).await);
        assert_eq!(run.attempts, 100);
    }
}

/// A connection that every attempt uses exclusively.
mod context {
    use super::*;

    struct Connection {
        script: Client,
        uses: u32,
    }

    impl Connection {
        fn failing(failures: &[Busy]) -> Connection {
            Connection { script: Client::failing(failures), uses: 0 }
        }

        async fn query(&mut self) -> Result<String, Busy> {
            self.uses += 1;
            self.script.attempt_async().await
        }
    }

    mod was {
        use super::*;
        use backon::{ExponentialBuilder, RetryableWithContext};

        pub async fn before(connection: Connection) -> (Connection, Result<String, Busy>) {
            (|mut connection: Connection| async {
                let result = connection.query().await;
                (connection, result)
            })
            .retry(ExponentialBuilder::default())
            .context(connection)
            .await
        }
    }

    mod is {
        use super::*;
        use reattempt::retry;

        #[retry(max_attempts = 4, initial_delay = 1s, jitter = "none")]
        pub async fn after(connection: &mut Connection) -> Result<String, Busy> {
            connection.query().await
        }
    }

    mod in_the_middle {
        use super::*;
        use reattempt::{attempt, policy};

        pub async fn after(connection: &mut Connection) -> Result<String, Busy> {
            const POLICY: reattempt::Policy =
                policy!(max_attempts = 4, initial_delay = 1s, jitter = "none");
            attempt!(policy = POLICY, async { connection.query().await }).await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_share_what_they_change() {
        let (was, outcome) = was::before(Connection::failing(&[BUSY, BUSY])).await;
        let run = was.script.run(outcome);
        assert_eq!(run.delays, [secs(1), secs(2)]);

        let mut is = Connection::failing(&[BUSY, BUSY]);
        let outcome = is::after(&mut is).await;
        assert_eq!(is.script.run(outcome), run);
        assert_eq!((was.uses, is.uses), (3, 3));

        let mut is = Connection::failing(&[BUSY, BUSY]);
        let outcome = in_the_middle::after(&mut is).await;
        assert_eq!(is.script.run(outcome), run);
    }
}

/// From one attribute to another.
mod attribute {
    use super::*;

    mod was {
        use super::*;
        use backon::ExponentialBuilder;
        use backon_macros::backon;

        fn quick() -> ExponentialBuilder {
            ExponentialBuilder::default()
                .with_min_delay(Duration::from_millis(250))
                .with_max_times(2)
        }

        fn says_nothing(busy: &Busy) -> bool {
            busy.retry_after.is_none()
        }

        #[backon(backoff = quick, when = says_nothing)]
        pub async fn before(client: &Client) -> Result<String, Busy> {
            client.attempt_async().await
        }
    }

    mod is {
        use super::*;
        use reattempt::{Policy, policy, retry};

        const QUICK: Policy = policy!(max_attempts = 3, initial_delay = 250ms, jitter = "none");

        #[retry(policy = QUICK, on = |busy| busy.retry_after.is_none())]
        pub async fn after(client: &Client) -> Result<String, Busy> {
            client.attempt_async().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_and_ends_the_same() {
        for failures in [&[BUSY; 9][..], &[BUSY; 2], &[BUSY, busy_for(3)]] {
            let client = Client::failing(failures);
            let was = client.run(was::before(&client).await);
            let client = Client::failing(failures);
            let is = client.run(is::after(&client).await);
            assert_eq!(was, is);
            assert_eq!(is.delays, [ms(250), ms(500)][..is.delays.len()]);
        }
    }
}

/// The delays alone, for loops that are no calls.
mod delays {
    use super::*;

    mod was {
        use super::*;
        use backon::{BackoffBuilder, ConstantBuilder, ExponentialBuilder};

        pub fn before() -> Vec<Duration> {
            let mut delays = Vec::new();
            for delay in ExponentialBuilder::default().build() {
                delays.push(delay);
            }
            delays
        }

        pub fn chained() -> Vec<Duration> {
            let quick = ConstantBuilder::default().with_delay(Duration::from_millis(50));
            let steady = ConstantBuilder::default().with_delay(Duration::from_secs(15));
            quick.build().chain(steady.without_max_times().build()).take(5).collect()
        }
    }

    mod is {
        use super::*;
        use reattempt::{Policy, Retryability, policy};

        pub fn after() -> Vec<Duration> {
            let mut delays = Vec::new();
            let policy = policy!(max_attempts = 4, initial_delay = 1s, jitter = "none");
            let mut waits = policy.waits();
            while let Some(delay) = waits.next(Retryability::transient()) {
                delays.push(delay);
            }
            delays
        }

        pub fn followed() -> Vec<Duration> {
            const STEADY: Policy = policy!(
                max_attempts = unlimited,
                backoff = "fixed",
                initial_delay = 15s,
                jitter = "none",
            );
            let quick = policy!(
                max_attempts = 4,
                backoff = "fixed",
                initial_delay = 50ms,
                jitter = "none",
                then = STEADY,
            );
            quick.delays(1).take(5).collect()
        }
    }

    #[test]
    fn are_the_same() {
        assert_eq!(was::before(), is::after());
        assert_eq!(is::after(), [1, 2, 4].map(secs));
        assert_eq!(was::chained(), is::followed());
        assert_eq!(is::followed(), [ms(50), ms(50), ms(50), secs(15), secs(15)]);
    }
}

/// Its delays are computed with 24 bits of precision.
#[test]
fn some_delays_are_a_few_nanoseconds_longer_there() {
    use backon::{BackoffBuilder, ExponentialBuilder};

    let mut was = ExponentialBuilder::default().with_min_delay(ms(100)).build();
    assert_eq!(was.nth(1), Some(ms(200) + Duration::from_nanos(3)));
    let is = reattempt::policy!(jitter = "none");
    assert_eq!(is.delays(1).nth(1), Some(ms(200)));
}
