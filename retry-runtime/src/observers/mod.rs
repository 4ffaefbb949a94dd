//! Observers that are ready: counts in the process, metrics, OpenTelemetry.
//!
//! `main` installs one, and it is told of all calls of the program:
//!
//! ```
//! # #[cfg(feature = "counters")]
//! # fn main() {
//! use reattempt::Scope;
//! use reattempt::observers::Counters;
//!
//! static COUNTERS: Counters = Counters::new();
//! Scope::new().observer(&COUNTERS).install();
//! # Scope::new().install();
//! # }
//! # #[cfg(not(feature = "counters"))]
//! # fn main() {}
//! ```
//!
//! Events go to `tracing` and `log` without an observer.

#[cfg(all(feature = "counters", target_has_atomic = "64"))]
mod counters;
#[cfg(feature = "metrics-0_24")]
mod metrics;
#[cfg(feature = "opentelemetry-0_33")]
mod opentelemetry;
#[cfg(any(
    all(feature = "counters", target_has_atomic = "64"),
    feature = "metrics-0_24",
    feature = "opentelemetry-0_33"
))]
mod terms;

#[cfg(feature = "metrics-0_24")]
pub use self::metrics::Metrics;
#[cfg(feature = "opentelemetry-0_33")]
pub use self::opentelemetry::OpenTelemetry;
#[cfg(all(feature = "counters", target_has_atomic = "64"))]
pub use counters::{Counters, Counts};
