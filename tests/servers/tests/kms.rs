//! A key service of AWS, behind a proxy that fails.

use std::cell::RefCell;
use std::fs;
use std::future::ready;

use aws_sdk_kms::config::{Credentials, Region, retry::RetryConfig};
use aws_sdk_kms::error::SdkError;
use aws_sdk_kms::operation::create_key::{CreateKeyError, CreateKeyOutput};
use aws_sdk_kms::operation::describe_key::DescribeKeyError;
use aws_sdk_kms::{Client, Config};
use reattempt::{RetryKind, Retryable, detect, retry};
use reattempt_servers::{Moto, Nginx, make, note, slept};

/// The service, and the proxy before it, which answers with this error while the file `down` is there.
fn service(status: u16, error: &str) -> (Moto, Nginx, Client) {
    let moto = Moto::start();
    let nginx = Nginx::with(&format!(
        "keepalive_timeout 0;
        location / {{
            if (-f $root/down) {{
                add_header x-amz-retry-after 1500 always;
                return {status} '{{\"__type\":\"{error}\"}}';
            }}
            proxy_pass http://127.0.0.1:{};
            proxy_set_header Host $http_host;
        }}",
        moto.port
    ));
    let configuration = Config::builder()
        .endpoint_url(nginx.url(""))
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        // It would retry by itself.
        .retry_config(RetryConfig::disabled())
        .build();
    (moto, nginx, Client::from_conf(configuration))
}

#[retry(max_attempts = 3, sleep = |delay| { note(delay); repair(); ready(()) })]
async fn create(
    client: &Client,
    repair: &dyn Fn(),
) -> Result<CreateKeyOutput, SdkError<CreateKeyError>> {
    client.create_key().send().await
}

/// The error that the client makes of all that its operations may fail by.
#[retry(max_attempts = 3, on = detect::aws, sleep = |delay| { note(delay); repair(); ready(()) })]
async fn create_by_any_error(
    client: &Client,
    repair: &dyn Fn(),
) -> Result<CreateKeyOutput, aws_sdk_kms::Error> {
    Ok(client.create_key().send().await?)
}

/// In a box, and in the error of the client, an error says what it says typed, but for the wait.
#[tokio::test]
async fn errors_whose_type_is_lost() {
    for (status, code, kind) in [
        (400, "ThrottlingException", RetryKind::Throttled),
        (500, "KMSInternalException", RetryKind::Transient),
        (503, "", RetryKind::Throttled),
        (400, "DisabledException", RetryKind::Permanent),
    ] {
        let (_moto, nginx, client) = service(status, code);
        let file = nginx.root().join("down");
        make(&file).unwrap();
        let failed = async || client.create_key().send().await.unwrap_err();
        assert_eq!(failed().await.retryability().kind(), kind, "{code}");
        let boxed: Box<dyn std::error::Error> = failed().await.into();
        assert_eq!(boxed.retryability().kind(), kind, "{code}: {boxed:?}");
        if !code.is_empty() {
            let of_client = aws_sdk_kms::Error::from(failed().await);
            assert_eq!(detect::aws(&of_client).kind(), kind, "{code}: {of_client:?}");
        }
        if kind != RetryKind::Permanent {
            let repair = || fs::remove_file(&file).unwrap();
            let created = create_by_any_error(&client, &repair).await;
            // What has neither a code nor a type is lost in the client's own error.
            assert_eq!(created.is_ok(), !code.is_empty(), "{code}");
            assert_eq!(slept().len(), usize::from(!code.is_empty()), "{code}");
        }
    }
    // Nobody listens.
    let (moto, nginx, client) = service(400, "");
    drop((moto, nginx));
    let refused = aws_sdk_kms::Error::from(client.create_key().send().await.unwrap_err());
    assert_eq!(detect::aws(&refused).kind(), RetryKind::Transient, "{refused:?}");
}

#[tokio::test]
async fn a_service_that_throttles() {
    let (_moto, nginx, client) = service(400, "ThrottlingException");
    let file = nginx.root().join("down");
    make(&file).unwrap();
    let error = client.create_key().send().await.unwrap_err();
    let said = error.retryability();
    assert_eq!(said.kind(), RetryKind::Throttled, "{error:?}");
    assert_eq!(said.retry_after().unwrap().as_millis(), 1500);
    create(&client, &|| fs::remove_file(&file).unwrap()).await.unwrap();
    assert_eq!(slept().len(), 1);
}

#[tokio::test]
async fn a_service_that_fails_and_one_that_nobody_reaches() {
    let (_moto, mut nginx, client) = service(500, "KMSInternalException");
    make(&nginx.root().join("down")).unwrap();
    let error = client.create_key().send().await.unwrap_err();
    assert_eq!(error.retryability().kind(), RetryKind::Transient, "{error:?}");
    assert!(!error.retryability().is_not_applied());
    nginx.kill();
    fs::remove_file(nginx.root().join("down")).unwrap();
    let error = client.create_key().send().await.unwrap_err();
    assert!(error.retryability().is_retryable(), "{error:?}");
    let nginx = RefCell::new(nginx);
    create(&client, &|| nginx.borrow_mut().start()).await.unwrap();
    assert_eq!(slept().len(), 1);
}

#[tokio::test]
async fn a_key_that_is_not_there_is_permanent() {
    let (_moto, _nginx, client) = service(400, "never");

    #[retry(max_attempts = 3, sleep = |delay| { note(delay); ready(()) })]
    async fn describe(client: &Client) -> Result<(), SdkError<DescribeKeyError>> {
        client.describe_key().key_id("00000000-0000-0000-0000-000000000000").send().await.map(drop)
    }
    let error = describe(&client).await.unwrap_err();
    assert!(error.into_service_error().is_not_found_exception());
    assert!(slept().is_empty());
}
