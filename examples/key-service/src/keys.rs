//! Encrypts and decrypts by a key service of AWS. This is the part to take along.

use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::{Credentials, Region};
use aws_sdk_kms::operation::decrypt::DecryptOutput;
use aws_sdk_kms::operation::encrypt::EncryptOutput;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::{Client, Config};
use reattempt::{Policy, detect, policy, retry};

/// Of all that is asked of the key service. A service that throttles is given more time than that.
pub const PATIENCE: Policy = policy!(max_attempts = 5, initial_delay = 50ms, max_delay = 2s);

/// A client that makes one attempt for each request: retries are the business of [`encrypt`] and [`decrypt`]. With the SDK's own,
/// which are three attempts, a call of five would make fifteen.
pub fn client(endpoint: &str) -> Client {
    client_with(endpoint, RetryConfig::disabled())
}

/// A client with retries of its own, or without.
pub fn client_with(endpoint: &str, retries: RetryConfig) -> Client {
    let configuration = Config::builder()
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "example"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(retries)
        .build();
    Client::from_conf(configuration)
}

/// Nothing but the request is retried. Each attempt that arrives makes another ciphertext, so whoever stores it does that
/// afterwards, once.
///
/// # Errors
///
/// If the service says that it won't, or fails five times.
#[retry(policy = PATIENCE, on = detect::aws)]
pub async fn encrypt(
    client: &Client,
    key: &str,
    plaintext: &[u8],
) -> Result<EncryptOutput, aws_sdk_kms::Error> {
    Ok(client.encrypt().key_id(key).plaintext(Blob::new(plaintext)).send().await?)
}

/// # Errors
///
/// If the service says that it won't, or fails five times.
#[retry(policy = PATIENCE, on = detect::aws)]
pub async fn decrypt(
    client: &Client,
    key: &str,
    ciphertext: &[u8],
) -> Result<DecryptOutput, aws_sdk_kms::Error> {
    Ok(client.decrypt().key_id(key).ciphertext_blob(Blob::new(ciphertext)).send().await?)
}
