//! The errors of AWS's clients, as they make them.

use std::error::Error;
use std::time::Duration;
use std::{fmt, io};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::ErrorKind;
use reattempt::{Retryability, Retryable, detect, retry};

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
    // Without a kind, its cause decides, be it of a type that is known or only words.
    let slow = || io::Error::from(io::ErrorKind::TimedOut);
    assert!(dispatch(ConnectorError::other(slow().into(), None)).is_retryable());
    let words = "HTTP connect timeout occurred after 3.1s";
    assert!(dispatch(ConnectorError::other(words.into(), None)).is_retryable());
    let transient = ConnectorError::other("lost".into(), Some(ErrorKind::TransientError));
    assert_eq!(dispatch(transient), Retryability::transient());
    assert_eq!(Failure::timeout_error("slow").retryability(), Retryability::transient());
    assert!(!Failure::construction_failure("no bucket").retryability().is_retryable());
    let response = HttpResponse::new(200.try_into().unwrap(), SdkBody::empty());
    let broken = Failure::response_error("broken off", response);
    assert_eq!(broken.retryability(), Retryability::transient());
}

/// S3 begins some of its answers with 200 before it knows how they end.
#[test]
fn a_code_counts_for_more_than_the_status() {
    assert_eq!(service("InternalError", 200, None).retryability(), Retryability::transient());
    assert_eq!(service("SlowDown", 200, None).retryability(), Retryability::throttled());
    let unavailable = service("ServiceUnavailable", 503, None).retryability();
    assert_eq!(unavailable, Retryability::throttled());
    assert!(!service("NoSuchKey", 200, None).retryability().is_retryable());
}

/// As the clients make them: an error of the operation, with what is common to all in it.
#[derive(Debug)]
struct PutError {
    meta: ErrorMetadata,
}

impl fmt::Display for PutError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("unhandled error")
    }
}

impl Error for PutError {}

impl ProvideErrorMetadata for PutError {
    fn meta(&self) -> &ErrorMetadata {
        &self.meta
    }
}

/// What is said typed is said in a box, in a report and behind another error, but for the wait.
#[test]
fn a_box_says_the_same() {
    let of_operation = |code: Option<&str>, status: u16| {
        let mut meta = ErrorMetadata::builder().message("say \"no\", raw: Response {");
        if let Some(code) = code {
            meta = meta.code(code);
        }
        let response =
            HttpResponse::new(status.try_into().unwrap(), SdkBody::from("x".repeat(99_999)));
        SdkError::<PutError, HttpResponse>::service_error(PutError { meta: meta.build() }, response)
    };
    type Make = Box<dyn Fn() -> SdkError<PutError, HttpResponse>>;
    let mut all: Vec<Make> = Vec::new();
    for code in [None, Some("SlowDown"), Some("NoSuchKey"), Some("InternalError"), Some("Whatever")]
    {
        for status in [200, 400, 403, 404, 429, 500, 503] {
            all.push(Box::new(move || of_operation(code, status)));
        }
    }
    let io = |kind| ConnectorError::io(io::Error::from(kind).into());
    all.push(Box::new(move || SdkError::dispatch_failure(io(io::ErrorKind::ConnectionRefused))));
    all.push(Box::new(|| SdkError::dispatch_failure(ConnectorError::timeout("slow".into()))));
    all.push(Box::new(|| SdkError::dispatch_failure(ConnectorError::user("header".into()))));
    all.push(Box::new(|| SdkError::timeout_error("slow")));
    all.push(Box::new(|| SdkError::construction_failure("no bucket")));
    all.push(Box::new(|| {
        SdkError::response_error(
            "broken off",
            HttpResponse::new(200.try_into().unwrap(), SdkBody::empty()),
        )
    }));
    for make in all {
        let error = make();
        let (typed, shown) =
            (error.retryability(), format!("{error:?}").chars().take(200).collect::<String>());
        let boxed: Box<dyn Error + Send + Sync> = Box::new(make());
        assert_eq!(boxed.retryability(), typed, "{shown}");
        let report = anyhow::Error::new(make()).context("putting it");
        assert_eq!(report.retryability(), typed, "{shown}");
        assert_eq!(detect::error(report.as_ref()).kind(), typed.kind(), "{shown}");
    }
}

/// What only looks like one is none.
#[test]
fn errors_of_other_types_are_not_taken_for_one() {
    #[derive(Debug, thiserror::Error)]
    #[error("response error")]
    struct ResponseError(#[allow(dead_code, reason = "it is shown")] u8);
    #[derive(Debug, thiserror::Error)]
    #[error("request has timed out")]
    struct TimeoutError(#[allow(dead_code, reason = "it is shown")] u8);
    #[derive(Debug, thiserror::Error)]
    #[error("service error, and more")]
    struct ServiceError;
    let boxed: [Box<dyn Error>; 3] =
        [Box::new(ResponseError(1)), Box::new(TimeoutError(1)), Box::new(ServiceError)];
    for error in boxed {
        assert_eq!(error.retryability(), Retryability::permanent(), "{error:?}");
    }
}

/// The error that a client makes of all that its operations may fail by: it has the code, and the rest in a box.
#[derive(Debug)]
struct ClientError {
    meta: ErrorMetadata,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl fmt::Display for ClientError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("unhandled error")
    }
}

impl Error for ClientError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| -> &(dyn Error + 'static) { source })
    }
}

impl ProvideErrorMetadata for ClientError {
    fn meta(&self) -> &ErrorMetadata {
        &self.meta
    }
}

#[test]
fn the_error_of_a_whole_client_takes_one_line() {
    #[retry(on = detect::aws, backoff = "none")]
    fn put(calls: &mut u32, fails: &dyn Fn() -> ClientError) -> Result<(), ClientError> {
        *calls += 1;
        if *calls < 3 { Err(fails()) } else { Ok(()) }
    }
    let with = |code: &str| ErrorMetadata::builder().code(code).build();
    let calls = |fails: &dyn Fn() -> ClientError| {
        let mut calls = 0;
        let _ = put(&mut calls, fails);
        calls
    };
    assert_eq!(calls(&|| ClientError { meta: with("SlowDown"), source: None }), 3);
    assert_eq!(calls(&|| ClientError { meta: with("NoSuchKey"), source: None }), 1);
    // Of the key service. Here its status, a 500, is not known.
    assert_eq!(calls(&|| ClientError { meta: with("KeyUnavailableException"), source: None }), 3);
    let dispatch = || {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let error = Failure::dispatch_failure(ConnectorError::io(refused.into()));
        ClientError { meta: ErrorMetadata::builder().build(), source: Some(Box::new(error)) }
    };
    assert_eq!(calls(&dispatch), 3);
}

/// It is not `Retryable`, so `forward` alone does not compile, and the compiler says to write this.
#[test]
fn the_error_of_a_whole_client_in_an_error_of_ones_own() {
    #[derive(Debug, Retryable)]
    enum KeyError {
        #[retry(forward, on = detect::aws)]
        Service(ClientError),
    }
    let with = |code: &str| {
        let meta = ErrorMetadata::builder().code(code).build();
        KeyError::Service(ClientError { meta, source: None }).retryability()
    };
    assert_eq!(with("ThrottlingException"), Retryability::throttled());
    assert_eq!(with("KMSInternalException"), Retryability::transient());
    assert_eq!(with("AccessDeniedException"), Retryability::permanent());
}
