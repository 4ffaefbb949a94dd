//! Sends a large export part by part, and goes on where it was interrupted. This is the part to take along.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reattempt::{Policy, Scope, policy, retry};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use crate::error::UploadError;
use crate::export::{Export, Note, Noted};
use crate::progress::Progress;
use crate::store::{Part, Store};

/// For each request: its waits add up to half a minute or more. A server that is restarted is back in that time.
const PATIENCE: Policy =
    policy!(max_attempts = 20, initial_delay = 200ms, max_delay = 5s, jitter = "equal");

/// No retry of an upload is begun that would end later.
const LONGEST: Duration = Duration::from_secs(6 * 60 * 60);

/// Retries that any upload may make, however few parts it has: a restart takes some of each part that is on its way. An upload that
/// has used up its own stays as it is, and the next run continues it.
const FEWEST_RETRIES: u32 = 200;

/// What all uploads share.
#[derive(Clone)]
pub struct Uploader {
    /// Where they go.
    pub store: Store,
    /// S3 wants 5 MiB at least, of all parts but the last. Those of a very large file are larger: see [`Export::look`].
    pub part_size: u64,
    /// How many parts are on their way, of all files together. So many are in memory.
    pub slots: Arc<Semaphore>,
}

impl Uploader {
    /// Sends the file, or what the store does not have of it.
    ///
    /// # Errors
    ///
    /// If the file is changed meanwhile: then its parts are removed. If the store can't be reached for long, if it refuses a request,
    /// or if the file can't be read: then the parts and the note stay, and the next call goes on.
    pub async fn upload(&self, path: &Path, progress: Arc<Progress>) -> Result<(), UploadError> {
        let export = Arc::new(Export::look(path, self.part_size).await?);
        let note = Note::of(&export, &self.store.place());
        let parts = *export.parts().end();
        let scope = Scope::new()
            .deadline(LONGEST)
            .retries(parts.max(FEWEST_RETRIES)) // For all of its parts together.
            .observer(Arc::clone(&progress));
        let sent = scope.run_async(send(self, &export, &note, &progress)).await;
        match &sent {
            Ok(()) => progress.done(),
            // It can never be completed. Its parts cost money, and no list of objects shows them.
            Err(UploadError::Changed | UploadError::Forgotten) => {
                if abort_noted(&self.store, &export, &note).await.is_err() {
                    // The note stays as long as they do: the next call removes them.
                    return sent;
                }
            }
            // Also an expired credential, or a disk that can't be read today.
            Err(_) => return sent,
        }
        let removed = note.remove().await;
        sent.and(removed)
    }

    /// How many parts the store has of an upload that was begun and is not complete.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or the store doesn't say.
    pub async fn begun(&self, path: &Path) -> Result<usize, UploadError> {
        let export = Export::look(path, self.part_size).await?;
        let note = Note::of(&export, &self.store.place());
        let begun = resume(&self.store, &export, &note).await?;
        Ok(begun.map_or(0, |(_, parts)| parts.len()))
    }
}

/// What the server has forgotten is sent again. Each attempt begins with what it has.
#[retry(max_attempts = 3, on(UploadError::Forgotten))]
async fn send(
    uploader: &Uploader,
    export: &Arc<Export>,
    note: &Note,
    progress: &Arc<Progress>,
) -> Result<(), UploadError> {
    let store = &uploader.store;
    let (upload, mut sent) = match resume(store, export, note).await? {
        Some(begun) => begun,
        None if is_there(store, export).await? => return Ok(()),
        None => {
            let upload = begin(store, export).await?;
            if let Err(error) = note.write(&upload).await {
                // Nobody would find it any more.
                let _ = abort(store, export, &upload).await;
                return Err(error);
            }
            (upload, BTreeMap::new())
        }
    };
    sent.values().for_each(|part| progress.confirmed(part));

    let mut missing =
        export.parts().filter(|number| !sent.contains_key(number)).collect::<Vec<_>>();
    missing.reverse();
    // They end with this function, if one of them fails.
    let mut on_their_way = JoinSet::new();
    loop {
        tokio::select! {
            // Whatever has ended comes first: after a failure nothing is begun.
            biased;
            Some(ended) = on_their_way.join_next() => {
                let (_slot, part): (OwnedSemaphorePermit, Result<Part, UploadError>) =
                    ended.expect("no part panics");
                let part = part?;
                progress.confirmed(&part);
                sent.insert(part.number, part);
            }
            // Before a part is read: no more than there are slots are in memory.
            Ok(slot) = Arc::clone(&uploader.slots).acquire_owned(), if !missing.is_empty() => {
                let number = missing.pop().expect("there is one");
                let (store, export) = (store.clone(), Arc::clone(export));
                let (upload, progress) = (upload.clone(), Arc::clone(progress));
                let send = async move {
                    (slot, send_part(&store, &export, &upload, number, &progress).await)
                };
                // A task is outside of the scope, unless it is taken along.
                on_their_way.spawn(Scope::current().run_async(send));
            }
            else => break,
        }
    }

    export.check().await?;
    let parts: Vec<Part> = sent.into_values().collect();
    complete(store, export, &upload, &parts).await
}

