//! Transfers between accounts while the database is restarted: see the README.
#![forbid(unsafe_code)]

pub mod bank;
pub mod story;
pub mod transfer;
