//! Ten exports are sent to both stores, while these are killed and answers are lost.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use reattempt_servers::Fault;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::sync::{Notify, Semaphore};
use tokio::time::sleep;

use crate::batch::{Batch, Sent};
use crate::export::{self, Export};
use crate::progress::{Progress, Show};
use crate::service::{self, Kind, Service, What};
use crate::store::Store;
use crate::upload::Uploader;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Of each part but the last.
pub const PART: u64 = 5 * 1024 * 1024;

/// In bytes: empty, less than a part, exact multiples, and with a rest.
pub const SIZES: [u64; 10] = [
    0,
    1,
    1_000_000,
    PART,
    PART + 1,
    2 * PART - 1,
    2 * PART,
    3 * PART + 4321,
    4 * PART,
    5 * PART - 100_000,
];

/// Files that are to be stored. They go away with it.
#[derive(Debug)]
pub struct Exports {
    /// By size.
    pub paths: Vec<PathBuf>,
    directory: TempDir,
}

impl Exports {
    /// Of these sizes. No two parts of all of them have the same content.
    ///
    /// # Errors
    ///
    /// If the disk is full.
    pub fn of(sizes: &[u64]) -> Outcome<Exports> {
        let directory = tempfile::tempdir()?;
        let mut paths = Vec::new();
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        for (number, size) in sizes.iter().enumerate() {
            let size = usize::try_from(*size)?;
            let mut content = Vec::with_capacity(size + 8);
            while content.len() < size {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                content.extend_from_slice(&random.to_le_bytes());
            }
            content.truncate(size);
            let path = directory.path().join(format!("export-{}", number + 1));
            std::fs::write(&path, content)?;
            paths.push(path);
        }
        Ok(Exports { paths, directory })
    }

    /// They are as if they were written anew.
    ///
    /// # Errors
    ///
    /// If they are not there.
    pub fn touch(&self) -> Outcome {
        for path in &self.paths {
            File::options().append(true).open(path)?.set_modified(SystemTime::now())?;
        }
        Ok(())
    }

    /// What else is in their directory: notes of uploads that are not complete.
    ///
    /// # Errors
    ///
    /// If it can't be read.
    pub fn others(&self) -> Outcome<Vec<PathBuf>> {
        let entries = std::fs::read_dir(self.directory.path())?;
        let paths: Result<Vec<PathBuf>, _> =
            entries.map(|entry| entry.map(|entry| entry.path())).collect();
        Ok(paths?.into_iter().filter(|path| !self.paths.contains(path)).collect())
    }
}

/// What goes wrong meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The server is killed while parts are on their way, and started again.
    Killed,
    /// The answers to every third part, and to all that complete an object, are lost.
    LostAnswers,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    /// How many there are.
    pub files: usize,
    /// Of all files together.
    pub parts: u64,
    /// What all have together.
    pub bytes: u64,
    /// Attempts to send a part.
    pub sent_parts: u64,
    /// What these had in them.
    pub sent_bytes: u64,
    /// Attempts of all requests that were not the first.
    pub retries: u64,
    /// Files that the server had confirmed, and has forgotten when it was killed.
    pub forgotten: usize,
    /// Stored files whose hash is the file's.
    pub equal: usize,
    /// The bars that did not only grow, or did not end at the end.
    pub bad_bars: usize,
}

