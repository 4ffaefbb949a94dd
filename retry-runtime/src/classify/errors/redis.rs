//! `redis::RedisError`, by the server's code, and by what became of the connection.

use redis::{ErrorKind, RedisError, RetryMethod};

use super::Sources;
use crate::classify::retryability::Retryability;
use crate::classify::timed_out::TimedOut;

/// An I/O error of the kind `TimedOut`.
impl From<TimedOut> for RedisError {
    fn from(timed_out: TimedOut) -> RedisError {
        std::io::Error::from(timed_out).into()
    }
}

pub(in crate::classify) fn classify(error: &RedisError, _: &dyn Sources) -> Option<Retryability> {
    if let Some(code) = error.code() {
        let is_full =
            || error.detail().is_some_and(|detail| detail.contains("max number of clients"));
        match code {
            "LOADING" | "TRYAGAIN" | "CLUSTERDOWN" | "MASTERDOWN" | "BUSY" | "READONLY" => {
                return Some(Retryability::transient());
            }
            "ERR" if is_full() => return Some(Retryability::throttled()),
            // A client that is none of a cluster asks the same node again.
            "MOVED" | "ASK" => return Some(Retryability::permanent()),
            _ => {}
        }
    }
    match error.kind() {
        ErrorKind::MasterNameNotFoundBySentinel
        | ErrorKind::NoValidReplicasFoundBySentinel
        | ErrorKind::ClusterConnectionNotFound => Some(Retryability::transient()),
        ErrorKind::Io if !matches!(error.retry_method(), RetryMethod::NoRetry) => {
            Some(Retryability::transient())
        }
        _ => None,
    }
}
