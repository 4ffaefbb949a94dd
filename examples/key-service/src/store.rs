//! Secrets in a file, a line for each, to which lines are only added.

use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;

/// The file goes away with it.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    _directory: TempDir,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Without spaces.
    pub name: String,
    /// What the key service has made of it.
    pub ciphertext: Vec<u8>,
}

impl Store {
    /// # Errors
    ///
    /// If there is no place for it.
    pub fn new() -> io::Result<Store> {
        let directory = tempfile::tempdir()?;
        Ok(Store { path: directory.path().join("secrets"), _directory: directory })
    }

    /// # Errors
    ///
    /// If it can't be written.
    pub fn add(&self, secret: &Secret) -> io::Result<()> {
        let line = format!("{} {}\n", secret.name, STANDARD.encode(&secret.ciphertext));
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        file.write_all(line.as_bytes())?;
        file.sync_all()
    }

    /// All lines.
    ///
    /// # Errors
    ///
    /// If they can't be read.
    pub fn secrets(&self) -> Result<Vec<Secret>, Box<dyn Error + Send + Sync>> {
        let mut secrets = Vec::new();
        for line in BufReader::new(File::open(self.path())?).lines() {
            let line = line?;
            let (name, ciphertext) = line.split_once(' ').ok_or("a line has two words")?;
            secrets
                .push(Secret { name: name.to_owned(), ciphertext: STANDARD.decode(ciphertext)? });
        }
        Ok(secrets)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
