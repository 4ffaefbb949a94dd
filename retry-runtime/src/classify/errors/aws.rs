//! The errors of AWS's clients, by what they are about, and by the service's code.

use core::error::Error;
use core::fmt::{self, Write as _};

use alloc::string::String;

use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::error::metadata::ErrorMetadata;
use aws_smithy_types::retry::ErrorKind;

use super::Sources;
use crate::classify::retryability::Retryability;
use crate::classify::tables::{aws_codes, http_status};

/// By a service's answer. The code counts for more than the status: S3 may answer 200, and then say `InternalError`.
pub(in crate::classify) fn by_service(code: Option<&str>, status: u16) -> Retryability {
    if let Some(known) = by_code(code) {
        return known;
    }
    if http_status::is_retried_by_aws(status) {
        let by_status = http_status::classify(status).unwrap_or(Retryability::permanent());
        return by_status.forget_not_applied();
    }
    Retryability::permanent()
}

pub(in crate::classify) fn by_code(code: Option<&str>) -> Option<Retryability> {
    let is_one_of = |codes: &[&str]| code.is_some_and(|code| codes.contains(&code));
    if is_one_of(aws_codes::THROTTLING) || is_one_of(aws_codes::UNAVAILABLE) {
        Some(Retryability::throttled())
    } else if is_one_of(aws_codes::TRANSIENT) {
        Some(Retryability::transient())
    } else {
        None
    }
}

/// A failure below HTTP. What the connector wraps is of types that it keeps to itself, so their words are asked too.
#[allow(clippy::unnecessary_wraps, reason = "other error types may not know")]
pub(in crate::classify) fn connector(
    error: &ConnectorError,
    sources: &dyn Sources,
) -> Option<Retryability> {
    if error.is_user() {
        return Some(Retryability::permanent());
    }
    let is_lost = error.is_io()
        || error.is_timeout()
        || matches!(error.as_other(), Some(ErrorKind::TransientError | ErrorKind::ServerError));
    let by_source = sources.classify().or_else(|| sources.classify_by_words());
    Some(by_source.unwrap_or(Retryability::from(is_lost)).forget_not_applied())
}

pub(in crate::classify) fn metadata(
    error: &ErrorMetadata,
    _: &dyn Sources,
) -> Option<Retryability> {
    by_code(error.code())
}

/// What an `SdkError` says whose type is lost in a box. It is generic over the service's error, so it can't be asked for by
/// its type, and what it says of itself is no more than "service error". Only its `Debug` has the status and the code:
///
/// ```text
/// ServiceError(ServiceError { source: Unhandled(Unhandled { …, meta: ErrorMetadata { code: Some("SlowDown"), … } }),
/// raw: Response { status: StatusCode(503), …
/// ```
///
/// The tests hold that this is what the clients write. If they ever write something else, the error is one of a type that
/// nobody knows.
pub(in crate::classify) fn boxed(error: &(dyn Error + 'static)) -> Option<Retryability> {
    const SERVICE: &str = "ServiceError(ServiceError {";

    let variant = match Shown::of(error) {
        Shown::Whole("service error") => SERVICE,
        Shown::Whole("request has timed out") => "TimeoutError(TimeoutError {",
        Shown::Whole("response error") => "ResponseError(ResponseError {",
        _ => return None,
    };
    let mut written = UpToStatus(String::new());
    // It ends where the status is.
    let _ = write!(written, "{error:?}");
    let text = written.0.strip_prefix(variant)?;
    if variant != SERVICE {
        // Cut off; or an answer that broke off, or that nobody can read.
        return Some(Retryability::transient());
    }
    let (before, status) = text.split_once(STATUS)?;
    let status = status.get(..3)?.parse().ok()?;
    let code = before.split_once("ErrorMetadata { code: Some(\"").map(|(_, code)| code);
    let code = code.and_then(|code| code.split('"').next());
    Some(by_service(code, status))
}

/// What an error shows, if it is one of the texts that are of interest here: most errors show something else with their
/// first letter, and then nothing more is written.
enum Shown {
    Whole(&'static str),
    Begun { candidates: &'static [&'static str], length: usize },
    Else,
}

impl Shown {
    fn of(error: &dyn Error) -> Shown {
        const TEXTS: &[&str] = &["request has timed out", "response error", "service error"];

        let mut shown = Shown::Begun { candidates: TEXTS, length: 0 };
        let _ = write!(shown, "{error}");
        match shown {
            Shown::Begun { candidates, length } => {
                let whole = candidates.iter().find(|text| text.len() == length);
                whole.map_or(Shown::Else, |text| Shown::Whole(text))
            }
            other => other,
        }
    }
}

impl fmt::Write for Shown {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if let Shown::Begun { candidates, length } = self {
            // They are in alphabetical order, so that those that go on with this stand together.
            let goes_on = |candidate: &&&str| {
                candidate.get(*length..).is_some_and(|rest| rest.starts_with(text))
            };
            let first = candidates.iter().position(|candidate| goes_on(&candidate));
            if let Some(first) = first {
                let rest = candidates.get(first..).unwrap_or_default();
                let count = rest.iter().take_while(goes_on).count();
                *candidates = rest.get(..count).unwrap_or_default();
                *length += text.len();
                return Ok(());
            }
        }
        *self = Shown::Else;
        Err(fmt::Error)
    }
}

const STATUS: &str = "raw: Response { status: StatusCode(";

/// A text up to the status of the answer; the body behind it may be long.
struct UpToStatus(String);

impl fmt::Write for UpToStatus {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        const LONGEST: usize = 64 * 1024;

        let room = LONGEST.saturating_sub(self.0.len());
        self.0.extend(text.chars().take(room));
        // `StatusCode(503)`
        let tail = self.0.len().saturating_sub(STATUS.len() + 4);
        let is_complete = self.0.ends_with(')')
            && self.0.get(tail..).is_some_and(|tail| tail.starts_with(STATUS));
        if is_complete || room == 0 { Err(fmt::Error) } else { Ok(()) }
    }
}
