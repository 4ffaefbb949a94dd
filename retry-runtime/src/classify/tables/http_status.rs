//! What the status of an HTTP response says.

use crate::classify::retryability::Retryability;

/// `None` for a status that is not a failure.
///
/// 409, 423 and 424 are conflicts that the same request would meet again; 413 is worth another request only
/// with a `Retry-After`, RFC 9110 § 15.5.14. 529, and 520 to 530 but for 528 and 529, are what large
/// services and content networks use beside the registered ones.
pub(crate) fn classify(status: u16) -> Option<Retryability> {
    Some(match status {
        // Nothing was done: the request was refused, or came too early, or to the wrong server.
        421 | 425 | 521 | 523 => Retryability::transient().not_applied(),
        408 | 500 | 502 | 504 | 520 | 522 | 524..=527 | 530 => Retryability::transient(),
        429 | 509 | 529 => Retryability::throttled().not_applied(),
        503 => Retryability::throttled(),
        400..=599 => Retryability::permanent(),
        _ => return None,
    })
}

/// Whether AWS's own clients retry this status: the standard mode of botocore and smithy-rs.
#[cfg(feature = "aws-smithy")]
pub(crate) fn is_retried_by_aws(status: u16) -> bool {
    matches!(status, 429 | 500 | 502..=504)
}
