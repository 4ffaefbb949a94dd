//! Policies by the names of operations, as a configuration has them.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;
use core::str::FromStr;

use reattempt_policy::{Policy, PolicyError};

/// Policies for operations by their names, from a configuration file or an environment variable, for
/// [`Scope::policies`](crate::Scope::policies).
///
/// A name is as in [`Scope::policy`](crate::Scope::policy): `upload`, `storage::upload`, `storage::*`, `*`.
///
/// With the feature `serde` it is a table, whose values are policies as tables or texts:
///
/// ```
/// # #[cfg(feature = "serde")]
/// # fn main() {
/// use reattempt::{Policies, Scope};
///
/// let file = r#"
///     [retries]
///     "storage::*" = "max_attempts=5 max_delay=5s"
///
///     [retries.upload]
///     max_attempts = 8
///     initial_delay = "250ms"
/// "#;
///
/// #[derive(serde::Deserialize)]
/// struct Settings {
///     retries: Policies,
/// }
///
/// let settings: Settings = toml::from_str(file).unwrap();
/// Scope::new().policies(settings.retries).install();
/// # Scope::new().install();
/// # }
/// # #[cfg(not(feature = "serde"))]
/// # fn main() {}
/// ```
///
/// As a text, it is a name and a policy, and then, behind a semicolon or on the next line, others:
///
/// ```
/// use reattempt::Policies;
///
/// let policies: Policies = "storage::* max_attempts=5; upload max_attempts=8 initial_delay=250ms".parse().unwrap();
/// assert_eq!(policies.len(), 2);
///
/// let error = "upload max_atempts=5".parse::<Policies>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "retries of `upload`: invalid retry policy: expected the option `max_attempts`, not `max_atempts`",
/// );
/// ```
#[derive(Debug, Clone, Default)]
pub struct Policies(pub(super) Vec<(Box<str>, Policy)>);

impl Policies {
    /// None.
    pub const fn new() -> Policies {
        Policies(Vec::new())
    }

    /// Those that an environment variable says, as a text; none, if it is not set.
    ///
    /// A program opts in to it, by a name of its own:
    ///
    /// ```
    /// # fn main() -> Result<(), reattempt::PoliciesError> {
    /// use reattempt::{Policies, Scope};
    ///
    /// Scope::new().policies(Policies::from_env("UPLOADER_RETRIES")?).install();
    /// # Scope::new().install();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// What is wrong with its text.
    pub fn from_env(variable: &str) -> Result<Policies, PoliciesError> {
        match std::env::var(variable) {
            Ok(text) => text.parse(),
            Err(std::env::VarError::NotPresent) => Ok(Policies::new()),
            Err(std::env::VarError::NotUnicode(_)) => Err(PoliciesError::NotUnicode),
        }
        .map_err(|error| PoliciesError::InVariable(variable.into(), Box::new(error)))
    }

    /// With a policy for this name, in place of one that there was.
    pub fn insert(&mut self, name: impl Into<Box<str>>, policy: Policy) {
        let name = name.into();
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, policy));
    }

    /// The names and their policies.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Policy)> {
        self.0.iter().map(|(name, policy)| (&**name, *policy))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for Policies {
    type Err = PoliciesError;

    fn from_str(text: &str) -> Result<Policies, PoliciesError> {
        let mut policies = Policies::new();
        for entry in text.split([';', '\n']).map(str::trim).filter(|entry| !entry.is_empty()) {
            let (name, policy) = entry.split_once(char::is_whitespace).unwrap_or((entry, ""));
            if name.contains('=') {
                return Err(PoliciesError::NoName(name.into()));
            }
            policies.insert(name, parse(name, policy)?);
        }
        Ok(policies)
    }
}

/// As [`FromStr`] reads it. Names with white space can't be written so.
impl fmt::Display for Policies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (name, policy) in self.iter() {
            write!(formatter, "{separator}{name} {policy}")?;
            separator = "; ";
        }
        Ok(())
    }
}

fn parse(name: &str, policy: &str) -> Result<Policy, PoliciesError> {
    policy.parse().map_err(|error| PoliciesError::OfName(name.into(), Box::new(error)))
}

/// What is wrong with the policies of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoliciesError {
    /// The policy of this name is invalid.
    OfName(Box<str>, Box<PolicyError>),
    /// A policy stands where the name of an operation is expected, beginning with this word.
    NoName(Box<str>),
    /// The variable is not valid Unicode.
    NotUnicode,
    /// In this environment variable.
    InVariable(Box<str>, Box<PoliciesError>),
}

impl fmt::Display for PoliciesError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PoliciesError::OfName(name, error) => write!(formatter, "retries of `{name}`: {error}"),
            PoliciesError::NoName(word) => write!(
                formatter,
                "expected the name of an operation before its policy, such as `upload {word}`, or `* {word}` for all"
            ),
            PoliciesError::NotUnicode => formatter.write_str("it is not valid Unicode"),
            PoliciesError::InVariable(variable, error) => {
                write!(formatter, "environment variable {variable}: {error}")
            }
        }
    }
}

impl Error for PoliciesError {}
