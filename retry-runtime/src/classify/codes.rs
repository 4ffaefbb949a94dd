//! The error codes of AWS services that the AWS SDKs retry, as in the standard mode of botocore and
//! smithy-rs.

pub(super) const THROTTLING: &[&str] = &[
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

pub(super) const TRANSIENT: &[&str] = &["RequestTimeout", "RequestTimeoutException"];
