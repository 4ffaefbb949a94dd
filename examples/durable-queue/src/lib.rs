//! Jobs that survive the process that does them: see the README.
#![forbid(unsafe_code)]

mod ending;
mod service;
pub mod story;
pub mod worker;
