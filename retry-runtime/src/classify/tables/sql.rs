//! The codes of databases. Put the attribute on the function that holds the whole of a transaction: a
//! statement that fails for a conflict (a deadlock, a serialization failure) has ended it.

#![allow(clippy::match_same_arms, reason = "they are the lines of a table")]

use crate::classify::retryability::Retryability;

/// Another one was at work on the same rows, and this one was undone.
pub(in crate::classify) const CONFLICT: Retryability =
    Retryability::transient().not_applied().conflict();

/// By PostgreSQL's list, its appendix A, which CockroachDB, Yugabyte and Redshift share, and by MySQL's
/// translation of its own numbers.
pub(in crate::classify) fn by_sqlstate(code: &str) -> Option<Retryability> {
    Some(match code {
        // Serialization failure, deadlock, rollback, lock not available, snapshot too old.
        "40001" | "40P01" | "40000" | "55P03" | "72000" => CONFLICT,
        // No connection was made, or there was none.
        "08001" | "08003" | "08004" => Retryability::transient().not_applied(),
        // The object is in use; the server is starting; a pooler lost the prepared statement.
        "55006" | "57P03" | "26000" => Retryability::transient().not_applied(),
        // It is not known whether the statement, or the transaction, was completed.
        "40003" | "08000" | "08006" | "08007" => Retryability::transient(),
        // The server ends the connection: shutdown, crash, idle too long.
        "57P01" | "57P02" | "57P05" | "25P03" | "25P04" => Retryability::transient(),
        // Too many connections, and other resources that are short.
        "53000" | "53200" | "53300" | "53400" => Retryability::throttled().not_applied(),
        // Cancelled on request, or by `statement_timeout`.
        "57014" => Retryability::cancelled(),
        _ => return None,
    })
}

/// By the numbers of MySQL and MariaDB.
pub(in crate::classify) fn by_mysql(number: u16) -> Option<Retryability> {
    Some(match number {
        // Deadlock, XA, changed since read: the transaction was rolled back.
        1213 | 1614 | 1613 | 1020 => CONFLICT,
        // Lock wait timeout, NOWAIT, definition changed: the statement was, its transaction was not.
        1205 | 3572 | 1412 => Retryability::transient().conflict(),
        // Galera's node is not ready; disconnected when idle.
        1047 | 4031 => Retryability::transient().not_applied(),
        // Too many connections, of all or of this user; then, out of memory.
        1040 | 1203 | 1226 => Retryability::throttled().not_applied(),
        1041 | 1037 => Retryability::throttled(),
        // Shutdown; aborted connections and network errors; an error during COMMIT.
        1053 | 1077 | 1079 | 1152 | 1158..=1161 | 1184 | 1180 => Retryability::transient(),
        // Interrupted, or longer than `max_execution_time`.
        1317 | 3024 => Retryability::cancelled(),
        _ => return None,
    })
}

/// By SQLite's extended result codes.
pub(in crate::classify) fn by_sqlite(code: i32) -> Option<Retryability> {
    Some(match code {
        // BUSY, _RECOVERY, _SNAPSHOT, _TIMEOUT; LOCKED_SHAREDCACHE, _VTAB. Plain LOCKED is a conflict
        // within one connection, which waiting does not end.
        5 | 261 | 517 | 773 | 262 | 518 => CONFLICT,
        // PROTOCOL, SCHEMA; READONLY_RECOVERY, _CANTLOCK; ABORT_ROLLBACK. READONLY_DBMOVED is none of them: the
        // same connection never gets its file back.
        15 | 17 | 264 | 520 | 516 => Retryability::transient().not_applied(),
        // IOERR_LOCK, _BLOCKED, _RDLOCK, _SHMLOCK.
        3850 | 2826 | 2314 | 5130 => Retryability::transient().not_applied(),
        // INTERRUPT.
        9 => Retryability::cancelled(),
        _ => return None,
    })
}
