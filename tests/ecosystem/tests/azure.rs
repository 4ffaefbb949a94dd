//! The errors of Azure's clients, as the SDK makes them.

mod support;

use std::time::Duration;
use std::{error, fmt, io};

use azure_core::Error;
use azure_core::error::ErrorKind;
use azure_core::http::headers::Headers;
use azure_core::http::{
    ClientOptions, Context, FixedRetryOptions, Method, Pipeline, RawResponse, Request,
    RetryOptions, Url,
};
use reattempt::{Marked, Retryability, Retryable, detect, retry};
use support::{Server, nobody, sleep, slept};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

async fn get(url: &str, retry: RetryOptions) -> azure_core::Result<RawResponse> {
    let options = ClientOptions { retry, ..Default::default() };
    let pipeline = Pipeline::new(None, None, options, vec![], vec![], None);
    let mut request = Request::new(Url::parse(url)?, Method::Get);
    pipeline.send(&Context::new(), &mut request, None).await
}

fn answer(status: u16, code: &str, headers: &[(&'static str, &'static str)]) -> Error {
    let mut all = Headers::new();
    for (name, value) in headers {
        all.insert(*name, *value);
    }
    let raw_response = RawResponse::from_bytes(status.into(), all, "");
    ErrorKind::HttpResponse {
        status: status.into(),
        error_code: (!code.is_empty()).then(|| code.to_owned()),
        raw_response: Some(Box::new(raw_response)),
    }
    .into_error()
}

#[test]
fn statuses_that_azure_retries_and_codes_that_pass() {
    let said = |status, code| answer(status, code, &[]).retryability();
    for (status, code) in [
        (408, ""),
        (500, ""),
        (500, "InternalError"),
        (500, "OperationTimedOut"),
        (502, ""),
        (504, ""),
    ] {
        assert_eq!(said(status, code), Retryability::transient(), "{status} {code}");
    }
    for (status, code) in [
        // Cosmos DB's "retry with".
        (449, ""),
        (409, "AccountBeingCreated"),
        (409, "AnotherOperationInProgress"),
        (409, "ContainerBeingDeleted"),
        (409, "QueueBeingDeleted"),
        (409, "ShareBeingDeleted"),
        (409, "StorageAccountOperationInProgress"),
        (409, "TableBeingDeleted"),
    ] {
        assert_eq!(said(status, code), Retryability::transient().conflict(), "{status} {code}");
    }
    for (status, code) in [
        (429, ""),
        (429, "TooManyRequests"),
        (503, ""),
        (503, "ServerBusy"),
        (409, "SnaphotOperationRateExceeded"),
        (409, "SnapshotOperationRateExceeded"),
    ] {
        // 429 refuses the last request. The client may have sent others.
        assert_eq!(said(status, code), Retryability::throttled(), "{status} {code}");
    }
    for (status, code) in [
        (304, "ConditionNotMet"),
        (400, "InvalidBlockList"),
        (401, ""),
        (403, "AuthenticationFailed"),
        (404, "BlobNotFound"),
        (409, "BlobAlreadyExists"),
        (409, "LeaseAlreadyPresent"),
        (412, "ConditionNotMet"),
        (501, ""),
        (9999, ""),
    ] {
        assert_eq!(said(status, code), Retryability::permanent(), "{status} {code}");
    }
}

#[test]
fn the_wait_is_in_the_headers() {
    let wait = |status, code, headers: &[_]| {
        answer(status, code, headers).retryability().retry_after().map(|wait| wait.as_millis())
    };
    assert_eq!(wait(503, "ServerBusy", &[("retry-after", "2")]), Some(2000));
    assert_eq!(wait(429, "", &[("retry-after-ms", "250")]), Some(250));
    assert_eq!(wait(449, "", &[("x-ms-retry-after-ms", "20")]), Some(20));
    // The longest of them.
    assert_eq!(wait(429, "", &[("x-ms-retry-after-ms", "1500"), ("retry-after", "1")]), Some(1500));
    assert_eq!(wait(500, "", &[("retry-after", "soon")]), None);
    // As anywhere: a conflict passes where the server says when.
    assert_eq!(wait(409, "LeaseAlreadyPresent", &[("retry-after", "3")]), Some(3000));
    assert_eq!(wait(404, "BlobNotFound", &[("retry-after", "3")]), None);
    // An error that has lost its response still has its status.
    let kind = ErrorKind::HttpResponse { status: 503.into(), error_code: None, raw_response: None };
    assert_eq!(kind.into_error().retryability(), Retryability::throttled());
}

#[test]
fn what_is_wrapped_decides_about_io() {
    let io = |kind: io::ErrorKind| Error::from(io::Error::from(kind)).retryability();
    assert_eq!(io(io::ErrorKind::ConnectionReset), Retryability::transient());
    assert_eq!(io(io::ErrorKind::TimedOut), Retryability::transient());
    assert_eq!(io(io::ErrorKind::ConnectionRefused), Retryability::transient());
    assert_eq!(io(io::ErrorKind::PermissionDenied), Retryability::permanent());
    let says_nothing = Error::with_message(ErrorKind::Io, "failed to execute");
    assert_eq!(says_nothing.retryability(), Retryability::transient());

    let connection = |text| Error::new(ErrorKind::Connection, text).retryability();
    assert_eq!(connection("refused"), Retryability::transient());
    let unknown_name = "failed to lookup address information: Name or service not known";
    assert_eq!(connection(unknown_name), Retryability::permanent());
}

