//! Statuses, `Retry-After`, and the other headers with a wait.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use reattempt::http::{RetryableStatus, StatusError, retry_after, retry_after_at};
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
        ("1.5", None),
        ("99999999999999999999", Some(u64::MAX)),
    ] {
        assert_eq!(wait(value, 0), expected, "{value:?}");
    }
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
        // The response of a client that follows none does.
        let failed = response(status, &[]).retryable_status().err();
        let known = failed.is_some_and(|error| error.retryability().is_not_applied());
        assert_eq!(known, not_applied, "{status}");
    }
    for status in [200, 204, 301, 304] {
        let status = StatusCode::from_u16(status).unwrap();
        assert_eq!(StatusError::of(status, &HeaderMap::new()), None);
    }
}

/// As reqwest's, which follows redirects.
struct Redirected(Response<()>);

impl RetryableStatus for Redirected {
    fn status_code(&self) -> StatusCode {
        self.0.status()
    }
    fn header_map(&self) -> &HeaderMap {
        self.0.headers()
    }
    fn may_be_redirected(&self) -> bool {
        true
    }
}

#[test]
fn behind_a_redirect_nobody_knows_what_was_applied() {
    let refused = || Redirected(response(429, &[]).map(drop));
    let error = refused().retryable_status().err().unwrap();
    assert_eq!(error.retryability(), Retryability::throttled());
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
    let of = |method, status| response(status, &[]).retryable_status_of(&method);
    assert!(of(Method::GET, 503).is_err());
    assert!(of(Method::PUT, 502).is_err());
    assert!(of(Method::POST, 503).is_ok());
    assert!(of(Method::PATCH, 500).is_ok());
    assert!(of(Method::POST, 429).is_err());
    assert!(of(Method::POST, 404).is_ok());
}
