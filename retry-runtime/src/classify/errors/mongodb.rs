//! `mongodb::error::Error`, by the labels that the server and the driver give it, by the server's code, and by what became of
//! the connection: the driver specifications "Retryable Reads" and "Retryable Writes".

use mongodb::error::{Error, ErrorKind, WriteFailure};

use super::Sources;
use crate::classify::retryability::Retryability;
use crate::classify::timed_out::TimedOut;

/// Codes of servers that step down, shut down or can't reach each other; a conflict of transactions is 112.
const TRANSIENT: &[i32] =
    &[6, 7, 89, 91, 112, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436];

/// An I/O error of the kind `TimedOut`.
impl From<TimedOut> for Error {
    fn from(timed_out: TimedOut) -> Error {
        std::io::Error::from(timed_out).into()
    }
}

pub(in crate::classify) fn classify(error: &Error, _: &dyn Sources) -> Option<Retryability> {
    let said = by_error(error)?;
    Some(if error.contains_label("NoWritesPerformed") { said.not_applied() } else { said })
}

fn by_error(error: &Error) -> Option<Retryability> {
    let is_labelled = |labels: &[&str]| labels.iter().any(|label| error.contains_label(label));
    if is_labelled(&["SystemOverloadedError"]) {
        return Some(Retryability::throttled());
    }
    if is_labelled(&["TransientTransactionError", "RetryableWriteError", "RetryableError"]) {
        return Some(Retryability::transient());
    }
    Some(match &*error.kind {
        ErrorKind::Io(error) => super::io::classify(error, &super::NoSources)?.forget_not_applied(),
        ErrorKind::ConnectionPoolCleared { .. } | ErrorKind::ServerSelection { .. } => {
            Retryability::transient()
        }
        ErrorKind::Command(error) => Retryability::from(TRANSIENT.contains(&error.code)),
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => {
            Retryability::from(TRANSIENT.contains(&error.code))
        }
        _ => Retryability::permanent(),
    })
}
