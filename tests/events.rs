//! What is reported, as `tracing` shows it.

#![allow(clippy::items_after_statements, reason = "where they are used")]

#[path = "support/lines.rs"]
mod lines;
mod support;

use std::time::Duration;

use lines::{Lines, logged};
use reattempt::{Policy, Retryability, retry};
use support::{Failure, Work, ms, sleep, slept};

#[retry(max_attempts = 3, jitter = "none", sleep = sleep)]
fn fetch(work: &Work, retryability: Retryability) -> Result<u32, Failure> {
    work.call_or(retryability)
}

#[test]
fn success_at_once_says_nothing() {
    let lines = logged(|| fetch(&Work::failing(0), Retryability::transient()));
    assert_eq!(lines, [""; 0]);
}

#[test]
fn each_retry_and_the_recovery() {
    let lines = logged(|| fetch(&Work::failing(2), Retryability::transient()));
    assert_eq!(
        lines,
        [
            "WARN reattempt: operation failed, retrying operation=\"events::fetch\" attempt=1 \
             max_attempts=3 delay=100.0ms delay_ms=100.0 error=call 1 failed",
            "WARN reattempt: operation failed, retrying operation=\"events::fetch\" attempt=2 \
             max_attempts=3 delay=200.0ms delay_ms=200.0 error=call 2 failed",
            "INFO reattempt: operation succeeded after retry operation=\"events::fetch\" \
             attempt=3",
        ]
    );
    slept();
}

/// Without a timer of its own a function is one call of the runtime, which goes by the same rules.
#[test]
fn a_function_with_the_default_timer() {
    #[retry(max_attempts = 3, backoff = "none")]
    fn fetch(work: &Work, retryability: Retryability) -> Result<u32, Failure> {
        work.call_or(retryability)
    }
    #[retry(name = "fetch", backoff = "none", on(Failure { .. }))]
    fn by_pattern(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::permanent())
    }
    let retrying = |attempt: u32| {
        format!(
            "WARN reattempt: operation failed, retrying operation=\"events::fetch\" attempt={attempt} \
             max_attempts=3 delay=0s delay_ms=0.0 error=call {attempt} failed"
        )
    };
    let recovered =
        "INFO reattempt: operation succeeded after retry operation=\"events::fetch\" attempt=3";
    let transient = Retryability::transient();
    assert_eq!(logged(|| fetch(&Work::failing(0), transient)), [""; 0]);
    let lines = logged(|| fetch(&Work::failing(2), transient));
    assert_eq!(lines, [retrying(1), retrying(2), recovered.to_owned()]);
    let lines = logged(|| fetch(&Work::failing(9), transient));
    assert_eq!(lines[..2], [retrying(1), retrying(2)]);
    assert!(
        lines[2].starts_with("ERROR reattempt: operation failed after 3 attempts"),
        "{lines:?}"
    );
    let lines = logged(|| fetch(&Work::failing(9), Retryability::permanent()));
    assert_eq!(
        lines,
        ["DEBUG reattempt: operation failed, not retryable operation=\"events::fetch\" \
          attempt=1 reason=permanent error=call 1 failed"]
    );
    let lines = logged(|| by_pattern(&Work::failing(2)));
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[2].ends_with("operation=\"fetch\" attempt=3"), "{lines:?}");
}

