//! Errors that are boxed, or only text.

use std::cell::Cell;
use std::error::Error;
use std::{fmt, io};

use reattempt::{MarkError as _, Marked, RetryKind, Retryability, Retryable, detect, retry};

type Boxed = Box<dyn Error + Send + Sync>;

/// An error of a type that nobody knows, around another.
#[derive(Debug)]
struct Opaque(&'static str, Option<Boxed>);

impl fmt::Display for Opaque {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl Error for Opaque {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|source| -> &(dyn Error + 'static) { source })
    }
}

fn around(source: impl Into<Boxed>) -> Opaque {
    Opaque("it failed", Some(source.into()))
}

/// An error is marked on its way into a box or a report.
#[test]
fn a_result_is_marked_in_passing() {
    fn refused() -> io::Result<u32> {
        Err(io::ErrorKind::ConnectionRefused.into())
    }

    fn garbled() -> Result<u32, std::num::ParseIntError> {
        "five".parse()
    }

    #[retry(backoff = "none")]
    fn boxed(calls: &Cell<u32>, is_permanent: bool) -> Result<u32, Boxed> {
        calls.set(calls.get() + 1);
        if is_permanent { Ok(refused().permanent()?) } else { Ok(garbled().transient()?) }
    }

    #[retry(backoff = "none")]
    fn reported(calls: &Cell<u32>, is_permanent: bool) -> anyhow::Result<u32> {
        calls.set(calls.get() + 1);
        let report = || anyhow::Error::from(refused().unwrap_err()).context("connecting");
        if is_permanent {
            Err::<u32, _>(report()).permanent()?;
        }
        Ok(garbled().mark(Retryability::throttled().after(std::time::Duration::ZERO))?)
    }

    let calls = Cell::new(0);
    assert_eq!(boxed(&calls, true).unwrap_err().to_string(), "connection refused");
    assert_eq!(calls.take(), 1);
    boxed(&calls, false).unwrap_err();
    assert_eq!(calls.take(), 3);
    assert_eq!(
        format!("{:#}", reported(&calls, true).unwrap_err()),
        "connecting: connection refused"
    );
    assert_eq!(calls.take(), 1);
    reported(&calls, false).unwrap_err();
    assert_eq!(calls.take(), 3);
    assert_eq!(Ok::<_, Boxed>(5).permanent().unwrap(), 5);
}

#[test]
fn messages_are_matched_by_whole_words() {
    use RetryKind::{Permanent, Throttled, Transient};
    for (message, kind) in [
        ("connection refused", Transient),
        ("dial tcp 127.0.0.1:80: connect: connection refused", Transient),
        ("Connection reset by peer", Transient),
        ("connection timeout", Transient),
        ("network unreachable", Transient),
        ("connect: network is unreachable", Transient),
        ("lookup example.test: no such host", Transient),
        ("net/http: TLS handshake timeout", Transient),
        ("read: i/o timeout", Transient),
        ("write: broken pipe", Transient),
        ("unexpected EOF", Transient),
        ("500 Internal Server Error", Transient),
        ("502 Bad Gateway", Transient),
        ("503 Service Unavailable", Throttled),
        ("504 Gateway Timeout", Transient),
        ("429 Too Many Requests", Throttled),
        ("api error RequestTimeout: slow", Transient),
        ("ServiceUnavailable", Throttled),
        ("InternalError: we encountered an internal error", Transient),
        ("SlowDown: please reduce your request rate", Throttled),
        ("ThrottlingException: Rate exceeded", Throttled),
        ("RequestLimitExceeded", Throttled),
        ("ProvisionedThroughputExceededException", Throttled),
        ("TransactionInProgressException", Throttled),
        ("TooManyRequests", Throttled),
        ("status code: 503", Throttled),
        ("HTTP/1.1 502 upstream", Transient),
        ("Server returned non-2xx status code: 500 Internal Server Error: oops", Transient),
        ("database is locked", Transient),
        ("HTTP 400: ThrottlingException: Rate exceeded", Throttled),
        ("Rate exceeded (Status Code: 400; Error Code: Throttling)", Throttled),
        ("HTTP status server error (503 Service Unavailable) for url (http://x/)", Throttled),
        (
            "error sending request for url (http://bank/payments/429): operation timed out",
            Transient,
        ),
        ("POST https://pay/orders/404 failed: connection reset by peer", Transient),
        ("error (https://localhost:443/): connection refused", Transient),
        ("the pool has timed out: too many tasks", Transient),
        ("upstream certificate service: connection reset by peer", Transient),
        // What is not worth it, or nothing that is known.
        ("geofence", Permanent),
        ("EOFException", Permanent),
        ("timeouts_total is not a metric", Permanent),
        ("processed 503 rows", Permanent),
        ("query returned 429 rows, expected 1", Permanent),
        ("exit status: 421", Permanent),
        ("exit_status: 429", Permanent),
        ("substatus 503", Permanent),
        ("Incorrect password, please try again", Permanent),
        ("missing field `timeout` at line 1 column 2", Permanent),
        ("invalid value for --timeout", Permanent),
        ("EOF while parsing a value at line 1 column 0", Permanent),
        ("404 Not Found", Permanent),
        ("NoSuchKey: the key does not exist", Permanent),
        ("file not found", Permanent),
        ("403: access denied", Permanent),
        ("status 400: timeout must be positive", Permanent),
        ("validation error: timeout", Permanent),
        ("the certificate has expired: connection reset", Permanent),
        ("", Permanent),
    ] {
        let said = detect::message(message);
        assert_eq!(said.kind(), kind, "{message:?}");
        assert!(!said.is_not_applied(), "words don't say that: {message:?}");
        let boxed: Boxed = message.into();
        assert_eq!(detect::error(&*boxed), said, "{message:?}, boxed");
        assert_eq!(around(boxed).retryability_detected(), said, "{message:?}, wrapped");
        // Without being asked for, words say nothing.
        let boxed: Boxed = message.into();
        assert_eq!(boxed.retryability(), Retryability::permanent(), "{message:?}, by itself");
    }
}

impl Opaque {
    fn retryability_detected(&self) -> Retryability {
        detect::error(self)
    }
}

#[test]
fn a_known_type_in_the_chain_beats_words() {
    let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
    // Whoever wrapped it may have tried before.
    assert_eq!(detect::error(&around(refused())), Retryability::transient());
    assert_eq!(detect::error(&refused()), Retryability::transient().not_applied());
    let permission = io::Error::new(io::ErrorKind::PermissionDenied, "timeout");
    assert!(!detect::error(&around(permission)).is_retryable());
    let deep = around(around(io::Error::other(around(refused()))));
    assert!(detect::error(&deep).is_retryable());
}

#[test]
fn a_chain_is_followed_ten_deep() {
    let chain = |depth| {
        let end: Boxed = io::Error::from(io::ErrorKind::TimedOut).into();
        (1..depth).fold(end, |source, _| around(source).into())
    };
    assert!(chain(10).retryability().is_retryable());
    assert!(!chain(11).retryability().is_retryable());
}

#[test]
fn a_chain_that_has_no_end_has_one() {
    #[derive(Debug)]
    struct Cyclic;
    impl fmt::Display for Cyclic {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("again")
        }
    }
    impl Error for Cyclic {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self)
        }
    }
    assert_eq!(detect::error(&Cyclic), Retryability::permanent());
}

