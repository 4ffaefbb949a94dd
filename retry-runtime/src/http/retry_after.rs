//! The delays that servers ask for in the headers of a response.

use alloc::format;
use core::time::Duration;
use std::time::SystemTime;

use http::HeaderMap;

/// The wait that a server asks for in its headers: [`retry_after_at`] the present time.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    read(headers, &now)
}

/// The present time. In a browser or a worker, the standard library's would panic.
#[allow(clippy::unnecessary_wraps, reason = "not every target has a clock")]
fn now() -> Option<SystemTime> {
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    return Some(SystemTime::now());
    #[cfg(all(target_family = "wasm", target_os = "unknown", feature = "wasm"))]
    return {
        let since_epoch = web_time::SystemTime::now().duration_since(web_time::UNIX_EPOCH).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(since_epoch)
    };
    #[cfg(all(target_family = "wasm", target_os = "unknown", not(feature = "wasm")))]
    None
}

/// The wait that a server asks for in its headers, at a time of day.
///
/// `Retry-After` (RFC 9110 § 10.2.3) is a number of seconds or a date, of which all three forms are read;
/// `retry-after-ms`, `x-ms-retry-after-ms` and `x-amz-retry-after` are milliseconds. Where several are
/// there, also joined by commas, it is the longest. Without any of them, it is the `t` of a `RateLimit` field
/// (draft-ietf-httpapi-ratelimit-headers) whose `r`, what remains, is 0. Without that, it is the reset of the older
/// headers, where what remains is 0: `X-RateLimit-Remaining` and `X-RateLimit-Reset` (also without the `X-`, with
/// `-Rate-Limit-`, and with `-Requests` or `-Tokens` behind), and `X-RateLimit-Reset-After`.
///
/// What servers send beside the standard is read as well: fractions of a second, a unit behind the number (`120s`,
/// `6m0s`), and a time in seconds, milliseconds or microseconds since 1970, which a number of at least a thousand million is.
///
/// It is never shorter than what was said. A date in the past is no wait, and what can't be read is not there. A
/// number too large for any wait is the longest that there is.
pub fn retry_after_at(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    read(headers, &|| Some(now))
}

/// What tells the present time, if anything does.
type Clock<'a> = &'a dyn Fn() -> Option<SystemTime>;

/// `now` is asked only for a date, which can't be read where there is no clock.
fn read(headers: &HeaderMap, now: Clock<'_>) -> Option<Duration> {
    asked(headers, now).or_else(|| rate_limit(headers)).or_else(|| older_rate_limit(headers, now))
}

fn asked(headers: &HeaderMap, now: Clock<'_>) -> Option<Duration> {
    const MILLISECONDS: &[&str] = &["retry-after-ms", "x-ms-retry-after-ms", "x-amz-retry-after"];
    let seconds = headers.get_all(http::header::RETRY_AFTER).into_iter();
    let seconds = seconds.filter_map(|value| joined(value.to_str().ok()?, now));
    let milliseconds = MILLISECONDS.iter().flat_map(|name| headers.get_all(*name));
    let milliseconds = milliseconds.filter_map(|value| self::milliseconds(value.to_str().ok()?));
    seconds.chain(milliseconds).max()
}

/// The wait that a server asks for in so many words: not what the headers say about a quota, which come with any answer.
pub(super) fn explicit(headers: &HeaderMap) -> Option<Duration> {
    asked(headers, &now)
}

/// A delay of so many milliseconds.
pub(crate) fn milliseconds(value: &str) -> Option<Duration> {
    decimal(value.trim(), NANOS_PER_MILLI)
}

/// The longest of several values with commas between them; a date has a comma of its own.
fn joined(value: &str, now: Clock<'_>) -> Option<Duration> {
    if let Some(wait) = seconds_or_date(value, now) {
        return Some(wait);
    }
    let mut longest = None;
    let mut rest = value;
    while !rest.is_empty() {
        let mut commas = rest.match_indices(',').map(|(index, _)| index);
        let (first, second) = (commas.next(), commas.next());
        // Up to the first comma, else up to the second.
        let ends = [first.or(Some(rest.len())), second.or(first.map(|_| rest.len()))];
        let read = ends.into_iter().flatten().find_map(|end| {
            let wait = seconds_or_date(rest.get(..end)?, now)?;
            Some((end, wait))
        });
        let (end, wait) = match read {
            Some((end, wait)) => (end, Some(wait)),
            None => (first.unwrap_or(rest.len()), None),
        };
        longest = longest.max(wait);
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    longest
}

fn seconds_or_date(value: &str, now: Clock<'_>) -> Option<Duration> {
    let value = value.trim().trim_matches('"');
    if let Some(wait) = number(value, now) {
        return Some(wait);
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now()?).unwrap_or_default())
}

