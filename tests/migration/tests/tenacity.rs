//! What becomes of programs of tenacity, which is for Python. `python/before.py` has them as they were, and
//! `python/before.json` what they came to; `python/run` runs them again.

mod support;

use std::io;
use std::io::ErrorKind::{self, NotFound, TimedOut};
use std::time::Duration;

use reattempt::{Retryable, retry};
use support::{Client, Run, Script, secs, sleep, within};

const RECORDED: &str = include_str!("../python/before.json");

fn recorded(scenario: &str) -> serde_json::Value {
    let mut lines = RECORDED.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.find(|line: &serde_json::Value| line["scenario"] == scenario).expect(scenario)
}

/// As Python names it.
fn name(kind: ErrorKind) -> &'static str {
    match kind {
        TimedOut => "TimeoutError",
        NotFound => "FileNotFoundError",
        _ => unreachable!("no program fails with {kind}"),
    }
}

/// It called as often as tenacity did, and waited the same.
#[track_caller]
fn as_recorded<E>(scenario: &str, run: &Run<String, E>) -> String {
    let was = recorded(scenario);
    assert_eq!(was["attempts"], run.attempts);
    let slept: Vec<_> = run.delays.iter().map(Duration::as_secs_f64).collect();
    assert_eq!(was["slept"], serde_json::json!(slept));
    was["outcome"].as_str().unwrap().to_owned()
}

/// And it ended the same.
#[track_caller]
fn same(scenario: &str, failures: &[ErrorKind], after: impl Fn(&Client) -> io::Result<String>) {
    let client = Client::failing(failures);
    let run = client.run_blocking(after(&client));
    let outcome = as_recorded(scenario, &run);
    assert_eq!(outcome, run.outcome.unwrap_or_else(|error| name(error.kind()).to_owned()));
}

const LATE: [ErrorKind; 9] = [TimedOut; 9];

mod delays {
    use super::*;