/// The upload that the note names, and those of its parts that are as they should be.
#[retry(policy = PATIENCE, attempt_timeout = 30s)]
async fn resume(
    store: &Store,
    export: &Export,
    note: &Note,
) -> Result<Option<(String, BTreeMap<u32, Part>)>, UploadError> {
    let upload = match note.read().await? {
        None => return Ok(None),
        Some(Noted::Outdated(upload)) => {
            // If that fails, so does the upload: a new note in place of this one would lose the old parts.
            store.abort(export, &upload).await?;
            return Ok(None);
        }
        Some(Noted::Current(upload)) => upload,
    };
    match store.parts(export, &upload).await {
        Ok(parts) => {
            let is_whole = |part: &Part| {
                export.parts().contains(&part.number) && part.size == export.size(part.number)
            };
            let parts = parts.into_iter().filter(is_whole).map(|part| (part.number, part));
            Ok(Some((upload, parts.collect())))
        }
        // It is complete, or was removed.
        Err(UploadError::Forgotten) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes the parts of the upload that the note names.
async fn abort_noted(store: &Store, export: &Export, note: &Note) -> Result<(), UploadError> {
    match note.read().await? {
        Some(Noted::Current(upload) | Noted::Outdated(upload)) => {
            abort(store, export, &upload).await
        }
        None => Ok(()),
    }
}

#[retry(policy = PATIENCE, attempt_timeout = 30s)]
async fn abort(store: &Store, export: &Export, upload: &str) -> Result<(), UploadError> {
    store.abort(export, upload).await
}

#[retry(policy = PATIENCE, attempt_timeout = 30s)]
async fn is_there(store: &Store, export: &Export) -> Result<bool, UploadError> {
    store.is_there(export).await
}

#[retry(policy = PATIENCE, attempt_timeout = 30s)]
async fn begin(store: &Store, export: &Export) -> Result<String, UploadError> {
    store.begin(export).await
}

async fn send_part(
    store: &Store,
    export: &Export,
    upload: &str,
    number: u32,
    progress: &Progress,
) -> Result<Part, UploadError> {
    let bytes = export.read(number).await?;
    put_part(store, export, upload, number, &bytes, progress).await
}

/// It may arrive twice: the second one takes the first one's place. Six parts share the line, so each may take minutes.
#[retry(policy = PATIENCE, attempt_timeout = 10m)]
async fn put_part(
    store: &Store,
    export: &Export,
    upload: &str,
    number: u32,
    bytes: &Bytes,
    progress: &Progress,
) -> Result<Part, UploadError> {
    progress.sending(bytes.len());
    store.put_part(export, upload, number, bytes.clone()).await
}

/// An attempt whose answer was lost has completed it. Then the next one is told that there is no such upload, so it looks at
/// the object. S3 may take minutes to put many parts together.
#[retry(policy = PATIENCE, attempt_timeout = 10m)]
async fn complete(
    store: &Store,
    export: &Export,
    upload: &str,
    parts: &[Part],
) -> Result<(), UploadError> {
    match store.complete(export, upload, parts).await {
        Err(UploadError::Forgotten) if store.is_there(export).await? => Ok(()),
        outcome => outcome,
    }
}
