//! Retries as a part of other crates' stacks.

#[cfg(any(feature = "reqwest-middleware-0_4", feature = "reqwest-middleware-0_5"))]
pub mod reqwest_middleware;
#[cfg(feature = "tower-0_5")]
pub mod tower;
