//! The text form of a policy: `max_attempts=5 initial_delay=250ms jitter=none`.
//!
//! It stands in a program beside a function's name, in environment variables and configuration files, and
//! in logs. An option that is not there has its default.

use core::fmt;
use core::str::FromStr;

use crate::error::PolicyError;
use crate::message::Problem;
use crate::options::{Key, Options, Policy, PolicyBuilder};

/// The options that were given, in the order of the table: what [`FromStr`] reads. A custom backoff shows as
/// `backoff=custom`, which can't be read.
impl fmt::Display for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for key in Key::ALL.iter().copied().filter(|key| self.options.has(*key)) {
            write!(formatter, "{separator}{key}=")?;
            self.options.write(key, formatter)?;
            separator = " ";
        }
        Ok(())
    }
}

/// Options are separated by spaces. Durations have a unit and no spaces, `1m30s`, and a list of delays is
/// `[100ms,1s]`, for which the feature `std` is needed.
///
/// ```
/// use reattempt::Policy;
///
/// let policy: Policy = "max_attempts=unlimited backoff=[100ms,1s,5s]".parse().unwrap();
/// assert_eq!(policy.max_attempts(), None);
///
/// let error = "max_atempts=5".parse::<Policy>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "invalid retry policy: expected the option `max_attempts`, not `max_atempts`",
/// );
/// ```
impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Policy, PolicyError> {
        let mut given = Options::NONE;
        for setting in text.split_ascii_whitespace() {
            let Some((name, value)) = setting.split_once('=') else {
                return Err(no_value(setting));
            };
            let Some(key) = Key::named(name) else {
                return Err(unknown(name));
            };
            if given.has(key) {
                let problem =
                    Problem::of_words("`{}` is given twice; keep one of them", key.name(), "");
                return Err(PolicyError::new(key.name(), problem));
            }
            if let Err(expected) = given.set(key, value) {
                let template = if value.contains(';') {
                    "`{}` takes {}; options are separated by spaces"
                } else if key == Key::Log && value.contains(':') {
                    "`{}` takes {}"
                } else if value.starts_with('[') && !value.ends_with(']') {
                    "`{}` takes {}, without spaces in the list"
                } else if value.contains(',') && !value.starts_with('[') {
                    "`{}` takes {}; options are separated by spaces"
                } else {
                    "`{}` takes {}"
                };
                let problem = Problem::of_words(template, key.name(), expected);
                return Err(PolicyError::new(key.name(), problem).at(value));
            }
        }
        PolicyBuilder { options: given, inherited: Options::NONE }.build()
    }
}

/// What stands in an expansion beside a function's name.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each is a word of the text")]
pub struct Settings<'a> {
    /// The policy.
    pub policy: Policy,
    /// The word `async`: the function is.
    pub is_async: bool,
    /// The word `timer`: it waits on a timer of the user's.
    pub has_timer: bool,
    /// The word `once`: its work must not be done twice.
    pub is_once: bool,
    /// The word `nested-once`: calls inside of its attempts after the first run once.
    pub is_nested_once: bool,
    /// The word `nested-all`: that calls inside are retried as well was asked for.
    pub is_nested_all: bool,
    /// What stands behind `; `: the function's name.
    pub name: &'a str,
}

/// Reads what the macros have written and checked: `max_attempts=5 async; storage::upload`.
///
/// It is read after failed attempts. Names are recognised by their whole beginning, which compiles to a
/// comparison of words; to look for separators byte by byte took ten times as many instructions.
pub fn parse_settings(text: &str) -> Settings<'_> {
    let mut settings = Settings::NONE;
    let mut rest = text;
    loop {
        if let Some(name) = rest.strip_prefix("; ") {
            settings.name = name;
            return settings;
        }
        rest = rest.strip_prefix(' ').unwrap_or(rest);
        rest = if let Some(behind) = settings.policy.options.set_setting(rest) {
            behind
        } else if let Some(behind) = rest.strip_prefix("async") {
            settings.is_async = true;
            behind
        } else if let Some(behind) = rest.strip_prefix("timer") {
            settings.has_timer = true;
            behind
        } else if let Some(behind) = rest.strip_prefix("once") {
            settings.is_once = true;
            behind
        } else if let Some(behind) = rest.strip_prefix("nested-all") {
            settings.is_nested_all = true;
            behind
        } else if let Some(behind) = rest.strip_prefix("nested-once") {
            settings.is_nested_once = true;
            behind
        } else {
            // The end, or nothing that the macros write.
            return settings;
        };
    }
}

