//! The errors of AWS's clients, as they make them.

use std::io;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::retry::ErrorKind;
use reattempt::{Retryability, Retryable};

type Failure = SdkError<ErrorMetadata, HttpResponse>;

fn service(code: &str, status: u16, retry_after: Option<&'static str>) -> Failure {
    let error = ErrorMetadata::builder().code(code).build();
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
    if let Some(retry_after) = retry_after {
        response.headers_mut().insert("x-amz-retry-after", retry_after);
    }
    SdkError::service_error(error, response)
}

#[test]
fn each_throttling_code() {
    for code in [
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
    ] {
        let said = service(code, 400, None).retryability();
        // The client may have tried before.
        assert_eq!(said, Retryability::throttled(), "{code}");
    }
}

#[test]
fn other_codes_and_statuses() {
    assert_eq!(service("RequestTimeout", 400, None).retryability(), Retryability::transient());
    for status in [500, 502, 504] {
        let said = service("Whatever", status, None).retryability();
        assert_eq!(said, Retryability::transient(), "{status}");
    }
    assert!(service("Whatever", 429, None).retryability().is_retryable());
    assert!(service("Whatever", 503, None).retryability().is_retryable());
    for (code, status) in
        [("NoSuchKey", 404), ("AccessDeniedException", 403), ("ValidationException", 400)]
    {
        assert!(!service(code, status, None).retryability().is_retryable(), "{code}");
    }
}

#[test]
fn the_wait_is_in_milliseconds() {
    let wait = |error: Failure| error.retryability().retry_after();
    let slow_down = service("SlowDown", 503, Some("1500"));
    assert_eq!(wait(slow_down), Some(Duration::from_millis(1500)));
    assert_eq!(wait(service("SlowDown", 503, Some("soon"))), None);
    assert_eq!(wait(service("NoSuchKey", 404, Some("1500"))), None);
}

#[test]
fn what_was_not_answered() {
    let io = |kind| ConnectorError::io(io::Error::from(kind).into());
    let dispatch = |error| Failure::dispatch_failure(error).retryability();
    let refused = dispatch(io(io::ErrorKind::ConnectionRefused));
    assert_eq!(refused, Retryability::transient());
    assert_eq!(dispatch(io(io::ErrorKind::ConnectionReset)), Retryability::transient());
    let boxed: Box<dyn std::error::Error + Send + Sync> =
        Failure::dispatch_failure(io(io::ErrorKind::ConnectionRefused)).into();
    assert_eq!(boxed.retryability(), Retryability::transient());
    assert_eq!(dispatch(ConnectorError::timeout("slow".into())), Retryability::transient());
    assert!(!dispatch(ConnectorError::user("bad header".into())).is_retryable());
    assert!(!dispatch(ConnectorError::other("?".into(), None)).is_retryable());
    let transient = ConnectorError::other("lost".into(), Some(ErrorKind::TransientError));
    assert_eq!(dispatch(transient), Retryability::transient());
    assert_eq!(Failure::timeout_error("slow").retryability(), Retryability::transient());
    assert!(!Failure::construction_failure("no bucket").retryability().is_retryable());
    let response = HttpResponse::new(200.try_into().unwrap(), SdkBody::empty());
    let broken = Failure::response_error("broken off", response);
    assert_eq!(broken.retryability(), Retryability::transient());
}
