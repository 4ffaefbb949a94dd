//! The error of hyper-util's pooled client.

use hyper_util::client::legacy::Error;

use super::Retryability;
use super::chain::Depth;
use super::http::connecting;

by_chain! {
    Error
}

pub(super) fn classify(error: &Error, depth: Depth) -> Option<Retryability> {
    error.is_connect().then(|| connecting(error, depth))
}