impl Settings<'_> {
    /// Nothing that differs from the defaults.
    pub const NONE: Settings<'static> = Settings {
        policy: Policy::DEFAULT,
        is_async: false,
        has_timer: false,
        is_once: false,
        is_nested_once: false,
        is_nested_all: false,
        name: "",
    };
}

/// The text of a policy, if [`parse_settings`] reads it: with numbers that are no integers it doesn't.
#[cfg(feature = "std")]
pub fn settings(policy: &Policy) -> Option<std::string::String> {
    use std::string::ToString as _;

    policy.options.are_settings().then(|| policy.to_string())
}

/// What to say about something without a `=`.
fn no_value(setting: &str) -> PolicyError {
    let name = setting.split([':', ',']).next().unwrap_or_default();
    match Key::named(name) {
        Some(key) => {
            let problem = Problem::of_words(
                "`{}` needs a value; write `{}=` and the value, without spaces",
                key.name(),
                key.name(),
            );
            PolicyError::new(key.name(), problem).at(setting)
        }
        None => unknown(setting),
    }
}

/// Keys of the attribute that are about a function. The macros' own table of them is above this crate; a test there holds that
/// these are the same.
const OF_FUNCTIONS: &[&str] = &[
    "attempt_timeout",
    "brake",
    "budget",
    "cancel",
    "clone",
    "context",
    "crate",
    "deadline",
    "doc",
    "idempotent",
    "map_err",
    "name",
    "nested",
    "on",
    "on_give_up",
    "on_retry",
    "otherwise",
    "sleep",
    "span",
    "stall_timeout",
    "timed_out",
    "until",
];

/// Those of them that limit the time.
const TIME_LIMITS: &[&str] = &["attempt_timeout", "deadline", "stall_timeout"];

/// What to say about an option that does not exist.
pub(crate) fn unknown(name: &str) -> PolicyError {
    if let Some(key) = OF_FUNCTIONS.iter().find(|key| **key == name) {
        let words = if TIME_LIMITS.contains(key) {
            "`{}` is about a function, and belongs in its attribute; the time limit of a policy is `max_elapsed`"
        } else {
            "`{}` is about a function, and belongs in its attribute, not in a policy"
        };
        return PolicyError::new("", Problem::of_words(words, key, ""));
    }
    if name == "throttled" {
        let words = "in a text, `throttled` is written as `throttled_max_attempts=8 throttled_delay=1s throttled_max_delay=60s`";
        return PolicyError::new("", Problem::new(words));
    }
    let names = || Key::ALL.iter().map(|key| key.name());
    let in_capitals = names().find(|known| known.eq_ignore_ascii_case(name));
    let elsewhere = Key::ALL.iter().find(|key| key.known_as().contains(&name));
    let meant = in_capitals.or(elsewhere.map(|key| key.name()));
    let problem = match meant.or_else(|| nearest(name, names())).and_then(Key::named) {
        Some(key) => Problem::of_words("expected the option `{}`", key.name(), ""),
        None => Problem::new("expected options such as `max_attempts=5 initial_delay=250ms`"),
    };
    PolicyError::new("", problem).at(name)
}

/// The candidate that this was most likely meant to be, if any is near.
pub fn nearest<'a>(written: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let (distance, near) =
        candidates.map(|candidate| (distance(written, candidate), candidate)).min()?;
    (distance <= 1 + written.len() / 4).then_some(near)
}

