//! Metrics that are pushed to a gateway, which is restarted: see the README.
#![forbid(unsafe_code)]

pub mod import;
pub mod push;
pub mod story;
