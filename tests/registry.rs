//! What a program says that it retries, and for how long.

#![forbid(unsafe_code)]

use std::io;
use std::num::NonZeroU32;
use std::time::Duration;

use reattempt::{Policy, RetryPolicy, Site, policy, retry, sites};

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
    assert_eq!(row("client::get")[2], "(a policy that is made when it is called)");
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
    let client = Client { policy: policy!() };
    client.get().unwrap();
    client.put().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert_eq!(upload::<u8>("key").await.unwrap(), 0);
        hard().await.unwrap();
    });
}
