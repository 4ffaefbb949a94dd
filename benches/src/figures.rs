//! Figures that come out the same each time: sizes of futures, allocations, bytes of pending calls.

use std::collections::BTreeMap;
use std::future::Future;
use std::mem::size_of_val;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{LocalSet, spawn_local, yield_now};

use crate::{Failure, Server, asynchronous, blocking};

/// By name, as `group.figure.who`.
pub type Figures = BTreeMap<String, u64>;

/// All of them. `pending`: how many calls are asleep at once.
pub fn measured(pending: u64) -> Figures {
    let mut figures = Figures::new();
    sizes(&mut figures);
    allocations(&mut figures);
    pending_calls(pending, &mut figures);
    figures
}

macro_rules! for_each_async {
    ($macro:ident) => {
        $macro!(
            by_hand,
            reattempt,
            by_hand_early_exit,
            reattempt_early_exit,
            reattempt_closure,
            backon,
            backon_macros,
            tokio_retry2,
            backoff,
            tryhard,
            mulligan,
            tower
        )
    };
}

fn sizes(figures: &mut Figures) {
    let server = Server::default();
    macro_rules! small {
        ($($name:ident),+) => {$(
            let size = size_of_val(&asynchronous::$name(&server, 1)) as u64;
            figures.insert(format!("future.small.{}", stringify!($name)), size);
        )+};
    }
    for_each_async!(small);
    macro_rules! large {
        ($($name:ident),+) => {$(
            let call = large::$name(&server);
            figures.insert(format!("future.large_work.{}", stringify!($name)), size_of_val(&call) as u64);
        )+};
    }
    large!(by_hand, reattempt, backon, tokio_retry2, tryhard, mulligan);
    options(&server, figures);
    let argument = |name: &str| format!("future.large_argument.{name}");
    figures.insert(argument("by_hand"), size_of_val(&large::argument_by_hand([0; 1024])) as u64);
    figures.insert(argument("reattempt"), size_of_val(&large::argument([0; 1024])) as u64);
    let result = |name: &str| format!("future.large_result.{name}");
    figures.insert(result("by_hand"), size_of_val(&large::result_by_hand(&server)) as u64);
    figures.insert(result("reattempt"), size_of_val(&large::result(&server)) as u64);
}

/// Futures of functions with an option.
fn options(server: &Server, figures: &mut Figures) {
    use crate::options::asynchronous;

    let mut insert = |option: &str, who: &str, size: usize| {
        figures.insert(format!("future.{option}.{who}"), size as u64);
    };
    macro_rules! each {
        ($($option:ident),+) => {$(
            let name = stringify!($option);
            insert(name, "by_hand", size_of_val(&asynchronous::by_hand::$option(server, 1)));
            insert(name, "reattempt", size_of_val(&asynchronous::reattempt::$option(server, 1)));
        )+};
    }
    each!(max_elapsed, deadline, attempt_timeout, cancel, on_retry, map_err);
}

/// Futures of work that holds 4 KiB, of an argument of 1 KiB by value, of a result of 256 bytes.
mod large {
    use std::time::Duration;

    use backon::Retryable as _;
    use reattempt::retry;
    use tokio::time::sleep;

    use crate::{Failure, INITIAL_DELAY, MAX_ATTEMPTS, Server, wait};

    async fn work(server: &Server) -> Result<u64, Failure> {
        let buffer = [1_u8; 4096];
        tokio::task::yield_now().await;
        server.call(buffer.iter().map(|byte| u64::from(*byte)).sum())
    }

    macro_rules! by_hand {
        ($work:expr) => {{
            let mut attempt = 0;
            loop {
                let delay = {
                    let outcome = $work;
                    attempt += 1;
                    match &outcome {
                        Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {
                            wait(attempt)
                        }
                        _ => return outcome,
                    }
                };
                sleep(delay).await;
            }
        }};
    }

    pub async fn by_hand(server: &Server) -> Result<u64, Failure> {
        by_hand!(work(server).await)
    }

    #[retry(max_attempts = 5)]
    pub async fn reattempt(server: &Server) -> Result<u64, Failure> {
        work(server).await
    }

    pub async fn backon(server: &Server) -> Result<u64, Failure> {
        let policy = backon::ExponentialBuilder::default().with_max_times(4).with_jitter();
        (|| work(server)).retry(policy).sleep(sleep).when(Failure::is_transient).await
    }

