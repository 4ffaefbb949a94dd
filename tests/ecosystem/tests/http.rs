//! Statuses, `Retry-After`, and the other headers with a wait.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use reattempt::http::{HttpError, RetryableStatus, StatusError, retry_after, retry_after_at};
use reattempt::{RetryKind, Retryability, Retryable};

fn headers(fields: &[(&str, &str)]) -> HeaderMap {
    let fields = fields.iter().map(|(name, value)| {
        (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
    });
    let mut headers = HeaderMap::new();
    fields.for_each(|(name, value)| {
        headers.append(name, value);
    });
    headers
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// What `Retry-After: value` asks for at a time.
fn wait(value: &str, now: u64) -> Option<u64> {
    retry_after_at(&headers(&[("retry-after", value)]), at(now)).map(|wait| wait.as_secs())
}

#[test]
fn retry_after_in_seconds() {
    for (value, expected) in [
        ("120", Some(120)),
        ("0", Some(0)),
        (" 120 ", Some(120)),
        ("-1", None),
        ("+5", None),
        ("", None),
        ("abc", None),
        ("1e3", None),
        ("0x10", None),
        ("1.5.2", None),
        ("1.", None),
        (".5", None),
        ("soon 5", None),
        ("5 parsecs", None),
        ("99999999999999999999", Some(u64::MAX)),
        // What servers send beside the standard.
        ("\"120\"", Some(120)),
        ("120s", Some(120)),
        ("5 seconds", Some(5)),
        ("6m0s", Some(360)),
        ("1h", Some(3600)),
        ("120, 60", Some(120)),
        ("60,120,later", Some(120)),
    ] {
        assert_eq!(wait(value, 0), expected, "{value:?}");
    }
}

/// Never earlier than was said.
#[test]
fn a_fraction_of_a_second_is_read_and_rounded_up() {
    let wait = |value| retry_after_at(&headers(&[("retry-after", value)]), at(0));
    for (value, nanos) in [
        ("299.997", 299_997_000_000),
        ("1.5", 1_500_000_000),
        ("0.25s", 250_000_000),
        ("0.000000001", 1),
        ("0.0000000001", 1),
        ("0.9999999999", 1_000_000_000),
        ("2.50000000000000000000000000000", 2_500_000_000),
        ("0.0", 0),
        ("20ms", 20_000_000),
    ] {
        assert_eq!(wait(value), Some(Duration::from_nanos(nanos)), "{value}");
    }
    let of = |value| retry_after_at(&headers(&[("retry-after-ms", value)]), at(0));
    assert_eq!(of("1500.25"), Some(Duration::from_micros(1_500_250)));
    assert_eq!(of("0.0000001"), Some(Duration::from_nanos(1)));
}

/// As a wait, the number would be longer than thirty years.
#[test]
fn a_time_since_1970_is_one() {
    for (value, expected) in [
        ("1700000030", Some(30)),
        ("1700000030.5", Some(30)),
        ("1700000030000", Some(30)),
        ("1700000030000000", Some(30)),
        ("1600000000", Some(0)),
        ("999999999", Some(999_999_999)),
    ] {
        assert_eq!(wait(value, 1_700_000_000), expected, "{value}");
    }
}

/// A date has a comma of its own.
#[test]
fn of_values_joined_by_commas_the_longest_counts() {
    let date = "Fri, 31 Dec 1999 23:59:59 GMT";
    for value in [format!("{date}, 3"), format!("3, {date}"), format!("3, {date}, 4"), date.into()]
    {
        assert_eq!(wait(&value, 946_684_789), Some(10), "{value}");
    }
    assert_eq!(wait(&format!("{date}, {date}"), 946_684_789), Some(10));
}

#[test]
fn retry_after_as_a_date_in_each_of_the_three_forms() {
    for (value, now, expected) in [
        ("Fri, 31 Dec 1999 23:59:59 GMT", 946_684_789, Some(10)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_770, Some(7)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_770, Some(7)),
        ("Sun Nov  6 08:49:37 1994", 784_111_770, Some(7)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 1_700_000_000, Some(0)),
        ("Fri, 31 Dec 1999 23:59:59 +0000", 946_684_789, None),
        ("01 Jan 2021 00:00:00 GMT", 946_684_789, None),
    ] {
        assert_eq!(wait(value, now), expected, "{value:?}");
    }
}

#[test]
fn of_several_waits_the_longest_counts() {
    let now = at(0);
    let of = |fields: &[(&str, &str)]| retry_after_at(&headers(fields), now);
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    assert_eq!(of(&[("retry-after", "2"), ("retry-after", "7")]), seconds(7));
    assert_eq!(of(&[("retry-after", "2"), ("retry-after", "soon")]), seconds(2));
    assert_eq!(of(&[("retry-after-ms", "1500")]), Some(Duration::from_millis(1500)));
    assert_eq!(of(&[("x-ms-retry-after-ms", "1000"), ("retry-after", "2")]), seconds(2));
    assert_eq!(of(&[("x-amz-retry-after", "3000")]), seconds(3));
    assert_eq!(of(&[("retry-after-ms", "-5")]), None);
    assert_eq!(of(&[]), None);
    assert_eq!(retry_after(&headers(&[("retry-after", "4")])), seconds(4));
}

#[test]
fn an_exhausted_rate_limit_says_when_there_is_more() {
    let of = |fields: &[(&str, &str)]| retry_after_at(&headers(fields), at(0));
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    assert_eq!(of(&[("ratelimit", "\"default\";r=0;t=30")]), seconds(30));
    assert_eq!(of(&[("ratelimit", "\"a\";r=0;t=5, \"b\";r=0;t=60")]), seconds(60));
    assert_eq!(of(&[("ratelimit", "\"default\";r=7;t=30")]), None, "something remains");
    assert_eq!(of(&[("ratelimit", "\"default\";r=0")]), None, "it doesn't say when");
    assert_eq!(of(&[("ratelimit", "\"default;r=0;t=30")]), None, "malformed");
    assert_eq!(of(&[("ratelimit", "\"default\";r=0;t=-3")]), None);
    let both = [("ratelimit", "\"default\";r=0;t=30"), ("retry-after", "2")];
    assert_eq!(of(&both), seconds(2), "Retry-After wins");
}

#[test]
fn the_older_headers_count_where_nothing_remains() {
    let of = |fields: &[(&str, &str)]| {
        retry_after_at(&headers(fields), at(1_700_000_000)).map(|wait| wait.as_millis())
    };
    for (remaining, reset, value, expected) in [
        // GitHub, GitLab, X: seconds since 1970.
        ("x-ratelimit-remaining", "x-ratelimit-reset", "1700000060", Some(60_000)),
        ("ratelimit-remaining", "ratelimit-reset", "1700000060", Some(60_000)),
        ("x-rate-limit-remaining", "x-rate-limit-reset", "1700000060", Some(60_000)),
        // Older drafts of the standard, Reddit: seconds from now.
        ("ratelimit-remaining", "ratelimit-reset", "60", Some(60_000)),
        ("x-ratelimit-remaining", "x-ratelimit-reset", "0.5", Some(500)),
        // Discord, which has both.
        ("x-ratelimit-remaining", "x-ratelimit-reset-after", "1.25", Some(1_250)),
        // OpenAI.
        ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", "6m0s", Some(360_000)),
        ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", "20ms", Some(20)),
        (
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
            "Tue, 14 Nov 2023 22:14:20 GMT",
            Some(60_000),
        ),
        ("x-ratelimit-remaining", "x-ratelimit-reset", "soon", None),
        ("x-ratelimit-remaining", "x-ratelimit-limit", "60", None),
    ] {
        assert_eq!(of(&[(remaining, "0"), (reset, value)]), expected, "{reset}: {value}");
        assert_eq!(of(&[(remaining, "1"), (reset, value)]), None, "something remains");
        assert_eq!(of(&[(remaining, ""), (reset, value)]), None);
        assert_eq!(of(&[(reset, value)]), None, "nobody says that nothing remains");
    }
    let unreadable = [
        ("x-ratelimit-remaining", "0.0"),
        ("x-ratelimit-reset-after", "soon"),
        ("x-ratelimit-reset", "60"),
    ];
    assert_eq!(of(&unreadable), Some(60_000));
    let both = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "60"), ("retry-after", "2")];
    assert_eq!(of(&both), Some(2_000), "Retry-After wins");
}

