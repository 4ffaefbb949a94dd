//! What a program says that it retries, and for how long.

#![forbid(unsafe_code)]

use std::io;
use std::num::NonZeroU32;
use std::time::Duration;

use reattempt::{FixedDelay, Policy, RetryPolicy, Site, WithJitter, attempt, policy, retry, sites};

const STORAGE: Policy =
    policy!(max_attempts = 4, backoff = "fixed", initial_delay = 2s, throttled_delay = 2s);
const LIMIT: u32 = 6;

struct Patient;

impl RetryPolicy for Patient {
    fn max_attempts(&self) -> u32 {
        3
    }

    fn delay_for(&self, attempt: u32) -> Option<Duration> {
        Some(Duration::from_secs(60) * attempt)
    }
}

#[retry]
fn plain() -> io::Result<()> {
    Ok(())
}

#[retry(max_attempts = 5, initial_delay = 2s)]
async fn upload<T: Default>(key: &str) -> io::Result<T> {
    let _ = key;
    Ok(T::default())
}

#[retry(policy = STORAGE)]
fn shared() -> io::Result<()> {
    Ok(())
}

#[retry(policy = STORAGE, max_attempts = LIMIT)]
fn changed() -> io::Result<()> {
    Ok(())
}

#[retry(policy = Patient)]
fn own() -> io::Result<()> {
    Ok(())
}

#[retry(max_attempts = unlimited, max_elapsed = 30s)]
fn limited() -> io::Result<()> {
    Ok(())
}

#[retry(max_attempts = unlimited)]
fn endless() -> io::Result<()> {
    Ok(())
}

#[retry(deadline = 3s)]
async fn hard() -> io::Result<()> {
    Ok(())
}

#[retry(max_attempts = 3, throttled(max_attempts = 8, initial_delay = 2s))]
fn throttled() -> io::Result<()> {
    Ok(())
}

const JITTERED: WithJitter<FixedDelay> =
    WithJitter::new(FixedDelay::new(Duration::from_secs(1), 3), 0.5);

#[retry(policy = JITTERED)]
fn jittered() -> io::Result<()> {
    Ok(())
}

#[retry(max_attempts = 20_000, backoff = "fixed", initial_delay = 1s, throttled_delay = 1s)]
fn often() -> io::Result<()> {
    Ok(())
}

#[retry(reset_after = 60s)]
fn session() -> io::Result<()> {
    Ok(())
}

/// Paths that only the place knows: a variable, a parameter of the `impl`, an associated constant.
trait Config {
    const POLICY: Policy;
}

struct Of<P>(P);

impl<P: Config> Of<P> {
    #[retry(policy = P::POLICY)]
    fn of_parameter(&self) -> io::Result<()> {
        let _ = &self.0;
        Ok(())
    }

    #[retry(policy = <P as Config>::POLICY)]
    fn of_trait(&self) -> io::Result<()> {
        let _ = &self.0;
        Ok(())
    }
}

impl Config for u8 {
    const POLICY: Policy = policy!();
}

#[test]
#[allow(non_snake_case, reason = "as a constant is spelled")]
fn variables_are_policies_too() {
    let LOCAL = policy!(max_attempts = 2);
    attempt!(policy = LOCAL, { Ok::<_, io::Error>(()) }).unwrap();
    Of(1_u8).of_parameter().unwrap();
    Of(1_u8).of_trait().unwrap();
    assert_eq!(site("::of_parameter").policy(), None);
}

struct Client {
    policy: Policy,
}

impl Client {
    #[retry(policy = &self.policy, name = "client::get")]
    fn get(&self) -> io::Result<()> {
        Ok(())
    }

    #[retry(max_attempts = const { Self::ATTEMPTS })]
    fn put(&self) -> io::Result<u32> {
        Ok(self.policy.max_attempts().map_or(0, NonZeroU32::get))
    }

    const ATTEMPTS: u32 = 4;
}

