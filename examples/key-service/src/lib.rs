//! Encryption by a key service that throttles and loses connections: see the README.
#![forbid(unsafe_code)]

pub mod command;
pub mod keys;
pub mod program;
pub mod service;
pub mod store;
pub mod story;
