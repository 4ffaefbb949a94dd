//! What of a message counts: codes in their own spelling, the cause for more than its context, and no address, path or file's
//! name at all.

use std::fmt;

use reattempt::RetryKind::{self, Permanent, Throttled, Transient};
use reattempt::{Retryability, detect};

fn assert_all(source: &str, messages: &[(&str, RetryKind)]) {
    for (message, kind) in messages {
        let said = detect::message(message);
        assert_eq!(said.kind(), *kind, "{source}: {message:?}");
        assert!(!said.is_not_applied(), "words don't say that: {message:?}");
    }
}

/// A code of a service is one in its own spelling; in another it is a word like any other.
#[test]
fn codes_count_in_their_own_case() {
    assert_all(
        "codes",
        &[
            ("SlowDown", Throttled),
            ("com.amazonaws.dynamodb.v20120810#ThrottlingException", Throttled),
            ("<Error><Code>InternalError</Code></Error>", Transient),
            ("the option `throttling` is unknown", Permanent),
            ("SLOWDOWN", Permanent),
            ("requesttimeout is not a field", Permanent),
        ],
    );
}

/// An address, a path or a file's name decides nothing, whatever words are in it.
#[test]
fn what_is_only_named_says_nothing() {
    for said in [
        "https://auth.example.com/v1/password/reset?timeout=1&status=503",
        "(https://throttled.example.com/503,timeout;504)",
        "redis://timeout:6379/0",
        "/etc/app/rate limit/timed-out.toml",
        "\"/srv/My Files/connection reset/rate limit.txt\"",
        "./timeout/service unavailable",
        "config/rate-limit.toml",
        "config/timeout",
        r"C:\Timeout\too-many-requests.log",
        r"\\server\timeout\503.txt",
        "rate-limit.toml:",
        "timeout.example.com",
        "throttled:6379",
        "timeout@example.com",
        "unix:/run/timeout/overloaded.sock",
    ] {
        let said = said.replace("rate limit/timed-out", "rate-limit/timed-out");
        let said = said.replace("/service unavailable", "/service-unavailable");
        for message in [said.clone(), format!("reading {said}: expected an integer at line 3")] {
            assert_eq!(detect::message(&message), Retryability::permanent(), "{message}");
        }
        let message = format!("reading {said}: connection reset by peer");
        assert_eq!(detect::message(&message), Retryability::transient(), "{message}");
    }
    // What looks a little like one, and isn't.
    for (message, kind) in [
        ("read: i/o timeout", Transient),
        ("SSL/TLS handshake: timeout", Transient),
        ("HTTP/1.1 503 upstream", Throttled),
        ("failed: timeout.", Transient),
        ("version 1.2: timeout", Transient),
        ("status:503", Throttled),
        ("status_code:503", Throttled),
        ("HTTP:429", Throttled),
        ("ETIMEDOUT:110", Transient),
        ("connection refused:111", Transient),
        (r#"{\"message\":\"Too Many Requests\"}"#, Throttled),
        (r#"{"body":"{\"error\":\"rate_limit_exceeded\"}"}"#, Throttled),
        (r"failed:\nconnection reset by peer", Transient),
        (r#"task failed: "db.example.com:5432: connection refused""#, Transient),
        (r#"{"message":"api.example.com timed out"}"#, Transient),
        (r#"Custom { kind: Other, error: "10.0.0.5:443 connection reset by peer" }"#, Transient),
        (r#"{"error":"timeout"}"#, Transient),
        // A name in quotation marks is only that.
        (r#"column reference "timeout" is ambiguous"#, Permanent),
        ("Column 'timeout' cannot be null", Permanent),
        ("Data too long for column 'timeout' at row 1", Permanent),
    ] {
        assert_eq!(detect::message(message).kind(), kind, "{message}");
    }
}

/// Words that stand in messages about outages as well weigh less than those for an outage.
#[test]
fn an_outage_weighs_more_than_what_is_not_there() {
    assert_all(
        "outages",
        &[
            ("Too Many Requests: limit must be at most 100 requests", Throttled),
            ("leader not found, try again later", Transient),
            ("lease already exists; timed out waiting for it to be released", Transient),
            (
                "<title>Service Unavailable</title> Additionally, a 404 Not Found error was encountered",
                Throttled,
            ),
            ("failed to parse response: connection reset by peer", Transient),
            ("DNS server not configured; connection timed out", Transient),
            ("file not found", Permanent),
            ("table already exists", Permanent),
            ("the timeout must be positive", Permanent),
            ("permission denied, try again later", Permanent),
        ],
    );
}

/// The cause weighs more than the context.
#[test]
fn what_is_said_further_in_counts_for_more() {
    #[derive(Debug)]
    struct Context(&'static str, Option<Box<Context>>);
    impl fmt::Display for Context {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str(self.0)
        }
    }
    impl std::error::Error for Context {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.1.as_deref().map(|inner| -> &(dyn std::error::Error + 'static) { inner })
        }
    }
    for (context, cause, kind) in [
        ("loading /etc/app/password.toml", "connection reset by peer", Transient),
        ("checking that access is not forbidden", "connection reset by peer", Transient),
        ("waiting for a timeout", "permission denied", Permanent),
        ("the connection was reset", "it failed", Permanent),
        ("connection reset", "it failed", Transient),
    ] {
        let error = Context(context, Some(Box::new(Context(cause, None))));
        assert_eq!(detect::error(&error).kind(), kind, "{context}: {cause}");
    }
    let report = anyhow::anyhow!("connection reset by peer").context("loading /etc/password.toml");
    assert!(detect::error(report.as_ref()).is_retryable());
}
