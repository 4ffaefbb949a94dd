//! Cloudflare's runtime: the lists of errors of D1, of Durable Objects and of R2. "Overloaded" is among HTTP's, but an object that is
//! should be left alone, says Cloudflare.

use super::super::Rank::{Permanent, Throttled, Transient};
use super::{Phrase, phrase};

pub(super) const PHRASES: &[Phrase] = &[
    phrase("back off and try again later", Throttled),
    phrase("due to transient issue", Transient),
    phrase("durable object instance is no longer active", Transient),
    phrase("durable object is overloaded", Permanent),
    phrase("network connection lost", Transient),
    phrase("reduce your concurrent request rate", Throttled),
    phrase("request stream because client disconnected", Transient),
    phrase("reset because its code was updated", Transient),
    phrase("storage caused object to be reset", Transient),
    // A query that takes too long takes as long again.
    phrase("storage operation exceeded timeout", Permanent),
    phrase("we encountered an internal error", Transient),
];
