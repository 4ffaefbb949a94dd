//! The errors of diesel. It tells a few kinds of the database's errors apart and hides its code, so that the rest goes by the
//! database's message.

use diesel::ConnectionError;
use diesel::result::{DatabaseErrorKind, Error};

use super::Sources;
use crate::classify::retryability::Retryability;
use crate::classify::words;

pub(in crate::classify) fn classify(error: &Error, sources: &dyn Sources) -> Option<Retryability> {
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => {
            Some(Retryability::transient().not_applied().conflict())
        }
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
            _,
        ) => Some(Retryability::transient()),
        Error::DatabaseError(DatabaseErrorKind::Unknown, information) => {
            words::classify(information.message())
        }
        Error::DatabaseError(..) | Error::NotFound => Some(Retryability::permanent()),
        Error::RollbackErrorOnCommit { commit_error, .. } => {
            // Whether the transaction was committed, nobody knows.
            classify(commit_error, sources).map(Retryability::forget_not_applied)
        }
        _ => sources.classify(),
    }
}

pub(in crate::classify) fn connecting(
    error: &ConnectionError,
    sources: &dyn Sources,
) -> Option<Retryability> {
    match error {
        ConnectionError::BadConnection(message) => {
            Some(words::classify(message).unwrap_or(Retryability::transient()))
        }
        ConnectionError::CouldntSetupConfiguration(error) => classify(error, sources),
        _ => Some(Retryability::permanent()),
    }
}
