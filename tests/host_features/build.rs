//! It retries, with the features of a build script.

use reattempt::{Retryable, retry};

#[derive(Debug, Retryable)]
enum DownloadError {
    #[retry(transient)]
    Busy,
}

#[retry]
fn download(is_busy: bool) -> Result<(), DownloadError> {
    if is_busy { Err(DownloadError::Busy) } else { Ok(()) }
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    assert!(download(std::env::var_os("OUT_DIR").is_none()).is_ok());
}
