//! The requests to Azure Blob. None of them is retried in here.

use std::collections::HashMap;
use std::sync::Arc;

use azure_core::http::{ClientOptions, RetryOptions, StatusCode, Url};
use azure_storage_blob::clients::{
    BlobClient, BlobContainerClient, BlobContainerClientOptions, BlockBlobClient,
};
use azure_storage_blob::models::{
    BlobClientGetPropertiesResultHeaders as _, BlockBlobClientCommitBlockListOptions,
    BlockListType, BlockLookupList,
};
use bytes::Bytes;

use crate::error::UploadError;
use crate::export::Export;
use crate::store::Part;

/// The metadata entry that says which export a blob is.
const EXPORT: &str = "export";

/// A container.
#[derive(Clone)]
pub struct Container {
    client: Arc<BlobContainerClient>,
    /// Without the address of the account.
    pub name: String,
}

impl Container {
    /// The URL grants access: it has a signature in it (SAS). Where there is Entra ID, hand a `TokenCredential` to the client instead.
    ///
    /// For an address with `https`, give `azure_core` the feature `reqwest_rustls`: azurite's has `http`.
    ///
    /// Each request is one attempt: retries are the business of [`crate::upload`]. The SDK's own eight would multiply with them.
    ///
    /// # Errors
    ///
    /// If it is no URL.
    pub fn new(url: &str) -> azure_core::Result<Container> {
        let url = Url::parse(url)?;
        let name = url.path().rsplit('/').next().unwrap_or_default().to_owned();
        let client_options = ClientOptions { retry: RetryOptions::none(), ..Default::default() };
        let options = BlobContainerClientOptions { client_options, ..Default::default() };
        let client = BlobContainerClient::new(url, None, Some(options))?;
        Ok(Container { client: Arc::new(client), name })
    }

    /// # Errors
    ///
    /// If the service does not make it.
    pub async fn create(&self) -> Result<(), UploadError> {
        self.client.create(None).await?;
        Ok(())
    }

    fn blob(&self, name: &str) -> BlobClient {
        self.client.blob_client(name)
    }

    fn block_blob(&self, export: &Export) -> BlockBlobClient {
        self.blob(&export.name()).block_blob_client()
    }

    /// Also those of a blob that is complete: whoever was killed after that completes it once more, which changes nothing.
    pub(crate) async fn parts(
        &self,
        export: &Export,
        upload: &str,
    ) -> Result<Vec<Part>, UploadError> {
        let list = match self.block_blob(export).get_block_list(BlockListType::All, None).await {
            Ok(list) => list.into_model()?,
            Err(error) if error.http_status() == Some(StatusCode::NotFound) => return Ok(vec![]),
            Err(error) => return Err(error.into()),
        };
        let blocks = [list.committed_blocks, list.uncommitted_blocks];
        let parts = blocks.into_iter().flatten().flatten().filter_map(|block| {
            let id = String::from_utf8(block.name?).ok()?;
            let number = id.strip_prefix(upload)?.strip_prefix('-')?.parse().ok()?;
            let size = u64::try_from(block.size?).ok()?;
            Some(Part { number, size, tag: None, checksum: None })
        });
        Ok(parts.collect())
    }

    /// The second time, it takes the first one's place: the id is what a block is known by.
    pub(crate) async fn put_part(
        &self,
        export: &Export,
        upload: &str,
        number: u32,
        bytes: Bytes,
    ) -> Result<Part, UploadError> {
        let size = bytes.len() as u64;
        // Azure refuses an empty block. An empty blob has none.
        if size > 0 {
            let id = block_id(upload, number);
            self.block_blob(export).stage_block(&id, size, bytes.into(), None).await?;
        }
        Ok(Part { number, size, tag: None, checksum: None })
    }

    /// "Latest" finds blocks that are part of the blob already. With "Uncommitted" the second attempt would be refused where the
    /// first one's answer was lost.
    pub(crate) async fn complete(
        &self,
        export: &Export,
        upload: &str,
        parts: &[Part],
    ) -> Result<(), UploadError> {
        let blocks = parts.iter().filter(|part| part.size > 0);
        let blocks = blocks.map(|part| block_id(upload, part.number)).collect();
        let blocks = BlockLookupList { latest: Some(blocks), ..Default::default() };
        let metadata = HashMap::from([(EXPORT.to_owned(), export.identity())]);
        let options = BlockBlobClientCommitBlockListOptions {
            metadata: Some(metadata),
            ..Default::default()
        };
        self.block_blob(export).commit_block_list(blocks.try_into()?, Some(options)).await?;
        Ok(())
    }

    pub(crate) async fn is_there(&self, export: &Export) -> Result<bool, UploadError> {
        match self.blob(&export.name()).get_properties(None).await {
            Ok(blob) => Ok(blob.content_length()? == Some(export.length)
                && blob.metadata()?.remove(EXPORT) == Some(export.identity())),
            Err(error) if error.http_status() == Some(StatusCode::NotFound) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn download(&self, name: &str) -> Result<Vec<u8>, UploadError> {
        let blob = self.blob(name).download(None).await?;
        Ok(blob.body.collect().await?.to_vec())
    }
}

/// All of a blob have to be of the same length.
fn block_id(upload: &str, number: u32) -> Vec<u8> {
    format!("{upload}-{number:05}").into_bytes()
}
