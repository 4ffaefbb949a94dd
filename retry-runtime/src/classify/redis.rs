//! `redis::RedisError`, by the server's code, and by what became of the connection.

use redis::{ErrorKind, RedisError};

use super::{Retryability, Retryable, chain};

/// `OOM`, `MISCONF` and `NOREPLICAS` last until somebody does something about them, and are permanent; with
/// `on` they may be something else.
#[diagnostic::do_not_recommend]
impl Retryable for RedisError {
    fn retryability(&self) -> Retryability {
        chain::classify(self).unwrap_or(Retryability::permanent())
    }
}

pub(super) fn classify(error: &RedisError) -> Option<Retryability> {
    if let Some(by_code) = error.code().and_then(|code| by_code(code, error.detail())) {
        return Some(by_code);
    }
    match error.kind() {
        ErrorKind::MasterNameNotFoundBySentinel
        | ErrorKind::NoValidReplicasFoundBySentinel
        | ErrorKind::ClusterConnectionNotFound => Some(Retryability::transient().not_applied()),
        ErrorKind::Io if error.is_connection_refusal() => {
            Some(Retryability::transient().not_applied())
        }
        ErrorKind::Io => chain::classify_source(error).or_else(|| {
            let is_lost = error.is_connection_dropped() || error.is_timeout();
            is_lost.then(Retryability::transient)
        }),
        _ => None,
    }
}

fn by_code(code: &str, detail: Option<&str>) -> Option<Retryability> {
    match code {
        "LOADING" | "TRYAGAIN" | "CLUSTERDOWN" | "MASTERDOWN" | "BUSY" | "MOVED" | "ASK"
        | "READONLY" => Some(Retryability::transient().not_applied()),
        "ERR" if detail.is_some_and(|detail| detail.contains("max number of clients")) => {
            Some(Retryability::throttled().not_applied())
        }
        _ => None,
    }
}
