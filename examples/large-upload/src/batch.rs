//! Many files, ten at a time.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::error::UploadError;
use crate::export;
use crate::progress::{Progress, Show};
use crate::store::Store;
use crate::upload::Uploader;

const FILES_AT_ONCE: usize = 10;
const PARTS_AT_ONCE: usize = 6;

/// What became of a file.
#[derive(Debug)]
pub struct Sent {
    /// Where it is.
    pub path: PathBuf,
    /// How it went.
    pub progress: Arc<Progress>,
    /// How it ended.
    pub outcome: Result<(), UploadError>,
}

/// The second one would take the first one's place.
#[derive(Debug, thiserror::Error)]
#[error("both {first:?} and {second:?} would be stored as {name:?}: nothing is sent")]
pub struct SameName {
    /// As it was named.
    pub first: PathBuf,
    /// The same.
    pub second: PathBuf,
    /// At the store.
    pub name: String,
}

/// Files that are sent to one store.
pub struct Batch {
    uploader: Uploader,
    files: Vec<(PathBuf, Arc<Progress>)>,
}

impl Batch {
    /// Nothing is sent yet. At most six parts are on their way, and in memory.
    ///
    /// # Errors
    ///
    /// If two of the files have the same name, in whatever directories they are.
    pub fn new(store: Store, paths: &[PathBuf], show: &Show) -> Result<Batch, SameName> {
        let mut names = BTreeMap::new();
        for path in paths {
            if let Some(first) = names.insert(export::name(path), path.clone()) {
                return Err(SameName { first, second: path.clone(), name: export::name(path) });
            }
        }
        let slots = Arc::new(Semaphore::new(PARTS_AT_ONCE));
        let uploader = Uploader { store, part_size: 5 * 1024 * 1024, slots };
        let files = paths.iter().map(|path| {
            // A file that can't be read is told of when it is sent.
            let length = path.metadata().map_or(0, |metadata| metadata.len());
            (path.clone(), Arc::new(Progress::new(&export::name(path), length, show)))
        });
        Ok(Batch { uploader, files: files.collect() })
    }

    /// How far each is.
    pub fn progress(&self) -> Vec<Arc<Progress>> {
        self.files.iter().map(|(_, progress)| Arc::clone(progress)).collect()
    }

    /// Sends all. One that fails does not keep the others from being sent.
    pub async fn send(self) -> Vec<Sent> {
        let at_once = Arc::new(Semaphore::new(FILES_AT_ONCE));
        let mut files = JoinSet::new();
        for (path, progress) in self.files {
            let (uploader, at_once) = (self.uploader.clone(), Arc::clone(&at_once));
            files.spawn(async move {
                let _slot = at_once.acquire().await;
                let outcome = uploader.upload(&path, Arc::clone(&progress)).await;
                if outcome.is_err() {
                    progress.failed();
                }
                Sent { path, progress, outcome }
            });
        }
        files.join_all().await
    }
}