#[test]
fn a_status_that_says_when_is_worth_another_attempt() {
    let said = |status, fields: &[(&str, &str)]| {
        StatusError::of(StatusCode::from_u16(status).unwrap(), &headers(fields))
            .unwrap()
            .retryability()
    };
    let (throttled, transient) = (Retryability::throttled(), Retryability::transient());
    let seconds = Duration::from_secs;
    // GitHub's secondary limits, and its primary one.
    assert_eq!(said(403, &[("retry-after", "60")]), throttled.after(seconds(60)));
    let primary = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "30")];
    assert_eq!(said(403, &primary), throttled.after(seconds(30)));
    assert_eq!(said(429, &primary), throttled.after(seconds(30)));
    for status in [409, 413, 423] {
        assert_eq!(said(status, &[("retry-after", "1")]), transient.after(seconds(1)), "{status}");
        assert!(!said(status, &[]).is_retryable(), "{status}");
        // What is left of a quota comes with any answer.
        assert!(!said(status, &primary).is_retryable(), "{status}");
    }
    for status in [400, 401, 404, 501] {
        assert!(!said(status, &[("retry-after", "1")]).is_retryable(), "{status}");
    }
    assert!(!said(403, &[("x-ratelimit-remaining", "7")]).is_retryable());
}

#[test]
fn any_failure_may_be_an_error() {
    let error = response(404, &[]).require_success().unwrap_err();
    assert_eq!(error.retryability(), Retryability::permanent());
    let error = error.with_body("no such thing");
    assert_eq!(error.body(), Some("no such thing"));
    assert!(!format!("{error:?} {error}").contains("no such thing"), "a log shows no body");
    assert_eq!(error.to_string(), "the server answered 404 Not Found");
    assert!(response(204, &[]).require_success().is_ok());
    let error = response(503, &[("retry-after", "2")]).require_success().unwrap_err();
    assert_eq!(error.retryability().retry_after(), Some(Duration::from_secs(2)));
}

