//! What is stored in the end, although servers and the program were killed, and answers were lost.

use std::error::Error;
use std::fs;
use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::SystemTime;

use large_upload::azure::Container;
use large_upload::batch::Batch;
use large_upload::command;
use large_upload::error::UploadError;
use large_upload::export::Export;
use large_upload::progress::{Progress, Show};
use large_upload::s3::Bucket;
use large_upload::s3_server;
use large_upload::service::{Kind, Service, What};
use large_upload::store::Store;
use large_upload::story::{Exports, PART, SIZES, Trouble, is_equal, kill_program, run};
use large_upload::upload::Uploader;
use reattempt::{Retryable as _, Scope, testing};
use reattempt_servers::{Fault, Proxy};
use tokio::sync::Semaphore;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

fn this() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_large-upload"))
}

fn uploader(store: Store) -> Uploader {
    Uploader { store, part_size: PART, slots: Arc::new(Semaphore::new(3)) }
}

fn nobody() -> Bucket {
    Bucket::new(s3_server::configuration("http://127.0.0.1:9"), "exports")
}

fn progress() -> Arc<Progress> {
    Arc::new(Progress::new("", 0, &Show::Nothing))
}

/// Ten files, in both kinds of trouble.
async fn ten_files(kind: Kind) -> Outcome {
    let service = Service::start(kind, this()).await?;
    let exports = Exports::of(&SIZES)?;
    for trouble in [Trouble::Killed, Trouble::LostAnswers] {
        let report = run(&service, &exports, trouble, &Show::Nothing).await?;
        assert_eq!((report.files, report.equal), (10, 10), "{report:?}");
        assert_eq!(report.bad_bars, 0, "{report:?}");
        assert!(report.sent_parts > report.parts, "some are sent again: {report:?}");
        if trouble == Trouble::LostAnswers {
            // 7 of the 23 parts, and all ten that completed an object.
            assert_eq!((report.sent_parts, report.retries), (23 + 7, 7 + 10), "{report:?}");
            assert_eq!(report.forgotten, 0, "{report:?}");
        } else {
            assert!(report.retries >= 3, "{report:?}");
        }
        assert_eq!(exports.others()?, Vec::<&Path>::new(), "no note is left");
        exports.touch()?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_files_are_in_s3_although_it_is_killed_and_answers_are_lost() -> Outcome {
    ten_files(Kind::S3).await
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_files_are_in_azure_although_it_is_killed_and_answers_are_lost() -> Outcome {
    ten_files(Kind::Azurite).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_was_killed_sends_what_is_missing() -> Outcome {
    for kind in [Kind::S3, Kind::Azurite] {
        let service = Service::start(kind, this()).await?;
        let resumed = kill_program(&service, this()).await?;
        assert_eq!((resumed.parts, resumed.kept, resumed.sent), (10, 6, 4), "{kind:?}");
        assert!(resumed.is_equal, "{kind:?}");
    }
    Ok(())
}

/// What goes wrong with the parts after the first two, and with what is asked afterwards.
async fn interrupted(
    service: &Service,
    path: &Path,
    fault: impl Fn() -> Option<Fault> + Send + 'static,
) -> Outcome<(UploadError, u32, u32)> {
    let (parts, aborts) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (of_parts, of_aborts) = (Arc::clone(&parts), Arc::clone(&aborts));
    let proxy = service.proxy(move |request| {
        if request.what == What::Abort {
            of_aborts.fetch_add(1, Ordering::SeqCst);
        }
        let is_part = request.what == What::Part;
        (is_part && of_parts.fetch_add(1, Ordering::SeqCst) >= 2).then(&fault).flatten()
    });
    let uploader =
        Uploader { slots: Arc::new(Semaphore::new(1)), ..uploader(service.store_by(&proxy)?) };
    let upload = uploader.upload(path, progress());
    let sent = Scope::new().without_waits().run_async(upload).await;
    let error = sent.err().ok_or("it is sent")?;
    Ok((error, parts.load(Ordering::SeqCst), aborts.load(Ordering::SeqCst)))
}

const DENIED: (u16, &str) = (403, "<Error><Code>AccessDenied</Code></Error>");
const EXPIRED: (u16, &str) = (400, "<Error><Code>ExpiredToken</Code></Error>");

fn answer((status, body): (u16, &str)) -> Fault {
    Fault::Answer(status, body.to_owned())
}

/// A proxy that counts these requests, and that answers them in place of the server.
fn counted(
    service: &Service,
    which: impl Fn(What) -> bool + Send + 'static,
    says: Option<(u16, &'static str)>,
) -> (Proxy, Arc<AtomicU32>) {
    let count = Arc::new(AtomicU32::new(0));
    let of_proxy = Arc::clone(&count);
    let proxy = service.proxy(move |request| {
        if !which(request.what) {
            return None;
        }
        of_proxy.fetch_add(1, Ordering::SeqCst);
        says.map(answer)
    });
    (proxy, count)
}

/// The store has two of the four parts, there is a note, and the next run sends the other two.
async fn continued(service: &Service, exports: &Exports) -> Outcome {
    let path = &exports.paths[0];
    assert_eq!(uploader(service.store()?).begun(path).await?, 2);
    assert_eq!(exports.others()?.len(), 1, "the note");
    let progress = progress();
    uploader(service.store()?).upload(path, Arc::clone(&progress)).await?;
    assert_eq!(progress.counts().parts, 2);
    assert!(is_equal(&service.store()?, path).await?);
    assert!(exports.others()?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_stays_and_the_next_run_continues_it() -> Outcome {
    let service = Service::start(Kind::S3, this()).await?;
    let exports = Exports::of(&[4 * PART])?;
    let path = &exports.paths[0];

    let (error, parts, aborts) = interrupted(&service, path, || Some(answer(DENIED))).await?;
    assert!(matches!(error, UploadError::S3(_)), "{error:?}");
    assert_eq!((parts, aborts), (3, 0), "the third part is refused once");
    continued(&service, &exports).await?;

    exports.touch()?;
    let (error, parts, aborts) = interrupted(&service, path, || Some(Fault::Reset)).await?;
    assert!(error.retryability().is_retryable(), "{error:?}");
    assert_eq!((parts, aborts), (2 + 20, 0), "the third part makes twenty attempts");

    // The credential expires: not even the list of the parts comes back.
    let (expired, asked) = counted(&service, |_| true, Some(EXPIRED));
    let sent = uploader(service.store_by(&expired)?).upload(path, progress()).await;
    assert!(matches!(sent, Err(UploadError::S3(_))), "{sent:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 1, "it is not asked again");
    continued(&service, &exports).await?;

    // And one more finds that it is there.
    let progress = self::progress();
    uploader(service.store()?).upload(path, Arc::clone(&progress)).await?;
    assert_eq!(progress.counts().parts, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_has_changed_is_sent_anew() -> Outcome {
    for kind in [Kind::S3, Kind::Azurite] {
        let service = Service::start(kind, this()).await?;
        let exports = Exports::of(&[4 * PART])?;
        let path = &exports.paths[0];
        interrupted(&service, path, || Some(Fault::Reset)).await?;
        assert_eq!(uploader(service.store()?).begun(path).await?, 2);

        let mut content = fs::read(path)?;
        content.reverse();
        fs::write(path, content)?;
        let progress = progress();
        let (proxy, aborts) = counted(&service, |what| what == What::Abort, None);
        uploader(service.store_by(&proxy)?).upload(path, Arc::clone(&progress)).await?;
        let expected = u32::from(kind == Kind::S3);
        assert_eq!(aborts.load(Ordering::SeqCst), expected, "the old parts are removed");
        assert_eq!(progress.counts().parts, 4, "none of the old parts is used");
        assert!(is_equal(&service.store()?, path).await?);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_changes_while_it_is_sent_is_not_stored() -> Outcome {
    let service = Service::start(Kind::S3, this()).await?;
    let exports = Exports::of(&[4 * PART])?;
    let path = exports.paths[0].clone();
    for shorter in [false, true] {
        let changed = path.clone();
        let proxy = service.proxy(move |request| {
            if request.what == What::Part && request.is_first {
                let length = if shorter { PART } else { 4 * PART };
                let file = fs::File::options().write(true).open(&changed);
                let changes = file.and_then(|file| {
                    file.set_len(length)?;
                    file.set_modified(SystemTime::now())
                });
                changes.expect("it is the test's own");
            }
            None
        });
        let uploader =
            Uploader { slots: Arc::new(Semaphore::new(1)), ..uploader(service.store_by(&proxy)?) };
        let recording = testing::record();
        let sent = uploader.upload(&path, progress()).await;
        // The file's end comes as `UnexpectedEof`, which is worth another attempt in a connection.
        assert!(matches!(sent, Err(UploadError::Changed)), "{sent:?}");
        assert_eq!(recording.attempts("send"), 1);
        let export = Export::look(&path, PART).await?;
        assert!(!service.store()?.is_there(&export).await?);
        assert!(exports.others()?.is_empty());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_note_stays_until_the_parts_are_gone() -> Outcome {
    let service = Service::start(Kind::S3, this()).await?;
    let exports = Exports::of(&[4 * PART])?;
    let path = &exports.paths[0];
    // It is changed while it is sent, and the parts can't be removed.
    let (changed, is_touched) = (path.clone(), AtomicBool::new(false));
    let (proxy, aborts) = counted(
        &service,
        move |what| {
            if what == What::Part && !is_touched.swap(true, Ordering::SeqCst) {
                let file = fs::File::options().write(true).open(&changed);
                let changes = file.and_then(|file| file.set_modified(SystemTime::now()));
                changes.expect("it is the test's own");
            }
            what == What::Abort
        },
        Some(DENIED),
    );
    let sent = uploader(service.store_by(&proxy)?).upload(path, progress()).await;
    assert!(matches!(sent, Err(UploadError::Changed)), "{sent:?}");
    assert_eq!(aborts.load(Ordering::SeqCst), 1);
    assert_eq!(exports.others()?.len(), 1, "the note of the old parts");

    let sent = uploader(service.store_by(&proxy)?).upload(path, progress()).await;
    assert!(matches!(sent, Err(UploadError::S3(_))), "{sent:?}");
    assert_eq!(aborts.load(Ordering::SeqCst), 2);
    assert_eq!(exports.others()?.len(), 1, "no other has taken its place");

    let (proxy, aborts) = counted(&service, |what| what == What::Abort, None);
    uploader(service.store_by(&proxy)?).upload(path, progress()).await?;
    assert_eq!(aborts.load(Ordering::SeqCst), 1, "now they are removed");
    assert!(is_equal(&service.store()?, path).await?);
    assert!(exports.others()?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_no_note_names_is_removed() -> Outcome {
    let service = Service::start(Kind::S3, this()).await?;
    let exports = Exports::of(&[4 * PART])?;
    let path = &exports.paths[0];
    // The note is written by this name first.
    fs::create_dir(path.with_file_name("export-1.s3-exports.upload.new"))?;
    let is_either = |what| matches!(what, What::Begin | What::Abort);
    let (proxy, begins_and_aborts) = counted(&service, is_either, None);
    let progress = progress();
    let sent = uploader(service.store_by(&proxy)?).upload(path, Arc::clone(&progress)).await;
    assert!(matches!(sent, Err(UploadError::File(_))), "{sent:?}");
    assert_eq!(begins_and_aborts.load(Ordering::SeqCst), 2);
    assert_eq!(progress.counts().parts, 0);
    Ok(())
}

#[tokio::test]
async fn two_files_of_one_name_are_not_sent() -> Outcome {
    let directory = tempfile::tempdir()?;
    let mut paths = Vec::new();
    for name in ["a", "b"] {
        fs::create_dir(directory.path().join(name))?;
        paths.push(directory.path().join(name).join("export.csv"));
        fs::write(&paths[paths.len() - 1], name)?;
    }
    let store = uploader(Store::S3(nobody())).store;
    let refused = Batch::new(store, &paths, &Show::Nothing).err().ok_or("it is sent")?;
    let words = refused.to_string();
    assert!(words.contains("a/export.csv") && words.contains("b/export.csv"), "{words}");
    Ok(())
}

/// Nothing of it is sent, or written to the disk.
#[tokio::test]
async fn a_very_large_file_has_no_more_parts_than_a_store_takes() -> Outcome {
    let file = tempfile::NamedTempFile::new()?;
    let limit = 10_000 * PART;
    for length in [0, 1, PART, limit - 1, limit, limit + 1, 3 * limit + 17, 5_000_000_000_000] {
        file.as_file().set_len(length)?;
        let export = Export::look(file.path(), PART).await?;
        let sizes: Vec<u64> = export.parts().map(|number| export.size(number)).collect();
        assert!(sizes.len() <= 10_000, "{length} bytes have {} parts", sizes.len());
        assert_eq!(sizes.iter().sum::<u64>(), length);
        let (last, others) = sizes.split_last().ok_or("there is one part at least")?;
        assert!(others.iter().all(|size| *size == export.part_size), "{length}");
        assert!(*last > 0 || length == 0, "{length}");
        assert_eq!(export.part_size == PART, length <= limit, "{length}");
        // Whoever goes on has the same parts.
        assert_eq!(Export::look(file.path(), PART).await?.identity(), export.identity());
        export.check().await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_program_says_what_is_missing() -> Outcome {
    // There is no Node.js.
    let output = tokio::process::Command::new(this()).env("PATH", "").output().await?;
    assert_eq!(
        String::from_utf8(output.stderr)?,
        "azurite is missing: npm ci --prefix examples/large-upload (it needs Node.js 20 or newer)\n"
    );
    assert!(output.stdout.is_empty() && !output.status.success(), "nothing has begun");
    let refused = command::run(&["s3", "https://s3.amazonaws.com", "exports"]).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("without TLS")));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_errors_are_permanent_and_the_networks_are_not() -> Outcome {
    for kind in [ErrorKind::TimedOut, ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset] {
        assert!(UploadError::Network(kind.into()).retryability().is_retryable(), "{kind:?}");
        assert!(!UploadError::File(kind.into()).retryability().is_retryable(), "{kind:?}");
    }
    let permission = UploadError::Network(io::ErrorKind::PermissionDenied.into());
    assert!(!permission.retryability().is_retryable());

    // No server is asked.
    let missing = [Path::new("no-such-export").to_owned()];
    let sent = Batch::new(Store::S3(nobody()), &missing, &Show::Nothing)?.send().await;
    assert!(
        matches!(&sent[0].outcome, Err(UploadError::File(error)) if error.kind() == ErrorKind::NotFound)
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_signature_in_the_url_is_in_no_log() -> Outcome {
    let nobody = Container::new("http://127.0.0.1:9/account/exports?sig=SECRET")?;
    let exports = Exports::of(&[1])?;
    let upload = uploader(Store::Azure(nobody));
    let upload = upload.upload(&exports.paths[0], progress());
    let error = Scope::new().max_attempts(1).run_async(upload).await.err();
    let error = error.ok_or("nobody is there")?;
    assert!(error.to_string().contains("Connection refused"), "{error}");
    assert!(error.retryability().is_retryable(), "what it hides is asked all the same");
    assert!(!format!("{error:?}").contains("SECRET"), "{error:?}");
    let mut next: Option<&dyn Error> = Some(&error);
    while let Some(error) = next {
        assert!(!error.to_string().contains("SECRET"), "{error}");
        next = error.source();
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_ends_also_in_a_panic() -> Outcome {
    let service = Service::start(Kind::S3, this()).await?;
    let port = service.port();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    let panicked = tokio::spawn(async move {
        let _service = service;
        panic!("as a failed test does");
    });
    assert!(panicked.await.is_err());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    Ok(())
}
