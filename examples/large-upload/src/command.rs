//! `large-upload s3 ENDPOINT BUCKET FILE…`, and `large-upload azure URL FILE…`, where the container's URL has a signature in it.
//!
//! For the servers of the example alone: the key of S3 is the one that `serve-s3` knows, and the clients are built without TLS.
//! [`Bucket::new`] and [`Container::new`] say what to write for AWS and for Azure.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::azure::Container;
use crate::batch::Batch;
use crate::progress::Show;
use crate::s3::Bucket;
use crate::s3_server;
use crate::store::Store;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Ends with 1 if a file is not stored, and with 2 if it is called wrongly. Called again, it goes on.
///
/// # Errors
///
/// If the server of the example does not start, if the URL is none, or if two files have the same name.
pub async fn run(arguments: &[&str]) -> Outcome<ExitCode> {
    match *arguments {
        ["s3", address, ..] | ["azure", address, ..] if address.starts_with("https:") => {
            Err("this example is built without TLS: see `Bucket::new` and `Container::new`".into())
        }
        ["s3", endpoint, bucket, ref files @ ..] => {
            let bucket = Bucket::new(s3_server::configuration(endpoint), bucket);
            send(Store::S3(bucket), files).await
        }
        ["azure", url, ref files @ ..] => send(Store::Azure(Container::new(url)?), files).await,
        ["serve-s3", port, directory] => {
            s3_server::serve(port.parse()?, Path::new(directory)).await?;
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprintln!("usage: large-upload s3 ENDPOINT BUCKET FILE… | azure URL FILE…");
            Ok(ExitCode::from(2))
        }
    }
}

async fn send(store: Store, files: &[&str]) -> Outcome<ExitCode> {
    let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    let mut is_all = true;
    for sent in Batch::new(store, &files, &Show::here())?.send().await {
        if let Err(error) = sent.outcome {
            is_all = false;
            eprintln!("{} is not stored: {}", sent.path.display(), words(&error));
        }
    }
    Ok(if is_all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The error, and what has caused it.
pub fn words(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        words += &format!(": {error}");
        source = error.source();
    }
    words
}
