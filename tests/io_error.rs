//! `std::io::Error`, classified.

use std::error::Error as _;
use std::fmt;
use std::io::{Error, ErrorKind};

use reattempt::{Retryability, Retryable};

fn unapplied() -> Retryability {
    Retryability::transient().not_applied()
}

#[test]
fn by_kind() {
    let transient = Retryability::transient();
    let permanent = Retryability::permanent();
    for (kind, expected) in [
        (ErrorKind::ConnectionRefused, unapplied()),
        (ErrorKind::AddrInUse, unapplied()),
        (ErrorKind::AddrNotAvailable, unapplied()),
        (ErrorKind::Interrupted, transient),
        (ErrorKind::ResourceBusy, unapplied()),
        (ErrorKind::ExecutableFileBusy, unapplied()),
        (ErrorKind::Deadlock, unapplied()),
        (ErrorKind::ConnectionReset, transient),
        (ErrorKind::ConnectionAborted, transient),
        (ErrorKind::BrokenPipe, transient),
        (ErrorKind::NotConnected, transient),
        (ErrorKind::UnexpectedEof, transient),
        (ErrorKind::TimedOut, transient),
        (ErrorKind::WouldBlock, transient),
        (ErrorKind::HostUnreachable, transient),
        (ErrorKind::NetworkUnreachable, transient),
        (ErrorKind::NetworkDown, transient),
        (ErrorKind::StaleNetworkFileHandle, transient),
        (ErrorKind::NotFound, permanent),
        (ErrorKind::PermissionDenied, permanent),
        (ErrorKind::AlreadyExists, permanent),
        (ErrorKind::InvalidInput, permanent),
        (ErrorKind::InvalidData, permanent),
        (ErrorKind::Unsupported, permanent),
        (ErrorKind::NotADirectory, permanent),
        (ErrorKind::IsADirectory, permanent),
        (ErrorKind::DirectoryNotEmpty, permanent),
        (ErrorKind::ReadOnlyFilesystem, permanent),
        (ErrorKind::NotSeekable, permanent),
        (ErrorKind::ArgumentListTooLong, permanent),
        (ErrorKind::CrossesDevices, permanent),
        (ErrorKind::TooManyLinks, permanent),
        (ErrorKind::QuotaExceeded, permanent),
        (ErrorKind::StorageFull, permanent),
        (ErrorKind::FileTooLarge, permanent),
        (ErrorKind::WriteZero, permanent),
        (ErrorKind::OutOfMemory, permanent),
        (ErrorKind::Other, permanent),
    ] {
        assert_eq!(Error::from(kind).retryability(), expected, "{kind:?}");
        assert_eq!(Error::new(kind, "in words").retryability(), expected, "{kind:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn by_number() {
    let throttled = Retryability::throttled().not_applied();
    for (name, number, expected) in [
        ("ENFILE", 23, throttled),
        ("EMFILE", 24, throttled),
        ("ENOBUFS", 105, Retryability::throttled()),
        ("ENETRESET", 102, Retryability::transient()),
        ("EHOSTDOWN", 112, Retryability::transient()),
        ("ECANCELED", 125, Retryability::cancelled()),
        ("EIO", 5, Retryability::permanent()),
        ("EISCONN", 106, Retryability::permanent()),
        ("EALREADY", 114, Retryability::permanent()),
        ("ECONNREFUSED", 111, unapplied()),
        ("ECONNRESET", 104, Retryability::transient()),
        ("EAGAIN", 11, Retryability::transient()),
        ("EINTR", 4, Retryability::transient()),
        ("ENOENT", 2, Retryability::permanent()),
        ("ENOSPC", 28, Retryability::permanent()),
    ] {
        assert_eq!(Error::from_raw_os_error(number).retryability(), expected, "{name}");
    }
}

/// An error of a library, around another one.
#[derive(Debug)]
struct Wrapper(Error);

impl fmt::Display for Wrapper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("wrapped")
    }
}

impl std::error::Error for Wrapper {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn by_what_it_wraps() {
    let reset = || Error::from(ErrorKind::ConnectionReset);
    let transient = Retryability::transient();
    assert_eq!(Error::other(reset()).retryability(), transient);
    assert_eq!(Error::other(Wrapper(reset())).retryability(), transient);
    assert_eq!(Error::other(Wrapper(Error::other(reset()))).retryability(), transient);
    let mut deep = reset();
    for _ in 0..4 {
        deep = Error::other(Wrapper(deep));
    }
    assert!(deep.source().is_some());
    assert_eq!(deep.retryability(), transient);
    // A permanent error inside stays one.
    let missing = Error::from(ErrorKind::NotFound);
    assert!(!Error::other(Wrapper(missing)).retryability().is_retryable());
    assert!(!Error::other("in words").retryability().is_retryable());
}

#[test]
fn a_chain_is_not_followed_for_ever() {
    #[derive(Debug)]
    struct Cyclic;
    impl fmt::Display for Cyclic {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("its own source")
        }
    }
    impl std::error::Error for Cyclic {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(self)
        }
    }
    assert_eq!(Error::other(Cyclic).retryability(), Retryability::permanent());
}

#[test]
fn a_real_refused_connection() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = std::net::TcpStream::connect(address).unwrap_err();
    assert_eq!(error.retryability(), unapplied());
}

#[test]
fn behind_pointers() {
    let reset = || Error::from(ErrorKind::ConnectionReset);
    assert!(Box::new(reset()).retryability().is_retryable());
    assert!(std::sync::Arc::new(reset()).retryability().is_retryable());
    let boxed: Box<dyn Retryable> = Box::new(reset());
    assert!(boxed.retryability().is_retryable());
    assert!(<&Error as Retryable>::retryability(&&reset()).is_retryable());
}
