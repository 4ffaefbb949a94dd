//! The status of an HTTP response in a message.

use super::{begins, words};
use crate::classify::retryability::Retryability;
use crate::classify::tables::http_status;

/// A number from 400 to 599 right behind what tells that it is a status, as in "status code: 503", "HTTP/1.1 503" and
/// curl's "returned error: 503", or right before the reason that belongs to it, as in "503 Service Unavailable".
pub(super) fn by_status(message: &str) -> Option<Retryability> {
    const REASONS: &[(&str, &str)] = &[
        ("408", "Request Time"),
        ("408", "Request Timeout"),
        ("425", "Too Early"),
        ("429", "Too Many"),
        ("500", "Internal Server"),
        ("502", "Bad Gateway"),
        ("503", "Service Temporarily"),
        ("503", "Service Unavailable"),
        ("504", "Gateway Time"),
        ("504", "Gateway Timeout"),
    ];
    let mut from = 0;
    words(message).find_map(|word| {
        // The word is a part of the message, so that it is found again.
        let start = from + message.get(from..)?.find(word)?;
        from = start + word.len();
        let number = word.parse().ok().filter(|_| word.len() == 3)?;
        let (before, behind) = (message.get(..start)?, message.get(from..)?);
        let mut reasons = REASONS.iter().filter(|(status, _)| *status == word);
        let has_reason = reasons.any(|(_, reason)| begins(words(behind), reason));
        // A part of an address is none: `:443/`, `/payments/429`, `?page=500`.
        let is_apart = !before.ends_with([':', '/', '?', '&', '=', '-', '.', '#']);
        let is_told = tells_status(before.trim_end_matches([' ', ':', '=', '(', '\'', '"', '`']));
        if is_told || has_reason && is_apart { http_status::classify(number) } else { None }
    })
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
    let is_status = ["returned error", "status", "status code", "statuscode", "status_code"]
        .iter()
        .any(|word| ends(word));
    is_status && !ends("exit status") && !ends("exit status code") && !ends("exit code")
        || VERSIONS.iter().any(|version| ends(version))
}