#[test]
fn a_chain_through_known_types_has_an_end_too() {
    #[derive(Debug)]
    struct Again;
    impl fmt::Display for Again {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("again")
        }
    }
    static STATUS: std::sync::OnceLock<tonic::Status> = std::sync::OnceLock::new();
    impl Error for Again {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            STATUS.get().map(|status| -> &(dyn Error + 'static) { status })
        }
    }
    STATUS.set(tonic::Status::from_error(Box::new(Again))).expect("it is set once");
    assert!(STATUS.get().unwrap().source().is_some_and(|source| source.is::<Again>()));
    assert!(!detect::error(&Again).is_retryable());
}

#[test]
fn a_name_that_is_not_resolved_is_known_by_its_text() {
    use std::net::ToSocketAddrs as _;

    let error = ("no-such-host.invalid", 80).to_socket_addrs().unwrap_err();
    // Without a server that knows, it may be for a while only.
    let text = error.to_string();
    let is_for_a_while = text.contains("Temporary failure") || text.contains("Try again");
    assert_eq!(error.retryability().is_retryable(), is_for_a_while, "{text}");
    assert_eq!(error.retryability().is_not_applied(), is_for_a_while, "{text}");
    // The same words of somebody else's are no more than words.
    let words = io::Error::other("one is stored; failed to lookup address information: Try again");
    assert!(!words.retryability().is_not_applied());
}

