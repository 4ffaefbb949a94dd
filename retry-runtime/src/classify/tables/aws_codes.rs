//! The error codes of AWS services that the AWS SDKs retry, as in the standard mode of botocore and
//! smithy-rs.

pub(in crate::classify) const THROTTLING: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// The first two are the SDKs'. The others are what services call a fault of their own, which the SDKs tell by the status
/// 500; a code may come with another one, as S3's in an answer that began with 200.
pub(in crate::classify) const TRANSIENT: &[&str] = &[
    "RequestTimeout",
    "RequestTimeoutException",
    "DependencyTimeoutException",
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "KMSInternalException",
    "KeyUnavailableException",
];

/// What services answer with the status 503.
pub(in crate::classify) const UNAVAILABLE: &[&str] =
    &["ServerBusy", "ServiceUnavailable", "ServiceUnavailableException"];
