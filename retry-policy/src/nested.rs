//! The text form of a policy inside another: `then=(max_attempts=unlimited,initial_delay=1m)`.

use core::fmt;

use crate::options::Policy;
use crate::value::{Kind, OptionType, Value};

impl OptionType for &'static Policy {
    const KIND: Kind = Kind::Policy;

    fn parse(text: &str) -> Result<&'static Policy, &'static str> {
        parse_policy(text)
    }

    /// The macros write a constant.
    fn parse_setting(_: &str) -> Option<(&'static Policy, &str)> {
        None
    }

    fn is_setting(&self) -> bool {
        false
    }

    fn write(self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_policy(self, formatter)
    }

    fn from_value(_: Value) -> Option<&'static Policy> {
        None
    }
}

/// `(max_attempts=unlimited,initial_delay=1m)`: its options, with commas between them.
fn write_policy(policy: &Policy, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    use fmt::Write as _;

    /// Writes commas for spaces.
    struct Joined<'a, 'b>(&'a mut fmt::Formatter<'b>);

    impl fmt::Write for Joined<'_, '_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for (index, part) in text.split(' ').enumerate() {
                self.0.write_str(if index == 0 { "" } else { "," })?;
                self.0.write_str(part)?;
            }
            Ok(())
        }
    }

    formatter.write_str("(")?;
    write!(Joined(formatter), "{policy}")?;
    formatter.write_str(")")
}

/// A policy is `Copy`, so the one that it refers to has to be kept, once for each text.
#[cfg(feature = "std")]
fn parse_policy(text: &str) -> Result<&'static Policy, &'static str> {
    use std::boxed::Box;
    use std::collections::BTreeMap;
    use std::string::String;
    use std::sync::{Mutex, PoisonError};

    const EXPECTED: &str = "a policy in parentheses, such as (max_attempts=5,initial_delay=1m)";
    const INVALID: &str = "a policy in parentheses that is valid by itself, such as (max_attempts=5,initial_delay=1m)";
    const TOO_DEEP: &str = "a policy with at most 8 others in it";
    /// More than anybody writes; each takes room on the stack.
    const DEEPEST: usize = 8;
    static KEPT: Mutex<BTreeMap<String, &'static Policy>> = Mutex::new(BTreeMap::new());

    let inside = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).ok_or(EXPECTED)?;
    if text.matches('(').count() > DEEPEST {
        return Err(TOO_DEEP);
    }
    // Before the lock: a policy in it has one of its own.
    let policy: Policy = with_spaces(inside).parse().map_err(|_| INVALID)?;
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(policy) = kept.get(text) {
        return Ok(policy);
    }
    let policy: &'static Policy = Box::leak(Box::new(policy));
    kept.insert(text.into(), policy);
    Ok(policy)
}

#[cfg(not(feature = "std"))]
fn parse_policy(_: &str) -> Result<&'static Policy, &'static str> {
    Err("a policy, for which the feature `std` is needed")
}

/// The commas between options, and not those of a list or of a policy within, are spaces in a policy's own text. Those of
/// levels stand between a name with a colon and another.
#[cfg(feature = "std")]
fn with_spaces(text: &str) -> std::string::String {
    let mut depth = 0_usize;
    let mut spaced = std::string::String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        match letter {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let begins_level = || {
            let next = rest.split([',', '=']).next().unwrap_or_default();
            next.contains(':')
        };
        spaced.push(if letter == ',' && depth == 0 && !begins_level() { ' ' } else { letter });
    }
    spaced
}