/// What is in a box, or shared, has a source that steps over it.
#[test]
fn a_box_around_a_known_type_hides_nothing() {
    #[derive(Debug, thiserror::Error)]
    #[error("wrapped")]
    struct Wrapper<E: Error + 'static>(#[source] E);

    let busy = || tonic::Status::unavailable("busy");
    assert!(detect::error(&Wrapper(Box::new(busy()))).is_retryable());
    assert!(detect::error(&Wrapper(std::sync::Arc::new(busy()))).is_retryable());
    let marked = std::sync::Arc::new(Marked::permanent("timeout"));
    assert!(!detect::error(&Wrapper(marked)).is_retryable());
}

#[test]
fn a_long_message_is_read_at_its_beginning() {
    let long = format!("timed out: {}", "ä".repeat(2000));
    assert!(detect::message(&long).is_retryable());
}

/// What it says is lost where it is boxed, and its words speak for it.
#[derive(Debug, thiserror::Error, Retryable)]
#[error("connection reset")]
#[retry(permanent)]
struct Own;

#[test]
fn a_mark_is_found_anywhere_and_beats_all() {
    let text = "connection reset";
    assert!(!Boxed::from(Marked::permanent(text)).retryability().is_retryable());
    assert!(!Boxed::from(around(around(Marked::permanent(text)))).retryability().is_retryable());
    let in_io = io::Error::new(io::ErrorKind::TimedOut, Marked::permanent(text));
    assert!(!in_io.retryability().is_retryable());
    assert!(!Boxed::from(in_io).retryability().is_retryable());
    assert!(!Boxed::from(Marked::by_itself(Own)).retryability().is_retryable());
    let marked = Marked::new(Retryability::throttled().not_applied(), "no good");
    assert_eq!(marked.retryability(), Retryability::throttled().not_applied());
    assert_eq!(Boxed::from(marked).retryability(), Retryability::throttled().not_applied());
}

#[test]
fn a_marked_error_is_not_lost() {
    let marked = Marked::transient(around("inner"));
    assert_eq!(marked.to_string(), "it failed");
    assert_eq!(marked.source().unwrap().to_string(), "inner");
    assert!(marked.get_ref().is::<Opaque>());
    assert!(marked.into_inner().downcast::<Opaque>().is_ok());
}

/// Each kind of box: how often it is tried where the error is transient, and where it is not.
macro_rules! tried {
    ($error:ty, $make:expr) => {{
        #[retry(max_attempts = 4, sleep = |_| ())]
        fn call(calls: &Cell<u32>, error: io::ErrorKind) -> Result<(), $error> {
            calls.set(calls.get() + 1);
            if calls.get() == 3 { Ok(()) } else { Err($make(io::Error::from(error))) }
        }
        let calls = Cell::new(0);
        call(&calls, io::ErrorKind::TimedOut).expect("it succeeds in the end");
        assert_eq!(calls.replace(0), 3);
        assert!(call(&calls, io::ErrorKind::NotFound).is_err());
        assert_eq!(calls.get(), 1);
    }};
}

#[test]
fn boxed_errors_need_no_on() {
    tried!(Box<dyn Error>, Into::into);
    tried!(Box<dyn Error + Send>, |error| Box::new(error) as Box<dyn Error + Send>);
    tried!(Boxed, Into::into);
    tried!(anyhow::Error, |error| anyhow::Error::new(error).context("while reading"));
    tried!(eyre::Report, |error| eyre::Report::new(error).wrap_err("while reading"));
    tried!(io::Error, |error| io::Error::other(around(error)));
}

#[test]
fn marks_pass_through_reports() {
    let error = anyhow::Error::new(Marked::permanent("timeout")).context("timeout");
    assert!(!error.retryability().is_retryable());
    let error = eyre::Report::new(Marked::transient("no good")).wrap_err("no good");
    assert!(error.retryability().is_retryable());
    let words = anyhow::anyhow!("connection reset by peer");
    assert!(!words.retryability().is_retryable());
    assert!(detect::error(words.as_ref()).is_retryable());
}

/// What `on` takes for errors that are boxed: functions of an error.
fn says_slow(error: &dyn Error) -> bool {
    error.to_string().contains("slow")
}

fn send(message: &'static str) -> Box<dyn Error + Send> {
    Box::<dyn Error + Send + Sync>::from(message)
}

fn shows_slow(error: &impl std::fmt::Display) -> bool {
    error.to_string().contains("slow")
}

