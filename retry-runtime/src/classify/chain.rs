//! An error and those that it wraps, asked one after the other.

use core::error::Error;

#[cfg(feature = "aws-smithy")]
use aws_smithy_runtime_api::client::result::ConnectorError;
#[cfg(feature = "aws-smithy")]
use aws_smithy_types::error::metadata::ErrorMetadata;

#[allow(unused_imports, reason = "without features there is no type to ask")]
use super::errors;
use super::errors::Sources;
#[allow(unused_imports, reason = "without features there is no type to ask")]
use super::retryability::ClassifiedBy;
use super::retryability::{RetryKind, Retryability};
use super::shown::shown;
#[cfg(feature = "std")]
use super::timed_out::TimedOut;
use super::words;
#[cfg(feature = "http")]
#[allow(unused_imports, reason = "some clients have it")]
use crate::http::http_error::HttpError;
#[cfg(feature = "http")]
use crate::http::status_error::StatusError;

/// The types that are known here, and what asks an error of that type. A row makes both the type's
/// `Retryable` and its entry in [`known`].
macro_rules! types {
    (
        $(
            $(#[doc = $doc:literal])*
            $feature:literal: $ty:ty => $classify:path,
        )+
        entries only:
        $($entry_feature:literal: $entry:ty => $classify_entry:path,)+
    ) => {
        $(
            $(#[doc = $doc])*
            #[cfg(feature = $feature)]
            #[diagnostic::do_not_recommend]
            impl crate::classify::traits::Retryable for $ty {
                fn retryability(&self) -> Retryability {
                    classify(self).unwrap_or(Retryability::unclassified())
                }
            }

            #[cfg(all(feature = $feature, feature = "faults"))]
            #[diagnostic::do_not_recommend]
            impl crate::faults::scriptable::Scriptable for $ty {}
        )+

        /// What a single error says, without those that it wraps.
        fn known(error: &(dyn Error + 'static), left: usize) -> Answer {
            types! { @ask error, left, $($feature: $ty => $classify,)+ $($entry_feature: $entry => $classify_entry,)+ }
            let _ = (error, left);
            #[cfg(feature = "aws-smithy")]
            if let Some(said) = errors::aws::boxed(error) {
                return Answer::Says(said.by(&ClassifiedBy::Type("SdkError")));
            }
            Answer::Unknown
        }
    };
    (@ask $error:ident, $left:ident, $($feature:literal: $ty:ty => $classify:path,)+) => {$(
        #[cfg(feature = $feature)]
        if let Some(error) = downcast::<$ty>($error) {
            const BY: &ClassifiedBy = &ClassifiedBy::Type(stringify!($ty));
            return match $classify(error, &SourcesOf { error, left: $left }) {
                Some(said) => Answer::Says(said.by(BY)),
                None => Answer::KnowsNothing,
            };
        }
    )+};
}

types! {
    /// By its kind, else by the number that the operating system gave it, else by the error that it wraps:
    /// libraries wrap the error of a socket in one of their own, and that in `io::Error::other`.
    "std": std::io::Error => errors::io::classify,
    "tokio": tokio::time::error::Elapsed => errors::tokio::classify,
    /// By its status.
    "http": StatusError => errors::http_client::classify,
    /// By the phase of the request that failed, and by what it wraps. A status is one of an error where
    /// `error_for_status` has made it one.
    ///
    /// It never says that nothing was applied, because a client follows redirects, and the error does not tell
    /// whether it has: what was refused may have been the second of two requests. Of a client that follows none
    /// (`redirect::Policy::none()`), a derive may say it:
    ///
    /// ```
    /// # #[cfg(feature = "reqwest")]
    /// # mod example {
    /// #[derive(Debug, reattempt::Retryable)]
    /// enum SendError {
    ///     #[retry(transient, not_applied, when = _0.is_connect())]
    ///     #[retry(forward)]
    ///     Transport(reqwest::Error),
    /// }
    /// # }
    /// ```
    "reqwest-0_13": reqwest::Error => errors::reqwest::v0_13::classify,
    /// As that of version 0.13.
    "reqwest-0_12": reqwest_0_12::Error => errors::reqwest::v0_12::classify,
    "hyper-util-0_1": hyper_util::client::legacy::Error => errors::hyper_util::classify,
    "hyper": hyper::Error => errors::hyper::classify,
    "h2-0_4": h2::Error => errors::h2::classify,
    /// By its code, by the delay that the server put beside it, and by what the transport says.
    /// `RESOURCE_EXHAUSTED` is worth another attempt only where the server says when, by `RetryInfo` or by
    /// pushback. `ABORTED` is about a whole transaction: put the attribute on the function that holds it.
    "tonic-0_14": tonic::Status => errors::tonic::v0_14::classify,
    "tonic-0_14": tonic::TimeoutExpired => errors::tonic::v0_14::timed_out,
    /// By what connecting met.
    "tonic-0_14-transport": tonic::transport::Error => errors::tonic::v0_14::transport,
    /// As that of version 0.14.
    "tonic-0_13": tonic_0_13::Status => errors::tonic::v0_13::classify,
    "tonic-0_13": tonic_0_13::TimeoutExpired => errors::tonic::v0_13::timed_out,
    /// By what connecting met.
    "tonic-0_13-transport": tonic_0_13::transport::Error => errors::tonic::v0_13::transport,
    /// By the database's code. Of MySQL's numbers, those that MySQL translates into SQLSTATE; with the feature
    /// `sqlx-mysql` all of them.
    "sqlx-0_9": sqlx::Error => errors::sqlx::v0_9::classify,
    /// As that of version 0.9; with the feature `sqlx-0_8-mysql` by all of MySQL's numbers.
    "sqlx-0_8": sqlx_0_8::Error => errors::sqlx::v0_8::classify,
    /// By SQLSTATE, or by what became of the connection.
    "tokio-postgres-0_7": tokio_postgres::Error => errors::tokio_postgres::classify,
    /// By the kind of the database's error, else by the words of its message: diesel keeps the code to itself.
    "diesel": diesel::result::Error => errors::diesel::classify,
    /// By the words of the message, which is all that there is.
    "diesel": diesel::ConnectionError => errors::diesel::connecting,
    /// By SQLite's extended result code. Set a `busy_timeout` first: SQLite then waits itself, and what is left
    /// is the transaction that has to be begun anew. Put the attribute on the function that holds the whole of
    /// it.
    "rusqlite": rusqlite::Error => errors::rusqlite::classify,
    /// By the server's code, and by what became of the connection. It never says that nothing was applied:
    /// clients of a cluster send a command again by themselves, and of a pipeline the commands before the one
    /// that failed have been applied.
    ///
    /// `OOM`, `MISCONF` and `NOREPLICAS` last until somebody does something about them, and are permanent. With
    /// `on` they may be something else.
    "redis": redis::RedisError => errors::redis::classify,
    /// By the labels that the server and the driver gave it, by the server's code, and by what became of the
    /// connection. The driver tries once more by itself (`retryReads`, `retryWrites`).
    "mongodb": mongodb::error::Error => errors::mongodb::classify,
    /// By its variant. With `http_status_as_error(false)`, and `retryable_status` on the response, a server's
    /// `Retry-After` counts as well: this error doesn't have it.
    "ureq-3": ureq::Error => errors::ureq::classify,

    /// By its variant, by what it wraps, and by the words of the messages in it: what a store wraps is of types that it
    /// keeps to itself. It never says that nothing was applied.
    ///
    /// The stores retry by themselves, ten times within three minutes. Switch that off
    /// (`RetryConfig { max_retries: 0, .. }`) where `#[retry]` is to do it.
    "object_store-0_14": object_store::Error => errors::object_store::v0_14::classify,
    /// As that of version 0.14.
    "object_store-0_13": object_store_0_13::Error => errors::object_store::v0_13::classify,
    /// By its kind, by the service's code and status, and by what it wraps, with the wait that the service asked for.
    ///
    /// It never says that nothing was applied: the kind `Connection` is about the last request, and the client may have
    /// sent others before. Of an operation that is a single request, and a client with `RetryOptions::none()`, a derive
    /// may say it:
    ///
    /// ```
    /// # #[cfg(feature = "azure-core")]
    /// # mod example {
    /// use azure_core::error::ErrorKind;
    ///
    /// #[derive(Debug, reattempt::Retryable)]
    /// enum SendError {
    ///     #[retry(transient, not_applied, when = *_0.kind() == ErrorKind::Connection)]
    ///     #[retry(forward)]
    ///     Azure(azure_core::Error),
    /// }
    /// # }
    /// ```
    ///
    /// The SDK's clients retry by themselves, unless they have `RetryOptions::none()`: else attempts multiply.
    "azure-core": azure_core::Error => errors::azure::classify,
    entries only:
    "std": TimedOut => errors::io::timed_out,
    "hyper": InvalidUri => errors::hyper::invalid_uri,
    "reqwest-0_12": HttpError<reqwest_0_12::Error> => errors::http_client::of_http_error,
    "reqwest-0_13": HttpError<reqwest::Error> => errors::http_client::of_http_error,
    "hyper-util-0_1": HttpError<hyper_util::client::legacy::Error> => errors::http_client::of_http_error,
    "ureq-3": HttpError<ureq::Error> => errors::http_client::of_http_error,
    "aws-smithy": ConnectorError => errors::aws::connector,
    "aws-smithy": ErrorMetadata => errors::aws::metadata,
}

/// That of the crate `http`, which hyper does not pass on by its name.
#[cfg(feature = "hyper")]
type InvalidUri = <hyper::Uri as core::str::FromStr>::Err;

/// What a single error says.
enum Answer {
    #[allow(dead_code, reason = "without features there is no type to ask")]
    Says(Retryability),
    #[allow(dead_code, reason = "without features there is no type to ask")]
    KnowsNothing,
    /// It is of a type that is not known here.
    Unknown,
}

/// How deep a chain of sources is followed, for some are cyclic.
const DEEPEST: usize = 10;

/// An error, then its source, and so on, each with how many may still follow.
#[derive(Clone)]
pub(super) struct Chain<'a> {
    next: Option<&'a (dyn Error + 'static)>,
    left: usize,
}

impl<'a> Chain<'a> {
    pub(super) fn of(error: &'a (dyn Error + 'static)) -> Chain<'a> {
        Chain { next: Some(error), left: DEEPEST }
    }
}

