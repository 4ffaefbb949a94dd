//! What keeps retries from making an outage worse.

pub(crate) mod bucket;
#[cfg(target_has_atomic = "32")]
pub(crate) mod budget;
pub(crate) mod cell;
mod hash;
#[cfg(target_has_atomic = "32")]
mod keyed;
#[cfg(not(target_has_atomic = "32"))]
pub(crate) mod no_atomics;

pub(crate) use self::hash::hash;
#[cfg(target_has_atomic = "32")]
pub use budget::{Budget, BudgetBuilder, BudgetError};
#[cfg(target_has_atomic = "32")]
pub use keyed::Keyed;
#[cfg(not(target_has_atomic = "32"))]
pub use no_atomics::Budget;
