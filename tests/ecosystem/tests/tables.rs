//! The codes of databases and stores that are not provoked by a server of theirs in `tests/servers`.

use std::borrow::Cow;
use std::error::Error;
use std::{fmt, io};

use object_store::ObjectStoreExt as _;
use object_store::memory::InMemory;
use reattempt::{RetryKind, Retryability, Retryable, detect};

#[derive(Debug)]
struct Code(&'static str);

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("of a database")
    }
}

impl Error for Code {}

macro_rules! versions_of_sqlx {
    ($($sqlx:ident)+) => {$(
        impl $sqlx::error::DatabaseError for Code {
            fn message(&self) -> &str {
                ""
            }
            fn code(&self) -> Option<Cow<'_, str>> {
                Some(self.0.into())
            }
            fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
                self
            }
            fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
                self
            }
            fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
                self
            }
            fn kind(&self) -> $sqlx::error::ErrorKind {
                $sqlx::error::ErrorKind::Other
            }
        }
    )+};
}
versions_of_sqlx!(sqlx_0_8 sqlx);

#[test]
fn sqlstates() {
    use RetryKind::{Cancelled, Permanent, Throttled, Transient};
    for (codes, kind, not_applied) in [
        (
            &["40001", "40P01", "40000", "55P03", "72000", "55006", "57P03", "26000"][..],
            Transient,
            true,
        ),
        (&["08001", "08003", "08004"], Transient, true),
        (&["40003", "08000", "08006", "08007"], Transient, false),
        (&["57P01", "57P02", "57P05", "25P03", "25P04"], Transient, false),
        (&["53000", "53200", "53300", "53400"], Throttled, true),
        (&["57014"], Cancelled, false),
        (
            &[
                "40002", "08P01", "53100", "25006", "25P02", "58030", "23505", "42601", "28P01",
                "XX000",
            ],
            Permanent,
            false,
        ),
        // SQLite's, which are numbers.
        (&["5", "261", "517"], Transient, true),
        (&["1", "19", "2067"], Permanent, false),
    ] {
        for code in codes {
            for said in [
                sqlx::Error::Database(Box::new(Code(code))).retryability(),
                sqlx_0_8::Error::Database(Box::new(Code(code))).retryability(),
            ] {
                assert_eq!((said.kind(), said.is_not_applied()), (kind, not_applied), "{code}");
            }
            if code.len() == 5 {
                let said = detect::sqlstate(code);
                assert_eq!((said.kind(), said.is_not_applied()), (kind, not_applied), "{code}");
            }
        }
    }
}

#[test]
fn errors_of_sqlx_itself() {
    let said = sqlx::Error::PoolTimedOut.retryability();
    assert_eq!(said, Retryability::throttled().not_applied());
    assert_eq!(sqlx_0_8::Error::PoolTimedOut.retryability(), said);
    let lost = sqlx::Error::Io(io::ErrorKind::ConnectionReset.into());
    assert_eq!(lost.retryability(), Retryability::transient());
    for error in [sqlx::Error::RowNotFound, sqlx::Error::PoolClosed] {
        assert!(!error.retryability().is_retryable(), "{error}");
    }
}

#[test]
fn answers_of_redis() {
    let said = |answer: &str| {
        let value = redis::parse_redis_value(format!("-{answer}\r\n").as_bytes()).unwrap();
        value.extract_error().unwrap_err().retryability()
    };
    for answer in [
        "LOADING Redis is loading the dataset in memory",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "CLUSTERDOWN The cluster is down",
        "MASTERDOWN Link with MASTER is down",
        "BUSY Redis is busy running a script.",
        "READONLY You can't write against a read only replica.",
    ] {
        // The client of a cluster may have sent it before.
        assert_eq!(said(answer), Retryability::transient(), "{answer}");
    }
    let clients = said("ERR max number of clients reached");
    assert_eq!(clients, Retryability::throttled());
    for answer in [
        // A client that is none of a cluster would ask the same node again.
        "MOVED 3999 127.0.0.1:6381",
        "ASK 3999 127.0.0.1:6381",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "MISCONF Redis is configured to save RDB snapshots",
        "NOREPLICAS Not enough good replicas to write.",
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "NOAUTH Authentication required.",
        "NOSCRIPT No matching script.",
        "CROSSSLOT Keys in request don't hash to the same slot",
        "EXECABORT Transaction discarded because of previous errors.",
        "ERR unknown command 'FOO'",
    ] {
        assert!(!said(answer).is_retryable(), "{answer}");
    }
}

