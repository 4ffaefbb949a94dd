//! What retries do to a server, simulated: each call's schedule, jitter, budget and brake are those of the crate `reattempt`.
//!
//! Scenes are functions that take settings and return plain data. They use no threads, no files and no clock, and come to the
//! same for the same seed on the same machine. (Logarithms may differ in their last digit from one platform to another.)

pub mod attacks;
pub mod brownout;
pub mod comeback;
pub mod contention;
pub mod events;
pub mod fleet;
pub mod protection;
pub mod random;
pub mod schedule;
pub mod server;
pub mod users;

pub use protection::Protection;
