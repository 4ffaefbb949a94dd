//! The error of hyper-util's pooled client.

use hyper_util::client::legacy::Error;

use super::Sources;
use super::http_client::connecting;
use crate::classify::retryability::Retryability;

pub(in crate::classify) fn classify(error: &Error, sources: &dyn Sources) -> Option<Retryability> {
    error.is_connect().then(|| connecting(sources))
}