impl<'a> Iterator for Chain<'a> {
    type Item = (&'a (dyn Error + 'static), usize);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let error = self.next?;
        self.next = wrapped(error);
        Some((error, self.left))
    }
}

/// The error that this one wraps. The `source` of an `io::Error` steps over the error in it, and `h2::Error`
/// has that of its `io::Error`.
fn wrapped<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    #[cfg(feature = "std")]
    if let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        return Some(inner);
    }
    #[cfg(feature = "h2-0_4")]
    if let Some(inner) = error.downcast_ref::<h2::Error>().and_then(h2::Error::get_io) {
        return Some(inner);
    }
    error.source()
}

/// A mark anywhere in the chain, else what the outermost error of a known type says that knows anything. If
/// that is permanent, its type is known by a feature, and an error further in is worth another attempt, the
/// latter counts: a feature that makes a type known must not make this crate retry less.
///
/// Below an error of an unknown type nobody knows whether anything was applied: it may be that of a client
/// which had tried before.
pub(super) fn classify(error: &(dyn Error + 'static)) -> Option<Retryability> {
    #[cfg(feature = "alloc")]
    for (error, _) in Chain::of(error) {
        if let Some(marked) = downcast::<super::Marked>(error) {
            return Some(marked.retryability);
        }
    }
    let mut outermost: Option<Retryability> = None;
    let mut is_known = true;
    for (error, left) in Chain::of(error) {
        let said = match known(error, left) {
            Answer::Says(said) => said,
            Answer::KnowsNothing => continue,
            Answer::Unknown => {
                is_known = false;
                continue;
            }
        };
        let said = if is_known { said } else { said.forget_not_applied() };
        match outermost {
            None if said.kind() == RetryKind::Permanent && !is_always_known(error) => {
                outermost = Some(said);
                // Below it, too, nobody knows whether anything was applied.
                is_known = false;
            }
            None => return Some(said),
            Some(_) if said.is_retryable() => return Some(said),
            Some(_) => {}
        }
    }
    outermost
}

/// Whether the type of an error is known without a feature: then what it says counts.
fn is_always_known(error: &(dyn Error + 'static)) -> bool {
    #[cfg(feature = "std")]
    return downcast::<std::io::Error>(error).is_some();
    #[cfg(not(feature = "std"))]
    {
        let _ = error;
        false
    }
}

/// The error as one of this type, be it in a box or shared: both step over it in their `source`.
#[allow(dead_code, reason = "without features there is no type to ask for")]
fn downcast<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    #[cfg(feature = "alloc")]
    {
        use alloc::boxed::Box;
        use alloc::sync::Arc;

        if let Some(error) = error.downcast_ref::<Box<E>>() {
            return Some(error);
        }
        if let Some(error) = error.downcast_ref::<Arc<E>>() {
            return Some(error);
        }
    }
    error.downcast_ref()
}

/// The errors that an error wraps, for one that asks them before it says anything itself.
#[allow(dead_code, reason = "the errors of some crates do")]
struct SourcesOf<'a> {
    error: &'a (dyn Error + 'static),
    left: usize,
}

#[allow(dead_code, reason = "the errors of some crates do")]
impl SourcesOf<'_> {
    fn chain(&self) -> Chain<'_> {
        Chain { next: wrapped(self.error), left: self.left }
    }
}

impl Sources for SourcesOf<'_> {
    fn classify(&self) -> Option<Retryability> {
        self.chain().find_map(|(error, left)| match known(error, left) {
            Answer::Says(said) => Some(said),
            Answer::KnowsNothing | Answer::Unknown => None,
        })
    }

    fn classify_by_words(&self) -> Option<Retryability> {
        by_words(self.chain())
    }

    fn are_there(&self) -> bool {
        self.chain().next().is_some()
    }
}

/// What the innermost message says that says anything: a context says what was tried, and a cause why it failed.
pub(super) fn by_words(chain: Chain<'_>) -> Option<Retryability> {
    chain.filter_map(|(error, _)| shown(error, words::classify)).last()
}
