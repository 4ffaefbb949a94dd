//! The functions that the attribute can be put on: a module for each row of the README's table. Each
//! function fails twice and then succeeds, through the means that its shape has. Arguments that are
//! moved or changed are in `tests/body.rs`, what is `Send` in `tests/futures.rs`, and what is refused in
//! `tests/ui/item`.

#![allow(
    clippy::boxed_local,
    clippy::into_iter_on_ref,
    clippy::items_after_statements,
    clippy::match_single_binding,
    clippy::multiple_bound_locations,
    clippy::needless_for_each,
    clippy::needless_pass_by_ref_mut,
    clippy::needless_pass_by_value,
    clippy::needless_question_mark,
    clippy::manual_async_fn,
    clippy::ptr_arg,
    clippy::question_mark,
    clippy::too_many_arguments,
    clippy::unused_self,
    unused_qualifications,
    reason = "odd shapes are what is tested"
)]

#[path = "../support/mod.rs"]
mod support;

mod async_traits;
mod attributes;
mod bodies;
mod borrows;
mod classifiers;
mod conventions;
mod generics;
mod hygiene;
mod instrumented;
mod lent;
mod macros;
mod methods;
mod patterns;
mod receivers;
mod recursion;
mod returned_futures;
mod returns;

use std::sync::atomic::{AtomicU32, Ordering};

use support::{Failure, Work};

type Result<T, E = Failure> = std::result::Result<T, E>;

fn twice() -> Work {
    Work::failing(2)
}

/// Fails twice, from whatever thread.
#[derive(Debug, Default)]
struct Server {
    calls: AtomicU32,
}

impl Server {
    fn call(&self) -> Result<u32> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        let retryability = reattempt::Retryability::transient();
        if call < 3 { Err(Failure { call, retryability }) } else { Ok(call) }
    }
}

fn assert_send<T: Send>(future: T) -> T {
    future
}
