//! The annotated functions of a program, with the feature `registry`.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;
use core::time::Duration;

use reattempt_policy::__private::parse_settings;
use reattempt_policy::{Policy, Window};

use crate::classify::Retryability;
use crate::schedule::{FailedAttempt, RetryPolicy};

/// An annotated function, or an `attempt!`: where it stands, and by which policy it is retried.
///
/// See [`sites`].
#[derive(Debug, Clone, Copy)]
pub struct Site {
    written: &'static Written,
}

/// What an expansion says of itself.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct Written {
    /// What it is called in logs.
    pub name: &'static str,
    /// Where it stands.
    pub file: &'static str,
    /// Counted from 1.
    pub line: u32,
    /// Whether it is async.
    pub is_async: bool,
    /// Its policy, if it is known without a call.
    pub policy: Option<fn() -> Described>,
    /// Its deadline, if that is a literal.
    pub deadline: Option<Duration>,
}

inventory::collect!(Written);

/// What is known of a policy.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct Described {
    text: String,
    max_attempts: u32,
    longest_wait: Option<Duration>,
}

impl Site {
    /// The name of the operation, as in logs and metrics.
    pub const fn name(&self) -> &'static str {
        self.written.name
    }

    /// The file that it stands in, as the compiler was given it.
    pub const fn file(&self) -> &'static str {
        self.written.file
    }

    /// The line of its attribute.
    pub const fn line(&self) -> u32 {
        self.written.line
    }

    /// Whether it is async.
    pub const fn is_async(&self) -> bool {
        self.written.is_async
    }

    /// Its policy in its text form; empty for the default. `None` where the policy is made when the function is called, such as
    /// `policy = &self.policy`. A policy of a type of your own shows as the name of the type.
    pub fn policy(&self) -> Option<String> {
        self.described().map(|described| described.text)
    }

    /// How many attempts it makes at most, whatever the errors say; `None` where there is no limit, as with `reset_after`, or where the
    /// policy is not known.
    pub fn max_attempts(&self) -> Option<u32> {
        let attempts = self.described()?.max_attempts;
        (attempts < u32::MAX).then_some(attempts)
    }

    /// How long a call waits in all its delays together at most, with errors of whichever kind has the longest, unless a server asks
    /// for more. The attempts themselves come on top. `None` where nothing ends it, or the policy is not known.
    pub fn longest_wait(&self) -> Option<Duration> {
        let of_policy = self.described().and_then(|described| described.longest_wait);
        match (of_policy, self.written.deadline) {
            (Some(wait), Some(deadline)) => Some(wait.min(deadline)),
            (one, other) => one.or(other),
        }
    }

    fn described(self) -> Option<Described> {
        self.written.policy.map(|describe| describe())
    }
}

/// `storage::upload  src/storage.rs:12  max_attempts=5  waits up to 1.5s`
impl fmt::Display for Site {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Row::of(*self).write(formatter, [0; 3])
    }
}

/// Every annotated function of the program, by name: with the feature `registry`, an operator can ask a binary what it retries and for
/// how long.
///
/// ```
/// # #[cfg(all(feature = "registry", not(target_family = "wasm")))]
/// # fn main() {
/// use reattempt::{retry, sites};
///
/// #[retry(max_attempts = 5, jitter = "none")]
/// fn upload() -> std::io::Result<()> {
///     Ok(())
/// }
///
/// let sites = sites();
/// let upload = sites.iter().find(|site| site.name().ends_with("::upload")).unwrap();
/// assert_eq!(upload.policy().unwrap(), "max_attempts=5 jitter=none");
/// assert_eq!(upload.longest_wait().unwrap().as_millis(), 1_000 + 2_000 + 4_000 + 8_000);
/// println!("{sites}");
/// # upload().unwrap();
/// # }
/// # #[cfg(not(all(feature = "registry", not(target_family = "wasm"))))]
/// # fn main() {}
/// ```
///
/// They are collected by the crate `inventory` before `main` begins, from all crates that are linked: a crate that nothing names is
/// not. Closures given to [`Retry`](crate::Retry) are not among them.
pub fn sites() -> Sites {
    let mut sites: Vec<Site> =
        inventory::iter::<Written>().map(|written| Site { written }).collect();
    sites.sort_by_key(|site| (site.name(), site.file(), site.line()));
    Sites(sites)
}

/// What [`sites`] returns: the sites, which print as a table.
#[derive(Debug, Clone)]
pub struct Sites(Vec<Site>);

impl Deref for Sites {
    type Target = [Site];

    fn deref(&self) -> &[Site] {
        &self.0
    }
}