/// What it says typed, it says in a box.
#[test]
fn a_request_or_a_status() {
    let status = response(503, &[("retry-after", "2")]).require_success().unwrap_err();
    let status = HttpError::<std::io::Error>::from(status);
    assert_eq!(status.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    let transport = HttpError::Transport(std::io::Error::from(std::io::ErrorKind::TimedOut));
    for error in [status, transport] {
        let said = error.retryability();
        assert!(said.is_retryable());
        let boxed: Box<dyn std::error::Error> = Box::new(error);
        assert_eq!(boxed.retryability(), said);
    }
}

#[test]
fn what_each_status_says() {
    use RetryKind::{Permanent, Throttled, Transient};
    for (status, kind, not_applied) in [
        (400, Permanent, false),
        (401, Permanent, false),
        (403, Permanent, false),
        (404, Permanent, false),
        (408, Transient, false),
        (409, Permanent, false),
        (413, Permanent, false),
        (421, Transient, true),
        (422, Permanent, false),
        (425, Transient, true),
        (429, Throttled, true),
        (500, Transient, false),
        (501, Permanent, false),
        (502, Transient, false),
        (503, Throttled, false),
        (504, Transient, false),
        (505, Permanent, false),
        (507, Permanent, false),
        (509, Throttled, true),
        (511, Permanent, false),
        (521, Transient, true),
        (522, Transient, false),
        (529, Throttled, true),
    ] {
        let said = StatusCode::from_u16(status).unwrap().retryability();
        assert_eq!(said.kind(), kind, "{status}");
        assert!(!said.is_not_applied(), "a status doesn't tell of redirects: {status}");
        // A response alone doesn't either; that of a client that follows none does.
        let failed = response(status, &[]).retryable_status().err();
        assert!(!failed.is_some_and(|error| error.retryability().is_not_applied()), "{status}");
        let failed = Direct(response(status, &[]).map(drop)).retryable_status().err();
        let known = failed.is_some_and(|error| error.retryability().is_not_applied());
        assert_eq!(known, not_applied, "{status}");
    }
    for status in [200, 204, 301, 304] {
        let status = StatusCode::from_u16(status).unwrap();
        assert_eq!(StatusError::of(status, &HeaderMap::new()), None);
    }
}

/// Of a client that follows no redirects.
struct Direct(Response<()>);

impl RetryableStatus for Direct {
    fn status_code(&self) -> StatusCode {
        self.0.status()
    }
    fn header_map(&self) -> &HeaderMap {
        self.0.headers()
    }
    fn may_be_redirected(&self) -> bool {
        false
    }
}

#[test]
fn behind_a_redirect_nobody_knows_what_was_applied() {
    let refused = || response(429, &[]);
    let error = refused().retryable_status().err().unwrap();
    assert_eq!(error.retryability(), Retryability::throttled());
    assert_eq!(error.not_applied().retryability(), Retryability::throttled().not_applied());
    assert!(refused().retryable_status_of(&Method::POST).is_ok());
    assert!(refused().retryable_status_of(&Method::GET).is_err());
}

fn response(status: u16, fields: &[(&str, &str)]) -> Response<&'static str> {
    let mut response = Response::new("body");
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    *response.headers_mut() = headers(fields);
    response
}

