//! MySQL and MariaDB: `share/messages_to_clients.txt`, `share/errmsg-utf8.txt` and the client's `errmsg.c`; the driver of
//! Java.

use super::super::Rank::{Mild, Permanent, Throttled, Transient};
use super::{Phrase, phrase};

pub(super) const PHRASES: &[Phrase] = &[
    phrase("blocked because of many connection errors", Permanent),
    phrase("can't connect to local MySQL server", Transient),
    phrase("can't connect to local server", Transient),
    phrase("can't connect to MySQL server", Transient),
    phrase("can't connect to server", Transient),
    phrase("communications link failure", Transient),
    phrase("connection was killed", Transient),
    phrase("could not be acquired immediately and NOWAIT is set", Transient),
    phrase("deadlock found", Transient),
    phrase("disconnected by the server because of inactivity", Transient),
    phrase("doesn't exist", Mild),
    phrase("duplicate entry", Permanent),
    phrase("got an error reading communication packets", Transient),
    phrase("got timeout reading communication packets", Transient),
    phrase("has not yet prepared node for application use", Transient),
    phrase("lock wait timeout exceeded", Transient),
    phrase("lost connection to backend server", Transient),
    phrase("lost connection to MySQL server", Transient),
    phrase("lost connection to server", Transient),
    phrase("max_user_connections", Throttled),
    phrase("maximum statement execution time exceeded", Permanent),
    phrase("MySQL server has gone away", Transient),
    phrase("query execution was interrupted", Permanent),
    phrase("record has changed since last read", Transient),
    phrase("server has gone away", Transient),
    phrase("server shutdown in progress", Transient),
    phrase("try restarting transaction", Transient),
    phrase("unknown column", Permanent),
    phrase("user_resource_limit", Throttled),
];
