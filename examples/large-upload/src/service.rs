//! An S3 and an Azure Blob on this machine, which can be killed, and a proxy that loses answers.

use std::collections::HashSet;
use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use azure_core::credentials::Secret;
use azure_core::hmac::hmac_sha256;
use reattempt_servers::{Fault, Keeper, Patience, Proxy};

use crate::azure::Container;
use crate::s3::Bucket;
use crate::s3_server;
use crate::store::Store;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// This program itself, with `s3s-fs`.
    S3,
    /// Microsoft's emulator.
    Azurite,
}

/// It ends when this is dropped.
pub struct Service {
    kind: Kind,
    keeper: Arc<Mutex<Keeper>>,
    port: u16,
}

impl Service {
    /// With an empty bucket or container. `this` is this program.
    ///
    /// # Errors
    ///
    /// If it makes none, or if azurite is not installed.
    pub async fn start(kind: Kind, this: &Path) -> Outcome<Service> {
        if kind == Kind::Azurite {
            need_azurite().await?;
        }
        let this = this.to_owned();
        let keeper = tokio::task::spawn_blocking(move || match kind {
            Kind::S3 => Keeper::with("this example", move |port, directory| {
                let mut command = Command::new(&this);
                command.arg("serve-s3").arg(port.to_string()).arg(directory);
                command
            }),
            Kind::Azurite => Keeper::with("azurite", azurite),
        });
        let keeper = keeper.await?;
        let service = Service { kind, port: keeper.port, keeper: Arc::new(Mutex::new(keeper)) };
        match service.store()? {
            Store::S3(bucket) => bucket.create().await?,
            Store::Azure(container) => {
                container.create().await?;
                // It answers before it writes its file, which it does every five seconds. The container is to be there after
                // it was killed.
                let file = lock(&service.keeper).directory().join("__azurite_db_blob__.json");
                tokio::task::spawn_blocking(move || {
                    let patience = Patience::new();
                    while !std::fs::read_to_string(&file).is_ok_and(|text| text.contains(NAME)) {
                        patience.wait();
                    }
                })
                .await?;
            }
        }
        Ok(service)
    }

    /// # Errors
    ///
    /// If the address is none.
    pub fn store(&self) -> Outcome<Store> {
        store(self.kind, self.port)
    }

    /// What a program is called with to send files to this port.
    ///
    /// # Errors
    ///
    /// If it can't be signed.
    pub fn arguments(&self, port: u16) -> Outcome<Vec<String>> {
        Ok(match self.kind {
            Kind::S3 => vec!["s3".to_owned(), address(port), NAME.to_owned()],
            Kind::Azurite => vec!["azure".to_owned(), signed_url(port)?],
        })
    }

    /// At once, whatever it is doing.
    pub fn kill(&self) {
        lock(&self.keeper).kill();
    }

    /// On the same port, with what it has on the disk.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub async fn start_again(&self) -> Outcome {
        let keeper = Arc::clone(&self.keeper);
        Ok(tokio::task::spawn_blocking(move || lock(&keeper).start()).await?)
    }

    /// A proxy before it, and what has come to that.
    pub fn proxy(
        &self,
        mut decide: impl FnMut(Request) -> Option<Fault> + Send + 'static,
    ) -> Proxy {
        let mut seen = HashSet::new();
        Proxy::start(self.port, move |request| {
            let line = request.lines().next().unwrap_or_default();
            let is_first = seen.insert(line.to_owned());
            decide(Request { what: What::of(line), is_first })
        })
    }

    /// The store behind that proxy.
    ///
    /// # Errors
    ///
    /// If the address is none.
    pub fn store_by(&self, proxy: &Proxy) -> Outcome<Store> {
        store(self.kind, proxy.port)
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// The operation.
    pub what: What,
    /// Nobody has asked for the same before.
    pub is_first: bool,
}

/// An operation of either service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// CreateMultipartUpload.
    Begin,
    /// UploadPart, Put Block.
    Part,
    /// CompleteMultipartUpload, Put Block List.
    Complete,
    /// AbortMultipartUpload.
    Abort,
    /// All others.
    Other,
}

impl What {
    fn of(line: &str) -> What {
        let has = |word| line.contains(word);
        match line.split(' ').next().unwrap_or_default() {
            "POST" if has("uploadId=") => What::Complete,
            "PUT" if has("comp=blocklist") => What::Complete,
            "PUT" if has("partNumber=") || has("comp=block") => What::Part,
            "POST" if has("uploads") => What::Begin,
            "DELETE" if has("uploadId=") => What::Abort,
            _ => What::Other,
        }
    }
}

/// Of the bucket and of the container.
const NAME: &str = "exports";

fn store(kind: Kind, port: u16) -> Outcome<Store> {
    Ok(match kind {
        Kind::S3 => Store::S3(Bucket::new(s3_server::configuration(&address(port)), NAME)),
        Kind::Azurite => Store::Azure(Container::new(&signed_url(port)?)?),
    })
}

fn address(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

const AZURITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/.bin/azurite-blob");

/// # Errors
///
/// If azurite is not installed, or if there is no Node.js that it runs with.
pub async fn need_azurite() -> Outcome {
    let output = tokio::process::Command::new(AZURITE).arg("--version").output().await;
    if output.is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    Err("azurite is missing: npm ci --prefix examples/large-upload (it needs Node.js 20 or newer)"
        .into())
}

fn azurite(port: u16, directory: &Path) -> Command {
    let mut command = Command::new(AZURITE);
    command.arg("--location").arg(directory).args(["--blobPort", &port.to_string()]);
    // It knows the versions of its own time.
    command.args(["--skipApiVersionCheck", "--disableTelemetry", "--silent"]);
    command
}

/// A container's URL with a signature (SAS) of azurite's only account, whose key everybody knows.
fn signed_url(port: u16) -> Outcome<String> {
    const ACCOUNT: &str = "devstoreaccount1";
    const KEY: &str =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    let (permissions, until, version) = ("rwdlac", "2100-01-01T00:00:00Z", "2021-12-02");
    let text = format!("{ACCOUNT}\n{permissions}\nb\nsco\n\n{until}\n\nhttps,http\n{version}\n\n");
    let signature = hmac_sha256(&text, &Secret::new(KEY))?;
    let signature = signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    Ok(format!(
        "{}/{ACCOUNT}/{NAME}?sv={version}&ss=b&srt=sco&sp={permissions}&se={until}&spr=https,http&sig={signature}",
        address(port)
    ))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
