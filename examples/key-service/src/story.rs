//! Secrets are encrypted, stored and decrypted, while two attempts of each call fail.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::error::ProvideErrorMetadata as _;
use tokio::task::JoinSet;

use crate::keys::{client, client_with, decrypt, encrypt};
use crate::program;
use crate::service::{Counts, Service};
use crate::store::{Secret, Store};

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// How many secrets there are.
pub const SECRETS: u32 = 12;

/// What the secret of this name is.
pub fn plaintext(name: &str) -> String {
    format!("the password of {name}")
}

/// Encrypts all of them at once, and stores each.
///
/// # Errors
///
/// If one can't be encrypted or stored.
pub async fn store_all(service: &Service, store: &Store) -> Outcome {
    let client = client(&service.endpoint());
    let mut calls = JoinSet::new();
    for number in 1..=SECRETS {
        let (client, key) = (client.clone(), service.keys.good.clone());
        calls.spawn(async move {
            let name = format!("user-{number}");
            let encrypted = encrypt(&client, &key, plaintext(&name).as_bytes()).await?;
            let ciphertext = encrypted.ciphertext_blob.ok_or("there is nothing in the answer")?;
            Outcome::Ok(Secret { name, ciphertext: ciphertext.into_inner() })
        });
    }
    while let Some(secret) = calls.join_next().await {
        store.add(&secret??)?;
    }
    Ok(())
}

/// Decrypts all that is stored, and returns how many are what they were.
///
/// # Errors
///
/// If one can't be read or decrypted.
pub async fn read_all(service: &Service, store: &Store) -> Outcome<u32> {
    let client = client(&service.endpoint());
    let mut calls = JoinSet::new();
    for secret in store.secrets()? {
        let (client, key) = (client.clone(), service.keys.good.clone());
        calls.spawn(async move {
            let decrypted = decrypt(&client, &key, &secret.ciphertext).await?;
            let decrypted = decrypted.plaintext.ok_or("there is nothing in the answer")?;
            Outcome::Ok(decrypted.as_ref() == plaintext(&secret.name).as_bytes())
        });
    }
    same(calls).await
}

/// The same by the program.
///
/// # Errors
///
/// If one can't be read or decrypted.
pub async fn read_all_by_program(service: &Service, store: &Store, program: &Path) -> Outcome<u32> {
    let mut calls = JoinSet::new();
    for secret in store.secrets()? {
        let (endpoint, key) = (service.endpoint(), service.keys.good.clone());
        let program = program.to_owned();
        calls.spawn(async move {
            let decrypted = program::decrypt(&program, &endpoint, &key, &secret.ciphertext).await?;
            Outcome::Ok(decrypted == plaintext(&secret.name).as_bytes())
        });
    }
    same(calls).await
}

async fn same(mut calls: JoinSet<Outcome<bool>>) -> Outcome<u32> {
    let mut same = 0;
    while let Some(is_same) = calls.join_next().await {
        same += u32::from(is_same??);
    }
    Ok(same)
}

/// How many requests one call makes of a service that nobody reaches: without the SDK's own retries, and with them.
///
/// # Errors
///
/// If it succeeds.
pub async fn requests_of_one_call(service: &Service) -> Outcome<(u32, u32)> {
    let own = RetryConfig::standard().with_initial_backoff(Duration::from_millis(10));
    let mut requests = Vec::new();
    for retries in [RetryConfig::disabled(), own] {
        service.counts();
        let client = client_with(&service.endpoint(), retries);
        if encrypt(&client, &service.keys.unreachable, b"secret").await.is_ok() {
            return Err("it is reached".into());
        }
        requests.push(service.counts().requests);
    }
    Ok((requests[0], requests[1]))
}

/// A key that there is none of, as moto itself says.
pub const MISSING: &str = "00000000-0000-0000-0000-000000000000";

/// How a call failed for good.
#[derive(Debug)]
pub struct Refused {
    /// The service's code.
    pub code: String,
    /// How many requests a call by the SDK made.
    pub by_sdk: u32,
    /// How many one by the program made.
    pub by_program: u32,
    /// What the program said.
    pub words: String,
}

/// Encrypts with a key that does not work, by the SDK and by the program.
///
/// # Errors
///
/// If it works.
pub async fn refused(service: &Service, key: &str, program: &Path) -> Outcome<Refused> {
    service.counts();
    let sdk = encrypt(&client(&service.endpoint()), key, b"secret").await;
    let by_sdk = service.counts().requests;
    let code = sdk.err().and_then(|error| error.code().map(str::to_owned));
    let said = program::encrypt(program, &service.endpoint(), key, b"secret").await;
    let by_program = service.counts().requests;
    let words = said.err().ok_or("it works")?.to_string();
    Ok(Refused { code: code.ok_or("it works")?, by_sdk, by_program, words })
}

/// Prints what happens.
///
/// # Errors
///
/// If something fails that should not.
pub async fn show(program: &Path) -> Outcome {
    let service = Service::start().await?;
    let store = Store::new()?;
    store_all(&service, &store).await?;
    print(&format!("{SECRETS} secrets are encrypted"), service.counts());
    println!(
        "{} ciphertexts are stored: those whose answers were lost are not.\n",
        store.secrets()?.len()
    );

    let same = read_all(&service, &store).await?;
    print(&format!("{same} are decrypted to the same by the SDK"), service.counts());
    let same = read_all_by_program(&service, &store, program).await?;
    print(&format!("{same} are decrypted to the same by the program"), service.counts());

    println!("\nWhat nothing can cure is not tried again:");
    for key in [&service.keys.forbidden, &service.keys.disabled, MISSING] {
        let refused = refused(&service, key, program).await?;
        println!(
            "{}: {} request by the SDK, {} by the program",
            refused.code, refused.by_sdk, refused.by_program
        );
        println!("  {}", refused.words);
    }

    let (without, with) = requests_of_one_call(&service).await?;
    println!(
        "\nA call to a service that is down makes {without} requests; with the SDK's own retries, {with}."
    );
    Ok(())
}

fn print(what: &str, counts: Counts) {
    let Counts { requests, throttled, reset, lost_answers, .. } = counts;
    println!(
        "{what}: {requests} requests, {throttled} throttled, {reset} reset, {lost_answers} answers lost"
    );
}
