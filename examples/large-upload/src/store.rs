//! A place for exports: S3 or Azure Blob. Each of these functions makes one request, or one for each page.

use bytes::Bytes;

use crate::azure::Container;
use crate::error::UploadError;
use crate::export::Export;
use crate::s3::Bucket;

/// A part that the server has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// From 1 on.
    pub number: u32,
    /// In bytes.
    pub size: u64,
    /// What S3 wants to be told of it at the end.
    pub tag: Option<String>,
    /// The same.
    pub checksum: Option<String>,
}

/// Where exports go.
#[derive(Clone)]
pub enum Store {
    /// By the AWS SDK.
    S3(Bucket),
    /// By the Azure SDK.
    Azure(Container),
}

type Outcome<T> = Result<T, UploadError>;

impl Store {
    /// Such as `s3://exports`.
    pub fn place(&self) -> String {
        match self {
            Store::S3(bucket) => format!("s3://{}", bucket.name),
            Store::Azure(container) => format!("azure://{}", container.name),
        }
    }

    pub(crate) async fn begin(&self, export: &Export) -> Outcome<String> {
        match self {
            Store::S3(bucket) => bucket.begin(export).await,
            // Blocks are known by their ids, and nothing has to be begun.
            Store::Azure(_) => Ok(export.identity()),
        }
    }

    /// What the server has of this upload.
    pub(crate) async fn parts(&self, export: &Export, upload: &str) -> Outcome<Vec<Part>> {
        match self {
            Store::S3(bucket) => bucket.parts(export, upload).await,
            Store::Azure(container) => container.parts(export, upload).await,
        }
    }

    pub(crate) async fn put_part(
        &self,
        export: &Export,
        upload: &str,
        number: u32,
        bytes: Bytes,
    ) -> Outcome<Part> {
        match self {
            Store::S3(bucket) => bucket.put_part(export, upload, number, bytes).await,
            Store::Azure(container) => container.put_part(export, upload, number, bytes).await,
        }
    }

    pub(crate) async fn complete(
        &self,
        export: &Export,
        upload: &str,
        parts: &[Part],
    ) -> Outcome<()> {
        match self {
            Store::S3(bucket) => bucket.complete(export, upload, parts).await,
            Store::Azure(container) => container.complete(export, upload, parts).await,
        }
    }

    pub(crate) async fn abort(&self, export: &Export, upload: &str) -> Outcome<()> {
        match self {
            Store::S3(bucket) => bucket.abort(export, upload).await,
            // Azure has nothing to end an upload by. Blocks that are part of nothing are gone after a week.
            Store::Azure(_) => Ok(()),
        }
    }

    /// Whether this very export is stored: its length, and the identity that was sent with it.
    ///
    /// # Errors
    ///
    /// If the server doesn't say.
    pub async fn is_there(&self, export: &Export) -> Outcome<bool> {
        match self {
            Store::S3(bucket) => bucket.is_there(export).await,
            Store::Azure(container) => container.is_there(export).await,
        }
    }

    /// What is stored.
    ///
    /// # Errors
    ///
    /// If the server doesn't send it.
    pub async fn download(&self, name: &str) -> Outcome<Vec<u8>> {
        match self {
            Store::S3(bucket) => bucket.download(name).await,
            Store::Azure(container) => container.download(name).await,
        }
    }
}
