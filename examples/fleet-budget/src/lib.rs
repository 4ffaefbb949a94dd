//! A retry budget that the processes of a fleet share: see the README.
#![forbid(unsafe_code)]

pub mod fleet;
pub mod lease;
mod service;
pub mod worker;

/// The processes.
pub const PROCESSES: u32 = 4;

/// The tokens that each process may have: all that it has while Redis doesn't answer.
pub const SHARE: u32 = 4;

/// The tokens that there may be in Redis.
pub const CAPACITY: u32 = 20;

/// What a success pays, in thousandths of a token.
pub const REFUND: u32 = 100;

/// The bucket's key in Redis: one for each thing that fails by itself.
pub const KEY: &str = "retry-budget:upstream";