/// Sends all.
///
/// # Errors
///
/// If a file is not stored in the end.
pub async fn run(
    service: &Service,
    exports: &Exports,
    trouble: Trouble,
    show: &Show,
) -> Outcome<Report> {
    let mut report = Report { files: exports.paths.len(), ..Report::default() };
    let mut lost = 0;
    // One without faults costs nothing, and is not used.
    let proxy = service.proxy(move |request| {
        let is_lost = match request.what {
            What::Part => {
                lost += u32::from(request.is_first);
                request.is_first && lost % 3 == 0
            }
            What::Complete => request.is_first,
            _ => false,
        };
        is_lost.then_some(Fault::LoseAnswer)
    });
    let batch = match trouble {
        Trouble::Killed => Batch::new(service.store()?, &exports.paths, show)?,
        Trouble::LostAnswers => Batch::new(service.store_by(&proxy)?, &exports.paths, show)?,
    };
    let progress = batch.progress();
    let (sent, killed) = tokio::join!(batch.send(), async {
        match trouble {
            Trouble::Killed => kill_midway(service, &progress).await,
            Trouble::LostAnswers => Ok(()),
        }
    });
    killed?;
    report.add(sent)?;
    // A server that answers before it has written loses what it has confirmed. S3 and Azure don't; azurite does.
    let store = service.store()?;
    let mut again = Vec::new();
    for path in &exports.paths {
        let export = Export::look(path, PART).await?;
        report.parts += u64::from(*export.parts().end());
        report.bytes += export.length;
        if !store.is_there(&export).await? {
            again.push(path.clone());
        }
    }
    report.forgotten = again.len();
    report.add(Batch::new(service.store()?, &again, show)?.send().await)?;
    for path in &exports.paths {
        report.equal += usize::from(is_equal(&store, path).await?);
    }
    Ok(report)
}

impl Report {
    fn add(&mut self, sent: Vec<Sent>) -> Outcome {
        for sent in sent {
            sent.outcome?;
            let counts = sent.progress.counts();
            self.sent_parts += counts.parts;
            self.sent_bytes += counts.bytes;
            self.retries += counts.retries;
            let positions = sent.progress.positions();
            let grows = positions.is_sorted();
            let ends = positions.last().copied() == Some(sent.path.metadata()?.len());
            self.bad_bars += usize::from(!(grows && ends));
        }
        Ok(())
    }
}

/// Whether what is stored by the name of this file is what is in it.
///
/// # Errors
///
/// If one of them can't be read.
pub async fn is_equal(store: &Store, path: &Path) -> Outcome<bool> {
    let stored = store.download(&export::name(path)).await?;
    Ok(Sha256::digest(stored) == Sha256::digest(std::fs::read(path)?))
}

/// After a third of it. The server stays away until somebody has noticed.
async fn kill_midway(service: &Service, progress: &[Arc<Progress>]) -> Outcome {
    let confirmed = || progress.iter().map(|progress| progress.confirmed_parts()).sum::<usize>();
    let retries = || progress.iter().map(|progress| progress.counts().retries).sum::<u64>();
    until(|| confirmed() >= 9).await?;
    service.kill();
    until(|| retries() >= 3).await?;
    service.start_again().await
}

async fn until(mut is_so: impl FnMut() -> bool) -> Outcome {
    for _ in 0..10_000 {
        if is_so() {
            return Ok(());
        }
        sleep(Duration::from_millis(5)).await;
    }
    Err("it doesn't happen".into())
}

/// What two runs of the program sent, of which the first was killed.
#[derive(Debug)]
pub struct Resumed {
    /// Of the file.
    pub parts: u32,
    /// Those that the store had when the program had been killed.
    pub kept: usize,
    /// Those that the second run sent.
    pub sent: u32,
    /// Whether the stored file's hash is the file's.
    pub is_equal: bool,
}

