//! The values of options: how each type is written and read.

use core::fmt;
use core::time::Duration;

use crate::backoff::{BACKOFFS, Backoff, JITTERS, Jitter, RETRY_AFTERS, RetryAfter};
use crate::duration;
use crate::log::{LOG_LEVELS, Log};
use crate::message::whole_units;

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number of calls.
    Attempts,
    /// A duration.
    Duration,
    /// A number.
    Number,
    /// A shape of delays.
    Backoff,
    /// A kind of jitter.
    Jitter,
    /// What a server's delay does.
    RetryAfter,
    /// How loud events are.
    Log,
    /// Another policy.
    Policy,
}

/// The value of an option, whichever option it is.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "as in `Kind`")]
pub enum Value {
    Attempts(u32),
    Duration(Duration),
    Number(f64),
    Backoff(Backoff),
    Jitter(Jitter),
    RetryAfter(RetryAfter),
    Log(Log),
}

/// The type of an option's value.
pub(crate) trait OptionType: Copy {
    const KIND: Kind;

    /// Reads a value as it stands in a policy's text form, or says what is expected in its place.
    fn parse(text: &str) -> Result<Self, &'static str>;

    /// Reads the value at the beginning of a text that the macros wrote into an expansion: the value, and
    /// what follows. `None` if the macros don't write values of this type.
    ///
    /// Every program reads its settings with it after each failed attempt, so it is fast and small: a
    /// parser of floating-point numbers alone is 20 KB of code.
    fn parse_setting(text: &str) -> Option<(Self, &str)>;

    /// Whether [`parse_setting`](OptionType::parse_setting) reads what [`write`](OptionType::write) writes.
    #[cfg_attr(not(feature = "std"), allow(dead_code, reason = "only the macros ask"))]
    fn is_setting(&self) -> bool;

    /// Writes a value so that [`parse`](OptionType::parse) reads it.
    fn write(self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result;

    fn from_value(value: Value) -> Option<Self>;
}

macro_rules! option_type {
    ($($ty:ty: $kind:ident, $parse:path, $setting:path, $is_setting:expr, $write:path;)+) => {$(
        impl OptionType for $ty {
            const KIND: Kind = Kind::$kind;

            fn parse(text: &str) -> Result<$ty, &'static str> {
                $parse(text)
            }

            #[inline]
            fn parse_setting(text: &str) -> Option<($ty, &str)> {
                $setting(text)
            }

            fn is_setting(&self) -> bool {
                let is_setting: fn(&$ty) -> bool = $is_setting;
                is_setting(self)
            }

            fn write(self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                $write(self, formatter)
            }

            fn from_value(value: Value) -> Option<$ty> {
                match value {
                    Value::$kind(value) => Some(value),
                    _ => None,
                }
            }
        }
    )+};
}

option_type! {
    u32: Attempts, parse_attempts, attempts_setting, |_| true, write_attempts;
    Duration: Duration, parse_duration, duration_setting, |_| true, write_duration;
    f64: Number, parse_number, no_setting, |_| false, write_number;
    Backoff: Backoff, parse_backoff, backoff_setting, |backoff| backoff.name().is_some(), write_backoff;
    Jitter: Jitter, parse_jitter, jitter_setting, |jitter| jitter.name().is_some(), write_jitter;
    RetryAfter: RetryAfter, parse_retry_after, retry_after_setting, |_| true, write_retry_after;
    Log: Log, parse_log, leading_log, |_| true, write_log;
}

/// Values of this type are no settings: an attribute that has one is a constant.
const fn no_setting<T>(_: &str) -> Option<(T, &str)> {
    None
}

/// The digits at the beginning, as a number, and what follows.
fn leading_number(text: &str) -> Option<(u64, &str)> {
    let mut number = 0_u64;
    let mut rest = text;
    while let [digit @ b'0'..=b'9', ..] = rest.as_bytes() {
        number = number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
        rest = rest.get(1..)?;
    }
    Some((number, rest))
}

fn attempts_setting(text: &str) -> Option<(u32, &str)> {
    if let Some(rest) = text.strip_prefix("unlimited") {
        return Some((u32::MAX, rest));
    }
    let (number, rest) = leading_number(text)?;
    Some((u32::try_from(number).ok()?, rest))
}

/// A whole number of one unit, as [`whole_units`] gives it.
fn duration_setting(text: &str) -> Option<(Duration, &str)> {
    const UNITS: [(&str, u64); 6] = [
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
        ("us", 1_000),
        ("ns", 1),
    ];
    let (number, unit) = leading_number(text)?;
    let (size, rest) = by_name(&UNITS, unit)?;
    Some((Duration::from_nanos(number.checked_mul(size)?), rest))
}

fn backoff_setting(text: &str) -> Option<(Backoff, &str)> {
    by_name(BACKOFFS, text)
}

fn jitter_setting(text: &str) -> Option<(Jitter, &str)> {
    by_name(JITTERS, text)
}

fn retry_after_setting(text: &str) -> Option<(RetryAfter, &str)> {
    by_name(RETRY_AFTERS, text)
}

/// What a table has under the name at the beginning of a text, and what follows. No name begins with one that
/// stands before it.
#[inline]
fn by_name<'a, T: Copy>(table: &[(&str, T)], text: &'a str) -> Option<(T, &'a str)> {
    table.iter().find_map(|(name, value)| Some((*value, text.strip_prefix(*name)?)))
}

fn parse_attempts(text: &str) -> Result<u32, &'static str> {
    if text == "unlimited" {
        return Ok(u32::MAX);
    }
    text.parse().map_err(|_| "a whole number of calls, such as 5, or `unlimited`")
}