#[test]
fn a_response_that_is_worth_another_attempt_is_an_error() {
    let error = response(503, &[("retry-after", "2")]).retryable_status().unwrap_err();
    assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(error.to_string(), "the server answered 503 Service Unavailable");
    assert_eq!(error.retryability(), Retryability::throttled().after(Duration::from_secs(2)));
    for status in [200, 302, 404, 501] {
        assert_eq!(response(status, &[]).retryable_status().unwrap().status(), status);
    }
    assert!(response(413, &[]).retryable_status().is_ok());
    let later = response(413, &[("retry-after", "60")]).retryable_status().unwrap_err();
    assert_eq!(later.retryability().retry_after(), Some(Duration::from_secs(60)));
}

#[test]
fn what_was_posted_is_an_error_only_if_it_was_refused() {
    let of = |method, status| Direct(response(status, &[]).map(drop)).retryable_status_of(&method);
    assert!(of(Method::GET, 503).is_err());
    assert!(of(Method::PUT, 502).is_err());
    assert!(of(Method::POST, 503).is_ok());
    assert!(of(Method::PATCH, 500).is_ok());
    assert!(of(Method::POST, 429).is_err());
    assert!(of(Method::POST, 404).is_ok());
}

#[test]
fn a_caller_says_how_long_it_waits() {
    use reattempt::http::time_left;

    let left = |name: &'static str, value: &'static str| time_left(&headers(&[(name, value)]));
    for (text, expected) in [
        ("2H", Duration::from_secs(7200)),
        ("3M", Duration::from_secs(180)),
        ("5S", Duration::from_secs(5)),
        ("100m", Duration::from_millis(100)),
        ("99999999u", Duration::from_micros(99_999_999)),
        ("0n", Duration::ZERO),
    ] {
        assert_eq!(left("grpc-timeout", text), Some(expected), "{text}");
    }
    for text in ["", "5", "S", "100000000m", "-1S", "1.5S", "5s", "1SS", "５S"] {
        assert_eq!(left("grpc-timeout", text), None, "{text}");
    }
    let envoy = "x-envoy-expected-rq-timeout-ms";
    assert_eq!(left(envoy, "250"), Some(Duration::from_millis(250)));
    assert_eq!(left(envoy, "soon"), None);
    let both = headers(&[(envoy, "250"), ("grpc-timeout", "1S")]);
    assert_eq!(time_left(&both), Some(Duration::from_millis(250)));
    assert_eq!(time_left(&headers(&[])), None);
}
