//! What the words of a message say.

use super::{Retryability, codes, status};

/// By the first of these that the message holds: a code of AWS's; the number of an HTTP status; words for
/// what the same call would meet again; for too much load; for what may pass.
///
/// It never says that nothing was applied: that would be to repeat a payment on the strength of a word.
pub(super) fn classify(message: &str) -> Option<Retryability> {
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| holds(message, phrase));
    if has(codes::THROTTLING) {
        Some(Retryability::throttled())
    } else if has(codes::TRANSIENT) {
        Some(Retryability::transient())
    } else if let Some(by_status) = by_status(message) {
        Some(by_status.perhaps_applied())
    } else if has(PERMANENT) {
        Some(Retryability::permanent())
    } else if has(THROTTLED) {
        Some(Retryability::throttled())
    } else if has(TRANSIENT) {
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
    "certificate has expired",
    "certificate is not valid",
    "certificate signed by unknown authority",
    "certificate verify failed",
    "EOF while parsing",
    "forbidden",
    "invalid argument",
    "invalid credentials",
    "invalid input",
    "invalid parameter",
    "invalid peer certificate",
    "invalid request",
    "invalid signature",
    "invalid type",
    "invalid value",
    "InvalidAccessKeyId",
    "missing field",
    "no such file",
    "no such key",
    "NoSuchBucket",
    "NoSuchKey",
    "not found",
    "not implemented",
    "password",
    "permission denied",
    "self-signed certificate",
    "SignatureDoesNotMatch",
    "syntax error",
    "unauthenticated",
    "unauthorized",
    "unknown field",
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

const TRANSIENT: &[&str] = &[
    "bad gateway",
    "broken pipe",
    "connection aborted",
    "connection closed",
    "connection refused",
    "connection reset",
    "connection timeout",
    "could not serialize access",
    "database is locked",
    "deadlock detected",
    "deadlock found",
    "EAI_AGAIN",
    "ECONNABORTED",
    "ECONNREFUSED",
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
    "no such host",
    "socket hang up",
    "temporarily unavailable",
    "temporary failure in name resolution",
    "timed out",
    "timeout",
    "TLS handshake timeout",
    "try again later",
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

/// A number from 400 to 599 right behind what tells that it is a status, as in "status code: 503" and
/// "HTTP/1.1 503", or right before the reason that belongs to it, as in "503 Service Unavailable".
fn by_status(message: &str) -> Option<Retryability> {
    const REASONS: &[(&str, &str)] = &[
        ("429", "Too Many"),
        ("500", "Internal Server"),
        ("502", "Bad Gateway"),
        ("503", "Service Unavailable"),
        ("504", "Gateway Timeout"),
    ];
    let mut from = 0;
    words(message).find_map(|word| {
        // The word is a part of the message, so that it is found again.
        let start = from + message.get(from..)?.find(word)?;
        from = start + word.len();
        let number = word.parse().ok().filter(|_| word.len() == 3)?;
        let (before, behind) = (message.get(..start)?, message.get(from..)?);
        let reason = REASONS.iter().find(|(status, _)| *status == word);
        let has_reason = reason.is_some_and(|(_, reason)| begins(behind, reason));
        // A part of an address is none: `:443/`, `/payments/429`, `?page=500`.
        let is_apart = !before.ends_with([':', '/', '?', '&', '=', '-', '.', '#']);
        let is_told = tells_status(before.trim_end_matches([' ', ':', '=', '(', '\'', '"', '`']));
        if is_told || has_reason && is_apart { status::classify(number) } else { None }
    })
}

/// Whether a text begins with these words.
fn begins(text: &str, phrase: &str) -> bool {
    let mut here = words(text);
    words(phrase).all(|word| here.next().is_some_and(|other| other.eq_ignore_ascii_case(word)))
}

/// Whether a text ends in "status", "status code", `StatusCode` or `HTTP/1.1`. A process has an "exit status".
fn tells_status(text: &str) -> bool {
    const VERSIONS: &[&str] =
        &["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0", "HTTP/3", "HTTP/3.0", "HTTP"];
    let ends = |with: &str| {
        let Some(start) = text.len().checked_sub(with.len()) else { return false };
        let (Some(before), Some(end)) = (text.get(..start), text.get(start..)) else {
            return false;
        };
        let is_apart = !before.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        is_apart && end.eq_ignore_ascii_case(with)
    };
    let is_status =
        ["status", "status code", "statuscode", "status_code"].iter().any(|word| ends(word));
    is_status && !ends("exit status") && !ends("exit status code") && !ends("exit code")
        || VERSIONS.iter().any(|version| ends(version))
}
