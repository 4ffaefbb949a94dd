//! curl, `lib/strerror.c` and what it prints at the places where it fails, and git, which prints that.

use super::super::Rank::{Permanent, Transient};
use super::{Phrase, phrase};

pub(super) const PHRASES: &[Phrase] = &[
    phrase("could not connect to server", Transient),
    phrase("could not resolve host", Transient),
    phrase("could not resolve hostname", Transient),
    phrase("could not resolve proxy", Transient),
    phrase("couldn't connect to server", Transient),
    phrase("couldn't read a file", Permanent),
    phrase("couldn't resolve host", Transient),
    phrase("couldn't resolve hostname", Transient),
    phrase("couldn't resolve proxy", Transient),
    phrase("empty reply from server", Transient),
    phrase("failed sending data to the peer", Transient),
    phrase("failed to connect to", Transient),
    phrase("failure when receiving data from the peer", Transient),
    phrase("format or missing URL", Permanent),
    phrase("HTTP/3 error", Transient),
    phrase("login denied", Permanent),
    phrase("QUIC connection error", Transient),
    phrase("recv failure", Transient),
    phrase("RPC failed", Transient),
    phrase("send failure", Transient),
    phrase("server returned nothing", Transient),
    phrase("SSL certificate problem", Permanent),
    phrase("SSL connect error", Transient),
    phrase("SSL peer certificate", Permanent),
    phrase("the remote end hung up", Transient),
    phrase("timeout was reached", Transient),
    phrase("transfer closed with", Transient),
    phrase("transferred a partial file", Transient),
    phrase("unsupported protocol scheme", Permanent),
];
