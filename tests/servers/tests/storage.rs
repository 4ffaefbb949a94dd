//! Storage by S3's protocol, behind a proxy that fails.

use std::fs;
use std::future::ready;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ObjectStoreExt as _, RetryConfig};
use reattempt::{RetryKind, Retryable, retry};
use reattempt_servers::{Moto, Nginx, make, note, slept};

/// The storage, and the proxy before it, which answers with 503 while the file `down` is there.
async fn storage() -> (Moto, Nginx, AmazonS3) {
    let storage = Moto::start();
    let nginx = Nginx::with(&format!(
        "location / {{
            if (-f $root/down) {{ return 503 '<Error><Code>SlowDown</Code></Error>'; }}
            proxy_pass http://127.0.0.1:{};
            proxy_set_header Host $http_host;
        }}",
        storage.port
    ));
    let bucket = reqwest::Client::new().put(nginx.url("/bucket")).send().await.unwrap();
    bucket.error_for_status().unwrap();
    let store = AmazonS3Builder::new()
        .with_endpoint(nginx.url(""))
        .with_allow_http(true)
        .with_region("us-east-1")
        .with_bucket_name("bucket")
        .with_access_key_id("key")
        .with_secret_access_key("secret")
        // It would retry by itself.
        .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() })
        .build()
        .unwrap();
    (storage, nginx, store)
}

#[retry(max_attempts = 3, sleep = |delay| { note(delay); repair(); ready(()) })]
async fn put_and_get(store: &AmazonS3, repair: &dyn Fn()) -> object_store::Result<Vec<u8>> {
    let path = Path::from("object");
    store.put(&path, "content".into()).await?;
    Ok(store.get(&path).await?.bytes().await?.to_vec())
}

#[tokio::test]
async fn storage_that_is_down_for_a_while() {
    let (_storage, nginx, store) = storage().await;
    let file = nginx.root().join("down");
    make(&file).unwrap();
    let error = store.get(&Path::from("object")).await.unwrap_err();
    assert_eq!(error.retryability().kind(), RetryKind::Throttled, "{error:?}");
    let repair = || fs::remove_file(&file).unwrap();
    assert_eq!(put_and_get(&store, &repair).await.unwrap(), b"content");
    assert_eq!(slept().len(), 1);
}

#[tokio::test]
async fn storage_that_nobody_reaches() {
    let (_storage, mut nginx, store) = storage().await;
    nginx.kill();
    let nginx = std::cell::RefCell::new(nginx);
    let error = store.get(&Path::from("object")).await.unwrap_err();
    assert!(error.retryability().is_retryable(), "{error:?}");
    assert_eq!(put_and_get(&store, &|| nginx.borrow_mut().start()).await.unwrap(), b"content");
    assert_eq!(slept().len(), 1);
}

#[tokio::test]
async fn what_is_not_there_is_permanent() {
    let (_storage, _nginx, store) = storage().await;

    #[retry(max_attempts = 3, sleep = |delay| { note(delay); ready(()) })]
    async fn get(store: &AmazonS3) -> object_store::Result<Vec<u8>> {
        Ok(store.get(&Path::from("nothing")).await?.bytes().await?.to_vec())
    }
    let error = get(&store).await.unwrap_err();
    assert!(matches!(error, object_store::Error::NotFound { .. }), "{error:?}");
    assert!(slept().is_empty());
}

/// The version before, whose errors are of another type.
#[tokio::test]
async fn storage_by_the_version_before() {
    use object_store_0_13::ObjectStoreExt as _;

    let (_storage, nginx, _) = storage().await;
    let store = object_store_0_13::aws::AmazonS3Builder::new()
        .with_endpoint(nginx.url(""))
        .with_allow_http(true)
        .with_region("us-east-1")
        .with_bucket_name("bucket")
        .with_access_key_id("key")
        .with_secret_access_key("secret")
        .with_retry(object_store_0_13::RetryConfig {
            max_retries: 0,
            ..object_store_0_13::RetryConfig::default()
        })
        .build()
        .unwrap();
    let path = object_store_0_13::path::Path::from("object");
    let missing = store.get(&path).await.unwrap_err();
    assert_eq!(missing.retryability().kind(), RetryKind::Permanent, "{missing:?}");
    make(&nginx.root().join("down")).unwrap();
    let down = store.get(&path).await.unwrap_err();
    assert_eq!(down.retryability().kind(), RetryKind::Throttled, "{down:?}");
}
