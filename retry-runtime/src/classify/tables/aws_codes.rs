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

pub(in crate::classify) const TRANSIENT: &[&str] = &["RequestTimeout", "RequestTimeoutException"];