impl IntoIterator for Sites {
    type Item = Site;
    type IntoIter = alloc::vec::IntoIter<Site>;

    fn into_iter(self) -> alloc::vec::IntoIter<Site> {
        self.0.into_iter()
    }
}

impl fmt::Display for Sites {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<Row> = self.iter().copied().map(Row::of).collect();
        let mut widths = [0; 3];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row.0.iter()) {
                *width = (*width).max(cell.chars().count());
            }
        }
        for row in &rows {
            row.write(formatter, widths)?;
            formatter.write_str("\n")?;
        }
        Ok(())
    }
}

/// The cells of a row.
struct Row([String; 4]);

impl Row {
    fn of(site: Site) -> Row {
        let policy = match site.policy() {
            Some(policy) if policy.is_empty() => "(the default policy)".into(),
            Some(policy) => policy,
            None => "(a policy that is known when it is called)".into(),
        };
        let waits = match site.longest_wait() {
            Some(wait) => alloc::format!("waits up to {wait:?}"),
            None if site.written.policy.is_some() => "waits without an end".into(),
            None => String::new(),
        };
        let place = alloc::format!("{}:{}", site.file(), site.line());
        Row([site.name().to_string(), place, policy, waits])
    }

    fn write(&self, formatter: &mut fmt::Formatter<'_>, widths: [usize; 3]) -> fmt::Result {
        let Row([name, place, policy, waits]) = self;
        let [of_name, of_place, of_policy] = widths;
        if waits.is_empty() {
            return write!(formatter, "{name:of_name$}  {place:of_place$}  {policy}");
        }
        write!(formatter, "{name:of_name$}  {place:of_place$}  {policy:of_policy$}  {waits}")
    }
}

/// From here on the delays don't grow any more, whatever the policy.
const SETTLED: u32 = 1_000;

/// A policy, to be described: by its text, if it is a [`Policy`].
#[derive(Debug)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct Describe<P>(DescribeAny<P>);

/// A policy, whatever its type is.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct DescribeAny<P>(P);

impl<P> Describe<P> {
    /// Of this policy.
    pub const fn new(policy: P) -> Describe<P> {
        Describe(DescribeAny(policy))
    }
}

impl<P> Deref for Describe<P> {
    type Target = DescribeAny<P>;

    fn deref(&self) -> &DescribeAny<P> {
        &self.0
    }
}

impl Describe<&Policy> {
    /// As it is.
    pub fn __reattempt_described(&self) -> Described {
        describe(self.0.0)
    }
}

impl<P: RetryPolicy> DescribeAny<P> {
    /// By what its methods say.
    pub fn __reattempt_described(&self) -> Described {
        let policy = &self.0;
        let text = core::any::type_name::<P>().trim_start_matches('&').to_string();
        describe_as(text, policy)
    }
}

/// The policy that a text says which the macros wrote.
pub fn described_by(settings: &'static str) -> Described {
    describe(&parse_settings(settings).policy)
}

fn describe(policy: &Policy) -> Described {
    describe_as(policy.to_string(), policy)
}

fn describe_as(text: String, policy: &dyn RetryPolicy) -> Described {
    let throttled = policy.throttled_max_attempts().unwrap_or(0);
    let max_attempts = policy.max_attempts().max(1).max(throttled);
    // Counted anew again and again, there is no most.
    if policy.reset_after().is_some() {
        return Described { text, max_attempts: u32::MAX, longest_wait: None };
    }
    Described { text, max_attempts, longest_wait: longest_wait(policy, max_attempts) }
}

/// The sum of the longest delays, with errors of whichever kind has them.
fn longest_wait(policy: &dyn RetryPolicy, max_attempts: u32) -> Option<Duration> {
    let delay = |retry| {
        let of = |retryability| {
            let failed = FailedAttempt::new(retry, retryability);
            // The first delay that is drawn at random may be as long as those after it: the longest of a policy of ours.
            policy.wait(&failed).map_or(Duration::ZERO, Window::high)
        };
        of(Retryability::transient()).max(of(Retryability::throttled()))
    };
    let of_attempts = (max_attempts < u32::MAX).then(|| {
        let grown = (1..max_attempts.min(SETTLED)).map(delay);
        let grown = grown.fold(Duration::ZERO, Duration::saturating_add);
        let settled = max_attempts.saturating_sub(SETTLED);
        let last = if settled > 0 { delay(max_attempts - 1) } else { Duration::ZERO };
        grown.saturating_add(last.saturating_mul(settled))
    });
    match (of_attempts, policy.max_elapsed()) {
        (Some(sum), Some(limit)) => Some(sum.min(limit)),
        (one, other) => one.or(other),
    }
}
