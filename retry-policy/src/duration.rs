//! Times as people write them: `250ms`, `1.5s`, `1m 30s`.

use core::fmt;
use core::time::Duration;

/// The units, and each one's nanoseconds.
const UNITS: &[(&str, u64)] = &[
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    // The same to the eye: the Greek letter.
    ("μs", 1_000),
    ("ns", 1),
];

/// What others write for them.
const OTHER_UNITS: &[(&str, &str)] = &[
    ("d", "24h"),
    ("day", "24h"),
    ("days", "24h"),
    ("hour", "h"),
    ("hours", "h"),
    ("hr", "h"),
    ("min", "m"),
    ("mins", "m"),
    ("minute", "m"),
    ("minutes", "m"),
    ("millis", "ms"),
    ("milliseconds", "ms"),
    ("msec", "ms"),
    ("MS", "ms"),
    ("S", "s"),
    ("sec", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("secs", "s"),
];

/// Why a text is no duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DurationError<'a> {
    /// There is nothing.
    Empty,
    /// A number and a unit were expected.
    NoNumber,
    /// This number has no unit.
    NoUnit(&'a str),
    /// This number has a unit that is none.
    UnknownUnit(&'a str, &'a str),
    /// It is longer than a `Duration` can hold.
    TooLong,
    /// It is finer than a nanosecond.
    TooFine,
}

impl fmt::Display for DurationError<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            DurationError::Empty => formatter.write_str("expected a duration, such as `30s`"),
            DurationError::NoNumber => {
                formatter.write_str("expected a number and its unit, such as `30s` or `\"1m 30s\"`")
            }
            DurationError::NoUnit(number) => {
                write!(formatter, "a duration needs a unit: write `{number}s` or `{number}ms`")
            }
            DurationError::UnknownUnit(number, unit) => {
                write!(formatter, "unknown unit `{unit}`: the units are ns, us, ms, s, m and h")?;
                match OTHER_UNITS.iter().find(|(other, _)| *other == unit) {
                    Some((_, "24h")) => formatter.write_str("; a day is `24h`"),
                    Some((_, ours)) => write!(formatter, "; write `{number}{ours}`"),
                    None => Ok(()),
                }
            }
            DurationError::TooLong => {
                formatter.write_str("this duration is longer than a `Duration` can hold")
            }
            DurationError::TooFine => {
                formatter.write_str("this duration is finer than a nanosecond")
            }
        }
    }
}

/// Whether the suffix of a number makes it a duration.
pub fn is_unit(suffix: &str) -> bool {
    UNITS.iter().any(|(unit, _)| *unit == suffix)
}

/// Reads numbers with units, one after the other, and adds them up.
///
/// All of it is exact: `1.5s` is 1,500,000,000 ns, and what is finer than that is refused.
///
/// # Errors
///
/// Where the text is no duration.
pub fn parse(text: &str) -> Result<Duration, DurationError<'_>> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(DurationError::Empty);
    }
    let mut total: u128 = 0;
    while !rest.is_empty() {
        let (number, behind) = split(rest, |c| c.is_ascii_digit() || matches!(c, '.' | '_'));
        let (unit, behind) = split(behind.trim_start(), char::is_alphabetic);
        rest = behind.trim_start();
        let part = nanoseconds(number, unit)?;
        total = total.checked_add(part).ok_or(DurationError::TooLong)?;
    }
    if let Ok(nanoseconds) = u64::try_from(total) {
        return Ok(Duration::from_nanos(nanoseconds));
    }
    let seconds = u64::try_from(total / 1_000_000_000).map_err(|_| DurationError::TooLong)?;
    let below = u32::try_from(total % 1_000_000_000).map_err(|_| DurationError::TooLong)?;
    Ok(Duration::new(seconds, below))
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The nanoseconds of `1_000.5` of a unit.
fn nanoseconds<'a>(number: &'a str, unit: &'a str) -> Result<u128, DurationError<'a>> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if !number.bytes().any(|byte| byte.is_ascii_digit()) || fraction.contains('.') {
        return Err(DurationError::NoNumber);
    }
    if unit.is_empty() {
        return Err(DurationError::NoUnit(number));
    }
    let Some((_, scale)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(DurationError::UnknownUnit(number, unit));
    };
    // `1.5` is 15 / 10¹.
    let fraction = fraction.trim_end_matches(['0', '_']);
    let mut number: u128 = 0;
    for digit in digits(whole).chain(digits(fraction)) {
        number = number.checked_mul(10).ok_or(DurationError::TooLong)?;
        number = number.checked_add(digit).ok_or(DurationError::TooLong)?;
    }
    let scaled = number.checked_mul(u128::from(*scale)).ok_or(DurationError::TooLong)?;
    if fraction.is_empty() {
        return Ok(scaled);
    }
    let places = u32::try_from(digits(fraction).count()).map_err(|_| DurationError::TooFine)?;
    let divisor = 10_u128.checked_pow(places).ok_or(DurationError::TooFine)?;
    if scaled % divisor == 0 { Ok(scaled / divisor) } else { Err(DurationError::TooFine) }
}

fn digits(text: &str) -> impl Iterator<Item = u128> {
    text.chars().filter_map(|digit| digit.to_digit(10)).map(u128::from)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use core::time::Duration;
    use std::string::ToString as _;

    #[test]
    fn every_unit_and_sum_is_exact() {
        for (text, nanoseconds) in [
            ("0s", 0),
            ("1ns", 1),
            ("250us", 250_000),
            ("250µs", 250_000),
            ("1_000ms", 1_000_000_000),
            ("1.5s", 1_500_000_000),
            ("1.5_0s", 1_500_000_000),
            ("0.1ms", 100_000),
            ("0.00000000005m", 3),
            ("5m", 300_000_000_000),
            ("2h", 7_200_000_000_000),
            ("1m30s", 90_000_000_000),
            ("1m 30s", 90_000_000_000),
            (" 1 h  2 m ", 3_720_000_000_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_nanos(nanoseconds)), "{text}");
        }
        assert_eq!(parse("18446744073709551615s999999999ns"), Ok(Duration::MAX));
    }

    #[test]
    fn what_is_no_duration_says_why() {
        for (text, problem) in [
            ("", "expected a duration"),
            ("s", "expected a number"),
            ("1..5s", "expected a number"),
            ("-1s", "expected a number"),
            ("30", "needs a unit: write `30s`"),
            ("30sec", "unknown unit `sec`"),
            ("0.1ns", "finer than a nanosecond"),
            ("0.000000000051m", "finer than a nanosecond"),
            ("18446744073709551616s", "longer than"),
            ("99999999999999999999s", "longer than"),
            ("99999999999999999999999999999999999999999999h", "longer than"),
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.contains(problem), "{text}: {error}");
        }
    }
}
