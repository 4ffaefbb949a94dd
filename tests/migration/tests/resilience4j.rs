//! What becomes of programs of resilience4j, which is for Java. The Java programs were not run: what they would come to is
//! written here from its documentation.

mod support;

use std::io;
use std::io::ErrorKind::{ConnectionRefused, NotFound, TimedOut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use reattempt::{Event, EventKind, Observer, Policy, Scope, policy, retry};
use support::{Client, ms, secs, sleep, within};

const LATE: [io::ErrorKind; 9] = [TimedOut; 9];

mod config {
    use super::*;

    #[retry(
        max_attempts = 3,
        backoff = "fixed",
        initial_delay = 500ms,
        jitter = "none",
        on = |error| !matches!(error.kind(), io::ErrorKind::NotFound),
        sleep = sleep,
    )]
    fn fetch(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    #[test]
    fn three_attempts_are_three_attempts() {
        let client = Client::failing(&LATE);
        let run = client.run_blocking(fetch(&client));
        assert_eq!((run.attempts, run.delays), (3, vec![ms(500); 2]));
        assert_eq!(run.outcome.unwrap_err().kind(), TimedOut);

        let client = Client::failing(&[NotFound]);
        let run = client.run_blocking(fetch(&client));
        assert_eq!((run.attempts, run.delays), (1, vec![]));
    }

    #[test]
    fn the_delays_grow() {
        let policy = policy!(
            max_attempts = 5,
            initial_delay = 500ms,
            multiplier = 1.5,
            max_delay = 1s,
            jitter = "none"
        );
        let delays: Vec<_> = policy.delays(1).collect();
        assert_eq!(delays, [500, 750, 1000, 1000].map(ms));
    }

    #[test]
    fn at_random_they_have_the_same_mean() {
        // 500 ms ± 50 % is 250 ms to 750 ms; this is 333 ms to 667 ms.
        let policy =
            policy!(max_attempts = 2, initial_delay = 333ms, multiplier = 1.5, jitter = 1.0);
        for seed in 0..100 {
            within(&policy.delays(seed).collect::<Vec<_>>(), &[(ms(333), ms(667))]);
        }
    }
}

mod results {
    use super::*;

    #[retry(
        max_attempts = 3,
        backoff = "fixed",
        initial_delay = 500ms,
        jitter = "none",
        until = |text| *text != "pending",
        sleep = sleep,
    )]
    fn poll(state: &Mutex<u32>) -> io::Result<&'static str> {
        let mut calls = state.lock().unwrap();
        *calls += 1;
        Ok(if *calls > 3 { "done" } else { "pending" })
    }

    #[retry(
        max_attempts = 3,
        backoff = "fixed",
        initial_delay = 500ms,
        jitter = "none",
        until = |text| *text != "pending",
        otherwise = |_| Err(io::ErrorKind::TimedOut.into()),
        sleep = sleep,
    )]
    fn poll_or_fail(state: &Mutex<u32>) -> io::Result<&'static str> {
        let mut calls = state.lock().unwrap();
        *calls += 1;
        Ok(if *calls > 3 { "done" } else { "pending" })
    }

    #[test]
    fn the_last_result_comes_back_or_an_error() {
        assert_eq!(poll(&Mutex::new(0)).unwrap(), "pending");
        assert_eq!(poll(&Mutex::new(1)).unwrap(), "done");
        assert_eq!(poll_or_fail(&Mutex::new(0)).unwrap_err().kind(), TimedOut);
        assert_eq!(poll_or_fail(&Mutex::new(1)).unwrap(), "done");
        assert_eq!(support::slept(), [ms(500); 8]);
    }
}

mod annotation {
    use super::*;

    #[retry(name = "inventory", max_attempts = 2, sleep = sleep)]
    fn stock_from_server(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    fn stock(client: &Client) -> String {
        stock_from_server(client).unwrap_or_else(|_| "unknown".to_owned())
    }

    #[test]
    fn the_fallback_follows_the_last_attempt() {
        let client = Client::failing(&LATE);
        assert_eq!(stock(&client), "unknown");
        assert_eq!(client.attempts(), 2);
        let client = Client::failing(&[ConnectionRefused]);
        assert_eq!(stock(&client), "attempt 2");
    }
}

mod registry {
    use super::*;
    use std::sync::LazyLock;

    #[retry(policy = INVENTORY, max_attempts = 5, sleep = sleep)]
    fn patient(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    const INVENTORY: Policy = policy!(max_attempts = 4, initial_delay = 1s, jitter = "none");

    static CONFIGURED: LazyLock<Policy> = LazyLock::new(|| {
        let text = "max_attempts=4 backoff=fixed initial_delay=500ms jitter=none";
        text.parse().expect("it is a policy")
    });

    #[retry(policy = *CONFIGURED, sleep = sleep)]
    fn configured(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    #[test]
    fn is_a_constant_or_a_static() {
        let client = Client::failing(&LATE);
        let run = client.run_blocking(patient(&client));
        assert_eq!(run.delays, [1, 2, 4, 8].map(secs));
        let client = Client::failing(&LATE);
        let run = client.run_blocking(configured(&client));
        assert_eq!(run.delays, [ms(500); 3]);
    }
}

mod events {
    use super::*;

    /// The four numbers of `resilience4j.retry.calls`, but for calls that succeed at once: those are no events.
    #[derive(Default)]
    struct Calls {
        successful_with_retry: AtomicU64,
        failed_with_retry: AtomicU64,
        failed_without_retry: AtomicU64,
    }

    impl Observer for Calls {
        fn event(&self, event: &Event<'_>) {
            let count = match event.kind() {
                EventKind::Recovered => &self.successful_with_retry,
                EventKind::GaveUp => &self.failed_with_retry,
                EventKind::NotRetryable => &self.failed_without_retry,
                _ => return,
            };
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[retry(max_attempts = 3, sleep = sleep)]
    fn fetch(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    #[test]
    fn are_counted_by_an_observer() {
        let calls = Arc::new(Calls::default());
        Scope::new().observer(Arc::clone(&calls)).run(|| {
            fetch(&Client::failing(&[])).unwrap();
            fetch(&Client::failing(&[TimedOut])).unwrap();
            fetch(&Client::failing(&LATE)).unwrap_err();
            fetch(&Client::failing(&[NotFound])).unwrap_err();
        });
        assert_eq!(calls.successful_with_retry.load(Ordering::Relaxed), 1);
        assert_eq!(calls.failed_with_retry.load(Ordering::Relaxed), 1);
        assert_eq!(calls.failed_without_retry.load(Ordering::Relaxed), 1);
    }
}