    pub async fn tokio_retry2(server: &Server) -> Result<u64, Failure> {
        async fn attempt(server: &Server) -> Result<u64, tokio_retry2::RetryError<Failure>> {
            work(server).await.map_err(tokio_retry2::RetryError::transient)
        }
        let waits = tokio_retry2::strategy::ExponentialBackoff::from_millis(2).factor(50).take(4);
        tokio_retry2::Retry::spawn(waits, || attempt(server)).await
    }

    pub async fn tryhard(server: &Server) -> Result<u64, Failure> {
        tryhard::retry_fn(|| work(server)).retries(4).exponential_backoff(INITIAL_DELAY).await
    }

    pub async fn mulligan(server: &Server) -> Result<u64, Failure> {
        mulligan::until_ok::<u64, Failure>()
            .stop_after(4)
            .exponential(Duration::from_millis(100))
            .full_jitter()
            .execute(async || work(server).await)
            .await
    }

    async fn send(bytes: &[u8]) -> Result<u64, Failure> {
        tokio::task::yield_now().await;
        Ok(bytes.len() as u64)
    }

    pub async fn argument_by_hand(bytes: [u8; 1024]) -> Result<u64, Failure> {
        by_hand!(send(&bytes).await)
    }

    #[retry(max_attempts = 5)]
    pub async fn argument(bytes: [u8; 1024]) -> Result<u64, Failure> {
        send(&bytes).await
    }

    async fn receive(server: &Server) -> Result<[u8; 256], Failure> {
        tokio::task::yield_now().await;
        server.call(1).map(|byte| [byte as u8; 256])
    }

    pub async fn result_by_hand(server: &Server) -> Result<[u8; 256], Failure> {
        by_hand!(receive(server).await)
    }

    #[retry(max_attempts = 5)]
    pub async fn result(server: &Server) -> Result<[u8; 256], Failure> {
        receive(server).await
    }
}

fn paused_runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime starts")
}

/// How often the allocator is asked on each path of a call.
fn allocations(figures: &mut Figures) {
    let server = Server::default();
    let mut count = |path: &str, call: &mut dyn FnMut()| {
        // What is made once for all, such as a thread's random keys, is made.
        call();
        figures.insert(format!("allocations.{path}"), measure(call).count_total);
    };
    let mut calls = |path: &str, failures: u32, call: fn(&Server, u64) -> Result<u64, Failure>| {
        count(path, &mut || {
            let _ = call(server.fail(failures), 1);
        });
    };
    calls("blocking.success", 0, blocking::reattempt);
    calls("blocking.retries", 4, blocking::zero::reattempt);
    calls("blocking.gives_up", 5, blocking::zero::reattempt);
    calls("blocking.closure", 4, blocking::zero::reattempt_closure);
    calls("blocking.jitter", 4, jittered);
    count("blocking.permanent", &mut || {
        let _ = blocking::reattempt(server.fail(0), u64::MAX);
    });

    let runtime = paused_runtime();
    let inside = runtime.enter();
    let mut calls = |path: &str, failures: u32| {
        count(path, &mut || {
            let _ = polled(asynchronous::reattempt(server.fail(failures), 1));
        });
    };
    calls("async.success", 0);
    calls("async.jitter_then_asleep", 1);
    count("async.retries", &mut || {
        let _ = polled(asynchronous::zero::reattempt(server.fail(4), 1));
    });
    count("async.gives_up", &mut || {
        let _ = polled(asynchronous::zero::reattempt(server.fail(5), 1));
    });
    drop(inside);
}

#[reattempt::retry(max_attempts = 5, sleep = |_| ())]
fn jittered(server: &Server, input: u64) -> Result<u64, Failure> {
    server.call(input)
}

/// Polls until it is ready, or asleep on a timer that nobody drives.
fn polled<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..10 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
    }
    None
}

/// Bytes that the allocator has given for each of many calls, each a task that is asleep after its
/// first attempt.
fn pending_calls(pending: u64, figures: &mut Figures) {
    macro_rules! asleep {
        ($($name:ident),+) => {$(
            let runtime = paused_runtime();
            let server: &'static Server = Box::leak(Box::default());
            let tasks = LocalSet::new();
            let allocated = measure(|| {
                tasks.block_on(&runtime, async {
                    for input in 0..pending {
                        spawn_local(asynchronous::$name(server.fail(u32::MAX), input));
                    }
                    // Each of these lets the tasks go on; none has the timer driven.
                    for _ in 0..pending / 32 + 32 {
                        yield_now().await;
                    }
                });
            });
            let bytes = u64::try_from(allocated.bytes_current).unwrap_or_default() / pending;
            figures.insert(format!("pending.{}", stringify!($name)), bytes);
            drop(tasks);
        )+};
    }
    for_each_async!(asleep);
}
