//! The commands of the guide that look into a log, run on a log. A test in a process of its own: `tracing` remembers for the whole
//! process whether anybody listens.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::process::Command;
use std::sync::Mutex;

use reattempt::{Scope, retry};

#[retry(name = "S3 upload")]
fn upload(fails: u32, calls: &mut u32) -> io::Result<()> {
    *calls += 1;
    if *calls <= fails { Err(ErrorKind::TimedOut.into()) } else { Ok(()) }
}

#[retry(max_attempts = 2)]
fn find() -> io::Result<()> {
    Err(ErrorKind::ConnectionReset.into())
}

#[test]
fn the_guides_commands_find_what_they_are_for() {
    let folder = std::env::temp_dir().join(format!("reattempt-log-recipes-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let log = File::create(folder.join("logs.txt")).unwrap();
    tracing_subscriber::fmt().with_writer(Mutex::new(log)).with_ansi(false).init();
    Scope::new().without_waits().run(|| {
        upload(0, &mut 0).unwrap();
        upload(1, &mut 0).unwrap();
        upload(2, &mut 0).unwrap();
        upload(3, &mut 0).unwrap_err();
        find().unwrap_err();
    });
    let page = fs::read_to_string("src/guide/coming_from/retryer.rs").unwrap();
    let (_, script) = page.split_once("//! ```sh\n").unwrap();
    let (script, _) = script.split_once("//! ```\n").unwrap();
    let commands: Vec<&str> = script
        .lines()
        .map(|line| line.trim_start_matches("//!").trim())
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let run = |command: &str| {
        let output =
            Command::new("sh").args(["-c", command]).current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{command}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let &[count, failed, most] = commands.as_slice() else { panic!("{commands:?}") };
    assert_eq!(run(count).trim(), "6");
    let failed = run(failed);
    assert_eq!(failed.lines().count(), 2, "{failed}");
    assert!(
        failed.contains("operation failed after 3 attempts operation=\"S3 upload\""),
        "{failed}"
    );
    let most: Vec<String> = run(most).lines().map(|line| line.trim().to_owned()).collect();
    assert_eq!(most, ["5 operation=\"S3 upload\"", "1 operation=\"log_recipes::find\""]);
    // Those of a log of the other retryer do as well.
    assert_eq!(run("grep \"retrying\" logs.txt | wc -l").trim(), "6");
    assert_eq!(run("grep \"failed after.*attempts\" logs.txt | wc -l").trim(), "2");
    fs::remove_dir_all(&folder).unwrap();
}
