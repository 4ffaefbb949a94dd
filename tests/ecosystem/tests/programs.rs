//! Whole programs, as users write them, without a server of anybody else's.

mod support;

use std::io;
use std::sync::Mutex;
use std::time::Duration;

use reattempt::http::{HttpError, RetryableStatus};
use reattempt::timer::Timer;
use reattempt::{Policy, Retryability, retry};
use support::Server;
use tokio::time::Instant;

/// A client whose call is given up from outside.
mod client {
    use super::*;

    /// Whoever waits no longer drops the future; nothing goes on behind it.
    #[tokio::test]
    async fn ends_when_it_is_dropped() {
        let server = Server::answering(&[(503, ""); 9]).await;
        #[retry(max_attempts = 9)]
        async fn forever(url: &str) -> Result<String, HttpError<reqwest::Error>> {
            Ok(reqwest::get(url).await?.require_success()?.text().await?)
        }
        let url = server.url();
        let call = forever(&url);
        let ended = tokio::select! {
            biased;
            _ = async { while server.left() > 8 { tokio::task::yield_now().await } } => true,
            _ = call => false,
        };
        assert!(ended);
        assert_eq!(server.left(), 8);
    }
}

/// A library whose storage is a trait, whose policy comes from a file, and whose tests don't sleep.
mod library {
    use super::*;

    #[async_trait::async_trait]
    trait Storage: Send + Sync {
        async fn put(&self, key: &str, value: Vec<u8>) -> io::Result<()>;
    }

    /// What a configuration file says: `policy = "max_attempts=4 initial_delay=50ms jitter=none"`.
    struct Retried<S> {
        inner: S,
        policy: Policy,
    }

    #[async_trait::async_trait]
    impl<S: Storage> Storage for Retried<S> {
        #[retry(policy = self.policy, clone(value), name = "storage::put")]
        async fn put(&self, key: &str, value: Vec<u8>) -> io::Result<()> {
            self.inner.put(key, value).await
        }
    }

    #[derive(Default)]
    struct Flaky {
        calls: Mutex<Vec<Instant>>,
    }

    #[async_trait::async_trait]
    impl Storage for Flaky {
        async fn put(&self, _: &str, value: Vec<u8>) -> io::Result<()> {
            assert_eq!(value, b"value");
            let mut calls = self.calls.lock().unwrap();
            calls.push(Instant::now());
            if calls.len() < 4 { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_as_the_file_says() {
        let policy = "max_attempts=4 initial_delay=50ms jitter=none".parse().unwrap();
        let storage = Retried { inner: Flaky::default(), policy };
        let began = Instant::now();
        storage.put("key", b"value".to_vec()).await.unwrap();
        let calls = storage.inner.calls.lock().unwrap();
        let at: Vec<_> = calls.iter().map(|at| (*at - began).as_millis()).collect();
        assert_eq!(at, [0, 50, 150, 350]);
    }

    #[test]
    fn refuses_a_file_that_is_wrong_with_the_numbers_in_it() {
        let error = "initial_delay=30s".parse::<Policy>().unwrap_err().to_string();
        assert!(
            error.contains("30s") && error.contains("20s") && error.contains("initial_delay"),
            "{error}"
        );
    }
}

/// A worker that stays connected for ever, and begins anew with short waits when a session has lasted.
mod worker {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn reconnects_with_longer_waits_until_a_session_has_lasted() {
        /// How long each session lasts before it ends with an error; then the worker is stopped.
        const SESSIONS: [u64; 7] = [0, 0, 0, 90, 0, 0, 90];

        #[retry(
            max_attempts = unlimited, initial_delay = 1s, max_delay = 4s, jitter = "none", reset_after = 60s,
            on_retry = |retry| waits.push(retry.delay().as_secs()),
        )]
        async fn stay_connected(
            sessions: &mut impl Iterator<Item = u64>,
            waits: &mut Vec<u64>,
        ) -> io::Result<()> {
            let Some(seconds) = sessions.next() else { return Ok(()) };
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Err(io::ErrorKind::ConnectionReset.into())
        }
        let mut waits = Vec::new();
        stay_connected(&mut SESSIONS.into_iter(), &mut waits).await.unwrap();
        assert_eq!(waits, [1, 2, 4, 1, 2, 4, 1]);
    }
}

/// The same calls at the same times as by the libraries that people come from.
mod migrations {
    use super::*;

    struct Calls(Mutex<Vec<Instant>>);

    impl Calls {
        fn call(&self) -> Result<(), &'static str> {
            self.0.lock().unwrap().push(Instant::now());
            Err("busy")
        }

