//! Cloudflare's runtime: the lists of errors of D1 and of Durable Objects. "Overloaded" is among HTTP's.

use super::super::Rank::{Throttled, Transient};
use super::{Phrase, phrase};

pub(super) const PHRASES: &[Phrase] = &[
    phrase("back off and try again later", Throttled),
    phrase("because client disconnected", Transient),
    phrase("due to transient issue", Transient),
    phrase("durable object instance is no longer active", Transient),
    phrase("network connection lost", Transient),
    phrase("reset because its code was updated", Transient),
    phrase("storage caused object to be reset", Transient),
];
