//! `redis::RedisError`, by the server's code, and by what became of the connection.

use redis::{ErrorKind, RedisError, RetryMethod};

use super::Retryability;

by_chain! {
    /// It never says that nothing was applied: clients of a cluster send a command again by themselves, and of a
    /// pipeline the commands before the one that failed have been applied.
    ///
    /// `OOM`, `MISCONF` and `NOREPLICAS` last until somebody does something about them, and are permanent; with
    /// `on` they may be something else.
    RedisError
}

pub(super) fn classify(error: &RedisError) -> Option<Retryability> {
    if let Some(code) = error.code() {
        let is_full =
            || error.detail().is_some_and(|detail| detail.contains("max number of clients"));
        match code {
            "LOADING" | "TRYAGAIN" | "CLUSTERDOWN" | "MASTERDOWN" | "BUSY" | "MOVED" | "ASK"
            | "READONLY" => return Some(Retryability::transient()),
            "ERR" if is_full() => return Some(Retryability::throttled()),
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
