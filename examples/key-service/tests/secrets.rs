//! What is stored in the end, although two attempts of each call failed.

use std::collections::BTreeSet;
use std::error::Error;
use std::net::TcpStream;
use std::path::Path;

use key_service::program::{ProgramError, decrypt};
use key_service::service::{Counts, Service};
use key_service::store::Store;
use key_service::story::{
    MISSING, SECRETS, read_all, read_all_by_program, refused, requests_of_one_call, store_all,
};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_key-service"))
}

/// Three attempts for each call, and failures of each kind.
fn assert_troubled(counts: Counts) {
    let Counts { requests, throttled, reset, lost_answers, refused } = counts;
    assert_eq!((requests, refused), (3 * SECRETS, 0), "{counts:?}");
    assert_eq!(throttled + reset + lost_answers, 2 * SECRETS, "{counts:?}");
    assert!(throttled > 0 && reset > 0 && lost_answers > 0, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_secret_is_stored_once_and_decrypted_to_the_same() -> Outcome {
    let service = Service::start().await?;
    let store = Store::new()?;
    store_all(&service, &store).await?;
    assert_troubled(service.counts());

    let secrets = store.secrets()?;
    let names: BTreeSet<&str> = secrets.iter().map(|secret| secret.name.as_str()).collect();
    let expected: BTreeSet<String> = (1..=SECRETS).map(|number| format!("user-{number}")).collect();
    assert!(names.iter().eq(expected.iter()), "{names:?}");
    assert_eq!(secrets.len(), names.len(), "none is there twice");
    let ciphertexts: BTreeSet<&[u8]> =
        secrets.iter().map(|secret| secret.ciphertext.as_slice()).collect();
    assert_eq!(ciphertexts.len(), names.len());

    assert_eq!(read_all(&service, &store).await?, SECRETS);
    assert_troubled(service.counts());
    assert_eq!(read_all_by_program(&service, &store, program()).await?, SECRETS);
    assert_troubled(service.counts());
    assert_eq!(store.secrets()?, secrets, "nobody has written to it");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nothing_can_cure_is_not_tried_again() -> Outcome {
    let service = Service::start().await?;
    for (key, code) in [
        (service.keys.forbidden.as_str(), "AccessDeniedException"),
        (&service.keys.disabled, "DisabledException"),
        (MISSING, "NotFoundException"),
    ] {
        let refused = refused(&service, key, program()).await?;
        assert_eq!(refused.code, code);
        assert_eq!((refused.by_sdk, refused.by_program), (1, 1), "{refused:?}");
        assert!(refused.words.contains(code), "{refused:?}");
    }
    // What was changed on the way, too.
    let endpoint = service.endpoint();
    let error = decrypt(program(), &endpoint, &service.keys.good, b"nothing that it made").await;
    assert!(
        matches!(error, Err(ProgramError::Failed { status, .. }) if status.code() == Some(128))
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_multiply_with_those_of_the_sdk() -> Outcome {
    let service = Service::start().await?;
    assert_eq!(requests_of_one_call(&service).await?, (5, 15));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_not_there_is_not_started_again() -> Outcome {
    let recording = reattempt::testing::record();
    let missing = Path::new("no-such-program");
    let error = decrypt(missing, "http://127.0.0.1:9", "key", b"").await;
    assert!(matches!(error, Err(ProgramError::Run(_))), "{error:?}");
    assert_eq!(recording.attempts("decrypt"), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_ends_also_in_a_panic() -> Outcome {
    let service = Service::start().await?;
    let ports = service.ports();
    assert!(ports.iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok()));
    let panicked = tokio::spawn(async move {
        let _service = service;
        panic!("as a failed test does");
    });
    assert!(panicked.await.is_err());
    assert!(ports.iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_err()));
    Ok(())
}
