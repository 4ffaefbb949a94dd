//! Bodies that are kept if they are short, and passed on while they come if they are not.

use axum::body::{Body, Bytes};
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _};

/// A body.
pub enum Buffered<E> {
    /// All of it.
    Whole(Bytes),
    /// It is longer than the limit: its beginning, and what is still to come.
    Longer(BoxStream<'static, Result<Bytes, E>>),
}

/// Reads a body until its end, or until it is longer than the limit.
///
/// # Errors
///
/// If it breaks off before.
pub async fn buffer<E: Send + 'static>(
    chunks: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
    limit: usize,
) -> Result<Buffered<E>, E> {
    let mut chunks = chunks.boxed();
    let mut start = Vec::new();
    while let Some(chunk) = chunks.next().await {
        start.extend_from_slice(&chunk?);
        if start.len() > limit {
            let start = stream::once(async { Ok(start.into()) });
            return Ok(Buffered::Longer(start.chain(chunks).boxed()));
        }
    }
    Ok(Buffered::Whole(start.into()))
}

impl<E: std::error::Error + Send + Sync + 'static> Buffered<E> {
    /// As it is passed on.
    pub fn into_body(self) -> Body {
        match self {
            Buffered::Whole(bytes) => bytes.into(),
            Buffered::Longer(chunks) => Body::from_stream(chunks),
        }
    }
}
