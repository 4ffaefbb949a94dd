//! `tonic::Status`, by its code (AIP-194), the wait that the server put beside it, and by what the
//! transport says; and the errors of tonic's transport.

use core::time::Duration;

use super::Sources;
use crate::classify::retryability::{RetryKind, Retryability};

/// A module for each version, whose types are others, with the same methods.
macro_rules! versions {
    ($($feature:literal $transport:literal $version:ident: $tonic:ident $tonic_types:ident,)+) => {$(
        #[cfg(feature = $feature)]
        pub(in crate::classify) mod $version {
            use $tonic::{Code, Status, TimeoutExpired};
            use $tonic_types::StatusExt as _;

            use alloc::string::ToString as _;
            use alloc::sync::Arc;

            use super::Pushback;
            use crate::classify::errors::Sources;
            use crate::classify::retryability::Retryability;
            use crate::classify::timed_out::TimedOut;

            pub(in crate::classify) fn classify(
                status: &Status,
                sources: &dyn Sources,
            ) -> Option<Retryability> {
                let hint = match pushback(status) {
                    Pushback::After(wait) => Some(wait),
                    // The server wants no other attempt.
                    Pushback::Never => return Some(Retryability::permanent()),
                    Pushback::None => {
                        status.get_details_retry_info().and_then(|info| info.retry_delay)
                    }
                };
                let by_transport = || sources.classify();
                let retryability = match status.code() {
                    // A connection that was refused has carried nothing, and what TLS refuses it always will.
                    Code::Unavailable if sources.are_there() => super::by_transport(sources),
                    Code::Unavailable => Retryability::transient(),
                    Code::ResourceExhausted if hint.is_some() => {
                        Retryability::throttled().not_applied()
                    }
                    Code::Aborted => Retryability::transient().not_applied().conflict(),
                    Code::DeadlineExceeded => Retryability::transient(),
                    // What the client's own transport met has no code of its own; a connection that is lost, and
                    // a time-out of the client, are `CANCELLED`.
                    Code::Cancelled => by_transport().unwrap_or(Retryability::cancelled()),
                    Code::Unknown | Code::Internal | Code::ResourceExhausted => by_transport()?,
                    _ => Retryability::permanent(),
                };
                Some(match hint {
                    Some(wait) if retryability.is_retryable() => retryability.after(wait),
                    _ => retryability,
                })
            }

            /// `DEADLINE_EXCEEDED`, as of the servers.
            impl From<TimedOut> for Status {
                fn from(timed_out: TimedOut) -> Status {
                    let mut status = Status::deadline_exceeded(timed_out.to_string());
                    status.set_source(Arc::new(timed_out));
                    status
                }
            }

            #[allow(clippy::unnecessary_wraps, reason = "other error types may not know")]
            pub(in crate::classify) fn timed_out(
                _: &TimeoutExpired,
                _: &dyn Sources,
            ) -> Option<Retryability> {
                Some(Retryability::transient())
            }

            #[cfg(feature = $transport)]
            #[allow(clippy::unnecessary_wraps, reason = "other error types may not know")]
            pub(in crate::classify) fn transport(
                _: &$tonic::transport::Error,
                sources: &dyn Sources,
            ) -> Option<Retryability> {
                Some(super::by_transport(sources))
            }

            fn pushback(status: &Status) -> Pushback {
                let mut values = status.metadata().get_all("grpc-retry-pushback-ms").iter();
                match (values.next(), values.next()) {
                    (None, _) => Pushback::None,
                    (Some(value), None) => Pushback::read(value.to_str().ok()),
                    (Some(_), Some(_)) => Pushback::Never,
                }
            }
        }
    )+};
}

versions! {
    "tonic-0_13" "tonic-0_13-transport" v0_13: tonic_0_13 tonic_types_0_13,
    "tonic-0_14" "tonic-0_14-transport" v0_14: tonic tonic_types,
}

/// gRFC A6.
enum Pushback {
    None,
    After(Duration),
    Never,
}

impl Pushback {
    /// Milliseconds as a 32-bit number; what is negative, or none, means never.
    fn read(value: Option<&str>) -> Pushback {
        let wait = value.and_then(|text| text.parse::<i32>().ok());
        let wait = wait.and_then(|wait| u64::try_from(wait).ok());
        wait.map_or(Pushback::Never, |wait| Pushback::After(Duration::from_millis(wait)))
    }
}

/// What connecting met. An address that is none, and what TLS refuses, the same call would meet again.
fn by_transport(sources: &dyn Sources) -> Retryability {
    match sources.classify().or_else(|| sources.classify_by_words()) {
        Some(known) if known.kind() == RetryKind::Permanent => Retryability::permanent(),
        Some(known) => known,
        // Without a source it is about the address or the settings.
        None => Retryability::from(sources.are_there()),
    }
}
