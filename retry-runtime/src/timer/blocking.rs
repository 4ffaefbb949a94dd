//! Waiting by blocking the thread.

#[cfg(feature = "std")]
use core::time::Duration;

/// Whether a thread can be blocked at all: on WebAssembly in a browser or a worker it can't, and
/// `std::thread::sleep` panics.
#[cfg(feature = "std")]
pub(crate) const fn can_block() -> bool {
    !cfg!(all(target_family = "wasm", target_os = "unknown"))
}

/// Blocks the thread.
#[cfg(feature = "std")]
pub(crate) fn block(delay: Duration) {
    if !delay.is_zero() && can_block() {
        std::thread::sleep(delay);
    }
}

/// Whether this thread is polling a task of a tokio runtime: all the tasks of the thread stand still while it
/// is blocked. A thread of `spawn_blocking` is none of these.
///
/// tokio has no function that tells. But a task that is polled has a budget, and what runs elsewhere has
/// none, so whoever can use it up is inside a task. It costs that task an early yield. A thread that is
/// found to be none is not asked again. (To look for a runtime first, by `Handle::try_current`, would link 15 KB
/// of tokio into programs that have no runtime.)
#[cfg(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown"))))]
pub(crate) fn is_executor_thread() -> bool {
    use core::future::Future as _;
    use core::pin::pin;
    use core::task::{Context, Waker};

    std::thread_local! {
        static IS_NONE: core::cell::Cell<bool> = const { core::cell::Cell::new(false) };
    }
    /// tokio's budget is 128 for each poll.
    const MORE_THAN_THE_BUDGET: u32 = 200;

    if IS_NONE.get() {
        return false;
    }
    let mut context = Context::from_waker(Waker::noop());
    let is_one = (0..MORE_THAN_THE_BUDGET)
        .any(|_| pin!(tokio::task::consume_budget()).poll(&mut context).is_pending());
    IS_NONE.set(!is_one);
    is_one
}

/// Nobody can tell.
#[cfg(not(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown")))))]
pub(crate) const fn is_executor_thread() -> bool {
    false
}