fn site(name: &str) -> Site {
    let mut sites = sites().into_iter().filter(|site| site.name().ends_with(name));
    let site = sites.next().unwrap_or_else(|| panic!("{name} is not in\n{}", reattempt::sites()));
    assert!(sites.next().is_none(), "{name} is there twice");
    site
}

#[test]
fn each_function_says_where_it_stands_and_how_long_it_waits() {
    let seconds = Duration::from_secs;
    for (name, policy, attempts, wait) in [
        ("::plain", Some(""), Some(3), Some(seconds(1 + 2))),
        (
            "::upload",
            Some("max_attempts=5 initial_delay=2s"),
            Some(5),
            Some(seconds(2 + 4 + 8 + 16)),
        ),
        (
            "::shared",
            Some("max_attempts=4 backoff=fixed initial_delay=2s throttled_delay=2s"),
            Some(4),
            Some(seconds(6)),
        ),
        (
            "::changed",
            Some("max_attempts=6 backoff=fixed initial_delay=2s throttled_delay=2s"),
            Some(6),
            Some(seconds(10)),
        ),
        ("::own", Some("registry::Patient"), Some(3), Some(seconds(180))),
        ("::limited", Some("max_attempts=unlimited max_elapsed=30s"), None, Some(seconds(30))),
        ("::endless", Some("max_attempts=unlimited"), None, None),
        ("::hard", Some(""), Some(3), Some(seconds(3))),
        ("client::get", None, None, None),
        ("::put", None, None, None),
        (
            "::throttled",
            Some("max_attempts=3 throttled_delay=2s throttled_max_attempts=8"),
            Some(8),
            Some(seconds(2 + 4 + 8 + 16 + 20 + 20 + 20)),
        ),
        (
            "::jittered",
            Some(
                "reattempt_runtime::strategies::WithJitter<reattempt_runtime::strategies::FixedDelay>",
            ),
            Some(3),
            Some(seconds(3)),
        ),
        (
            "::often",
            Some("max_attempts=20000 backoff=fixed initial_delay=1s throttled_delay=1s"),
            Some(20_000),
            Some(seconds(19_999)),
        ),
        ("::session", Some("reset_after=1m"), None, None),
    ] {
        let site = site(name);
        assert_eq!(site.policy().as_deref(), policy, "{name}");
        assert_eq!((site.max_attempts(), site.longest_wait()), (attempts, wait), "{name}");
        assert!(site.file().ends_with("tests/registry.rs"), "{}", site.file());
    }
    assert!(site("::upload").is_async() && !site("::plain").is_async());
    assert!(site("::plain").line() < site("::upload").line());
}

#[test]
fn they_print_as_a_table() {
    let table = sites().to_string();
    let row = |name: &str| {
        let row = table.lines().find(|line| line.starts_with(name)).unwrap();
        row.split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let place = |name: &str| format!("{}:{}", site(name).file(), site(name).line());
    assert_eq!(
        row("registry::upload"),
        [
            "registry::upload",
            &place("::upload"),
            "max_attempts=5 initial_delay=2s",
            "waits up to 30s"
        ]
    );
    assert_eq!(row("registry::endless").last().unwrap(), "waits without an end");
    assert_eq!(row("registry::plain")[2], "(the default policy)");
    assert_eq!(row("client::get")[2], "(a policy that is known when it is called)");
    let names: Vec<_> = sites().iter().map(Site::name).collect();
    assert!(names.is_sorted(), "{names:?}");
    assert_eq!(
        site("::plain").to_string(),
        format!("registry::plain  {}  (the default policy)  waits up to 3s", place("::plain"))
    );
}

#[test]
fn they_run_as_without_it() {
    plain().unwrap();
    shared().unwrap();
    changed().unwrap();
    own().unwrap();
    limited().unwrap();
    endless().unwrap();
    throttled().unwrap();
    jittered().unwrap();
    often().unwrap();
    session().unwrap();
    let client = Client { policy: policy!() };
    client.get().unwrap();
    client.put().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert_eq!(upload::<u8>("key").await.unwrap(), 0);
        hard().await.unwrap();
    });
}