/// The optimal string alignment distance: how many characters have to be added, left out, exchanged, or
/// swapped with their neighbour. Of long words only the beginning is compared.
fn distance(one: &str, other: &str) -> usize {
    const LONGEST: usize = 32;
    const WIDTH: usize = LONGEST + 1;
    let other = || other.chars().take(LONGEST).enumerate();
    let mut above: [usize; WIDTH] = core::array::from_fn(|index| index);
    let mut two_above = above;
    let mut character_above = None;
    for (row, a) in one.chars().take(LONGEST).enumerate() {
        let mut current = [row + 1; WIDTH];
        let mut character_before = None;
        for (column, b) in other() {
            let at = |row: &[usize; WIDTH], column| row.get(column).copied().unwrap_or(LONGEST);
            let exchanged = at(&above, column) + usize::from(a != b);
            let mut best = exchanged.min(at(&above, column + 1) + 1).min(at(&current, column) + 1);
            if character_above == Some(b) && character_before == Some(a) {
                best = best.min(at(&two_above, column.saturating_sub(1)) + 1);
            }
            if let Some(cell) = current.get_mut(column + 1) {
                *cell = best;
            }
            character_before = Some(b);
        }
        (two_above, above) = (above, current);
        character_above = Some(a);
    }
    above.get(other().count()).copied().unwrap_or(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::{Policy, distance};
    use crate::backoff::{Backoff, Jitter};
    use core::time::Duration;
    use proptest::prelude::*;
    use std::string::{String, ToString as _};

    #[test]
    fn a_distance_counts_each_kind_of_slip_once() {
        for (one, other, expected) in [
            ("", "", 0),
            ("jitter", "jitter", 0),
            ("jiter", "jitter", 1),
            ("jittter", "jitter", 1),
            ("jotter", "jitter", 1),
            ("ijtter", "jitter", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
            assert_eq!(distance(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn a_text_says_what_the_builder_would() {
        let text = "max_attempts=7 backoff=linear initial_delay=250ms throttled_delay=2s \
                    max_delay=9000000001ns jitter=0.25 max_retry_after=5m";
        let policy: Policy = text.parse().unwrap();
        assert_eq!(policy.max_attempts().unwrap().get(), 7);
        assert!(matches!(policy.backoff(), Backoff::Linear));
        assert_eq!(policy.initial_delay(), Duration::from_millis(250));
        assert_eq!(policy.throttled_delay(), Duration::from_secs(2));
        assert_eq!(policy.max_delay(), Duration::new(9, 1));
        assert_eq!(policy.jitter(), Jitter::Fraction(0.25));
        assert_eq!(policy.max_retry_after(), Duration::from_secs(300));
        assert_eq!(policy.to_string(), text);
        assert_eq!("".parse::<Policy>().unwrap().to_string(), "");
        let multiplier = "multiplier=1.5".parse::<Policy>().unwrap().multiplier();
        assert_eq!(multiplier.to_bits(), 1.5_f64.to_bits());
    }

    #[cfg(feature = "std")]
    #[test]
    fn lists_are_kept_once() {
        let list = || match "backoff=[100ms,1s]".parse::<Policy>().unwrap().backoff() {
            Backoff::List(list) => list,
            other => panic!("{other:?}"),
        };
        assert_eq!(list(), [Duration::from_millis(100), Duration::from_secs(1)]);
        assert!(core::ptr::eq(list(), list()));
    }

    #[test]
    fn the_settings_of_an_expansion_are_read() {
        let settings = super::parse_settings(
            "max_attempts=7 initial_delay=250ms async timer once nested-once; a; b::c",
        );
        assert_eq!(settings.policy.to_string(), "max_attempts=7 initial_delay=250ms");
        assert!(settings.is_async && settings.has_timer && settings.is_once);
        assert!(settings.is_nested_once);
        assert_eq!(settings.name, "a; b::c");
        for (text, name) in
            [("; f", "f"), ("", ""), ("; ", ""), ("nonsense; f", ""), ("async; f", "f")]
        {
            let settings = super::parse_settings(text);
            assert_eq!(settings.name, name, "{text}");
            assert_eq!(settings.policy.to_string(), "", "{text}");
        }
    }

    /// Each takes room on the stack.
    #[test]
    fn policies_in_policies_end_somewhere() {
        let nested = |depth: usize| {
            let text = "then=(max_attempts=2,".repeat(depth) + "jitter=none" + &")".repeat(depth);
            std::format!("max_attempts=2 {text}").parse::<Policy>()
        };
        nested(8).unwrap();
        let error = nested(100_000).unwrap_err().to_string();
        assert!(error.contains("a policy with at most 8 others in it"), "{}", &error[..200]);
        let open = "then=(".repeat(100_000).parse::<Policy>().unwrap_err();
        assert_eq!(open.field(), "then");
    }

    #[test]
    fn what_is_wrong_with_a_text_is_named() {
        for (text, field, message) in [
            ("max_atempts=5", "", "expected the option `max_attempts`, not `max_atempts`"),
            ("nonsense", "", "expected options such as"),
            (
                "deadline=30s",
                "",
                "policy: `deadline` is about a function, and belongs in its attribute; the time limit",
            ),
            ("initial_delay=5", "initial_delay", "takes a duration with its unit"),
            ("initial_delay", "initial_delay", "needs a value; write `initial_delay=`"),
            ("initial_delay=", "initial_delay", "not ``"),
            ("max_attempts: 5", "max_attempts", "needs a value; write `max_attempts=`"),
            ("max_retries=5", "", "expected the option `max_attempts`, not `max_retries`"),
            ("MAX_ATTEMPTS=5", "", "expected the option `max_attempts`, not `MAX_ATTEMPTS`"),
            ("max_attempts=5,jitter=none", "max_attempts", "; options are separated by spaces"),
            ("backoff=[1s, 2s]", "backoff", "without spaces in the list"),
            ("max_attempts=4294967296", "max_attempts", "takes a whole number of calls"),
            (
                "max_attempts=many",
                "max_attempts",
                "takes a whole number of calls, such as 5, or `unlimited`, not `many`",
            ),
            ("max_attempts=0", "max_attempts", "it must be at least 1"),
            ("jitter=2", "jitter", "from 0.0 to 1.0"),
            ("jitter=full jitter=full", "jitter", "given twice"),
            (
                "initial_delay=30s",
                "initial_delay",
                "is 30s, which is above `max_delay` (20s unless given)",
            ),
            ("max_delay=1s initial_delay=30s", "initial_delay", "above `max_delay`, 1s, so"),
            ("max_attempts=unlimited backoff=none", "max_attempts", "for ever"),
            ("backoff=custom", "backoff", "not `custom`"),
            ("then=(max_attempts=0)", "then", "a policy in parentheses that is valid by itself"),
            ("then=(max_attempts=3,max_elapsed=5s)", "then", "has no effect there"),
        ] {
            let error = text.parse::<Policy>().unwrap_err();
            assert_eq!(error.field(), field, "{text}");
            assert!(error.to_string().contains(message), "{text}: {error}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read(
            attempts in 1..=u32::MAX,
            initial: u32,
            more: u64,
            multiplier in 1.0..1e300_f64,
            fraction in 0.0..=1.0_f64,
        ) {
            let initial_delay = Duration::from_nanos(u64::from(initial) + 1);
            let policy = Policy::builder()
                .max_attempts(attempts)
                .initial_delay(initial_delay)
                .max_delay(initial_delay.saturating_add(Duration::from_nanos(more)))
                .throttled_delay(initial_delay)
                .multiplier(multiplier)
                .jitter(Jitter::Fraction(fraction))
                .build()
                .unwrap();
            let text = policy.to_string();
            let read: Policy = text.parse().unwrap();
            prop_assert_eq!(read.to_string(), text);
            prop_assert_eq!(std::format!("{policy:?}"), std::format!("{read:?}"));
            // As an expansion has it, unless there are fractions in it.
            let whole = read.to_builder().multiplier(2.0).jitter(Jitter::Full);
            let whole = whole.build().unwrap().to_string().replace(" multiplier=2.0", "");
            prop_assert_eq!(super::parse_settings(&whole).policy.to_string(), whole);
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<Policy>().map_err(|error| error.to_string());
            let _ = super::parse_settings(&text);
        }

        #[test]
        fn no_settings_panic(text in "((max_attempts|backoff|jitter|initial_delay|max_delay)=[0-9a-z.\\[\\],]{0,12} ?){0,4}") {
            let _ = text.parse::<Policy>().map_err(|error| error.to_string());
            let _ = super::parse_settings(&text);
        }
    }
}
