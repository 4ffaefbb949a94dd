//! Policies by the names of operations, as a configuration has them.

use alloc::boxed::Box;
use alloc::string::ToString as _;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;
use core::str::FromStr;

use reattempt_policy::{Policy, PolicyError};

use super::current;
use super::layer::Layers;
use super::part::Part;
#[cfg(feature = "registry")]
use super::part::matches;
use super::surrounding::Surroundings;

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
    ///
    /// # Errors
    ///
    /// If no operation can have such a name: it is empty, ends with `:` or `()`, or has a `*` that does not stand for a whole module.
    pub fn insert(
        &mut self,
        name: impl Into<Box<str>>,
        policy: Policy,
    ) -> Result<(), PoliciesError> {
        let name = name.into();
        if !may_match(&name) {
            return Err(PoliciesError::NoSuchName(name));
        }
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, policy));
        Ok(())
    }

    /// Makes them those of the whole process, in place of those that were: calls that are on their way go by them at their next
    /// failure. Policies of scopes come before them, and so do those of the scope that is [installed](crate::Scope::install);
    /// what that says otherwise stays.
    ///
    /// ```
    /// # fn main() -> Result<(), reattempt::PoliciesError> {
    /// use reattempt::Policies;
    ///
    /// // When the program starts, and whenever its file has changed:
    /// let file = "storage::* max_attempts=5";
    /// file.parse::<Policies>()?.install();
    /// # Policies::new().install();
    /// # Ok(())
    /// # }
    /// ```
    pub fn install(self) {
        let part = Part { policies: self.0, ..Part::default() };
        let layers = Layers::new(Some(part), &[], &[]);
        let layers = layers.map(|layers| -> Surroundings { Arc::new(layers) });
        current::install_policies(layers);
    }

    /// The names that fit no annotated function of the program: those with a slip, and those of closures.
    ///
    /// ```
    /// # fn main() -> Result<(), reattempt::PoliciesError> {
    /// use reattempt::{Policies, retry};
    ///
    /// #[retry]
    /// fn upload() -> std::io::Result<()> {
    ///     Ok(())
    /// }
    ///
    /// let policies: Policies = "upload max_attempts=5; uplaod max_attempts=9".parse()?;
    /// assert_eq!(policies.unmatched().collect::<Vec<_>>(), ["uplaod"]);
    /// # upload().unwrap();
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "registry")]
    pub fn unmatched(&self) -> impl Iterator<Item = &str> {
        let sites = crate::registry::sites();
        let names = self.0.iter().map(|(name, _)| &**name);
        names.filter(move |name| !sites.iter().any(|site| matches(name, site.name())))
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

    /// As [`insert`](Policies::insert), of a name that is not there yet.
    pub(super) fn insert_new(&mut self, name: &str, policy: Policy) -> Result<(), PoliciesError> {
        if self.0.iter().any(|(known, _)| **known == *name) {
            return Err(PoliciesError::Twice(name.into()));
        }
        self.insert(name, policy)
    }
}

/// Whether any operation can have a name that this means.
fn may_match(name: &str) -> bool {
    let module = name.strip_suffix('*').unwrap_or(name);
    let is_module = module.len() < name.len();
    let fits = if is_module {
        module.is_empty() || module.ends_with("::") && module.len() > 2
    } else {
        !name.is_empty() && !name.ends_with(':') && !name.ends_with("()")
    };
    fits && !module.contains('*')
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
            if policy.trim().is_empty() {
                return Err(PoliciesError::NoPolicy(name.into()));
            }
            let of_name = |error| PoliciesError::OfName(name.into(), Box::new(error));
            policies.insert_new(name, policy.parse().map_err(of_name)?)?;
        }
        Ok(policies)
    }
}

/// As [`FromStr`] reads it. Names with white space, as closures may have them, can't be read back.
impl fmt::Display for Policies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (name, policy) in self.iter() {
            write!(formatter, "{separator}{name} ")?;
            match policy.max_attempts() {
                // Its text is empty.
                Some(attempts) if policy.to_string().is_empty() => {
                    write!(formatter, "max_attempts={attempts}")?;
                }
                _ => write!(formatter, "{policy}")?,
            }
            separator = "; ";
        }
        Ok(())
    }
}

/// What is wrong with the policies of a configuration.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoliciesError {
    /// The policy of this name is invalid.
    OfName(Box<str>, Box<PolicyError>),
    /// A policy stands where the name of an operation is expected, beginning with this word.
    NoName(Box<str>),
    /// There is nothing behind this name.
    NoPolicy(Box<str>),
    /// No operation can have a name that this means.
    NoSuchName(Box<str>),
    /// This name is there twice.
    Twice(Box<str>),
    /// The variable is not valid Unicode.
    NotUnicode,
    /// In this environment variable.
    InVariable(Box<str>, Box<PoliciesError>),
}

impl fmt::Display for PoliciesError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PoliciesError::OfName(name, error) => write!(formatter, "retries of `{name}`: {error}"),
            PoliciesError::NoName(word) => match word.split_once('=') {
                Some((name, policy)) if policy.contains('=') => {
                    write!(
                        formatter,
                        "put a space between a name and its policy: `{name} {policy}`"
                    )
                }
                _ => write!(
                    formatter,
                    "expected the name of an operation before its policy, such as `upload {word}`, or `* {word}` for all"
                ),
            },
            PoliciesError::NoPolicy(name) => {
                write!(
                    formatter,
                    "`{name}` has no policy; write it behind the name, `{name} max_attempts=5`"
                )
            }
            PoliciesError::NoSuchName(name) => write!(
                formatter,
                "no operation is called `{name}`: a name is `upload`, `storage::upload` or `app::storage::upload`, a module is \
                 `storage::*`, and `*` is everything"
            ),
            PoliciesError::Twice(name) => {
                write!(formatter, "`{name}` is there twice; keep one of them")
            }
            PoliciesError::NotUnicode => formatter.write_str("it is not valid Unicode"),
            PoliciesError::InVariable(variable, error) => {
                write!(formatter, "environment variable {variable}: {error}")
            }
        }
    }
}

/// The message: it is what `main` and `unwrap` show.
impl fmt::Debug for PoliciesError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PoliciesError({self})")
    }
}

impl Error for PoliciesError {}
