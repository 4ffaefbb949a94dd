//! See `build.rs`.

#![allow(
    unused_imports,
    clippy::boxed_local,
    clippy::items_after_statements,
    clippy::multiple_bound_locations,
    clippy::manual_async_fn,
    clippy::question_mark,
    clippy::too_many_arguments,
    reason = "odd shapes are what is tested"
)]

include!(concat!(env!("OUT_DIR"), "/main.rs"));