#[test]
fn connections_to_redis() {
    let of = |kind| redis::RedisError::from(io::Error::from(kind)).retryability();
    assert_eq!(of(io::ErrorKind::ConnectionRefused), Retryability::transient());
    assert_eq!(of(io::ErrorKind::BrokenPipe), Retryability::transient());
    assert_eq!(of(io::ErrorKind::TimedOut), Retryability::transient());
    assert!(!of(io::ErrorKind::PermissionDenied).is_retryable());
    let refused = redis::Client::open("redis://127.0.0.1:1/").unwrap().get_connection();
    let refused = refused.err().unwrap();
    assert_eq!(refused.retryability(), Retryability::transient(), "{refused:?}");
}

#[tokio::test]
async fn errors_of_object_stores() {
    let missing = InMemory::new().head(&"nothing".into()).await.unwrap_err();
    assert!(!missing.retryability().is_retryable());
    let of = |source: Box<dyn Error + Send + Sync>| {
        let text = source.to_string();
        let said = object_store::Error::Generic { store: "S3", source }.retryability();
        let again = object_store::Error::Generic { store: "S3", source: text.clone().into() };
        assert_eq!(detect::types(&again).kind(), said.kind(), "in a box: {text}");
        let older = object_store_0_13::Error::Generic { store: "S3", source: text.into() };
        assert_eq!(older.retryability().kind(), said.kind());
        said
    };
    let text = "Error performing PUT http://x/ in 1ms - Server returned non-2xx status code: 503 \
                Service Unavailable: <Error><Code>SlowDown</Code></Error>";
    assert_eq!(of(text.into()).kind(), RetryKind::Throttled);
    let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
    assert_eq!(of(refused.into()), Retryability::transient());
    assert!(!of("no bucket".into()).is_retryable());
}

#[tokio::test]
async fn connections_to_mongodb() {
    let refused = mongodb::error::Error::from(io::Error::from(io::ErrorKind::ConnectionRefused));
    assert_eq!(refused.retryability(), Retryability::transient());
    let denied = mongodb::error::Error::from(io::Error::from(io::ErrorKind::PermissionDenied));
    assert!(!denied.retryability().is_retryable());
    assert!(!mongodb::error::Error::custom("of the user's").retryability().is_retryable());

    // Nobody listens on port 1.
    let url = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=1&connectTimeoutMS=1000";
    let client = mongodb::Client::with_uri_str(url).await.unwrap();
    let unreachable = client.list_database_names().await.unwrap_err();
    assert_eq!(unreachable.retryability(), Retryability::transient(), "{unreachable}");
    let boxed: Box<dyn Error> = unreachable.into();
    assert!(boxed.retryability().is_retryable());
}

/// An end in memory, and one of a connection.
#[test]
fn ends_that_nobody_expected() {
    let end = |inner: Box<dyn Error + Send + Sync>| {
        io::Error::new(io::ErrorKind::UnexpectedEof, inner).retryability()
    };
    assert!(io::Error::from(io::ErrorKind::UnexpectedEof).retryability().is_retryable());
    assert!(end("early eof".into()).is_retryable());
    assert!(end("peer closed connection without sending TLS close_notify".into()).is_retryable());
    assert!(end("expected to read 5 bytes, got 0 bytes at EOF".into()).is_retryable());
    // A decoder's error of its own.
    let json = serde_json::from_str::<u32>("").unwrap_err();
    assert_eq!(json.classify(), serde_json::error::Category::Eof);
    assert!(!io::Error::from(json).retryability().is_retryable());
    assert!(!end(Box::new(Code("of a decoder"))).is_retryable());
    #[derive(Debug, thiserror::Error)]
    #[error("unexpected EOF in image data")]
    struct Image;
    assert!(!end(Box::new(Image)).is_retryable());
    assert!(end("connection lost: expected a 4-byte length".into()).is_retryable());
    assert!(!end("EOF while parsing a value at line 1 column 0".into()).is_retryable());
}
