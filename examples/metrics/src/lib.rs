//! What Prometheus sees of retries: see the README.
#![forbid(unsafe_code)]

pub mod calls;
pub mod exporter;
pub mod prometheus;
pub mod service;
pub mod stage;
pub mod story;
