//! The error of hyper-util's pooled client.

use hyper_util::client::legacy::Error;

use super::http::connecting;
use super::{Retryability, Retryable, chain};

#[diagnostic::do_not_recommend]
impl Retryable for Error {
    fn retryability(&self) -> Retryability {
        chain::classify(self).unwrap_or(Retryability::permanent())
    }
}

pub(super) fn classify(error: &Error) -> Option<Retryability> {
    if error.is_connect() {
        return Some(connecting(error));
    }
    chain::classify_source(error)
}
