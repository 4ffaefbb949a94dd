//! A crate with a hundred annotated functions, each with a test that records: they run beside each other on the threads of one
//! process, or each in one of its own, on runtimes with one thread and with several.

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::time::Duration;

use reattempt::faults::Script;
use reattempt::{retry, testing};

macro_rules! functions {
    ($($tens:ident)+) => {$(
        mod $tens {
            functions!(@ones $tens one two three four five six seven eight nine ten);
        }
    )+};
    (@ones $tens:ident $($ones:ident)+) => {$(
        mod $ones {
            use super::super::*;

            thread_local! {
                static RUNS: Cell<u32> = const { Cell::new(0) };
            }

            #[retry(max_attempts = 6, initial_delay = 1h, max_delay = 24h)]
            async fn send(number: u32) -> io::Result<u32> {
                RUNS.set(RUNS.get() + 1);
                Ok(number)
            }

            #[retry(max_attempts = 6, initial_delay = 1h, max_delay = 24h)]
            fn receive() -> io::Result<u32> {
                Err(ErrorKind::TimedOut.into())
            }

            async fn sends_and_receives() {
                let recording = testing::record();
                recording.script(
                    concat!(stringify!($ones), "::send"),
                    Script::new().fail(|| io::Error::from(ErrorKind::ConnectionReset)).times(4),
                );
                assert_eq!(send(1).await.unwrap(), 1);
                assert_eq!(RUNS.get(), 1);
                assert_eq!(recording.attempts("send"), 5);
                assert!(receive().is_err());
                assert_eq!(recording.attempts(concat!(stringify!($tens), "::", stringify!($ones), "::receive")), 6);
                assert!(recording.delays("*").iter().sum::<Duration>() > Duration::from_secs(60));
                assert_eq!(recording.events().len(), 11);
            }

            #[tokio::test]
            async fn on_one_thread() {
                sends_and_receives().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
            async fn on_several() {
                sends_and_receives().await;
            }
        }
    )+};
}

functions! { zero ten twenty thirty forty fifty sixty seventy eighty ninety }
