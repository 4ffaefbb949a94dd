//! Events as records of the crate `log`, by `tracing`'s feature of that name, where no `tracing`
//! subscriber listens. A process of its own: a logger is there for good.

mod support;

use std::sync::Mutex;

use log::{LevelFilter, Log, Metadata, Record};
use reattempt::retry;
use support::{Failure, Work, sleep, slept};

static RECORDS: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Recorder;

impl Log for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "reattempt"
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            RECORDS.lock().unwrap().push(format!("{} {}", record.level(), record.args()));
        }
    }

    fn flush(&self) {}
}

#[retry(jitter = "none", name = "work", sleep = sleep)]
fn call(work: &Work) -> Result<u32, Failure> {
    work.call()
}

#[test]
fn they_show_without_a_subscriber() {
    log::set_logger(&Recorder).unwrap();
    log::set_max_level(LevelFilter::Trace);
    assert_eq!(call(&Work::failing(1)), Ok(2));
    slept();
    let records = RECORDS.lock().unwrap();
    let [retrying, succeeded] = records.as_slice() else { panic!("{records:?}") };
    let retrying: Vec<&str> = retrying.split_whitespace().collect();
    assert_eq!(&retrying[..4], ["WARN", "operation", "failed,", "retrying"]);
    for field in ["operation=\"work\"", "attempt=1", "max_attempts=3", "delay=100.0ms"] {
        assert!(retrying.contains(&field), "{retrying:?}");
    }
    assert!(succeeded.starts_with("INFO operation succeeded after retry"), "{succeeded}");
}
