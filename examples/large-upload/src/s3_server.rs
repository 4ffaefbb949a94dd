//! `large-upload serve-s3 PORT DIRECTORY`: an S3 that keeps its objects, and the parts of uploads, as files. So it can be killed,
//! and is back with what it had.

use std::error::Error;
use std::path::{Path, PathBuf};

use aws_sdk_s3::config::{Builder, Credentials, Region};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto;
use s3s::auth::SimpleAuth;
use s3s::dto::*;
use s3s::service::S3ServiceBuilder;
use s3s::{S3, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

/// What it lets in.
const KEY: (&str, &str) = ("key", "secret");

/// What a client of it is made of. For this server alone: everybody knows the key, and there is no TLS.
pub fn configuration(endpoint: &str) -> Builder {
    Builder::new()
        .behavior_version_latest()
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(KEY.0, KEY.1, None, None, "example"))
        .force_path_style(true)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
}

/// Of `s3s-fs`, and with AWS's words for an upload that there is none of.
struct Files {
    inner: FileSystem,
    directory: PathBuf,
}

/// `s3s-fs` says `AccessDenied` of such an upload…
fn no_such_upload<T>(answer: S3Result<T>) -> S3Result<T> {
    answer.map_err(|error| match error.code() {
        S3ErrorCode::AccessDenied => s3_error!(NoSuchUpload),
        _ => error,
    })
}

macro_rules! pass_on {
    ($($function:ident: $Input:ty => $Output:ty;)*) => {
        #[async_trait::async_trait]
        impl S3 for Files {
            $(async fn $function(&self, request: S3Request<$Input>) -> S3Result<S3Response<$Output>> {
                no_such_upload(self.inner.$function(request).await)
            })*

            /// … and here that it has no parts.
            async fn list_parts(&self, request: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
                let note = format!(".upload-{}.json", request.input.upload_id);
                if !self.directory.join(note).exists() {
                    return Err(s3_error!(NoSuchUpload));
                }
                self.inner.list_parts(request).await
            }
        }
    };
}

pass_on! {
    create_bucket: CreateBucketInput => CreateBucketOutput;
    create_multipart_upload: CreateMultipartUploadInput => CreateMultipartUploadOutput;
    upload_part: UploadPartInput => UploadPartOutput;
    complete_multipart_upload: CompleteMultipartUploadInput => CompleteMultipartUploadOutput;
    abort_multipart_upload: AbortMultipartUploadInput => AbortMultipartUploadOutput;
    head_object: HeadObjectInput => HeadObjectOutput;
    get_object: GetObjectInput => GetObjectOutput;
}

/// Until it is killed.
pub async fn serve(port: u16, directory: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
    let inner = FileSystem::new(directory).map_err(|error| format!("{error:?}"))?;
    let mut service = S3ServiceBuilder::new(Files { inner, directory: directory.to_owned() });
    service.set_auth(SimpleAuth::from_single(KEY.0, KEY.1));
    let service = service.build();
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let server = auto::Builder::new(hyper_util::rt::TokioExecutor::new()).http1_only();
    loop {
        let (stream, _) = listener.accept().await?;
        let connection = server.serve_connection(TokioIo::new(stream), service.clone());
        tokio::spawn(connection.into_owned());
    }
}
