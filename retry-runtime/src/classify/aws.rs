//! The `SdkError` of AWS's clients, by what it is about, and by the service's code.

use core::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{DispatchFailure, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::ErrorKind;

use super::chain;
use super::retryability::Retryability;
use super::tables::{aws_codes, http_status};
use super::traits::Retryable;
use crate::http::retry_after::milliseconds;

/// The clients retry by themselves, three attempts in their standard mode; switch that off
/// (`RetryConfig::disabled()`) where this is to do it. It never says that nothing was applied, because it is
/// about the last of those attempts only.
#[diagnostic::do_not_recommend]
impl<E> Retryable for SdkError<E, HttpResponse>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    fn retryability(&self) -> Retryability {
        match self {
            // Cut off; or an answer that broke off, or that nobody can read.
            SdkError::TimeoutError(_) | SdkError::ResponseError(_) => Retryability::transient(),
            SdkError::DispatchFailure(failure) if failure.is_user() => Retryability::permanent(),
            SdkError::DispatchFailure(failure) => by_connector(failure),
            SdkError::ServiceError(error) => by_service(error.err().meta().code(), error.raw()),
            _ => Retryability::permanent(),
        }
    }
}

fn by_connector(failure: &DispatchFailure) -> Retryability {
    let by_source = failure.as_connector_error().and_then(|error| chain::classify(error));
    let is_lost = failure.is_io()
        || failure.is_timeout()
        || matches!(failure.as_other(), Some(ErrorKind::TransientError | ErrorKind::ServerError));
    by_source.unwrap_or(Retryability::from(is_lost)).forget_not_applied()
}

fn by_service(code: Option<&str>, response: &HttpResponse) -> Retryability {
    let is_one_of = |codes: &[&str]| code.is_some_and(|code| codes.contains(&code));
    let retryability = if is_one_of(aws_codes::THROTTLING) {
        Retryability::throttled()
    } else if is_one_of(aws_codes::TRANSIENT) {
        Retryability::transient()
    } else {
        match response.status().as_u16() {
            status if http_status::is_retried_by_aws(status) => {
                let by_status = http_status::classify(status).unwrap_or(Retryability::permanent());
                by_status.forget_not_applied()
            }
            _ => Retryability::permanent(),
        }
    };
    let hint = response.headers().get("x-amz-retry-after").and_then(milliseconds);
    match hint {
        Some(wait) if retryability.is_retryable() => retryability.after(wait),
        _ => retryability,
    }
}
