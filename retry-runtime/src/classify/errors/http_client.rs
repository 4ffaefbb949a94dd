//! What the clients of HTTP have in common.

use super::Sources;
#[cfg(any(
    feature = "azure-core",
    feature = "hyper-util-0_1",
    feature = "reqwest-0_12",
    feature = "reqwest-0_13"
))]
use crate::classify::retryability::RetryKind;
use crate::classify::retryability::Retryability;
use crate::classify::traits::Retryable;
use crate::http::http_error::HttpError;
use crate::http::status_error::StatusError;

/// A failure to connect: a name that does not exist, what TLS refuses, and an address that the client can't use, such as
/// `https` without TLS, are not worth another attempt. The connector's errors are of types that it keeps to itself,
/// so their words are asked as well.
#[cfg(any(
    feature = "azure-core",
    feature = "hyper-util-0_1",
    feature = "reqwest-0_12",
    feature = "reqwest-0_13"
))]
pub(super) fn connecting(sources: &dyn Sources) -> Retryability {
    match sources.classify().or_else(|| sources.classify_by_words()) {
        Some(known) if known.kind() == RetryKind::Permanent => Retryability::permanent(),
        _ => Retryability::transient().not_applied(),
    }
}

/// A request or a status, of a client whose error is known.
#[allow(clippy::unnecessary_wraps, reason = "other error types may not know")]
#[allow(dead_code, reason = "some clients have it")]
pub(in crate::classify) fn of_http_error<E: Retryable>(
    error: &HttpError<E>,
    _: &dyn Sources,
) -> Option<Retryability> {
    Some(error.retryability())
}

#[allow(clippy::unnecessary_wraps, reason = "other error types may not know")]
pub(in crate::classify) fn classify(error: &StatusError, _: &dyn Sources) -> Option<Retryability> {
    Some(error.answered())
}