    #[retry(
        max_attempts = 4,
        initial_delay = 1s,
        max_delay = 3s,
        jitter = "none",
        on = |error| error.kind() == io::ErrorKind::TimedOut,
        sleep = sleep,
    )]
    fn exponential(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    #[retry(max_attempts = 3, backoff = "fixed", initial_delay = 2s, jitter = "none", sleep = sleep)]
    fn fixed(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    #[retry(max_attempts = 3, backoff = "none")]
    fn no_wait(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    fn at_least_four_seconds(retry: u32) -> Duration {
        Duration::from_secs((1 << (retry - 1).min(4)).clamp(4, 10))
    }

    #[retry(max_attempts = 5, backoff = at_least_four_seconds, jitter = "none", sleep = sleep)]
    fn least(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    #[retry(
        max_attempts = 5,
        backoff = "linear",
        initial_delay = 1s,
        max_delay = 3s,
        jitter = "none",
        sleep = sleep,
    )]
    fn incrementing(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    #[retry(max_attempts = 5, backoff = [1s, 2s, 5s], jitter = "none", sleep = sleep)]
    fn chain(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    #[test]
    fn are_those_of_tenacity() {
        same("exponential", &LATE, exponential);
        same("exponential, recovers", &LATE[..3], exponential);
        same("exponential, another error", &[TimedOut, NotFound], exponential);
        same("least", &LATE, least);
        same("incrementing", &LATE, incrementing);
        same("chain", &LATE, chain);
    }

    /// Without `reraise` an error of tenacity's own comes back, which has the last attempt in it.
    #[test]
    fn and_the_error_is_the_function_s_own_here() {
        for (scenario, program) in
            [("fixed", fixed as fn(&Client) -> io::Result<String>), ("no wait", no_wait)]
        {
            let client = Client::failing(&LATE);
            let run = client.run_blocking(program(&client));
            assert_eq!(as_recorded(scenario, &run), "RetryError of TimeoutError()");
            assert_eq!(run.outcome.unwrap_err().kind(), TimedOut);
        }
    }

    /// That is tenacity's default: for ever, and without a wait.
    #[test]
    fn no_policy_goes_on_for_ever_without_a_wait() {
        let was = recorded("forever");
        assert_eq!((&was["attempts"], &was["outcome"]), (&10.into(), &"attempt 10".into()));
        let policy = "max_attempts=unlimited backoff=none".parse::<reattempt::Policy>();
        assert_eq!(policy.unwrap_err().field(), "max_attempts");
    }
}

mod jitter {
    use super::*;

    #[retry(max_attempts = 5, initial_delay = 1s, max_delay = 4s, sleep = sleep)]
    fn random_exponential(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    #[retry(max_attempts = 5, initial_delay = 1s, max_delay = 60s, jitter = 0.5, sleep = sleep)]
    fn exponential_jitter(client: &Client) -> io::Result<String> {
        client.get_blocking()
    }

    fn ranges(scenario: &str) -> Vec<(Duration, Duration)> {
        let ranges: Vec<(u64, u64)> =
            serde_json::from_value(recorded(scenario)["slept"].clone()).unwrap();
        ranges.into_iter().map(|(from, to)| (secs(from), secs(to))).collect()
    }

    #[test]
    fn is_full_jitter_in_both() {
        for _ in 0..100 {
            let client = Client::failing(&LATE);
            let run = client.run_blocking(random_exponential(&client));
            within(&run.delays, &ranges("random exponential"));
        }
    }

    /// What is added is a time of its own there, and a share of the delay here.
    #[test]
    fn is_a_share_of_the_delay_here() {
        assert_eq!(ranges("exponential jitter"), [(1, 2), (2, 3), (4, 5), (8, 9)].map(pair));
        for _ in 0..100 {
            let client = Client::failing(&LATE);
            let run = client.run_blocking(exponential_jitter(&client));
            let ranges = [(1000, 1500), (2000, 3000), (4000, 6000), (8000, 12_000)];
            within(&run.delays, &ranges.map(|(from, to)| (support::ms(from), support::ms(to))));
        }
    }

    fn pair((from, to): (u64, u64)) -> (Duration, Duration) {
        (secs(from), secs(to))
    }
}

mod hooks {
    use super::*;

    #[retry(
        max_attempts = 3,
        backoff = "fixed",
        initial_delay = 1s,
        jitter = "none",
        on = |error| error.kind() != io::ErrorKind::NotFound,
        on_retry = |retry| lines.push(format!("again in {:?}: {}", retry.delay(), retry.error())),
        sleep = sleep,
    )]
    fn told(client: &Client, lines: &mut Vec<String>) -> io::Result<String> {
        client.get_blocking()
    }

    #[test]
    fn are_told_of_each_retry() {
        let client = Client::failing(&[TimedOut; 2]);
        let mut lines = Vec::new();
        let run = client.run_blocking(told(&client, &mut lines));
        assert_eq!(as_recorded("told", &run), run.outcome.unwrap());
        assert_eq!(lines, ["again in 1s: timed out"; 2]);
        assert_eq!(recorded("told")["lines"].as_array().unwrap().len(), lines.len());
    }
}

mod polling {
    use super::*;

    #[derive(Clone)]
    enum Not {
        Done,
        InTime,
    }

    struct Job(Script<Not>);

    impl Job {
        fn state(&self) -> io::Result<String> {
            match self.0.attempt() {
                Ok(_) => Ok("done".to_owned()),
                Err(Not::Done) => Ok("pending".to_owned()),
                Err(Not::InTime) => Err(TimedOut.into()),
            }
        }
    }

    #[retry(
        max_attempts = 3,
        backoff = "fixed",
        initial_delay = 2s,
        jitter = "none",
        until = |state| state != "pending",
        on = |_| false,
        sleep = sleep,
    )]
    fn poll(job: &Job) -> io::Result<String> {
        job.state()
    }

    #[retry(
        max_attempts = 3,
        backoff = "fixed",
        initial_delay = 2s,
        jitter = "none",
        until = |state| state != "pending",
        otherwise = |_| Err(io::ErrorKind::TimedOut.into()),
        sleep = sleep,
    )]
    fn poll_or_fail(job: &Job) -> io::Result<String> {
        job.state()
    }

    fn poll_or_default(job: &Job) -> String {
        poll_or_fail(job).unwrap_or_else(|_| "gave up".to_owned())
    }

    #[test]
    fn goes_by_the_value() {
        let job = Job(Script::failing(&[Not::Done, Not::Done]));
        let run = job.0.run_blocking(poll(&job));
        assert_eq!(as_recorded("poll", &run), run.outcome.unwrap());

        let job = Job(Script::failing(&[Not::Done, Not::InTime]));
        let run = job.0.run_blocking(poll(&job));
        assert_eq!(as_recorded("poll, an error", &run), name(run.outcome.unwrap_err().kind()));

        let job = Job(Script::failing(&[Not::Done, Not::InTime, Not::Done]));
        let run = job.0.run_blocking::<()>(Ok(poll_or_default(&job)));
        assert_eq!(as_recorded("poll or default", &run), run.outcome.unwrap());
    }

    #[test]
    fn comes_to_the_last_value_here() {
        let job = Job(Script::failing(&[const { Not::Done }; 9]));
        let run = job.0.run_blocking(poll(&job));
        assert_eq!(as_recorded("poll, never", &run), "RetryError of 'pending'");
        assert_eq!(run.outcome.unwrap(), "pending");
    }
}