#[test]
fn on_takes_functions_of_the_boxed_error() {
    macro_rules! tried {
        ($($error:ty: $make:path;)+) => {$({
            let calls = Cell::new(0);
            let slow = || -> $error { $make("slow: connection reset") };

            #[retry(on = detect::types, backoff = "none")]
            fn by_types(calls: &Cell<u32>, error: impl Fn() -> $error) -> Result<(), $error> {
                calls.set(calls.get() + 1);
                Err(error())
            }
            assert!(by_types(&calls, slow).is_err());
            assert_eq!(calls.replace(0), 1, "words are not asked");

            #[retry(on = detect::error, backoff = "none")]
            fn by_words(calls: &Cell<u32>, error: impl Fn() -> $error) -> Result<(), $error> {
                calls.set(calls.get() + 1);
                Err(error())
            }
            assert!(by_words(&calls, slow).is_err());
            assert_eq!(calls.replace(0), 3);

            #[retry(on = says_slow, backoff = "none")]
            fn by_own(calls: &Cell<u32>, error: impl Fn() -> $error) -> Result<(), $error> {
                calls.set(calls.get() + 1);
                Err(error())
            }
            assert!(by_own(&calls, slow).is_err());
            assert_eq!(calls.replace(0), 3);

            #[retry(on = shows_slow, backoff = "none")]
            fn by_generic(calls: &Cell<u32>, error: impl Fn() -> $error) -> Result<(), $error> {
                calls.set(calls.get() + 1);
                Err(error())
            }
            assert!(by_generic(&calls, slow).is_err());
            assert_eq!(calls.replace(0), 3);

            #[retry(on = detect::error, backoff = "none")]
            async fn and_async(calls: &Cell<u32>, error: impl Fn() -> $error) -> Result<(), $error> {
                calls.set(calls.get() + 1);
                Err(error())
            }
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            assert!(runtime.block_on(and_async(&calls, slow)).is_err());
            assert_eq!(calls.replace(0), 3);

            #[retry(on = detect::error, backoff = "none", context = attempt)]
            fn with_context(calls: &Cell<u32>, error: impl Fn() -> $error) -> Result<(), $error> {
                calls.set(attempt.attempt());
                Err(error())
            }
            assert!(with_context(&calls, slow).is_err());
            assert_eq!(calls.replace(0), 3);
        })+};
    }
    tried! {
        Box<dyn Error>: From::from;
        Box<dyn Error + Send>: send;
        Boxed: From::from;
        anyhow::Error: anyhow::Error::msg;
        eyre::Report: eyre::Report::msg;
    }
}

#[test]
fn the_detector_may_be_named() {
    #[retry(on = detect::error, sleep = |_| ())]
    fn by_chain(calls: &Cell<u32>) -> Result<(), Opaque> {
        calls.set(calls.get() + 1);
        Err(around(io::Error::from(io::ErrorKind::TimedOut)))
    }
    #[retry(on = detect::message, sleep = |_| ())]
    fn by_text(calls: &Cell<u32>) -> Result<(), String> {
        calls.set(calls.get() + 1);
        Err("429 Too Many Requests".to_owned())
    }
    let calls = Cell::new(0);
    by_chain(&calls).unwrap_err();
    assert_eq!(calls.replace(0), 3);
    by_text(&calls).unwrap_err();
    assert_eq!(calls.get(), 3);
}

/// A feature that makes a type known must not make anything that was tried again before be given up.
#[test]
fn a_known_type_never_hides_an_error_that_is_worth_another_attempt() {
    let timed_out = || Box::new(io::Error::from(io::ErrorKind::TimedOut));
    let path = || "key".to_owned();
    for error in [
        object_store::Error::PermissionDenied { path: path(), source: timed_out() },
        object_store::Error::NotFound { path: path(), source: timed_out() },
    ] {
        // Of an unknown type, the error in it decides.
        assert!(detect::types(&around(timed_out())).is_retryable());
        assert_eq!(detect::types(&error), Retryability::transient(), "{error:?}");
    }
    let denied =
        io::Error::new(io::ErrorKind::PermissionDenied, tonic::Status::unavailable("busy"));
    assert_eq!(detect::types(&denied), Retryability::permanent(), "of a type that is always known");
    // What is permanent all the way stays so.
    let not_found = Box::new(io::Error::from(io::ErrorKind::NotFound));
    let error = object_store::Error::NotFound { path: path(), source: not_found };
    assert_eq!(detect::types(&error), Retryability::permanent());
}

#[test]
fn a_marked_error_of_any_feature_stays_marked() {
    let marked = io::Error::new(io::ErrorKind::TimedOut, Marked::permanent("no"));
    let error = object_store::Error::Generic { store: "S3", source: Box::new(marked) };
    assert_eq!(detect::types(&error), Retryability::permanent());
}
