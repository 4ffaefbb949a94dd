//! Whatever stands in a policy's text, in the headers of a response or in a message: nothing panics, and what is promised
//! holds.
//!
//! `PROPTEST_CASES=10000000 cargo test --release -p reattempt-ecosystem --test fuzz` tries as many as were tried once.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use reattempt::http::retry_after_at;
use reattempt::{Policy, detect};

fn config() -> ProptestConfig {
    // Unless the environment says otherwise.
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() {
        ProptestConfig::default().cases
    } else {
        20_000
    };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Pieces of a text, and anything at all between them.
fn text(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(pieces).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => any::<u64>().prop_map(|number| number.to_string()),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

const POLICY: &[&str] = &[
    "max_attempts",
    "backoff",
    "initial_delay",
    "throttled_delay",
    "max_delay",
    "multiplier",
    "jitter",
    "max_retry_after",
    "retry_after",
    "throttled_max_attempts",
    "throttled_max_delay",
    "max_elapsed",
    "reset_after",
    "log",
    "then",
    "=",
    "=",
    "=",
    " ",
    " ",
    " ",
    "5",
    "2",
    "0",
    "250ms",
    "1s",
    "1.5s",
    "5m",
    "2h",
    "1us",
    "9ns",
    "0.5",
    "-1",
    "1e9",
    "unlimited",
    "exponential",
    "fixed",
    "linear",
    "fibonacci",
    "none",
    "full",
    "equal",
    "decorrelated",
    "floor",
    "exact",
    "capped",
    "[",
    "]",
    ",",
    "[100ms,1s]",
    ";",
    "\"",
    "async",
    "once",
    "timer",
    "; ",
    "max_attempts=5",
    "initial_delay=1s",
    "jitter=none",
    "(",
    ")",
    "then=(",
    "log=retry:info,give_up:warn,after:3",
    "recovered:",
    "off",
    "throttled_max_attempts=8",
    "max_elapsed=30s",
    "reset_after=60s",
];

const HEADER: &[&str] = &[
    "0",
    "5",
    "120",
    "1.5",
    "299.997",
    "1700000000",
    "1700000000000",
    "99999999999999999999",
    ".",
    ",",
    ", ",
    " ",
    "-",
    "+",
    "\"",
    "s",
    "ms",
    "m",
    "h",
    "seconds",
    "Fri, 31 Dec 1999 23:59:59 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    "\"a\";r=0;t=30",
    ";r=0",
    ";t=5",
    ";",
    "=",
    "GMT",
    "soon",
];

const NAMES: &[&str] = &[
    "retry-after",
    "retry-after-ms",
    "x-ms-retry-after-ms",
    "x-amz-retry-after",
    "ratelimit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-reset-after",
    "ratelimit-remaining",
    "ratelimit-reset",
    "x-rate-limit-remaining",
    "x-rate-limit-reset",
];

const MESSAGE: &[&str] = &[
    "connection reset",
    "connection",
    "reset",
    "timeout",
    "timed out",
    "permission denied",
    "not found",
    "SlowDown",
    "ThrottlingException",
    "code = ",
    "Unavailable",
    "status: ",
    "HTTP/1.1 ",
    "503",
    "429",
    "404",
    "Service Unavailable",
    "EOF",
    "os error 10054",
    " ",
    " ",
    " ",
    ": ",
    ", ",
    "(",
    ")",
    "\"",
    "'",
    "`",
    "/",
    "//",
    "://",
    "https://",
    "\\",
    "C:\\",
    ".",
    "..",
    "@",
    ":",
    "6379",
    "#",
    "[",
    "]",
    "{",
    "}",
    "|",
    "-",
    "_",
    "i/o",
    "a.b",
    "file.toml",
    "ä",
    "\u{0}",
    "\n",
];

proptest! {
    #![proptest_config(config())]

    /// A policy that can be read is the one that it writes.
    #[test]
    fn the_text_of_a_policy(text in text(POLICY)) {
        match text.parse::<Policy>() {
            Ok(policy) => {
                let written = policy.to_string();
                let again = written.parse::<Policy>();
                prop_assert!(again.is_ok(), "{written:?}: {:?}", again.err());
                prop_assert_eq!(again.unwrap().to_string(), written);
                for retry in [1, 2, 9, u32::MAX] {
                    let window = policy.window(retry);
                    prop_assert!(window.low() <= window.high());
                }
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn the_headers_of_a_response(
        fields in proptest::collection::vec((proptest::sample::select(NAMES), text(HEADER)), 0..4),
        now in any::<u32>(),
    ) {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.append(name, value);
            }
        }
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now.into());
        let _ = retry_after_at(&headers, now);
    }

    /// Never earlier than was said.
    #[test]
    fn a_number_of_seconds(whole in 0_u64..999_999_999, fraction in "[0-9]{0,20}", unit in "s?") {
        let value = if fraction.is_empty() { format!("{whole}{unit}") } else { format!("{whole}.{fraction}{unit}") };
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_str(&value).unwrap());
        let wait = retry_after_at(&headers, SystemTime::UNIX_EPOCH).unwrap();
        prop_assert!(wait >= Duration::from_secs(whole), "{value}: {wait:?}");
        prop_assert!(wait <= Duration::from_secs(whole + 1), "{value}: {wait:?}");
        // The first nine digits as a number of nanoseconds.
        let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
        prop_assert!(wait >= Duration::new(whole, digits.parse().unwrap()), "{value}: {wait:?}");
    }

    /// An address beside it changes nothing, and words never say that nothing was applied.
    #[test]
    fn a_message(message in text(MESSAGE), name in "[a-z-]{1,9}") {
        let said = detect::message(&message);
        prop_assert!(!said.is_not_applied());
        let with_address = format!("https://{name}.example.com/timeout?status=503 {message}");
        let again = detect::message(&with_address);
        prop_assert_eq!(said, again, "{}", with_address);
    }
}
