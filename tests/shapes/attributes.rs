//! Other attributes, above and below.

use std::future::Future;

use reattempt::retry;

use super::support::{Failure, Work, sleep};
use super::{Result, Server, twice};

#[retry(max_attempts = 4)]
#[cfg_attr(test, must_use = "it counts")]
#[doc = "Documented by an attribute."]
async fn async_attributes(
    work: &Work,
    #[cfg(test)] kept: u32,
    #[cfg(not(test))] dropped: Dropped,
) -> Result<u32> {
    #[cfg(not(test))]
    drop(dropped);
    Ok(work.call()? + kept)
}

/// Those that a function may have anyway: above, below, or on both sides.
macro_rules! in_each_order {
    ($($name:ident: $(#[$attribute:meta])+;)+) => {$(
        mod $name {
            use super::{Result, Work, retry, sleep};

            $(#[$attribute])+
            #[retry(sleep = sleep)]
            pub(super) fn below(work: &Work) -> Result<u32> {
                work.call()
            }

            #[retry(sleep = sleep)]
            $(#[$attribute])+
            pub(super) fn above(work: &Work) -> Result<u32> {
                work.call()
            }

            $(#[$attribute])+
            #[retry]
            pub(super) async fn async_below(work: &Work) -> Result<u32> {
                work.call()
            }

            #[retry]
            $(#[$attribute])+
            pub(super) async fn async_above(work: &Work) -> Result<u32> {
                work.call()
            }
        }
    )+

        #[tokio::test(start_paused = true)]
        async fn in_each_order() {
            $(
                assert_eq!($name::below(&twice()), Ok(3));
                assert_eq!($name::above(&twice()), Ok(3));
                assert_eq!($name::async_below(&twice()).await, Ok(3));
                assert_eq!($name::async_above(&twice()).await, Ok(3));
            )+
        }
    };
}

in_each_order! {
    inline: #[inline];
    inline_always: #[inline(always)];
    cold: #[cold];
    must_use: #[must_use = "it counts"];
    doc: #[doc = "Documented."];
    doc_hidden: #[doc(hidden)];
    cfg: #[cfg(not(any()))];
    cfg_attr: #[cfg_attr(not(any()), must_use = "it counts", inline)];
    allow: #[allow(clippy::unused_async, reason = "of no interest here")];
    several: #[inline] #[doc = "Documented."] #[must_use = "it counts"] #[doc(alias = "other")];
}

/// What is told of the function still is, whichever comes first.
mod still_in_force {
    use super::{Result, Work, retry, sleep};

    #[deprecated = "above"]
    #[retry(sleep = sleep)]
    fn deprecated_above(work: &Work) -> Result<u32> {
        work.call()
    }

    #[retry(sleep = sleep)]
    #[deprecated = "below"]
    fn deprecated_below(work: &Work) -> Result<u32> {
        work.call()
    }

    #[cfg(any())]
    #[retry(no_such_key)]
    fn left_out() {}

    #[retry(sleep = sleep)]
    #[cfg_attr(any(), no_such_attribute)]
    fn kept(work: &Work) -> Result<u32> {
        work.call()
    }

    #[cfg_attr(not(any()), retry(sleep = sleep))]
    fn by_condition(work: &Work) -> Result<u32> {
        work.call()
    }

    #[test]
    fn is_checked_by_the_compiler() {
        // The expectation fails where the function is not deprecated.
        #[expect(deprecated, reason = "that it is so is tested")]
        let call = deprecated_above(&super::twice());
        assert_eq!(call, Ok(3));
        #[expect(deprecated, reason = "that it is so is tested")]
        let call = deprecated_below(&super::twice());
        assert_eq!(call, Ok(3));
        assert_eq!(kept(&super::twice()), Ok(3));
        assert_eq!(by_condition(&super::twice()), Ok(3));
    }
}

#[tokio::test(start_paused = true)]
async fn on_arguments_too() {
    assert_eq!(async_attributes(&Work::failing(3), 10).await, Ok(14));
}

#[tracing::instrument(skip_all)]
#[retry]
async fn span_for_each_attempt(server: &Server) -> Result<u32, Failure> {
    server.call()
}

#[retry]
#[tracing::instrument(skip_all)]
async fn span_for_all_attempts(server: &Server) -> Result<u32, Failure> {
    server.call()
}

#[retry(sleep = sleep)]
#[tracing::instrument(skip_all)]
fn blocking_span_for_all_attempts(server: &Server) -> Result<u32, Failure> {
    server.call()
}

/// Counts the spans that are made meanwhile.
fn spans<T>(work: impl FnOnce() -> T) -> u32 {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

    struct Counter(Arc<AtomicU32>);
    impl<S: tracing::Subscriber> Layer<S> for Counter {
        fn on_new_span(
            &self,
            attributes: &tracing::span::Attributes<'_>,
            _: &tracing::span::Id,
            _: Context<'_, S>,
        ) {
            if attributes.metadata().name().contains("span_for") {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    let count = Arc::new(AtomicU32::new(0));
    let subscriber = tracing_subscriber::registry().with(Counter(Arc::clone(&count)));
    let _ = tracing::subscriber::with_default(subscriber, work);
    count.load(Ordering::Relaxed)
}

fn in_paused_time<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(future)
}

#[test]
fn above_instrument_the_call_has_a_span_and_below_it_each_attempt() {
    let server = Server::default;
    assert_eq!(spans(|| in_paused_time(span_for_each_attempt(&server())).unwrap()), 3);
    assert_eq!(spans(|| in_paused_time(span_for_all_attempts(&server())).unwrap()), 1);
    assert_eq!(spans(|| blocking_span_for_all_attempts(&server()).unwrap()), 1);
}

thread_local! {
    static RUNTIMES: std::cell::RefCell<Vec<tokio::runtime::Id>> = const {
        std::cell::RefCell::new(Vec::new())
    };
}

/// Fails twice, in whatever runtime.
fn attempt() -> std::io::Result<()> {
    let runtime = tokio::runtime::Handle::current().id();
    let attempts = RUNTIMES.with_borrow_mut(|runtimes| {
        runtimes.push(runtime);
        runtimes.len()
    });
    if attempts < 3 { Err(std::io::ErrorKind::TimedOut.into()) } else { Ok(()) }
}

#[retry(backoff = "none")]
#[tokio::main(flavor = "current_thread")]
async fn one_runtime() -> std::io::Result<()> {
    attempt()
}

#[tokio::main(flavor = "current_thread")]
#[retry(sleep = sleep)]
async fn a_runtime_for_each_attempt() -> std::io::Result<()> {
    attempt()
}

#[test]
fn above_main_all_attempts_share_a_runtime() {
    one_runtime().unwrap();
    let mut runtimes = RUNTIMES.take();
    runtimes.dedup();
    assert_eq!(runtimes.len(), 1);
    a_runtime_for_each_attempt().unwrap();
    let mut runtimes = RUNTIMES.take();
    runtimes.dedup();
    assert_eq!(runtimes.len(), 3);
}

#[retry(backoff = "none")]
#[tokio::test]
async fn above_test_it_is_a_test() -> std::io::Result<()> {
    attempt()
}
