//! The requests to S3. None of them is retried in here.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;

use crate::error::UploadError;
use crate::export::Export;
use crate::store::Part;

/// The metadata entry that says which export an object is.
const EXPORT: &str = "export";

/// A bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    client: Client,
    /// Without the address of the service.
    pub name: String,
}

impl Bucket {
    /// At AWS, with the crate `aws-config`, which brings TLS along:
    ///
    /// ```ignore
    /// let shared = aws_config::load_defaults(BehaviorVersion::latest()).await;
    /// let bucket = Bucket::new(aws_sdk_s3::config::Builder::from(&shared), "exports");
    /// ```
    ///
    /// The example's own server is told of by [`crate::s3_server::configuration`].
    ///
    /// Each request is one attempt: retries are the business of [`crate::upload`]. The SDK's own three would multiply with them.
    pub fn new(configuration: Builder, name: &str) -> Bucket {
        let configuration = configuration.retry_config(RetryConfig::disabled()).build();
        Bucket { client: Client::from_conf(configuration), name: name.to_owned() }
    }

    /// # Errors
    ///
    /// If the service does not make it.
    pub async fn create(&self) -> Result<(), UploadError> {
        self.client.create_bucket().bucket(&self.name).send().await?;
        Ok(())
    }

    /// If the answer is lost, an upload without parts stays there. A rule of the bucket's (`AbortIncompleteMultipartUpload`) removes it.
    pub(crate) async fn begin(&self, export: &Export) -> Result<String, UploadError> {
        let begin = self.client.create_multipart_upload().bucket(&self.name).key(export.name());
        let begin = begin.checksum_algorithm(ChecksumAlgorithm::Crc32);
        let begun = begin.metadata(EXPORT, export.identity()).send().await?;
        begun.upload_id.ok_or(UploadError::Forgotten)
    }

    pub(crate) async fn parts(
        &self,
        export: &Export,
        upload: &str,
    ) -> Result<Vec<Part>, UploadError> {
        let list = self.client.list_parts().bucket(&self.name).key(export.name());
        let mut pages = list.upload_id(upload).into_paginator().send();
        let mut parts = Vec::new();
        while let Some(page) = pages.next().await {
            for part in page?.parts.unwrap_or_default() {
                parts.push(Part {
                    number: part.part_number.and_then(|number| number.try_into().ok()).unwrap_or(0),
                    size: part.size.and_then(|size| size.try_into().ok()).unwrap_or(0),
                    tag: part.e_tag,
                    checksum: part.checksum_crc32,
                });
            }
        }
        Ok(parts)
    }

    /// The second time, it takes the first one's place: the number is what a part is known by.
    pub(crate) async fn put_part(
        &self,
        export: &Export,
        upload: &str,
        number: u32,
        bytes: Bytes,
    ) -> Result<Part, UploadError> {
        let size = bytes.len() as u64;
        let put = self.client.upload_part().bucket(&self.name).key(export.name());
        // The server refuses a part that was changed on the way.
        let put = put.checksum_algorithm(ChecksumAlgorithm::Crc32);
        let put = put.upload_id(upload).part_number(signed(number));
        let put = put.body(ByteStream::from(bytes)).send().await?;
        Ok(Part { number, size, tag: put.e_tag, checksum: put.checksum_crc32 })
    }

    /// The second time, there is no such upload any more.
    pub(crate) async fn complete(
        &self,
        export: &Export,
        upload: &str,
        parts: &[Part],
    ) -> Result<(), UploadError> {
        let parts = parts.iter().map(|part| {
            CompletedPart::builder()
                .part_number(signed(part.number))
                .set_e_tag(part.tag.clone())
                .set_checksum_crc32(part.checksum.clone())
                .build()
        });
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts.collect())).build();
        let complete = self.client.complete_multipart_upload().bucket(&self.name);
        let complete = complete.key(export.name()).upload_id(upload).multipart_upload(parts);
        complete.send().await?;
        Ok(())
    }

    /// A part that arrives just now may stay. The rule that `begin` speaks of removes that, too.
    pub(crate) async fn abort(&self, export: &Export, upload: &str) -> Result<(), UploadError> {
        let abort = self.client.abort_multipart_upload().bucket(&self.name).key(export.name());
        match abort.upload_id(upload).send().await.map_err(UploadError::from) {
            // It is gone already.
            Ok(_) | Err(UploadError::Forgotten) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn is_there(&self, export: &Export) -> Result<bool, UploadError> {
        let head = self.client.head_object().bucket(&self.name).key(export.name());
        match head.send().await.map_err(aws_sdk_s3::Error::from) {
            Ok(object) => {
                let identity = object.metadata.and_then(|mut metadata| metadata.remove(EXPORT));
                let length = object.content_length.and_then(|length| u64::try_from(length).ok());
                Ok(length == Some(export.length) && identity == Some(export.identity()))
            }
            Err(aws_sdk_s3::Error::NotFound(_) | aws_sdk_s3::Error::NoSuchKey(_)) => Ok(false),
            Err(error) => Err(UploadError::S3(Box::new(error))),
        }
    }

    pub(crate) async fn download(&self, name: &str) -> Result<Vec<u8>, UploadError> {
        let object = self.client.get_object().bucket(&self.name).key(name).send().await?;
        let bytes = object.body.collect().await;
        let bytes = bytes.map_err(|error| UploadError::Network(error.into()))?;
        Ok(bytes.to_vec())
    }
}

/// There are 10,000 of them at most: see [`Export::look`].
fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
