//! See `build.rs`.

#![allow(
    unused_imports,
    clippy::all,
    clippy::pedantic,
    reason = "the shapes themselves are linted where they stand"
)]

include!(concat!(env!("OUT_DIR"), "/main.rs"));
