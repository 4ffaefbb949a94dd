//! SQLite's `sqlite3ErrStr`, in `main.c`.

use super::super::Rank::{Permanent, Transient};
use super::{Phrase, phrase};

pub(super) const PHRASES: &[Phrase] = &[
    phrase("attempt to write a readonly database", Permanent),
    phrase("constraint failed", Permanent),
    phrase("database disk image is malformed", Permanent),
    phrase("database is locked", Transient),
    phrase("database or disk is full", Permanent),
    phrase("database schema has changed", Transient),
    phrase("database schema is locked", Transient),
    phrase("database table is locked", Transient),
    phrase("file is not a database", Permanent),
    phrase("locking protocol", Transient),
    phrase("no such column", Permanent),
    phrase("no such table", Permanent),
    phrase("unable to open database file", Permanent),
];