/// The program is killed when it has begun to send the seventh part, and is started again.
///
/// # Errors
///
/// If the second run does not send it.
pub async fn kill_program(service: &Service, this: &Path) -> Outcome<Resumed> {
    const KEPT: u32 = 6;

    let exports = Exports::of(&[9 * PART + 77])?;
    let path = &exports.paths[0];
    let (parts, reached) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
    let (of_proxy, notify) = (Arc::clone(&parts), Arc::clone(&reached));
    // The proxy passes six parts on, also when the program is killed meanwhile.
    let proxy = service.proxy(move |request| {
        let is_too_many =
            request.what == What::Part && of_proxy.fetch_add(1, Ordering::SeqCst) >= KEPT;
        is_too_many.then(|| {
            notify.notify_one();
            Fault::Reset
        })
    });
    let mut program = program(service, proxy.port, this, path)?;
    let mut program = program.kill_on_drop(true).spawn()?;
    tokio::select! {
        () = reached.notified() => program.kill().await?,
        status = program.wait() => return Err(format!("it has ended before: {}", status?).into()),
    }
    let slots = Arc::new(Semaphore::new(1));
    let uploader = Uploader { store: service.store()?, part_size: PART, slots };
    let mut kept = 0;
    for _ in 0..1_000 {
        kept = uploader.begun(path).await?;
        if kept >= KEPT as usize {
            break;
        }
        sleep(Duration::from_millis(5)).await;
    }
    drop(proxy);

    let parts = Arc::new(AtomicU32::new(0));
    let of_proxy = Arc::clone(&parts);
    let proxy = service.proxy(move |request| {
        of_proxy.fetch_add(u32::from(request.what == What::Part), Ordering::SeqCst);
        None
    });
    let status = self::program(service, proxy.port, this, path)?.status().await?;
    if !status.success() {
        return Err(format!("the second run ended with {status}").into());
    }
    Ok(Resumed {
        parts: *Export::look(path, PART).await?.parts().end(),
        kept,
        sent: parts.load(Ordering::SeqCst),
        is_equal: is_equal(&uploader.store, path).await?,
    })
}

fn program(service: &Service, port: u16, this: &Path, export: &Path) -> Outcome<Command> {
    let mut command = Command::new(this);
    command.args(service.arguments(port)?).arg(export).stdout(Stdio::null());
    Ok(command)
}

/// What the program prints.
///
/// # Errors
///
/// If something fails that should not.
pub async fn show(this: &Path) -> Outcome {
    // Not only when S3 has had its turn.
    service::need_azurite().await?;
    let mut columns = Vec::new();
    let mut resumed = Vec::new();
    let exports = Exports::of(&SIZES)?;
    for (kind, name) in [(Kind::S3, "S3"), (Kind::Azurite, "Azure Blob")] {
        let service = Service::start(kind, this).await?;
        for trouble in [Trouble::Killed, Trouble::LostAnswers] {
            println!("Ten exports go to {name}, {}.", trouble.words());
            let show = match Show::here() {
                Show::Lines => Show::Nothing,
                show => show,
            };
            columns.push(run(&service, &exports, trouble, &show).await?);
            // Otherwise they would be found there.
            exports.touch()?;
        }
        resumed.push((name, kill_program(&service, this).await?));
    }
    println!();
    println!("{:44}{:>20}{:>24}", "", "S3", "Azure Blob");
    let heads = ["killed", "no answers", "killed", "no answers"];
    println!("{:44}{}", "", heads.map(|head| format!("{head:>12}")).concat());
    type Row = (&'static str, fn(&Report) -> String);
    let rows: [Row; 9] = [
        ("files", |report| report.files.to_string()),
        ("their parts", |report| report.parts.to_string()),
        ("parts that were sent", |report| report.sent_parts.to_string()),
        ("MB in the files", |report| megabytes(report.bytes)),
        ("MB that were sent", |report| megabytes(report.sent_bytes)),
        ("attempts of any request after the first", |report| report.retries.to_string()),
        ("stored files that the server has forgotten", |report| report.forgotten.to_string()),
        ("bars that ran backwards or past the end", |report| report.bad_bars.to_string()),
        ("stored files whose hash is the file's", |report| report.equal.to_string()),
    ];
    for (name, value) in rows {
        let values = columns.iter().map(|report| format!("{:>12}", value(report)));
        println!("{name:44}{}", values.collect::<String>());
    }
    println!();
    for (name, resumed) in resumed {
        let Resumed { parts, kept, sent, is_equal } = resumed;
        println!(
            "{name}: the program was killed when {kept} of {parts} parts were stored. Started again, it sent {sent}. Same hash: {is_equal}."
        );
    }
    Ok(())
}

impl Trouble {
    fn words(self) -> &'static str {
        match self {
            Trouble::Killed => "which is killed while parts are on their way",
            Trouble::LostAnswers => "which does what it is asked, and whose answers are lost",
        }
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}
