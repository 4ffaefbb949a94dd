//! Times as people write them: `250ms`, `1.5s`, `"1m 30s"`.

use core::time::Duration;

/// The units, and each one's nanoseconds.
const UNITS: &[(&str, u128)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    // The same to the eye: the Greek letter.
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
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

/// Whether the suffix of a number makes it a duration.
pub(crate) fn is_unit(suffix: &str) -> bool {
    UNITS.iter().any(|(unit, _)| *unit == suffix)
}

/// Reads numbers with units, one after the other, and adds them up.
///
/// All of it is exact: `1.5s` is 1,500,000,000 ns, and what is finer than that is refused.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("expected a duration, such as `30s`".to_owned());
    }
    let mut total: u128 = 0;
    while !rest.is_empty() {
        let (number, behind) = split(rest, |c| c.is_ascii_digit() || matches!(c, '.' | '_'));
        let (unit, behind) = split(behind.trim_start(), char::is_alphabetic);
        rest = behind.trim_start();
        let part = nanoseconds(number, unit)?;
        total = total.checked_add(part).ok_or_else(too_long)?;
    }
    let seconds = u64::try_from(total / 1_000_000_000).map_err(|_| too_long())?;
    let below = u32::try_from(total % 1_000_000_000).map_err(|_| too_long())?;
    Ok(Duration::new(seconds, below))
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

fn nanoseconds(number: &str, unit: &str) -> Result<u128, String> {
    let number = number.replace('_', "");
    if !number.contains(|c: char| c.is_ascii_digit()) || number.matches('.').count() > 1 {
        return Err("expected a number and its unit, such as `30s` or `\"1m 30s\"`".to_owned());
    }
    if unit.is_empty() {
        return Err(format!("a duration needs a unit: write `{number}s` or `{number}ms`"));
    }
    let Some((_, scale)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        let near = match OTHER_UNITS.iter().find(|(other, _)| *other == unit) {
            Some((_, "24h")) => "; a day is `24h`".to_owned(),
            Some((_, ours)) => format!("; write `{number}{ours}`"),
            None => String::new(),
        };
        return Err(format!("unknown unit `{unit}`: the units are ns, us, ms, s, m and h{near}"));
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits: u128 = format!("0{whole}{fraction}").parse().map_err(|_| too_long())?;
    let scaled = digits.checked_mul(*scale).ok_or_else(too_long)?;
    let places = u32::try_from(fraction.len()).map_err(|_| too_fine())?;
    let divisor = 10_u128.checked_pow(places).ok_or_else(too_fine)?;
    if scaled % divisor == 0 { Ok(scaled / divisor) } else { Err(too_fine()) }
}

fn too_long() -> String {
    "this duration is longer than a `Duration` can hold".to_owned()
}

fn too_fine() -> String {
    "this duration is finer than a nanosecond".to_owned()
}

#[cfg(test)]
mod tests {
    use super::parse;
    use core::time::Duration;

    #[test]
    fn every_unit_and_sum_is_exact() {
        for (text, nanoseconds) in [
            ("0s", 0),
            ("1ns", 1),
            ("250us", 250_000),
            ("250µs", 250_000),
            ("1_000ms", 1_000_000_000),
            ("1.5s", 1_500_000_000),
            ("0.1ms", 100_000),
            ("5m", 300_000_000_000),
            ("2h", 7_200_000_000_000),
            ("1m30s", 90_000_000_000),
            ("1m 30s", 90_000_000_000),
            (" 1 h  2 m ", 3_720_000_000_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_nanos(nanoseconds)), "{text}");
        }
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
            ("99999999999999999999999s", "longer than"),
            ("99999999999999999999999999999999999999999999h", "longer than"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(problem), "{text}: {error}");
        }
    }
}
