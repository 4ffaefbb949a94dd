//! An error and those that it wraps, asked one after the other.

use core::error::Error;

use super::Retryability;

/// How far a chain of sources is followed; some are cyclic.
const MAX_DEPTH: usize = 10;

/// An error, then its source, and so on.
#[derive(Clone)]
pub(super) struct Chain<'a> {
    next: Option<&'a (dyn Error + 'static)>,
    left: usize,
}

impl<'a> Chain<'a> {
    pub(super) fn of(error: &'a (dyn Error + 'static)) -> Chain<'a> {
        Chain { next: Some(error), left: MAX_DEPTH }
    }
}

impl<'a> Iterator for Chain<'a> {
    type Item = &'a (dyn Error + 'static);

    fn next(&mut self) -> Option<&'a (dyn Error + 'static)> {
        self.left = self.left.checked_sub(1)?;
        let error = self.next?;
        self.next = wrapped(error);
        Some(error)
    }
}

/// The error that this one wraps. An `io::Error` of another error steps over that one in its `source`.
fn wrapped<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    #[cfg(feature = "std")]
    if let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        return Some(inner);
    }
    error.source()
}

/// A mark anywhere in the chain, else what the outermost error says that knows anything.
pub(super) fn classify(error: &(dyn Error + 'static)) -> Option<Retryability> {
    #[cfg(feature = "alloc")]
    for error in Chain::of(error) {
        if let Some(marked) = error.downcast_ref::<super::Marked>() {
            return Some(marked.retryability);
        }
    }
    Chain::of(error).find_map(known)
}

/// The same of what an error wraps, where it knows nothing itself.
#[allow(dead_code, reason = "the errors of some crates do")]
pub(super) fn classify_source(error: &dyn Error) -> Option<Retryability> {
    classify(error.source()?)
}

/// What an error of a known type says; `None` if it is of another, or knows nothing.
fn known(error: &(dyn Error + 'static)) -> Option<Retryability> {
    macro_rules! ask {
        ($($feature:literal: $ty:ty => $classify:path,)*) => {$(
            #[cfg(feature = $feature)]
            if let Some(error) = error.downcast_ref::<$ty>() {
                return $classify(error);
            }
        )*};
    }
    ask! {
        "std": std::io::Error => super::io::classify,
        "tokio": tokio::time::error::Elapsed => super::timed_out,
        "http": super::http::StatusError => super::http::classify,
        "reqwest": reqwest::Error => super::reqwest::classify,
        "hyper-util": hyper_util::client::legacy::Error => super::hyper_util::classify,
        "hyper": hyper::Error => super::hyper::classify,
        "h2": h2::Error => super::h2::classify,
        "tonic": tonic::Status => super::tonic::classify,
        "sqlx": sqlx::Error => super::sqlx::classify,
        "rusqlite": rusqlite::Error => super::rusqlite::classify,
        "redis": redis::RedisError => super::redis::classify,
        "object_store": object_store::Error => super::object_store::classify,
    }
    let _ = error;
    None
}
