//! The error of hyper-util's pooled client.

use hyper_util::client::legacy::Error;

use super::chain::{self, Depth};
use super::http::connecting;
use super::{Retryability, Retryable};

#[diagnostic::do_not_recommend]
impl Retryable for Error {
    fn retryability(&self) -> Retryability {
        chain::classify(self).unwrap_or(Retryability::permanent())
    }
}

pub(super) fn classify(error: &Error, depth: Depth) -> Option<Retryability> {
    error.is_connect().then(|| connecting(error, depth))
}
