//! The file that is sent, and the note beside it that says which upload was begun.

use std::io::{self, ErrorKind, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use crate::error::UploadError;

/// S3 takes no more, and Azure 50,000.
const MOST_PARTS: u64 = 10_000;

/// A file as it was when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Where it is.
    pub path: PathBuf,
    /// In bytes.
    pub length: u64,
    /// When it was last written, in nanoseconds.
    pub modified: u128,
    /// All parts but the last have so many bytes.
    pub part_size: u64,
}

impl Export {
    /// The parts are larger than that where there would be too many of them: those of 1 TB have 100 MB, of which six are in memory. A
    /// file that has not changed always has the same parts.
    ///
    /// # Errors
    ///
    /// If it isn't there.
    pub async fn look(path: &Path, part_size: u64) -> Result<Export, UploadError> {
        let metadata = fs::metadata(path).await.map_err(UploadError::File)?;
        let modified = metadata.modified().map_err(UploadError::File)?;
        let modified = modified.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let length = metadata.len();
        let part_size = part_size.max(length.div_ceil(MOST_PARTS));
        Ok(Export { path: path.to_owned(), length, modified, part_size })
    }

    /// Its name at the store.
    pub fn name(&self) -> String {
        name(&self.path)
    }

    /// What tells it from what was there by this name before. Always of the same length.
    pub fn identity(&self) -> String {
        format!("{:012x}-{:018x}-{:08x}", self.length, self.modified, self.part_size)
    }

    /// The numbers of its parts. An empty file has one, which is empty.
    pub fn parts(&self) -> std::ops::RangeInclusive<u32> {
        let parts = self.length.div_ceil(self.part_size).max(1);
        1..=u32::try_from(parts).unwrap_or(u32::MAX)
    }

    /// How many bytes this part has.
    pub fn size(&self, number: u32) -> u64 {
        self.part_size.min(self.length - self.start(number))
    }

    fn start(&self, number: u32) -> u64 {
        u64::from(number - 1) * self.part_size
    }

    /// Nothing but this part is in memory.
    ///
    /// # Errors
    ///
    /// If it can't be read, or if it has become shorter.
    pub async fn read(&self, number: u32) -> Result<Bytes, UploadError> {
        let read = async || -> io::Result<Bytes> {
            let mut file = File::open(&self.path).await?;
            file.seek(SeekFrom::Start(self.start(number))).await?;
            let size = usize::try_from(self.size(number)).map_err(io::Error::other)?;
            let mut bytes = vec![0; size];
            file.read_exact(&mut bytes).await?;
            Ok(bytes.into())
        };
        read().await.map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => UploadError::Changed,
            _ => UploadError::File(error),
        })
    }

    /// # Errors
    ///
    /// If it is not the same any more.
    pub async fn check(&self) -> Result<(), UploadError> {
        let now = Export::look(&self.path, self.part_size).await?;
        if now == *self { Ok(()) } else { Err(UploadError::Changed) }
    }
}

/// What a file is called at a store: its name without its directory.
pub fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Beside the export: which upload to go on with.
#[derive(Debug)]
pub struct Note {
    path: PathBuf,
    identity: String,
}

/// The id of an upload.
#[derive(Debug, PartialEq, Eq)]
pub enum Noted {
    /// Of this export.
    Current(String),
    /// Of what the export was before.
    Outdated(String),
}

impl Note {
    /// The note of an upload to this place, such as `s3://bucket`.
    pub fn of(export: &Export, place: &str) -> Note {
        // export.csv, s3://bucket → export.csv.s3-bucket.upload
        let place = place.replace("://", "-");
        let path = export.path.with_file_name(format!("{}.{place}.upload", export.name()));
        Note { path, identity: export.identity() }
    }

    /// None, if there is none.
    ///
    /// # Errors
    ///
    /// If it can't be read.
    pub async fn read(&self) -> Result<Option<Noted>, UploadError> {
        let text = match fs::read_to_string(&self.path).await {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(UploadError::File(error)),
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(match words[..] {
            [identity, upload] => {
                let is_current = identity == self.identity;
                let upload = upload.to_owned();
                Some(if is_current { Noted::Current(upload) } else { Noted::Outdated(upload) })
            }
            _ => None,
        })
    }

    /// Either the old one or the new one is there, whenever the program is killed.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub async fn write(&self, upload: &str) -> Result<(), UploadError> {
        let mut new = self.path.clone().into_os_string();
        new.push(".new");
        let text = format!("{} {upload}\n", self.identity);
        fs::write(&new, text).await.map_err(UploadError::File)?;
        fs::rename(&new, &self.path).await.map_err(UploadError::File)
    }

    /// # Errors
    ///
    /// If it can't be removed.
    pub async fn remove(&self) -> Result<(), UploadError> {
        match fs::remove_file(&self.path).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(UploadError::File(error)),
            _ => Ok(()),
        }
    }
}
