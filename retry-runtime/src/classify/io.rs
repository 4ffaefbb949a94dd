//! `std::io::Error`, by its kind, else by the number that the operating system gave it, else by
//! the error that it wraps.

use std::io::{Error, ErrorKind};

use super::{Retryability, Retryable};

/// How far a chain of sources is followed; some are cyclic.
const MAX_DEPTH: usize = 10;

#[diagnostic::do_not_recommend]
impl Retryable for Error {
    fn retryability(&self) -> Retryability {
        by_kind(self.kind())
            .or_else(|| by_code(self.raw_os_error()?))
            .or_else(|| by_source(self))
            .unwrap_or(Retryability::permanent())
    }
}

/// `None` for the kinds that say nothing: `Other`, and those that have no stable name yet.
fn by_kind(kind: ErrorKind) -> Option<Retryability> {
    Some(match kind {
        // Nothing listened, or nothing was sent yet.
        ErrorKind::ConnectionRefused
        | ErrorKind::AddrInUse
        | ErrorKind::AddrNotAvailable
        | ErrorKind::Interrupted
        | ErrorKind::ResourceBusy
        | ErrorKind::ExecutableFileBusy
        | ErrorKind::Deadlock => Retryability::transient().not_applied(),

        // The other side may have done the work before this side lost sight of it. `WouldBlock`
        // is among them because on Unix that is how a socket's read time-out shows.
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::UnexpectedEof
        | ErrorKind::TimedOut
        | ErrorKind::WouldBlock
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::StaleNetworkFileHandle => Retryability::transient(),

        ErrorKind::NotFound
        | ErrorKind::PermissionDenied
        | ErrorKind::AlreadyExists
        | ErrorKind::InvalidInput
        | ErrorKind::InvalidData
        | ErrorKind::Unsupported
        | ErrorKind::NotADirectory
        | ErrorKind::IsADirectory
        | ErrorKind::DirectoryNotEmpty
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::NotSeekable
        | ErrorKind::ArgumentListTooLong => Retryability::permanent().not_applied(),

        ErrorKind::StorageFull
        | ErrorKind::QuotaExceeded
        | ErrorKind::FileTooLarge
        | ErrorKind::WriteZero
        | ErrorKind::OutOfMemory => Retryability::permanent(),

        _ => return None,
    })
}

/// The numbers to which `std` gives no kind with a stable name.
fn by_code(code: i32) -> Option<Retryability> {
    let throttled = Retryability::throttled().not_applied();
    Some(match code {
        code::ENFILE | code::EMFILE | code::ENOBUFS => throttled,
        code::ENETRESET => Retryability::transient(),
        code::EHOSTDOWN => Retryability::transient().not_applied(),
        code::ECANCELED => Retryability::cancelled(),
        _ => return None,
    })
}

/// From each system's `errno.h` or `winsock2.h`.
mod code {
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "l4re"))]
    mod system {
        pub(crate) const ENFILE: i32 = 23;
        pub(crate) const EMFILE: i32 = 24;
        pub(crate) const ENETRESET: i32 = 102;
        pub(crate) const ENOBUFS: i32 = 105;
        pub(crate) const EHOSTDOWN: i32 = 112;
        pub(crate) const ECANCELED: i32 = 125;
    }
    #[cfg(target_vendor = "apple")]
    mod system {
        pub(crate) const ENFILE: i32 = 23;
        pub(crate) const EMFILE: i32 = 24;
        pub(crate) const ENETRESET: i32 = 52;
        pub(crate) const ENOBUFS: i32 = 55;
        pub(crate) const EHOSTDOWN: i32 = 64;
        pub(crate) const ECANCELED: i32 = 89;
    }
    #[cfg(windows)]
    mod system {
        // ERROR_TOO_MANY_OPEN_FILES, and the codes of Winsock.
        pub(crate) const ENFILE: i32 = 4;
        pub(crate) const EMFILE: i32 = 10024;
        pub(crate) const ENETRESET: i32 = 10052;
        pub(crate) const ENOBUFS: i32 = 10055;
        pub(crate) const EHOSTDOWN: i32 = 10064;
        pub(crate) const ECANCELED: i32 = 10103;
    }
    #[cfg(not(any(
        target_os = "linux",
        target_os = "android",
        target_os = "l4re",
        target_vendor = "apple",
        windows
    )))]
    mod system {
        // POSIX names these errors and leaves their numbers open; no error has a negative one.
        pub(crate) const ENFILE: i32 = -1;
        pub(crate) const EMFILE: i32 = -2;
        pub(crate) const ENETRESET: i32 = -3;
        pub(crate) const ENOBUFS: i32 = -4;
        pub(crate) const EHOSTDOWN: i32 = -5;
        pub(crate) const ECANCELED: i32 = -6;
    }
    pub(super) use system::{ECANCELED, EHOSTDOWN, EMFILE, ENETRESET, ENFILE, ENOBUFS};
}

/// Libraries wrap the error of a socket in one of their own, and that in `io::Error::other`.
fn by_source(error: &Error) -> Option<Retryability> {
    let mut next = error.get_ref().map(|inner| -> &(dyn core::error::Error + 'static) { inner });
    for _ in 0..MAX_DEPTH {
        let source = next?;
        if let Some(inner) = source.downcast_ref::<Error>() {
            let known = by_kind(inner.kind()).or_else(|| by_code(inner.raw_os_error()?));
            if known.is_some() {
                return known;
            }
        }
        next = match source.downcast_ref::<Error>() {
            // An `io::Error`'s `source` is that of the error it wraps, which it steps over.
            Some(wrapper) if wrapper.get_ref().is_some() => {
                wrapper.get_ref().map(|inner| -> &(dyn core::error::Error + 'static) { inner })
            }
            _ => source.source(),
        };
    }
    None
}
