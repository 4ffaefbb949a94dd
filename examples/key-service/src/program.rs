//! Decrypts by a program that talks to the key service, as `sops` does (here [`command`](crate::command)). It says in words what went wrong.

use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use reattempt::{TimedOut, detect, retry};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::keys::PATIENCE;

/// Why the program has not done it.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It can't be started, or not be talked to.
    #[error("the program does not run")]
    Run(#[from] io::Error),
    /// It has failed, and said why.
    #[error("the program ended with {status}: {words}")]
    Failed {
        /// The same for all that can go wrong at the service, so it tells nothing.
        status: ExitStatus,
        /// What it wrote to its standard error.
        words: String,
    },
    /// It took too long, and was killed.
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
}

/// The program makes one attempt, and its words are all that is known of the error: `detect::error` reads them. It knows the
/// types of the other two.
///
/// # Errors
///
/// If the program says that it can't be done, or fails five times.
#[retry(policy = PATIENCE, on = detect::error, attempt_timeout = 20s)]
pub async fn decrypt(
    program: &Path,
    endpoint: &str,
    key: &str,
    ciphertext: &[u8],
) -> Result<Vec<u8>, ProgramError> {
    run(program, "decrypt", endpoint, key, ciphertext).await
}

/// # Errors
///
/// If the program says that it can't be done, or fails five times.
#[retry(policy = PATIENCE, on = detect::error, attempt_timeout = 20s)]
pub async fn encrypt(
    program: &Path,
    endpoint: &str,
    key: &str,
    plaintext: &[u8],
) -> Result<Vec<u8>, ProgramError> {
    run(program, "encrypt", endpoint, key, plaintext).await
}

async fn run(
    program: &Path,
    command: &str,
    endpoint: &str,
    key: &str,
    input: &[u8],
) -> Result<Vec<u8>, ProgramError> {
    let mut process = Command::new(program)
        .args([command, endpoint, key])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // An attempt that is cut off leaves no process behind.
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = process.stdin.take() {
        // One that has ended before it read all says why by its status.
        let _ = stdin.write_all(input).await;
    }
    let output = process.wait_with_output().await?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(ProgramError::Failed { status: output.status, words })
}
