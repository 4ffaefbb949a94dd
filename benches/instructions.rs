//! Instructions per call, by Callgrind.
//!
//! Each benchmark makes 1,000 calls, so that what surrounds them vanishes: a figure is a thousandth of
//! the instructions counted.

use std::hint::black_box;

use gungraun::{Callgrind, LibraryBenchmarkConfig};
use gungraun::{library_benchmark, library_benchmark_group, main};
use reattempt_benches::options::{
    asynchronous as asynchronous_options, blocking as blocking_options,
};
use reattempt_benches::{Failure, Server, asynchronous, blocking, polled};
use tokio::runtime::{Builder, Runtime};

const CALLS: u64 = 1_000;

type Blocking = fn(&Server, u64) -> Result<u64, Failure>;

#[inline(always)]
fn calls(failures: u32, call: impl Fn(&Server, u64) -> Result<u64, Failure>) {
    let server = Server::default();
    for input in 0..CALLS {
        let _ = black_box(call(server.fail(failures), black_box(input)));
    }
}

macro_rules! blocking {
    ($($name:ident),+) => {
        #[library_benchmark]
        $(#[bench::$name(blocking::$name)])+
        fn blocking_success(call: Blocking) {
            calls(0, call);
        }
    };
}
blocking!(
    bare,
    by_hand,
    reattempt,
    by_hand_early_exit,
    reattempt_early_exit,
    reattempt_closure,
    backon,
    backon_macros,
    retry_crate,
    backoff,
    mulligan
);

macro_rules! failing {
    ($($name:ident),+) => {
        #[library_benchmark]
        $(#[bench::$name(blocking::zero::$name)])+
        fn blocking_one_failure(call: Blocking) {
            calls(1, call);
        }

        #[library_benchmark]
        $(#[bench::$name(blocking::zero::$name)])+
        fn blocking_four_failures(call: Blocking) {
            calls(4, call);
        }
    };
}
failing!(
    by_hand,
    reattempt,
    reattempt_closure,
    backon,
    backon_macros,
    retry_crate,
    backoff,
    mulligan
);

macro_rules! asynchronous {
    ($($name:ident),+) => {
        mod async_success {
            use super::*;

            $(
                #[library_benchmark]
                pub fn $name() {
                    calls(0, |server, input| polled(asynchronous::$name(server, input)));
                }
            )+
        }
        use async_success::{$($name),+};

        library_benchmark_group!(name = async_success_group, benchmarks = [$($name),+]);
    };
}
asynchronous!(
    bare,
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
);

/// A runtime to make timers in; it is made, and let go, outside of what is counted.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime starts")
}

macro_rules! options {
    (
        asynchronous: $($async_name:ident = $async_option:ident),+;
        blocking: $($blocking_name:ident = $blocking_option:ident),+
    ) => {
        $(
            #[library_benchmark]
            #[bench::by_hand(|server, input| polled(asynchronous_options::by_hand::$async_option(server, input)), runtime())]
            #[bench::reattempt(|server, input| polled(asynchronous_options::reattempt::$async_option(server, input)), runtime())]
            fn $async_name(call: Blocking, runtime: Runtime) -> Runtime {
                let inside = runtime.enter();
                calls(0, call);
                drop(inside);
                runtime
            }
        )+
        $(
            #[library_benchmark]
            #[bench::by_hand(blocking_options::by_hand::$blocking_option)]
            #[bench::reattempt(blocking_options::reattempt::$blocking_option)]
            fn $blocking_name(call: Blocking) {
                calls(0, call);
            }
        )+

        library_benchmark_group!(
            name = option_group,
            benchmarks = [$($async_name,)+ $($blocking_name),+]
        );
    };
}
options!(
    asynchronous: async_max_elapsed = max_elapsed, async_deadline = deadline,
        async_attempt_timeout = attempt_timeout, async_cancel = cancel, async_on_retry = on_retry,
        async_map_err = map_err;
    blocking: blocking_max_elapsed = max_elapsed, blocking_cancel = cancel,
        blocking_on_retry = on_retry, blocking_map_err = map_err
);

library_benchmark_group!(
    name = blocking_group,
    benchmarks = [blocking_success, blocking_one_failure, blocking_four_failures]
);

main!(
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"])),
    library_benchmark_groups = [blocking_group, async_success_group, option_group]
);