#[test]
fn polling_is_no_failure() {
    #[retry(max_attempts = 2, jitter = "none", until = |call| *call > 1, sleep = sleep)]
    fn poll(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(
        logged(|| poll(&Work::failing(0))),
        [
            "DEBUG reattempt: operation not done yet, trying again operation=\"events::poll\" \
             attempt=1 max_attempts=2 delay=100.0ms delay_ms=100.0",
            "INFO reattempt: operation succeeded after retry operation=\"events::poll\" attempt=2",
        ]
    );
    #[retry(max_attempts = 2, name = "poll", until = |_| false, sleep = sleep)]
    fn in_vain(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let lines = logged(|| in_vain(&Work::failing(0)));
    let last = "WARN reattempt: operation not done after 2 attempts operation=\"poll\" attempt=2 \
                reason=attempts failing_for=";
    assert!(lines[1].starts_with(last), "{lines:?}");
    slept();
}

#[test]
fn the_name_may_be_a_constant() {
    const NAME: &str = "constant";
    const LIMIT: u32 = 4;
    struct Named;
    impl Named {
        const NAME: &str = "associated";

        #[retry(name = Self::NAME, on = |_| false)]
        fn associated(work: &Work) -> Result<u32, Failure> {
            work.call()
        }

        #[retry(name = Self::NAME, backoff = [1ms, 2ms], on = |_| false)]
        fn with_a_list(work: &Work) -> Result<u32, Failure> {
            work.call()
        }

        #[retry(name = Self::NAME, max_attempts = LIMIT, until = |_| true, on = |_| false)]
        fn with_a_constant(work: &Work) -> Result<u32, Failure> {
            work.call()
        }
    }
    #[retry(name = NAME, on = |_| false)]
    fn constant(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert!(logged(|| constant(&Work::failing(1)))[0].contains("operation=\"constant\""));
    for function in [Named::associated, Named::with_a_list, Named::with_a_constant] {
        let lines = logged(|| function(&Work::failing(1)));
        assert!(lines[0].contains("operation=\"associated\""), "{lines:?}");
    }
}

#[test]
fn what_must_not_be_done_twice_says_so() {
    #[retry(idempotent = false, sleep = sleep)]
    fn pay(work: &Work) -> Result<u32, Failure> {
        work.call_or(Retryability::transient())
    }
    let lines = logged(|| pay(&Work::failing(1)));
    assert_eq!(
        lines,
        ["WARN reattempt: operation failed, not retried because it may have been applied \
          operation=\"events::pay\" attempt=1 reason=not_idempotent error=call 1 failed"]
    );
}

#[retry(on = |failure| failure.call < 2, sleep = sleep)]
fn permanent_later(work: &Work) -> Result<u32, Failure> {
    work.call()
}

#[test]
fn giving_up_says_why() {
    let lines = logged(|| fetch(&Work::failing(9), Retryability::transient()));
    let [_, _, last] = &lines[..] else { panic!("{lines:#?}") };
    assert!(
        last.starts_with(
            "ERROR reattempt: operation failed after 3 attempts operation=\"events::fetch\" \
             attempt=3 reason=attempts failing_for="
        ),
        "{last}"
    );
    assert!(last.ends_with(" error=call 3 failed"), "{last}");

    let hint = Retryability::throttled().after(Duration::MAX);
    let lines = logged(|| fetch(&Work::failing(9), hint));
    assert_eq!(
        lines,
        ["ERROR reattempt: operation failed after 1 attempt operation=\"events::fetch\" \
          attempt=1 reason=hint_too_long error=call 1 failed"]
    );

    let lines = logged(|| permanent_later(&Work::failing(9)));
    assert!(lines[1].contains("after 2 attempts"), "{lines:#?}");
    assert!(lines[1].contains("reason=permanent"), "{lines:#?}");
}

#[test]
fn a_policy_of_one_attempt_is_no_alarm_either() {
    #[retry(policy = policy, sleep = sleep)]
    fn fetch(work: &Work, policy: Policy) -> Result<u32, Failure> {
        work.call()
    }
    let switched_off = Policy::builder().max_attempts(1).build().unwrap();
    let lines = logged(|| fetch(&Work::failing(9), switched_off));
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("DEBUG"), "{lines:#?}");
}

#[test]
fn a_permanent_error_is_no_alarm() {
    let lines = logged(|| fetch(&Work::failing(9), Retryability::permanent()));
    assert_eq!(
        lines,
        ["DEBUG reattempt: operation failed, not retryable operation=\"events::fetch\" \
          attempt=1 reason=permanent error=call 1 failed"]
    );
}

#[test]
fn the_time_taken_is_that_of_tokios_clock() {
    #[retry(max_attempts = 4, jitter = "none")]
    async fn fetch(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let lines = logged(|| {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(fetch(&Work::failing(9))).unwrap_err();
    });
    assert!(lines[3].contains(" failing_for=700.0ms failing_for_ms=700.0 "), "{lines:#?}");
}

#[test]
fn the_name_can_be_given_and_arguments_are_never_logged() {
    #[retry(name = "greet", max_attempts = 2, jitter = "none", sleep = sleep)]
    fn greet(password: &str) -> Result<usize, Failure> {
        let _ = password.len();
        Work::failing(9).call().map(|call| call as usize)
    }
    let lines = logged(|| greet("s3cret"));
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.contains("operation=\"greet\"")), "{lines:#?}");
    assert!(!lines.concat().contains("s3cret"), "{lines:#?}");
}

#[test]
fn an_error_without_display_shows_its_type_and_not_its_content() {
    #[derive(Debug)]
    struct Secretive(#[allow(dead_code, reason = "it would show in `Debug`")] &'static str);

    #[retry(max_attempts = 2, on = |_| true, sleep = sleep)]
    fn fetch() -> Result<(), Secretive> {
        Err(Secretive("s3cret"))
    }
    let lines = logged(fetch);
    assert!(lines[0].contains("Secretive"), "{lines:#?}");
    assert!(!lines.concat().contains("s3cret"), "{lines:#?}");
}

#[test]
fn the_logged_delay_is_the_one_that_is_waited() {
    #[retry(max_attempts = 4, sleep = sleep)]
    fn fetch(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    slept();
    let lines = logged(|| fetch(&Work::failing(3)));
    let waits = slept();
    assert_eq!((lines.len(), waits.len()), (4, 3));
    for (line, wait) in lines.iter().zip(waits) {
        assert!(line.contains(&format!(" delay={wait:.1?} ")), "{line} {wait:?}");
        assert!(wait < ms(1000));
    }
}

/// An error with a source, which it doesn't show itself.
#[derive(Debug, thiserror::Error)]
#[error("request failed")]
struct Request(#[source] std::io::Error);

/// One that shows it.
#[derive(Debug, thiserror::Error)]
#[error("upload failed: {0}")]
struct Upload(#[source] Request);

fn refused() -> std::io::Error {
    std::io::Error::from(std::io::ErrorKind::ConnectionRefused)
}

#[test]
fn the_whole_chain_of_sources_shows_and_nothing_of_it_twice() {
    #[retry(on = |_| false)]
    fn request() -> Result<(), Request> {
        Err(Request(refused()))
    }
    #[retry(on = |_| false)]
    fn upload() -> Result<(), Upload> {
        Err(Upload(Request(refused())))
    }
    #[retry]
    fn boxed() -> Result<(), Box<dyn std::error::Error>> {
        Err(Box::new(Upload(Request(std::io::ErrorKind::NotFound.into()))))
    }
    let lines = logged(request);
    assert!(lines[0].ends_with("error=request failed: connection refused"), "{lines:?}");
    let lines = logged(upload);
    let end = "error=upload failed: request failed: connection refused";
    assert!(lines[0].ends_with(end), "{lines:?}");
    let lines = logged(boxed);
    let end = "error=upload failed: request failed: entity not found";
    assert!(lines[0].ends_with(end), "{lines:?}");
}

#[test]
fn the_event_says_what_decided() {
    type Boxed = Box<dyn std::error::Error + Send + Sync>;
    #[retry(backoff = "none", max_attempts = 2)]
    fn by_type() -> Result<(), Boxed> {
        Err(Box::new(Request(refused())))
    }
    #[retry]
    fn unknown() -> Result<(), Boxed> {
        Err("connection reset by peer".into())
    }
    #[retry(on = reattempt::detect::message, backoff = "none", max_attempts = 2)]
    fn by_words() -> Result<(), String> {
        Err("503 Service Unavailable".into())
    }
    #[retry(on = reattempt::detect::message, backoff = "none", max_attempts = 2)]
    fn by_phrase() -> Result<(), String> {
        Err("read: connection reset by peer".into())
    }
    let lines = logged(by_type);
    assert!(lines[0].contains(" classified_by=std::io::Error error="), "{lines:?}");
    let lines = logged(unknown);
    assert!(
        lines[0].starts_with("DEBUG") && lines[0].contains(" reason=unclassified error="),
        "{lines:?}"
    );
    assert!(logged(by_words)[0].contains(" classified_by=\"an HTTP status\" error="));
    assert!(logged(by_phrase)[0].contains(" classified_by=\"connection reset\" error="));
}

#[test]
fn an_unlimited_call_names_no_number() {
    #[retry(max_attempts = unlimited, jitter = "none", sleep = sleep)]
    fn fetch(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let lines = logged(|| fetch(&Work::failing(1)));
    let expected = "WARN reattempt: operation failed, retrying operation=\"events::fetch\" \
                    attempt=1 delay=100.0ms delay_ms=100.0 error=call 1 failed";
    assert_eq!(lines[0], expected);
    slept();
}

/// What was read of one call's settings is kept for the next, while the first is still being told about.
#[test]
fn calls_within_the_telling_of_another_keep_to_their_own_settings() {
    #[retry(max_attempts = 2, backoff = "none")]
    fn inner(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[derive(Debug)]
    struct Chatty;
    impl std::fmt::Display for Chatty {
        fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            let error = inner(&Work::failing(9)).unwrap_err();
            write!(formatter, "{} inner calls", error.call)
        }
    }
    #[retry(max_attempts = 4, backoff = "none", on(_))]
    fn outer() -> Result<u32, Chatty> {
        Err(Chatty)
    }
    let lines = logged(|| {
        inner(&Work::failing(9)).unwrap_err();
        outer().unwrap_err();
        inner(&Work::failing(9)).unwrap_err();
    });
    let of = |name: &str| lines.iter().filter(|line| line.contains(name)).count();
    assert_eq!(of("::outer\""), 4, "{lines:#?}");
    assert_eq!(of("error=2 inner calls"), 4, "{lines:#?}");
    let last = &lines[lines.len() - 1];
    assert!(last.contains("::inner\" attempt=2 "), "{last}");
}

#[tokio::test(start_paused = true)]
async fn a_limit_in_time_is_a_reason() {
    #[retry(max_attempts = unlimited, max_elapsed = 250ms, jitter = "none")]
    async fn elapsed(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(max_attempts = unlimited, deadline = 250ms, attempt_timeout = 100ms, jitter = "none")]
    async fn deadline(work: &Work) -> std::io::Result<u32> {
        let _ = work.call();
        std::future::pending().await
    }
    #[retry(max_attempts = 5, cancel = async {})]
    async fn cancelled(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let lines = Lines::default();
    let guard = tracing::subscriber::set_default(lines.subscriber());
    elapsed(&Work::failing(9)).await.unwrap_err();
    deadline(&Work::failing(9)).await.unwrap_err();
    cancelled(&Work::failing(9)).await.unwrap_err();
    drop(guard);
    let text = lines.all().join("\n");
    for expected in [
        "elapsed\" attempt=2 reason=elapsed failing_for=100.0ms",
        "delay=100.0ms delay_ms=100.0 error=the attempt took longer than 100ms",
        "reason=deadline failing_for=150.0ms failing_for_ms=150.0 error=the deadline passed 50ms into the attempt",
        "operation failed after 1 attempt operation=\"events::cancelled\" attempt=1 reason=cancelled",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

/// A session that held, and then ended for good, is the end of a call that was retried.
#[tokio::test(start_paused = true)]
async fn a_count_that_began_anew_is_not_the_beginning_of_the_call() {
    #[retry(max_attempts = unlimited, reset_after = 60s, jitter = "none")]
    async fn session(work: &Work) -> Result<u32, Failure> {
        if work.calls() == 2 {
            tokio::time::sleep(Duration::from_secs(90)).await;
            return work.call_or(Retryability::permanent());
        }
        work.call()
    }
    let lines = Lines::default();
    let guard = tracing::subscriber::set_default(lines.subscriber());
    session(&Work::failing(9)).await.unwrap_err();
    drop(guard);
    let lines = lines.all();
    assert!(
        lines[2].starts_with("ERROR reattempt: operation failed after 1 attempt "),
        "{lines:#?}"
    );
}