fn write_attempts(attempts: u32, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    if attempts == u32::MAX {
        formatter.write_str("unlimited")
    } else {
        write!(formatter, "{attempts}")
    }
}

fn parse_duration(text: &str) -> Result<Duration, &'static str> {
    let problem = |_| "a duration with its unit, such as 250ms, 30s or 1m30s";
    duration::parse(text).map_err(problem)
}

/// `1500ms`: a whole number of one unit.
pub(crate) fn write_duration(
    duration: Duration,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let (count, unit) = whole_units(duration);
    write!(formatter, "{count}{unit}")
}

fn parse_number(text: &str) -> Result<f64, &'static str> {
    text.parse().map_err(|_| "a number, such as 2.0")
}

/// `{:?}` writes as many digits as it takes to read the same number again.
fn write_number(number: f64, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(formatter, "{number:?}")
}

fn parse_backoff(text: &str) -> Result<Backoff, &'static str> {
    if let Some((_, backoff)) = BACKOFFS.iter().find(|(name, _)| *name == text) {
        return Ok(*backoff);
    }
    match text.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
        Some(list) => parse_list(list).map(Backoff::List),
        None => Err("exponential, fixed, linear, fibonacci, none, or a list such as [100ms,1s]"),
    }
}

/// A policy is `Copy`, so the list that it refers to has to be kept.
#[cfg(feature = "std")]
fn parse_list(list: &str) -> Result<&'static [Duration], &'static str> {
    if list.is_empty() {
        return Ok(&[]);
    }
    let entries: Result<std::vec::Vec<_>, _> = list.split(',').map(parse_duration).collect();
    Ok(intern(&entries?))
}

#[cfg(not(feature = "std"))]
fn parse_list(_: &str) -> Result<&'static [Duration], &'static str> {
    Err("exponential, fixed, linear, fibonacci or none; a list needs the feature `std`")
}

/// The same list, for as long as the program runs. Equal lists are kept once, so a program that reads its
/// configuration again and again doesn't grow.
#[cfg(feature = "std")]
pub fn intern(list: &[Duration]) -> &'static [Duration] {
    use std::boxed::Box;
    use std::collections::BTreeSet;
    use std::sync::{Mutex, PoisonError};

    static KEPT: Mutex<BTreeSet<&'static [Duration]>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(equal) = kept.get(list) {
        return equal;
    }
    let list: &'static [Duration] = Box::leak(list.into());
    kept.insert(list);
    list
}

/// A custom backoff has no text: `custom` is not read back.
fn write_backoff(backoff: Backoff, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Backoff::List(list) = backoff else {
        return formatter.write_str(backoff.name().unwrap_or("custom"));
    };
    formatter.write_str("[")?;
    for (index, delay) in list.iter().enumerate() {
        formatter.write_str(if index == 0 { "" } else { "," })?;
        write_duration(*delay, formatter)?;
    }
    formatter.write_str("]")
}

fn parse_jitter(text: &str) -> Result<Jitter, &'static str> {
    if let Some((_, jitter)) = JITTERS.iter().find(|(name, _)| *name == text) {
        return Ok(*jitter);
    }
    match text {
        "true" => return Ok(Jitter::Full),
        "false" => return Ok(Jitter::None),
        _ => {}
    }
    let problem = |_| "full, equal, decorrelated, none, or a fraction such as 0.25";
    text.parse().map(Jitter::Fraction).map_err(problem)
}

fn write_jitter(jitter: Jitter, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    match jitter {
        Jitter::Fraction(fraction) => write_number(fraction, formatter),
        jitter => formatter.write_str(jitter.name().unwrap_or_default()),
    }
}

fn parse_retry_after(text: &str) -> Result<RetryAfter, &'static str> {
    let found = RETRY_AFTERS.iter().find(|(name, _)| *name == text);
    found.map(|(_, retry_after)| *retry_after).ok_or("floor, exact or capped")
}

fn write_retry_after(retry_after: RetryAfter, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let found = RETRY_AFTERS.iter().find(|(_, other)| *other == retry_after);
    formatter.write_str(found.map_or("", |(name, _)| name))
}

fn parse_log(text: &str) -> Result<Log, &'static str> {
    match leading_log(text) {
        Some((log, "")) => Ok(log),
        _ => Err(
            "off, trace, debug, info, warn, error, or a list such as retry:debug,give_up:warn,after:3",
        ),
    }
}

/// The levels at the beginning of a text, and what follows.
fn leading_log(text: &str) -> Option<(Log, &str)> {
    if let Some((level, rest)) = by_name(LOG_LEVELS, text) {
        return Some((Log::all(level), rest));
    }
    let mut log = Log::DEFAULT;
    let mut rest = text;
    loop {
        if let Some(number) = rest.strip_prefix("after:") {
            let (retries, behind) = leading_number(number)?;
            log = log.after(u32::try_from(retries).ok().filter(|_| behind.len() < number.len())?);
            rest = behind;
        } else {
            let (set, level): (fn(Log, _) -> Log, _) =
                if let Some(level) = rest.strip_prefix("retry:") {
                    (Log::retry, level)
                } else if let Some(level) = rest.strip_prefix("recovered:") {
                    (Log::recovered, level)
                } else {
                    (Log::give_up, rest.strip_prefix("give_up:")?)
                };
            let (level, behind) = by_name(LOG_LEVELS, level)?;
            log = set(log, level);
            rest = behind;
        }
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => return Some((log, rest)),
        }
    }
}

fn write_log(log: Log, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(formatter, "{log}")
}