        fn gaps(self) -> Vec<u128> {
            let calls = self.0.into_inner().unwrap();
            // tokio's timer rounds up to the next millisecond of its clock.
            let gaps = calls.windows(2).map(|pair| (pair[1] - pair[0]).as_millis());
            gaps.map(|gap| gap - gap % 5).collect()
        }
    }

    fn calls() -> Calls {
        Calls(Mutex::new(Vec::new()))
    }

    #[tokio::test(start_paused = true)]
    async fn from_backon() {
        use backon::Retryable as _;

        let before = calls();
        let fetch = async || before.call();
        // No more retries than nine, and no more than 700 ms of waits.
        let builder = backon::ExponentialBuilder::new()
            .with_min_delay(Duration::from_millis(50))
            .with_factor(2.0)
            .with_max_delay(Duration::from_millis(300))
            .with_total_delay(Some(Duration::from_millis(700)))
            .with_max_times(9);
        let mut told = Vec::new();
        let _ = fetch
            .retry(builder)
            .when(|error| *error == "busy")
            .notify(|_, delay| told.push(delay.as_millis()))
            .await;

        #[retry(
            max_attempts = 10, initial_delay = 50ms, max_delay = 300ms, jitter = "none", max_elapsed = 700ms,
            on = |error| *error == "busy", on_retry = |retry| told.push(retry.delay().as_millis()),
        )]
        async fn fetch_now(calls: &Calls, told: &mut Vec<u128>) -> Result<(), &'static str> {
            calls.call()
        }
        let now = calls();
        let mut told_now = Vec::new();
        let _ = fetch_now(&now, &mut told_now).await;
        let now = now.gaps();
        assert_eq!(now, [50, 100, 200, 300]);
        assert_eq!((before.gaps(), told), (now, told_now));
    }

    #[tokio::test(start_paused = true)]
    async fn from_tokio_retry() {
        use tokio_retry::strategy::ExponentialBackoff;

        let before = calls();
        // Its number is the base, and the first delay: 10 ms, then 100.
        let strategy = ExponentialBackoff::from_millis(10).take(3);
        let _ = tokio_retry::Retry::start(strategy, async || before.call()).await;

        #[retry(max_attempts = 4, initial_delay = 10ms, multiplier = 10, jitter = "none", on(_))]
        async fn fetch_now(calls: &Calls) -> Result<(), &'static str> {
            calls.call()
        }
        let now = calls();
        let _ = fetch_now(&now).await;
        let now = now.gaps();
        assert_eq!(now, [10, 100, 1000]);
        assert_eq!(before.gaps(), now);
    }
}

/// A tool without a runtime, which gives up on what lasts.
#[test]
fn a_tool_that_polls_until_it_is_done() {
    #[retry(
        max_attempts = unlimited, max_elapsed = 30s, backoff = "fixed", initial_delay = 10s, jitter = "none",
        sleep = time, otherwise = |_| Err(ToolError::NotDone),
        on = |error| match error {
            ToolError::Status(500..) => Retryability::transient(),
            _ => Retryability::permanent(),
        },
        until = |state| *state == "done"
    )]
    fn wait_for(
        states: &mut dyn Iterator<Item = Result<&'static str, ToolError>>,
        time: &Simulated,
    ) -> Result<&'static str, ToolError> {
        states.next().unwrap_or(Err(ToolError::Status(404)))
    }
    #[derive(Debug, PartialEq)]
    enum ToolError {
        Status(u16),
        NotDone,
    }

    /// Time passes only when somebody waits.
    #[derive(Default)]
    struct Simulated(std::cell::Cell<Duration>);

    impl Timer for &Simulated {
        type Sleep = ();

        fn now(&self) -> Duration {
            self.0.get()
        }

        fn sleep(&self, delay: Duration) {
            self.0.set(self.0.get() + delay);
        }
    }

    let mut states =
        [Ok("running"), Err(ToolError::Status(503)), Ok("running"), Ok("done")].into_iter();
    let time = Simulated::default();
    assert_eq!(wait_for(&mut states, &time), Ok("done"));
    assert_eq!((&time).now(), Duration::from_secs(30));
    assert_eq!(wait_for(&mut states, &time), Err(ToolError::Status(404)));
    assert_eq!((&time).now(), Duration::from_secs(30));
    // Half a minute is all that it has.
    let mut running = core::iter::repeat_with(|| Ok("running"));
    assert_eq!(wait_for(&mut running, &time), Err(ToolError::NotDone));
    assert_eq!((&time).now(), Duration::from_secs(60));
}
