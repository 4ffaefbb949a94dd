//! `key-service encrypt|decrypt ENDPOINT KEY`: from the standard input to the standard output. It makes one attempt, and says on
//! the standard error why it has failed.

use std::error::Error;
use std::io::{Read as _, Write as _, stdin, stdout};
use std::process::ExitCode;

use aws_sdk_kms::primitives::Blob;

use crate::keys::client;

/// Ends with 128 if the service does not do it, as `sops` does where it gets no key, and with 2 if it is called wrongly.
pub async fn run(arguments: &[&str]) -> ExitCode {
    let [command @ ("encrypt" | "decrypt"), endpoint, key] = *arguments else {
        eprintln!("usage: key-service encrypt|decrypt ENDPOINT KEY");
        return ExitCode::from(2);
    };
    match ask(command, endpoint, key).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: can't {command}: {}", words(&*error));
            ExitCode::from(128)
        }
    }
}

async fn ask(command: &str, endpoint: &str, key: &str) -> Result<(), Box<dyn Error>> {
    let mut input = Vec::new();
    stdin().read_to_end(&mut input)?;
    let client = client(endpoint);
    let input = Blob::new(input);
    let output = if command == "encrypt" {
        client.encrypt().key_id(key).plaintext(input).send().await?.ciphertext_blob
    } else {
        client.decrypt().key_id(key).ciphertext_blob(input).send().await?.plaintext
    };
    let output = output.ok_or("there is nothing in the answer")?;
    stdout().write_all(output.as_ref())?;
    Ok(())
}

/// The error and what it was made of, each once: the SDK says some things twice.
fn words(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let said = error.to_string();
        if !words.contains(&said) {
            words += ": ";
            words += &said;
        }
        source = error.source();
    }
    words
}
