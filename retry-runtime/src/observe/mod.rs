//! What happened to a call, told to whoever listens. Every report goes through [`report`].

mod event;
#[cfg(feature = "tracing")]
mod tracing;

pub use event::{Event, EventKind, Name};

/// Whoever wants to know what happens to calls.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// use reattempt::{Event, EventKind, Observer, Retry, policy};
///
/// #[derive(Default)]
/// struct Retries(AtomicU32);
///
/// impl Observer for Retries {
///     fn event(&self, event: &Event<'_>) {
///         if event.kind() == EventKind::Retrying {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
///
/// let retries = Retries::default();
/// let retry = Retry::new(policy!(max_attempts = 3, backoff = "none")).observer(&retries);
/// assert!(retry.call(|| Err::<(), _>(std::io::Error::from(std::io::ErrorKind::TimedOut))).is_err());
/// assert_eq!(retries.0.into_inner(), 2);
/// ```
#[doc(alias = "metrics")]
#[doc(alias = "notify")]
#[doc(alias = "on_retry")]
pub trait Observer {
    /// Is told what happened. A panic here is caught where the standard library is there to do it, so that
    /// the call and its error are not lost.
    fn event(&self, event: &Event<'_>);

    /// Whether it is told of first attempts that succeed, as [`EventKind::Succeeded`]. No by default.
    ///
    /// That is on the path of calls that never fail, so it takes the feature `successes`; without it, nobody is told.
    fn wants_successes(&self) -> bool {
        false
    }
}

impl<O: Observer + ?Sized> Observer for &O {
    fn event(&self, event: &Event<'_>) {
        O::event(self, event);
    }

    fn wants_successes(&self) -> bool {
        O::wants_successes(self)
    }
}

#[cfg(feature = "alloc")]
impl<O: Observer + ?Sized> Observer for alloc::sync::Arc<O> {
    fn event(&self, event: &Event<'_>) {
        O::event(self, event);
    }

    fn wants_successes(&self) -> bool {
        O::wants_successes(self)
    }
}

/// Whether anybody listens, what surrounds the call left aside. If nobody does, no event is put together, and no clock is read for it.
#[inline]
pub(crate) fn is_listened_to(observer: Option<&dyn Observer>) -> bool {
    #[cfg(feature = "tracing")]
    let is_logged = tracing::is_listened_to();
    #[cfg(not(feature = "tracing"))]
    let is_logged = false;
    is_logged || observer.is_some()
}

/// Tells everybody who listens.
#[cold]
#[inline(never)]
pub(crate) fn report(event: &Event<'_>, observer: Option<&dyn Observer>) {
    #[cfg(feature = "tracing")]
    tracing::report(event);
    if let Some(observer) = observer {
        tell(observer, event);
    }
}

#[cfg(feature = "std")]
pub(crate) fn tell(observer: &dyn Observer, event: &Event<'_>) {
    // What a panic may have left half done is the observer's own.
    let told = core::panic::AssertUnwindSafe(|| hand_over(observer, event));
    let _ = std::panic::catch_unwind(told);
}

#[cfg(not(feature = "std"))]
pub(crate) fn tell(observer: &dyn Observer, event: &Event<'_>) {
    hand_over(observer, event);
}

fn hand_over(observer: &dyn Observer, event: &Event<'_>) {
    if event.kind != EventKind::Succeeded || observer.wants_successes() {
        observer.event(event);
    }
}
