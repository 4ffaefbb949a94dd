//! What keeps retries from making an outage worse.

#[cfg(target_has_atomic = "32")]
pub(crate) mod brake;
pub(crate) mod bucket;
#[cfg(target_has_atomic = "32")]
pub(crate) mod budget;
pub(crate) mod cell;
#[cfg(target_has_atomic = "32")]
mod hash;
#[cfg(target_has_atomic = "32")]
mod keyed;
#[cfg(not(target_has_atomic = "32"))]
mod no_atomics;
pub(crate) mod patience;
pub(crate) mod rule;

#[cfg(feature = "std")]
pub(crate) use self::hash::hash;
#[cfg(target_has_atomic = "32")]
pub use brake::Brake;
#[cfg(target_has_atomic = "32")]
pub use budget::{Budget, BudgetBuilder, BudgetError};
#[cfg(target_has_atomic = "32")]
pub use keyed::Keyed;
#[cfg(not(target_has_atomic = "32"))]
pub use no_atomics::{Brake, Budget};
pub(crate) use patience::{FailedTurn, Hold};
pub use patience::{Patience, Turn};