mod hints {
    use super::*;

    #[derive(Debug, Clone, Retryable)]
    enum Error {
        #[retry(transient)]
        Late,
        #[retry(transient, after = retry_after)]
        Busy { retry_after: Duration },
    }

    impl std::fmt::Display for Error {
        fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str(if let Error::Late = self { "late" } else { "busy" })
        }
    }

    #[retry(
        max_attempts = 3,
        backoff = "fixed",
        initial_delay = 1s,
        jitter = "none",
        retry_after = "exact",
        sleep = sleep,
    )]
    fn as_told(client: &Script<Error>) -> Result<String, Error> {
        client.attempt()
    }

    #[test]
    fn are_waited() {
        let client = Script::failing(&[Error::Late, Error::Busy { retry_after: secs(7) }]);
        let run = client.run_blocking(as_told(&client));
        assert_eq!(as_recorded("as told", &run), run.outcome.unwrap());
    }
}

mod asynchronous {
    use super::*;
    use reattempt::attempt;

    #[retry(
        max_attempts = 3,
        backoff = "fixed",
        initial_delay = 1s,
        jitter = "none",
        on = |error| error.kind() != io::ErrorKind::NotFound,
    )]
    async fn asynchronous(client: &Client) -> io::Result<String> {
        client.get().await
    }

    fn in_the_middle(client: &Client) -> io::Result<String> {
        let text = attempt!(
            max_attempts = 3,
            backoff = "fixed",
            initial_delay = 1s,
            jitter = "none",
            sleep = sleep,
            { client.get_blocking() }
        )?;
        Ok(text)
    }

    async fn in_the_middle_async(client: &Client) -> io::Result<String> {
        let text = attempt!(
            max_attempts = 3,
            backoff = "fixed",
            initial_delay = 1s,
            jitter = "none",
            async { client.get().await }
        )
        .await?;
        Ok(text)
    }

    async fn same_async(
        scenario: &str,
        failures: &[ErrorKind],
        after: impl AsyncFn(&Client) -> io::Result<String>,
    ) {
        let client = Client::failing(failures);
        let run = client.run(after(&client).await);
        let outcome = as_recorded(scenario, &run);
        assert_eq!(outcome, run.outcome.unwrap_or_else(|error| name(error.kind()).to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn is_the_same_attribute() {
        same_async("asynchronous", &LATE, asynchronous).await;
        same_async("asynchronous, another error", &[NotFound], asynchronous).await;
        same("in the middle", &LATE[..2], in_the_middle);
        same_async("in the middle, async", &LATE[..2], in_the_middle_async).await;
    }

    #[retry(
        max_attempts = unlimited,
        max_elapsed = 10s,
        backoff = "fixed",
        initial_delay = 4s,
        jitter = "none",
    )]
    async fn before_delay(client: &Client) -> io::Result<String> {
        client.get().await
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_in_time_is_looked_at_before_the_wait() {
        same_async("before delay", &LATE, before_delay).await;
        // `stop_after_delay` looks at it after the wait, and is past it by then.
        assert_eq!(recorded("after delay")["slept"], serde_json::json!([4.0, 4.0, 4.0]));
    }
}

#[test]
fn every_program_is_compared() {
    let here = include_str!("tenacity.rs");
    for line in RECORDED.lines() {
        let was: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = was["scenario"].to_string();
        assert!(here.contains(&name), "{name} is compared with nothing");
    }
}
