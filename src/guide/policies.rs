//! Policies: shared, from configuration, of your own.
//!
//! # Shared
//!
//! ```
//! use reattempt::{Policy, policy, retry};
//!
//! const STORAGE: Policy = policy!(max_attempts = 5, initial_delay = 50ms, max_delay = 5s);
//! const PATIENT: Policy = policy!(policy = STORAGE, max_attempts = 10);
//!
//! #[retry(policy = STORAGE)]
//! fn read(path: &str) -> std::io::Result<String> {
//!     std::fs::read_to_string(path)
//! }
//!
//! // Other keys change a part of it.
//! #[retry(policy = STORAGE, jitter = "equal")]
//! fn write(path: &str, text: &str) -> std::io::Result<()> {
//!     std::fs::write(path, text)
//! }
//! # assert_eq!(PATIENT.max_attempts().unwrap().get(), 10);
//! ```
//!
//! In `examples/key-service/src/keys.rs` in the repository, all calls of a service have one.
//!
//! # From configuration
//!
//! A policy has a text form, for environment variables, files and logs. A mistake is an error that names the option, or
//! the one that was probably meant:
//!
//! ```
//! use reattempt::Policy;
//!
//! let policy: Policy = "max_attempts=5 initial_delay=250ms backoff=linear".parse().unwrap();
//! assert_eq!(policy.to_string(), "max_attempts=5 backoff=linear initial_delay=250ms");
//!
//! let error = "max_atempts=5".parse::<Policy>().unwrap_err();
//! assert!(error.to_string().contains("expected the option `max_attempts`, not `max_atempts`"));
//! ```
//!
//! Options are separated by spaces, and there is none around `=` nor within a list (`backoff=[1s,2s]`). The text has the
//! options of a policy, which are [all the methods of its builder](crate::PolicyBuilder). An option that is not there has
//! its default: an empty text is [`Policy::DEFAULT`](crate::Policy::DEFAULT), and that is shown as an empty text.
//!
//! With the feature `serde`, [`Policy`](crate::Policy) is a part of your settings, in TOML, JSON, YAML or whatever else: a table of keys, or the
//! text.
//!
//! ```
//! # #[cfg(feature = "serde")]
//! # fn main() {
//! use reattempt::Policy;
//!
//! #[derive(serde::Deserialize)]
//! struct Settings {
//!     uploads: Policy,
//!     downloads: Policy,
//! }
//!
//! let settings: Settings = toml::from_str(r#"
//!     uploads = { max_attempts = 8, initial_delay = "250ms", jitter = false, throttled = { max_attempts = 20 } }
//!     downloads = "max_attempts=5"
//! "#).unwrap();
//! assert_eq!(settings.uploads.to_string(), "max_attempts=8 initial_delay=250ms throttled_max_attempts=20 jitter=none");
//! # assert_eq!(settings.downloads.to_string(), "max_attempts=5");
//! # }
//! # #[cfg(not(feature = "serde"))]
//! # fn main() {}
//! ```
//!
//! An unknown key is refused with the one that was probably meant, and a bad value with its key, at their line: `initial_delay takes a
//! duration with its unit, such as 250ms, 30s or 1m30s, not 5`. What is wrong about several values together is reported at the table.
//! A policy is written as its text.
//!
//! Or build it. The methods have the same names as the keys:
//!
//! ```
//! use reattempt::{Jitter, Policy, PolicyError};
//! use std::time::Duration;
//!
//! struct Settings {
//!     attempts: u32,
//!     longest_delay: Duration,
//! }
//!
//! fn policy(settings: &Settings) -> Result<Policy, PolicyError> {
//!     Policy::builder()
//!         .max_attempts(settings.attempts) // 1 switches retries off
//!         .max_delay(settings.longest_delay)
//!         .jitter(Jitter::Equal)
//!         .build()
//! }
//!
//! assert!(policy(&Settings { attempts: 4, longest_delay: Duration::from_secs(5) }).is_ok());
//! let error = policy(&Settings { attempts: 4, longest_delay: Duration::from_millis(1) }).unwrap_err();
//! assert_eq!(error.field(), "max_delay");
//! ```
//!
//! `.max_attempts(u32::MAX)` is the same as `.unlimited()`: no limit.
//!
//! Pass it to a function as `policy = …`:
//!
//! | expression | is evaluated |
//! |---|---|
//! | a path, a field, an index, a method: `policy`, `&self.policy`, `self.policy()` | after each failed attempt. A path, a field and an index are also looked at before the first attempt, to see whether there is a limit in time |
//! | what makes a policy, by a function's path, a macro, a block or an `.await`: `policy_for(url)`, `Bounded::new(3)` | once in each call, after its first failure (with `context`, before the first attempt) |
//!
//! So a policy with a state of its own keeps it for the whole call. (A method that makes one with a state has to be called
//! in a block: `{ self.bounded() }`.) Keys that change the policy can't be given beside one that is made at run time: set them
//! where it is built. All the other keys can, and `log`.
//!
//! A policy that the whole program shares is a `static`, and `policy = *POLICY` looks into it:
//!
//! ```
//! use reattempt::{Policy, retry};
//! use std::sync::LazyLock;
//!
//! static POLICY: LazyLock<Policy> = LazyLock::new(|| {
//!     let text = std::env::var("STORAGE_RETRIES").unwrap_or_default();
//!     text.parse().expect("STORAGE_RETRIES is a policy")
//! });
//!
//! #[retry(policy = *POLICY)]
//! fn read(path: &str) -> std::io::Result<String> {
//!     std::fs::read_to_string(path)
//! }
//! # assert!(read("Cargo.toml").is_ok());
//! ```
//!
//! ## For functions that say nothing of it
//!
//! [`Policies`](crate::Policies) has policies by the names of operations. `main` installs them, and what the attributes say is then the
//! default:
//!
//! ```
//! # #[cfg(feature = "serde")]
//! # fn main() {
//! use reattempt::Policies;
//!
//! #[derive(serde::Deserialize)]
//! struct Settings {
//!     retries: Policies,
//! }
//!
//! fn configure(file: &str) -> Result<(), Box<dyn std::error::Error>> {
//!     let settings: Settings = toml::from_str(file)?;
//!     settings.retries.install();
//!     Ok(())
//! }
//!
//! configure(r#"
//!     [retries]
//!     "storage::*" = "max_attempts=5"
//!     "storage::upload" = { max_attempts = 8, max_delay = "5s" }
//! "#).unwrap();
//! # Policies::new().install();
//! # }
//! # #[cfg(not(feature = "serde"))]
//! # fn main() {}
//! ```
//!
//! A name with `::` or `*` is quoted in TOML. A program that reads its file again calls `configure` again: calls that are on their
//! way go by the new policies at their next failure, and a wait that has begun goes on. What else is
//! [installed](crate::Scope::install), such as observers, stays.
//!
//! `Policies::from_env("UPLOADER_RETRIES")?` reads them from an environment variable, as a text:
//! `UPLOADER_RETRIES="storage::upload max_attempts=2; * max_attempts=3 max_delay=1s"`. Only a program that asks for a variable reads one. Give
//! those to [`Scope::policies`](crate::Scope::policies), and install that scope: it comes before installed policies.
//!
//! If several names fit, a function counts before a module, a module before `*`, and a longer name before a shorter one; of equal ones,
//! what was given last. So `* max_attempts=1` does not switch off what a file says of a function: `Scope::new().max_attempts(1).install()` does.
//! A name that fits no function does nothing. The names are those in the logs; with the feature `registry`,
//! `Policies::unmatched()` has those that fit nothing.
//!
//! A policy takes the place of the function's own **as a whole**: `upload initial_delay=2s` makes three attempts, the default, also where the
//! attribute says seven. What isn't a part of a policy stays as the attribute says: which errors are worth it (`on`, `until`,
//! `idempotent`), time limits (`deadline`, `attempt_timeout`, `stall_timeout`), `cancel`, `budget`, `brake`, `nested`, hooks, the name, and the
//! timer. `max_elapsed` and `reset_after` of such a policy only count for functions that have a limit in time themselves, because others
//! don't read a clock when they begin. [`Waits`](crate::Waits) are not overridden.
//!
//! Policies are `Copy`, so what a text holds beside numbers, a list of delays or the policy in `then`, is kept for as long as the
//! program runs, once for each text. That is for configuration: parsing ever new texts leaks
//! memory.
//!
//! # Of your own
//!
//! Implement [`RetryPolicy`](crate::RetryPolicy): two methods are enough, and it works wherever a `Policy` does.
//! [`ExponentialBackoff`](crate::ExponentialBackoff), [`FixedDelay`](crate::FixedDelay) and [`WithJitter`](crate::WithJitter) are such policies,
//! for those who put them together by hand; [`retry_with_policy`](crate::retry_with_policy) calls a closure under one.
//!
//! In the attribute, the error's type is asked first, and what it calls permanent ends the call. To let your policy decide alone, add
//! `on(_)`. Its `should_retry` is asked about errors that implement [`Error`](core::error::Error), or are boxes or reports of one; about
//! others, such as a number, it isn't, and `max_attempts` and `delay_for` decide.
