//! What the words of a message say.

use super::{Retryability, codes, status};

/// By the first of these that the message holds: the number of an HTTP status; words for what the same
/// call would meet again; for too much load; for what has not been done; for what may have been.
pub(super) fn classify(message: &str) -> Option<Retryability> {
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| holds(message, phrase));
    if let Some(by_status) = by_status(message) {
        Some(by_status)
    } else if has(PERMANENT) {
        Some(Retryability::permanent())
    } else if has(codes::THROTTLING) || has(THROTTLED) {
        Some(Retryability::throttled())
    } else if has(NOT_APPLIED) {
        Some(Retryability::transient().not_applied())
    } else if has(codes::TRANSIENT) || has(TRANSIENT) {
        Some(Retryability::transient())
    } else {
        None
    }
}

const PERMANENT: &[&str] = &[
    "access denied",
    "AccessDenied",
    "AccessDeniedException",
    "already exists",
    "authentication failed",
    "bad request",
    "certificate",
    "failed to verify",
    "forbidden",
    "invalid argument",
    "invalid credentials",
    "invalid input",
    "invalid parameter",
    "invalid request",
    "invalid signature",
    "InvalidAccessKeyId",
    "no such file",
    "no such key",
    "NoSuchBucket",
    "NoSuchKey",
    "not found",
    "not implemented",
    "permission denied",
    "SignatureDoesNotMatch",
    "syntax error",
    "unauthenticated",
    "unauthorized",
    "validation error",
    "validation failed",
    "ValidationException",
];

const THROTTLED: &[&str] = &[
    "overloaded",
    "rate exceeded",
    "rate limit",
    "rate limited",
    "server busy",
    "ServerBusy",
    "service unavailable",
    "ServiceUnavailable",
    "slow down",
    "throttled",
    "too many connections",
    "too many requests",
    "TooManyRequests",
];

const NOT_APPLIED: &[&str] = &[
    "connection refused",
    "could not serialize access",
    "database is locked",
    "deadlock detected",
    "deadlock found",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "no such host",
    "temporary failure in name resolution",
];

const TRANSIENT: &[&str] = &[
    "bad gateway",
    "broken pipe",
    "connection aborted",
    "connection closed",
    "connection reset",
    "connection timeout",
    "ECONNABORTED",
    "ECONNRESET",
    "EHOSTUNREACH",
    "end of file",
    "ENETUNREACH",
    "EOF",
    "EPIPE",
    "ETIMEDOUT",
    "gateway timeout",
    "host unreachable",
    "i/o timeout",
    "internal server error",
    "InternalError",
    "network is unreachable",
    "network unreachable",
    "no route to host",
    "socket hang up",
    "temporarily unavailable",
    "timed out",
    "timeout",
    "TLS handshake timeout",
    "try again",
];

/// Runs of letters, digits and underscores.
fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split(|character: char| !character.is_alphanumeric() && character != '_')
        .filter(|word| !word.is_empty())
}

/// Whether these words stand one behind the other.
fn holds(message: &str, phrase: &str) -> bool {
    let mut here = words(message);
    loop {
        let mut rest = here.clone();
        if words(phrase)
            .all(|word| rest.next().is_some_and(|other| other.eq_ignore_ascii_case(word)))
        {
            return true;
        }
        if here.next().is_none() {
            return false;
        }
    }
}

/// A number from 400 to 599 at most three words behind one that tells that it is a status, as in "status
/// code: 503" and "HTTP/1.1 503", or before the reason that belongs to it, as in "503 Service Unavailable".
fn by_status(message: &str) -> Option<Retryability> {
    const BEFORE: &[&str] = &["http", "https", "status", "returned"];
    const REASONS: &[(&str, &[&str])] = &[
        ("429", &["too", "many"]),
        ("500", &["internal", "server"]),
        ("502", &["bad", "gateway"]),
        ("503", &["service", "unavailable"]),
        ("504", &["gateway", "timeout"]),
    ];
    let mut since_status = usize::MAX;
    let mut here = words(message);
    while let Some(word) = here.next() {
        let number = word.parse().ok().filter(|_| word.len() == 3);
        if let Some(found) = number.and_then(status::classify) {
            let mut next = here.clone();
            let reason = REASONS.iter().find(|(status, _)| *status == word);
            let is_named = reason.is_some_and(|(_, reason)| {
                reason
                    .iter()
                    .all(|word| next.next().is_some_and(|next| next.eq_ignore_ascii_case(word)))
            });
            if since_status <= 3 || is_named {
                return Some(found);
            }
        }
        let tells = BEFORE.iter().any(|before| word.eq_ignore_ascii_case(before));
        since_status = if tells { 1 } else { since_status.saturating_add(1) };
    }
    None
}
