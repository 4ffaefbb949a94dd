//! HTTP/2: the names and the words of RFC 9113's error codes, as `h2`, nghttp2 and Go write them.

use super::super::Rank::{Permanent, Throttled, Transient};
use super::{Phrase, phrase};

pub(super) const PHRASES: &[Phrase] = &[
    phrase("client connection lost", Transient),
    phrase("closed or reset stream", Transient),
    phrase("detected excessive load generating behavior", Throttled),
    phrase("endpoint requires HTTP/1.1", Permanent),
    phrase("ENHANCE_YOUR_CALM", Throttled),
    phrase("error in the HTTP2 framing layer", Transient),
    phrase("GOAWAY", Transient),
    phrase("graceful shutdown", Transient),
    phrase("HTTP_1_1_REQUIRED", Permanent),
    phrase("INADEQUATE_SECURITY", Permanent),
    phrase("refused stream before processing any application logic", Transient),
    phrase("REFUSED_STREAM", Transient),
    phrase("RST_STREAM", Transient),
    phrase("security properties do not meet minimum requirements", Permanent),
    phrase("stream error in the HTTP/2 framing layer", Transient),
    phrase("unexpected internal error encountered", Transient),
    phrase("was not closed cleanly", Transient),
];
