//! The `SdkError` of AWS's clients.

use core::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::chain;
use super::errors::aws::by_service;
use super::retryability::Retryability;
use super::traits::Retryable;
use crate::http::retry_after::milliseconds;

/// The clients retry by themselves, three attempts in their standard mode; switch that off
/// (`RetryConfig::disabled()`) where this is to do it. It never says that nothing was applied, because it is
/// about the last of those attempts only.
///
/// In a box it says the same, but for the wait that the server may have asked for.
#[diagnostic::do_not_recommend]
impl<E> Retryable for SdkError<E, HttpResponse>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    fn retryability(&self) -> Retryability {
        match self {
            // Cut off; or an answer that broke off, or that nobody can read.
            SdkError::TimeoutError(_) | SdkError::ResponseError(_) => Retryability::transient(),
            SdkError::DispatchFailure(failure) => failure
                .as_connector_error()
                .and_then(|error| chain::classify(error))
                .unwrap_or(Retryability::permanent()),
            SdkError::ServiceError(error) => {
                let response = error.raw();
                let status = response.status().as_u16();
                let retryability = by_service(error.err().meta().code(), status);
                let hint = response.headers().get("x-amz-retry-after").and_then(milliseconds);
                match hint {
                    Some(wait) if retryability.is_retryable() => retryability.after(wait),
                    _ => retryability,
                }
            }
            _ => Retryability::permanent(),
        }
    }
}
