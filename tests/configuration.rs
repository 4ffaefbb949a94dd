//! Policies from configuration files and environment variables, and programs that read them again.

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::time::Duration;

use reattempt::{Policies, Policy, Scope, policy, retry};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize)]
struct Settings {
    retries: Policy,
}

fn toml(text: &str) -> Result<Policy, String> {
    toml::from_str::<Settings>(text)
        .map(|settings| settings.retries)
        .map_err(|error| error.to_string())
}

fn json(text: &str) -> Result<Policy, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn yaml(text: &str) -> Result<Policy, String> {
    serde_yaml_ng::from_str(text).map_err(|error| error.to_string())
}

const ALL: &str = "max_attempts=8 backoff=[100ms,1m30s] throttled_delay=2s throttled_max_attempts=4 \
                   throttled_max_delay=1m max_delay=5m jitter=0.25 max_retry_after=10m retry_after=exact \
                   max_elapsed=1h reset_after=1m log=retry:debug,recovered:info,give_up:warn,after:2 \
                   then=(max_attempts=unlimited,initial_delay=20s)";

/// What each says, after `Display` has brought durations into its units.
fn assert_all(policy: Result<Policy, String>) {
    let expected: Policy = ALL.parse().unwrap();
    assert_eq!(policy.unwrap().to_string(), expected.to_string());
}

#[test]
fn a_table_says_what_the_text_says() {
    assert_all(toml(
        r#"
        [retries]
        max_attempts = 8
        backoff = ["100ms", "1m 30s"]
        throttled = { max_attempts = 4, initial_delay = "2s", max_delay = "1m" }
        max_delay = "5m"
        jitter = 0.25
        max_retry_after = "10m"
        retry_after = "exact"
        max_elapsed = "1h"
        reset_after = "1m"
        log = { retry = "debug", give_up = "warn", after = 2 }

        [retries.then]
        max_attempts = "unlimited"
        initial_delay = "20s"
    "#,
    ));
    assert_all(json(
        r#"{
        "max_attempts": 8, "backoff": ["100ms", "1m 30s"], "throttled_max_attempts": 4, "throttled_delay": "2s",
        "throttled_max_delay": "1m", "max_delay": "5m", "jitter": 0.25, "max_retry_after": "10m",
        "retry_after": "exact", "max_elapsed": "1h", "reset_after": "1m",
        "log": "retry:debug,give_up:warn,after:2", "then": "(max_attempts=unlimited,initial_delay=20s)"
    }"#,
    ));
    assert_all(yaml(
        "
max_attempts: 8
backoff: [100ms, 1m 30s]
throttled:
  max_attempts: 4
  initial_delay: 2s
  max_delay: 1m
max_delay: 5m
jitter: 0.25
max_retry_after: 10m
retry_after: exact
max_elapsed: 1h
reset_after: 1m
log:
  retry: debug
  give_up: warn
  after: 2
then:
  max_attempts: unlimited
  initial_delay: 20s
",
    ));
}

#[test]
fn the_text_does_as_well() {
    let text = "max_attempts=5 initial_delay=250ms";
    for policy in [toml(&format!("retries = \"{text}\"")), json(&format!("\"{text}\"")), yaml(text)]
    {
        assert_eq!(policy.unwrap().to_string(), text);
    }
    assert_eq!(toml("[retries]").unwrap().to_string(), "");
}

#[test]
fn mistakes_stand_at_their_line() {
    for (text, line) in [
        ("[retries]\nmax_delay = \"1s\"\nmax_atempts = 5", "line 3"),
        ("[retries]\nmax_delay = \"1s\"\ninitial_delay = 5", "line 3"),
        ("[retries]\nmax_delay = \"1s\"\n[retries.throttled]\nattempts = 5", "line 4"),
    ] {
        let error = toml(text).unwrap_err();
        assert!(error.contains(line), "{error}");
    }
}

#[test]
fn what_can_not_be_read_back_is_not_written() {
    const OWN: Policy = policy!(backoff = |retry| Duration::from_secs(retry.into()));
    assert!(serde_json::to_string(&OWN).is_err());
    let then: Policy = policy!(max_attempts = 2, then = OWN);
    assert!(serde_json::to_string(&then).unwrap_err().to_string().contains("can't be written"));
}