/// A number of seconds, or a time since 1970.
fn number(value: &str, now: Clock<'_>) -> Option<Duration> {
    /// No server asks anybody to come back in thirty years.
    const EARLIEST: Duration = Duration::from_secs(1_000_000_000);
    /// As seconds, these would be in the year 33658.
    const EARLIEST_IN_MILLISECONDS: Duration = Duration::from_secs(1_000_000_000_000);
    const EARLIEST_IN_MICROSECONDS: Duration = Duration::from_secs(1_000_000_000_000_000);
    /// More than this is no time at all, but "never".
    const LATEST: Duration = Duration::from_secs(10_000_000_000_000_000);

    let seconds = decimal(value, NANOS_PER_SECOND).or_else(|| with_units(value))?;
    if seconds < EARLIEST || seconds >= LATEST {
        return Some(seconds);
    }
    let since_epoch = match seconds {
        seconds if seconds < EARLIEST_IN_MILLISECONDS => seconds,
        milliseconds if milliseconds < EARLIEST_IN_MICROSECONDS => milliseconds / 1000,
        microseconds => microseconds / 1_000_000,
    };
    let at = SystemTime::UNIX_EPOCH.checked_add(since_epoch)?;
    Some(at.duration_since(now()?).unwrap_or_default())
}

const NANOS_PER_SECOND: u64 = 1_000_000_000;
const NANOS_PER_MILLI: u64 = 1_000_000;

/// Digits, perhaps with a fraction, of a unit of so many nanoseconds, rounded up.
fn decimal(value: &str, unit: u64) -> Option<Duration> {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    if whole.is_empty() || fraction.is_empty() || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let whole: u64 = whole.parse().unwrap_or(u64::MAX);
    let whole = if unit == NANOS_PER_SECOND {
        Duration::from_secs(whole)
    } else {
        Duration::from_millis(whole)
    };
    // Of the fraction, nine digits count, and any more is one more.
    let mut nanos = 0;
    let mut place = unit / 10;
    let mut is_more = false;
    for digit in fraction.bytes().map(|byte| u64::from(byte - b'0')) {
        nanos += digit * place;
        is_more |= place == 0 && digit > 0;
        place /= 10;
    }
    Some(whole.saturating_add(Duration::from_nanos(nanos + u64::from(is_more))))
}

/// `120s`, `1.5 s`, `6m0s`, `20ms`, `5 seconds`: as Go writes a duration, and people.
fn with_units(value: &str) -> Option<Duration> {
    if value.is_empty() {
        return None;
    }
    let mut rest = value;
    let mut wait = Duration::ZERO;
    while !rest.is_empty() {
        let end = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (amount, behind) = rest.split_at_checked(end)?;
        let behind = behind.trim_start();
        let end = behind.find(|character: char| !character.is_ascii_alphabetic());
        let (unit, behind) = behind.split_at_checked(end.unwrap_or(behind.len()))?;
        let one = match unit.to_ascii_lowercase().as_str() {
            "ms" | "millisecond" | "milliseconds" => decimal(amount, NANOS_PER_MILLI)?,
            "s" | "sec" | "secs" | "second" | "seconds" => decimal(amount, NANOS_PER_SECOND)?,
            "m" | "min" | "mins" | "minute" | "minutes" => {
                decimal(amount, NANOS_PER_SECOND)?.checked_mul(60)?
            }
            "h" | "hour" | "hours" => decimal(amount, NANOS_PER_SECOND)?.checked_mul(3600)?,
            _ => return None,
        };
        wait = wait.checked_add(one)?;
        rest = behind.trim_start();
    }
    Some(wait)
}

/// The reset of the older headers, if nothing remains. What the number means differs from service to service, and tells
/// by its size: seconds from now, or a time since 1970.
fn older_rate_limit(headers: &HeaderMap, now: Clock<'_>) -> Option<Duration> {
    const PREFIXES: &[&str] = &["x-ratelimit", "ratelimit", "x-rate-limit"];
    const OF: &[&str] = &["", "-requests", "-tokens"];

    let value = |name: &str| headers.get(name)?.to_str().ok();
    let pairs = PREFIXES.iter().flat_map(|prefix| OF.iter().map(move |of| (prefix, of)));
    let waits = pairs.filter_map(|(prefix, of)| {
        let remaining = value(&format!("{prefix}-remaining{of}"))?.trim();
        if !decimal(remaining, NANOS_PER_SECOND)?.is_zero() {
            return None;
        }
        let read = |name: &str| seconds_or_date(value(name)?, now);
        let after = read(&format!("{prefix}-reset-after{of}"));
        after.or_else(|| read(&format!("{prefix}-reset{of}")))
    });
    waits.max()
}

/// `RateLimit: "policy";r=0;t=30`
fn rate_limit(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all("ratelimit").into_iter();
    let fields =
        values.filter_map(|value| sfv::Parser::new(value.as_bytes()).parse::<sfv::List>().ok());
    let waits = fields.flatten().filter_map(|entry| {
        let sfv::ListEntry::Item(item) = entry else { return None };
        let parameter = |name: &str| {
            let value = item.params.iter().find(|(key, _)| key.as_str() == name)?.1;
            u64::try_from(i64::from(value.as_integer()?)).ok()
        };
        (parameter("r")? == 0).then(|| parameter("t").map(Duration::from_secs))?
    });
    waits.max()
}
