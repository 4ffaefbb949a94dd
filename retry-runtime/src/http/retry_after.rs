//! The delays that servers ask for in the headers of a response.

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
/// there, it is the longest. Without any of them, it is the `t` of a `RateLimit` field
/// (draft-ietf-httpapi-ratelimit-headers) whose `r`, what remains, is 0.
///
/// A date in the past is no wait, and what can't be read is not there. A number too large for any wait is
/// the longest that there is.
pub fn retry_after_at(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    read(headers, &|| Some(now))
}

/// `now` is asked only for a date, which can't be read where there is no clock.
fn read(headers: &HeaderMap, now: &dyn Fn() -> Option<SystemTime>) -> Option<Duration> {
    const MILLISECONDS: &[&str] = &["retry-after-ms", "x-ms-retry-after-ms", "x-amz-retry-after"];
    let seconds = headers.get_all(http::header::RETRY_AFTER).into_iter();
    let seconds = seconds.filter_map(|value| seconds_or_date(value.to_str().ok()?, now));
    let milliseconds = MILLISECONDS.iter().flat_map(|name| headers.get_all(*name));
    let milliseconds = milliseconds.filter_map(|value| self::milliseconds(value.to_str().ok()?));
    seconds.chain(milliseconds).max().or_else(|| rate_limit(headers))
}

/// A delay of so many milliseconds.
pub(crate) fn milliseconds(value: &str) -> Option<Duration> {
    digits(value.trim()).map(Duration::from_millis)
}

fn seconds_or_date(value: &str, now: &dyn Fn() -> Option<SystemTime>) -> Option<Duration> {
    let value = value.trim();
    if let Some(seconds) = digits(value) {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now()?).unwrap_or_default())
}

/// A number of digits alone.
fn digits(value: &str) -> Option<u64> {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| value.parse().unwrap_or(u64::MAX))
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