#[test]
fn a_function_counts_before_a_module() {
    let attempts = |policies: &str| {
        let calls = Cell::new(0);
        let scope = Scope::new().policies(policies.parse().unwrap()).without_waits();
        scope.run(|| fetch(&calls)).unwrap_err();
        calls.get()
    };
    assert_eq!(attempts("configuration::* max_attempts=9; fetch max_attempts=2"), 2);
    assert_eq!(
        attempts("fetch max_attempts=2; configuration::fetch max_attempts=4; * max_attempts=9"),
        4
    );
    assert_eq!(attempts("configuration::* max_attempts=4; * max_attempts=9"), 4);
}

#[test]
fn what_is_written_is_read_again() {
    let settings = Settings { retries: ALL.parse().unwrap() };
    assert_all(toml(&toml::to_string(&settings).unwrap()));
    assert_all(json(&serde_json::to_string(&settings.retries).unwrap()));
    assert_all(yaml(&serde_yaml_ng::to_string(&settings.retries).unwrap()));
}

#[test]
fn numbers_and_flags_are_those_of_the_format() {
    let policy = toml("retries = { multiplier = 2, jitter = true }").unwrap();
    assert_eq!(policy.to_string(), "multiplier=2.0 jitter=full");
    assert_eq!(toml("retries = { jitter = false }").unwrap().to_string(), "jitter=none");
    assert_eq!(json(r#"{"multiplier": 1.5}"#).unwrap().to_string(), "multiplier=1.5");
    assert_eq!(json(r#"{"max_attempts": 1}"#).unwrap().to_string(), "max_attempts=1");
}

#[test]
fn mistakes_are_named_where_they_are() {
    for (text, message) in [
        ("retries = { max_atempts = 5 }", "expected the option `max_attempts`, not `max_atempts`"),
        ("retries = { max_retries = 5 }", "expected the option `max_attempts`, not `max_retries`"),
        ("retries = { deadline = \"5s\" }", "`deadline` is about a function"),
        (
            "retries = { initial_delay = 5 }",
            "`initial_delay` takes a duration with its unit, such as 250ms, 30s or 1m30s, not `5`",
        ),
        ("retries = { initial_delay = \"5 fortnights\" }", "not `5 fortnights`"),
        ("retries = { max_attempts = -1 }", "not `-1`"),
        ("retries = { max_attempts = 0 }", "it must be at least 1"),
        ("retries = { max_attempts = true }", "not `true`"),
        ("retries = { jitter = 1.5 }", "from 0.0 to 1.0"),
        ("retries = { backoff = [1, 2] }", "takes a duration with its unit"),
        ("retries = { backoff = [\"1s\", \"2\"] }", "not `[1s,2]`"),
        (
            "retries = { initial_delay = \"30s\", max_delay = \"1s\" }",
            "`initial_delay` is 30s, which is above `max_delay`, 1s",
        ),
        (
            "retries = { throttled = { attempts = 3 } }",
            "errors that say \"throttled\" have no `attempts` of their own",
        ),
        (
            "retries = { throttled_delay = \"1s\", throttled = { initial_delay = \"2s\" } }",
            "`throttled_delay` is given twice",
        ),
        ("retries = { log = { loud = \"debug\" } }", "`log` takes off, trace"),
        ("retries = { then = { max_atempts = 5 } }", "expected the option `max_attempts`"),
        ("retries = 5", "expected a table of retry options, or a text such as"),
        ("retries = \"max_attempts=many\"", "not `many`"),
    ] {
        let error = toml(text).unwrap_err();
        assert!(error.contains(message), "{text}: {error}");
        assert!(error.contains("line 1"), "{text}: {error}");
    }
}

#[test]
fn a_table_of_operations_overrides_them() {
    let text = r#"
        "configuration::fetch" = { max_attempts = 2, backoff = "none" }
        "*" = "max_attempts=4 backoff=none"
    "#;
    let policies: Policies = toml::from_str(text).unwrap();
    let calls = |policies: Policies| {
        let calls = Cell::new(0);
        Scope::new().policies(policies).without_waits().run(|| {
            assert!(fetch(&calls).is_err());
            calls.set(calls.get() * 10);
            assert!(store(&calls).is_err());
        });
        calls.get()
    };
    assert_eq!(calls(policies.clone()), 24);
    assert_eq!(calls(Policies::new()), 33);
    // As a text, which an environment variable says.
    let text = policies.to_string();
    assert_eq!(
        text,
        "* max_attempts=4 backoff=none; configuration::fetch max_attempts=2 backoff=none"
    );
    assert_eq!(calls(text.parse().unwrap()), 24);
    // What is written is read again.
    let written = toml::to_string(&policies).unwrap();
    assert_eq!(toml::from_str::<Policies>(&written).unwrap().to_string(), text);
    let error = toml::from_str::<Policies>("\"*\" = { max_attemps = 2 }").unwrap_err().to_string();
    assert!(
        error.contains("expected the option `max_attempts`") && error.contains("line 1"),
        "{error}"
    );
}

#[retry]
fn fetch(calls: &Cell<u32>) -> io::Result<()> {
    calls.set(calls.get() + 1);
    Err(ErrorKind::ConnectionReset.into())
}

#[retry]
fn store(calls: &Cell<u32>) -> io::Result<()> {
    fails(calls)
}

fn fails(calls: &Cell<u32>) -> io::Result<()> {
    calls.set(calls.get() + 1);
    Err(ErrorKind::ConnectionReset.into())
}

#[test]
fn a_variable_is_read_where_the_program_asks_for_it() {
    // Cargo sets it for every test.
    let error = Policies::from_env("CARGO_PKG_NAME").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("environment variable CARGO_PKG_NAME: `reattempt` has no policy"),
        "{error}"
    );
    assert!(Policies::from_env("A_VARIABLE_THAT_NOBODY_SETS").unwrap().is_empty());
    let error = Policies::from_env("CARGO_PKG_DESCRIPTION").unwrap_err().to_string();
    assert!(
        error.starts_with("environment variable CARGO_PKG_DESCRIPTION: retries of `Retry`:"),
        "{error}"
    );
    let error = "max_attempts=5".parse::<Policies>().unwrap_err().to_string();
    for (text, message) in [
        (
            "upload=max_attempts=5",
            "put a space between a name and its policy: `upload max_attempts=5`",
        ),
        ("upload", "`upload` has no policy; write it behind the name, `upload max_attempts=5`"),
        ("upload max_attempts=5; upload max_attempts=6", "`upload` is there twice"),
        ("upload: max_attempts=5", "no operation is called `upload:`"),
        ("up*d max_attempts=5", "no operation is called `up*d`"),
        ("stor* max_attempts=5", "no operation is called `stor*`"),
        ("*::upload max_attempts=5", "no operation is called `*::upload`"),
        ("upload() max_attempts=5", "no operation is called `upload()`"),
        (
            "upload max_attempts=5;max_delay=1s",
            "expected the name of an operation before its policy",
        ),
    ] {
        let error = text.parse::<Policies>().unwrap_err();
        assert!(error.to_string().contains(message), "{text}: {error}");
        assert_eq!(format!("{error:?}"), format!("PoliciesError({error})"));
    }
    assert!(Policies::new().insert("", Policy::DEFAULT).is_err());
    let mut default = Policies::new();
    default.insert("upload", Policy::DEFAULT).unwrap();
    assert_eq!(default.to_string(), "upload max_attempts=3");
    assert!(
        error.contains("such as `upload max_attempts=5`, or `* max_attempts=5` for all"),
        "{error}"
    );
}

/// A program that reads its file again changes what running calls go by at their next failure.
#[tokio::test(start_paused = true)]
async fn a_file_that_is_read_again_counts_for_calls_on_their_way() {
    #[retry(max_attempts = unlimited, initial_delay = 1m, max_delay = 1m, jitter = "none")]
    async fn reconnect(calls: &Cell<u32>) -> io::Result<()> {
        calls.set(calls.get() + 1);
        Err(ErrorKind::ConnectionReset.into())
    }

    let install = |file: &str| {
        toml::from_str::<Policies>(file).unwrap().install();
    };
    let calls = Cell::new(0);
    let start = tokio::time::Instant::now();
    let operator = async {
        tokio::time::sleep(Duration::from_secs(150)).await;
        assert_eq!(calls.get(), 3);
        install(
            "reconnect = { max_attempts = 'unlimited', initial_delay = '10s', max_delay = '10s', jitter = false }",
        );
        // The wait that has begun goes on: it ends at 180 s.
        tokio::time::sleep(Duration::from_secs(55)).await;
        assert_eq!(calls.get(), 6);
        install("reconnect = { max_attempts = 7 }");
    };
    let (outcome, ()) = tokio::join!(reconnect(&calls), operator);
    Policies::new().install();
    assert!(outcome.is_err());
    assert_eq!(calls.get(), 7);
    assert_eq!(start.elapsed().as_secs(), 210);
}
