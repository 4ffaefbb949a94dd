//! Redis and Valkey: the shared replies of `server.c`, and `cluster.c`. `OOM`, `MISCONF` and `NOREPLICAS` last until
//! somebody does something about them.

use super::super::Rank::{Permanent, Throttled, Transient};
use super::{Phrase, phrase};

pub(super) const PHRASES: &[Phrase] = &[
    phrase("authentication required", Permanent),
    phrase("busy running a script", Transient),
    phrase("CLUSTERDOWN", Transient),
    phrase("command not allowed when used memory", Permanent),
    phrase("configured to save RDB snapshots", Permanent),
    phrase("CROSSSLOT", Permanent),
    phrase("EXECABORT", Permanent),
    phrase("hash slot not served", Transient),
    phrase("link with MASTER is down", Transient),
    phrase("loading the dataset in memory", Transient),
    phrase("MASTERDOWN", Transient),
    phrase("max number of clients", Throttled),
    phrase("multiple keys request during rehashing", Transient),
    phrase("multiplexed connection driver unexpectedly terminated", Transient),
    phrase("NOAUTH", Permanent),
    phrase("NOPERM", Permanent),
    phrase("NOSCRIPT", Permanent),
    phrase("not enough good replicas to write", Permanent),
    phrase("response was incomplete", Transient),
    phrase("the cluster is down", Transient),
    phrase("TRYAGAIN", Transient),
    phrase("write against a read only replica", Transient),
    phrase("write against a read only slave", Transient),
    phrase("wrong kind of value", Permanent),
    phrase("wrong number of arguments", Permanent),
    phrase("WRONGPASS", Permanent),
    phrase("WRONGTYPE", Permanent),
];
