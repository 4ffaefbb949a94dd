//! Why an upload fails, and what is worth another attempt.

use std::{fmt, io};

use reattempt::{Retryable, TimedOut, detect};

/// The local file's errors and the network's are `std::io::Error`s both. It is the variant that tells them apart.
#[derive(Debug, thiserror::Error, Retryable)]
pub enum UploadError {
    /// The disk's `TimedOut` or `UnexpectedEof` looks like the network's. It does not pass by itself.
    #[error("can't read the export, or write the note beside it")]
    #[retry(permanent)]
    File(#[source] io::Error),
    /// The same type again, of an answer that broke off.
    #[error("the connection broke")]
    #[retry(forward)]
    Network(#[source] io::Error),
    /// What was sent is a mixture of the old and the new.
    #[error("the export was changed while it was sent")]
    #[retry(permanent)]
    Changed,
    /// The server knows nothing of this upload, or not of all its parts. The same request gets the same answer, so
    /// [`Uploader::upload`](crate::upload::Uploader::upload) looks at what is there.
    #[error("the server does not know the upload, or not all of its parts")]
    #[retry(permanent)]
    Forgotten,
    /// A connection that was reset is in here, deep in the chain of sources.
    #[error(transparent)]
    #[retry(forward, on = |error| detect::aws(&**error))]
    S3(Box<aws_sdk_s3::Error>),
    /// The same of the other service.
    #[error(transparent)]
    #[retry(forward)]
    Azure(AzureError),
    /// No answer in time.
    #[error(transparent)]
    #[retry(transient)]
    TimedOut(#[from] TimedOut),
}

/// Of the Azure SDK. Its words have the URL in them, and the URL has the signature that grants access: so they are in no log,
/// neither by `Display` nor by `Debug`. Those of what caused it are.
#[derive(Retryable)]
#[retry(forward)]
pub struct AzureError(Box<azure_core::Error>);

impl std::error::Error for AzureError {}

impl fmt::Display for AzureError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        use azure_core::error::ErrorKind;
        if let ErrorKind::HttpResponse { status, error_code, .. } = self.0.kind() {
            let code = error_code.as_deref().unwrap_or("no code");
            return write!(formatter, "Azure answered {}, {code}", u16::from(*status));
        }
        let mut innermost: &dyn std::error::Error = &*self.0;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        let words = innermost.to_string();
        if words.contains("://") {
            return write!(formatter, "the Azure SDK has failed: {}", self.0.kind());
        }
        write!(formatter, "the Azure SDK has failed: {words}")
    }
}

impl fmt::Debug for AzureError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AzureError({self})")
    }
}

impl<E> From<aws_sdk_s3::error::SdkError<E>> for UploadError
where
    aws_sdk_s3::Error: From<aws_sdk_s3::error::SdkError<E>>,
{
    fn from(error: aws_sdk_s3::error::SdkError<E>) -> UploadError {
        use aws_sdk_s3::error::ProvideErrorMetadata as _;
        let error = aws_sdk_s3::Error::from(error);
        match error.code() {
            Some("NoSuchUpload" | "InvalidPart") => UploadError::Forgotten,
            _ => UploadError::S3(Box::new(error)),
        }
    }
}

impl From<azure_core::Error> for UploadError {
    fn from(error: azure_core::Error) -> UploadError {
        use azure_core::error::ErrorKind;
        match error.kind() {
            ErrorKind::HttpResponse { error_code: Some(code), .. }
                if code == "InvalidBlockList" =>
            {
                UploadError::Forgotten
            }
            _ => UploadError::Azure(AzureError(Box::new(error))),
        }
    }
}
