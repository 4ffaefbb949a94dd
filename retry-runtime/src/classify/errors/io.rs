//! `std::io::Error`, by its kind, else by the number that the operating system gave it, else by
//! the error that it wraps.

use std::io::{Error, ErrorKind};

use super::Sources;
use crate::classify::retryability::Retryability;
use crate::classify::shown::{is_text, shown};
use crate::classify::tables::resolver::{FOR_A_WHILE, UNKNOWN};
use crate::classify::timed_out::TimedOut;
use crate::classify::traits::Retryable as _;
use crate::classify::words;

pub(in crate::classify) fn classify(error: &Error, _: &dyn Sources) -> Option<Retryability> {
    if error.kind() == ErrorKind::UnexpectedEof {
        return Some(by_end(error));
    }
    let by_code = || by_code(error.raw_os_error()?);
    by_kind(error.kind()).or_else(by_code).or_else(|| by_resolver(error))
}

/// An end that nobody expected is a connection that broke, or an input in memory that is too short. The standard library's
/// own error for it is the same for both, and so is one with a text; it is taken for a connection. An error of
/// another type in it, such as `serde_json::Error`, is a decoder's, unless it has the words of a connection.
fn by_end(error: &Error) -> Retryability {
    let Some(inner) = error.get_ref() else { return Retryability::transient() };
    // A decoder's own error may speak of an "EOF" too.
    let by_words = shown(inner, words::classify_without_nouns);
    by_words.unwrap_or(Retryability::from(is_text(inner))).forget_not_applied()
}

/// `None` for the kinds that say nothing: `Other`, and those that have no stable name yet.
fn by_kind(kind: ErrorKind) -> Option<Retryability> {
    Some(match kind {
        // Nothing listened, or nothing was sent yet.
        ErrorKind::ConnectionRefused
        | ErrorKind::AddrInUse
        | ErrorKind::AddrNotAvailable
        | ErrorKind::ResourceBusy
        | ErrorKind::ExecutableFileBusy
        | ErrorKind::Deadlock => Retryability::transient().not_applied(),

        // The other side may have done the work before this side lost sight of it. `WouldBlock`
        // is among them because on Unix that is how a socket's read time-out shows.
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::TimedOut
        | ErrorKind::WouldBlock
        | ErrorKind::Interrupted
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
        | ErrorKind::ArgumentListTooLong
        | ErrorKind::CrossesDevices
        | ErrorKind::TooManyLinks
        | ErrorKind::StorageFull
        | ErrorKind::QuotaExceeded
        | ErrorKind::FileTooLarge
        | ErrorKind::WriteZero
        | ErrorKind::OutOfMemory => Retryability::permanent(),

        _ => return None,
    })
}

/// By the text of the resolver.
fn by_resolver(error: &Error) -> Option<Retryability> {
    const BEFORE: &str = "failed to lookup address information: ";

    // Anybody may have put words into one of this kind; the resolver's has none with a name.
    if error.kind() == ErrorKind::Other {
        return None;
    }
    shown(error, |text| {
        let reason = text.strip_prefix(BEFORE).unwrap_or(text);
        let is = |texts: &[&str]| texts.iter().any(|known| reason.starts_with(known));
        if is(&FOR_A_WHILE) {
            Some(Retryability::transient().not_applied())
        } else {
            is(&UNKNOWN).then(Retryability::permanent)
        }
    })
}

/// The numbers to which `std` gives no kind with a stable name, on the systems whose numbers are
/// here.
fn by_code(code: i32) -> Option<Retryability> {
    let codes = CODES?;
    if codes.files.contains(&code) {
        Some(Retryability::throttled().not_applied())
    } else if code == codes.buffers {
        Some(Retryability::throttled())
    } else if code == codes.network_reset || code == codes.host_down {
        Some(Retryability::transient())
    } else if code == codes.cancelled {
        Some(Retryability::cancelled())
    } else {
        None
    }
}

struct Codes {
    /// ENFILE, EMFILE
    files: [i32; 2],
    /// ENOBUFS
    buffers: i32,
    /// ENETRESET
    network_reset: i32,
    /// EHOSTDOWN
    host_down: i32,
    /// ECANCELED
    cancelled: i32,
}

/// From each system's `errno.h`, or `winsock2.h` with `ERROR_TOO_MANY_OPEN_FILES`.
const CODES: Option<Codes> = if cfg!(all(
    any(target_os = "linux", target_os = "android"),
    not(any(
        target_arch = "mips",
        target_arch = "mips64",
        target_arch = "mips32r6",
        target_arch = "mips64r6",
        target_arch = "sparc",
        target_arch = "sparc64",
    ))
)) {
    Some(Codes {
        files: [23, 24],
        buffers: 105,
        network_reset: 102,
        host_down: 112,
        cancelled: 125,
    })
} else if cfg!(target_vendor = "apple") {
    Some(Codes { files: [23, 24], buffers: 55, network_reset: 52, host_down: 64, cancelled: 89 })
} else if cfg!(target_os = "freebsd") {
    Some(Codes { files: [23, 24], buffers: 55, network_reset: 52, host_down: 64, cancelled: 85 })
} else if cfg!(windows) {
    Some(Codes {
        files: [4, 10024],
        buffers: 10055,
        network_reset: 10052,
        host_down: 10064,
        cancelled: 10103,
    })
} else {
    None
};

/// An attempt of a call within.
#[allow(clippy::unnecessary_wraps, reason = "other error types may not know")]
pub(in crate::classify) fn timed_out(error: &TimedOut, _: &dyn Sources) -> Option<Retryability> {
    Some(error.retryability())
}
