//! What a name that was not resolved says. It has neither a kind nor a number, only the text of the system's
//! `gai_strerror`.

/// The name does not exist: glibc, musl, macOS, Windows, glibc again.
#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "only the errors of `std` have them"))]
pub(crate) const UNKNOWN: [&str; 5] = [
    "Name or service not known",
    "Name does not resolve",
    "nodename nor servname provided",
    "No such host is known",
    "No address associated with hostname",
];

/// The resolver could not find out now: glibc and macOS, musl.
#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "only the errors of `std` have them"))]
pub(crate) const FOR_A_WHILE: [&str; 2] = ["Temporary failure in name resolution", "Try again"];