#[test]
fn other_kinds() {
    let lost = || Error::from(io::Error::from(io::ErrorKind::ConnectionReset));
    for kind in [ErrorKind::Credential, ErrorKind::DataConversion, ErrorKind::Other] {
        let error = Error::with_message(kind.clone(), "it failed");
        assert_eq!(error.retryability(), Retryability::permanent(), "{kind}");
        // The connection to what issues tokens, for example.
        let around = Error::with_error(kind.clone(), lost(), "it failed");
        assert_eq!(around.retryability(), Retryability::transient(), "{kind}");
        let around = Error::with_error(kind.clone(), answer(503, "", &[]), "it failed");
        assert_eq!(around.retryability(), Retryability::throttled(), "{kind}");
        let marked = Error::new(kind, Marked::new(Retryability::cancelled(), "changed"));
        assert_eq!(marked.retryability(), Retryability::cancelled());
    }
}

/// In a box, below another error, and with a context, it says what it says by itself.
#[test]
fn in_a_chain() {
    let busy = || answer(503, "ServerBusy", &[("x-ms-retry-after-ms", "700")]);
    let said = Retryability::throttled().after(Duration::from_millis(700));
    assert_eq!(busy().retryability(), said);
    assert_eq!(busy().with_context("listing").retryability(), said);
    assert_eq!(detect::types(&busy()), said);
    assert_eq!(Box::<dyn error::Error>::from(busy()).retryability(), said);
    assert_eq!(anyhow::Error::from(busy()).context("nightly export").retryability(), said);
    assert_eq!(io::Error::other(busy()).retryability(), said);
}

#[retry(max_attempts = 4, sleep = sleep)]
async fn fetch(url: &str) -> azure_core::Result<RawResponse> {
    get(url, RetryOptions::none()).await
}

#[tokio::test]
async fn a_pipeline_keeps_the_wait() {
    let server = Server::answering(&[(503, "2"), (429, ""), (500, "")]).await;
    fetch(&server.url()).await.unwrap();
    let waits = slept();
    assert_eq!((server.left(), waits.len()), (0, 3));
    assert!(waits[0] >= Duration::from_secs(2), "{waits:?}");

    let server = Server::answering(&[(404, "")]).await;
    let error = fetch(&server.url()).await.unwrap_err();
    assert_eq!((slept().len(), error.http_status().map(u16::from)), (0, Some(404)));
}

/// A server that reads so many requests, each on a connection of its own, answers them with these bytes, and is gone.
async fn broken(count: usize, answer: &'static [u8]) -> (String, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let seen = tokio::spawn(async move {
        let mut listener = Some(listener);
        let mut seen = 0;
        while let Some(open) = listener.take() {
            let (mut stream, _) = open.accept().await.unwrap();
            let mut request = vec![0; 4096];
            assert!(stream.read(&mut request).await.unwrap() > 0);
            seen += 1;
            // It is closed before its last connection is.
            if seen < count {
                listener = Some(open);
            } else {
                drop(open);
            }
            stream.write_all(answer).await.unwrap();
        }
        seen
    });
    (url, seen)
}

#[tokio::test]
async fn connections_that_are_refused_or_break() {
    let refused = get(&format!("http://{}/", nobody()), RetryOptions::none()).await.unwrap_err();
    assert_eq!(*refused.kind(), ErrorKind::Connection);
    assert_eq!(refused.retryability(), Retryability::transient());

    // Before the answer, and within it.
    for answer in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"] {
        let (url, seen) = broken(1, answer).await;
        let lost = get(&url, RetryOptions::none()).await.unwrap_err();
        assert_eq!((lost.kind(), seen.await.unwrap()), (&ErrorKind::Io, 1), "{lost:?}");
        assert_eq!(lost.retryability(), Retryability::transient(), "{lost:?}");
    }

    let no_address = get("ftp://127.0.0.1/", RetryOptions::none()).await.unwrap_err();
    assert_eq!(no_address.retryability(), Retryability::permanent(), "{no_address:?}");
}

/// Why the kind `Connection` does not say that nothing was applied: it is about the last request, and the client had sent
/// one before, which the server got.
#[tokio::test]
async fn a_refused_connection_may_follow_a_request_that_arrived() {
    let (url, seen) = broken(1, b"").await;
    let options = FixedRetryOptions {
        delay: azure_core::time::Duration::milliseconds(1),
        max_retries: 2,
        ..Default::default()
    };
    let error = get(&url, RetryOptions::fixed(options)).await.unwrap_err();
    assert_eq!((error.kind(), seen.await.unwrap()), (&ErrorKind::Connection, 1), "{error:?}");
    assert_eq!(error.retryability(), Retryability::transient());

    #[retry(idempotent = false, sleep = sleep)]
    async fn charge(error: &std::cell::Cell<Option<Error>>) -> azure_core::Result<()> {
        Err(error.take().expect("it is tried once"))
    }
    charge(&std::cell::Cell::new(Some(error))).await.unwrap_err();
}

/// What the guide says about logs: a signature in the URL is in the client's words, unless a type of yours hides them.
#[tokio::test]
async fn a_signed_url_is_in_the_words() {
    #[derive(Debug, Retryable)]
    #[retry(forward)]
    struct Hidden(Error);

    impl fmt::Display for Hidden {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(formatter, "Azure: {}", self.0.kind())
        }
    }

    impl error::Error for Hidden {}

    fn shown(error: &dyn error::Error) -> String {
        let sources = std::iter::successors(Some(error), |error| error.source());
        sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }

    let url = format!("http://{}/container?sig=SECRET", nobody());
    let error = get(&url, RetryOptions::none()).await.unwrap_err();
    assert!(shown(&error).contains("sig=SECRET"), "{}", shown(&error));
    let hidden = Hidden(error);
    assert_eq!(shown(&hidden), "Azure: Connection");
    assert_eq!(hidden.retryability(), Retryability::transient());
}
