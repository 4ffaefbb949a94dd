//! An error and those that it wraps, asked one after the other.

use core::error::Error;

use super::Retryability;

/// How far a chain of sources may still be followed: ten deep in all, for some are cyclic.
#[derive(Clone, Copy)]
pub(super) struct Depth(usize);

impl Depth {
    const WHOLE: Depth = Depth(10);
}

/// An error, then its source, and so on, with how far one may go from there.
#[derive(Clone)]
pub(super) struct Chain<'a> {
    next: Option<&'a (dyn Error + 'static)>,
    left: usize,
}

impl<'a> Chain<'a> {
    pub(super) fn of(error: &'a (dyn Error + 'static)) -> Chain<'a> {
        Chain { next: Some(error), left: Depth::WHOLE.0 }
    }
}

impl<'a> Iterator for Chain<'a> {
    type Item = (&'a (dyn Error + 'static), Depth);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let error = self.next?;
        self.next = wrapped(error);
        Some((error, Depth(self.left)))
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
    let mut is_known = true;
    for (error, depth) in Chain::of(error) {
        match known(error, depth) {
            Answer::Says(said) if is_known => return Some(said),
            Answer::Says(said) => return Some(said.perhaps_applied()),
            Answer::KnowsNothing => {}
            Answer::Unknown => is_known = false,
        }
    }
    None
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

/// What the errors say that an error wraps, for one that asks them before it says anything itself.
#[allow(dead_code, reason = "the errors of some crates do")]
pub(super) fn classify_source(error: &dyn Error, depth: Depth) -> Option<Retryability> {
    let mut chain = Chain { next: error.source(), left: depth.0 };
    chain.find_map(|(error, depth)| match known(error, depth) {
        Answer::Says(said) => Some(said),
        Answer::KnowsNothing | Answer::Unknown => None,
    })
}

/// What a single error says, without those that it wraps.
enum Answer {
    #[allow(dead_code, reason = "without features there is no type to ask")]
    Says(Retryability),
    #[allow(dead_code, reason = "without features there is no type to ask")]
    KnowsNothing,
    /// It is of a type that is not known here.
    Unknown,
}

/// The table of the types that are known here.
fn known(error: &(dyn Error + 'static), depth: Depth) -> Answer {
    macro_rules! ask {
        ($($feature:literal: $ty:ty => $classify:expr,)*) => {$(
            #[cfg(feature = $feature)]
            if let Some(error) = downcast::<$ty>(error) {
                return $classify(error).map_or(Answer::KnowsNothing, Answer::Says);
            }
        )*};
    }
    ask! {
        "std": std::io::Error => super::io::classify,
        "tokio": tokio::time::error::Elapsed => super::timed_out,
        "http": super::http::StatusError => super::http::classify,
        "reqwest": reqwest::Error => |error| super::reqwest::classify(error, depth),
        "hyper-util": hyper_util::client::legacy::Error
            => |error| super::hyper_util::classify(error, depth),
        "hyper": hyper::Error => super::hyper::classify,
        "h2": h2::Error => super::h2::classify,
        "tonic": tonic::Status => |error| super::tonic::classify(error, depth),
        "tonic": tonic::TimeoutExpired => super::tonic::timed_out,
        "sqlx": sqlx::Error => super::sqlx::classify,
        "rusqlite": rusqlite::Error => super::rusqlite::classify,
        "redis": redis::RedisError => super::redis::classify,
        "object_store": object_store::Error => |error| super::object_store::classify(error, depth),
    }
    let _ = (error, depth);
    Answer::Unknown
}
