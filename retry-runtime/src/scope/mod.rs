//! What surrounds a call: limits, observers and policies that calls further inside keep to.

pub(crate) mod around;
#[cfg(feature = "std")]
mod builder;
#[cfg(feature = "std")]
pub(crate) mod current;
pub(crate) mod future;
#[cfg(feature = "std")]
mod in_scope;
#[cfg(feature = "std")]
mod layer;
pub(crate) mod limits;
#[cfg(feature = "std")]
pub(crate) mod part;
#[cfg(feature = "std")]
mod policies;
#[cfg(feature = "std")]
pub(crate) mod retrying;
#[cfg(feature = "std")]
mod surrounding;
#[cfg(feature = "serde")]
mod table;

#[cfg(feature = "std")]
pub use builder::Scope;
#[cfg(feature = "std")]
pub(crate) use builder::remaining;
#[cfg(feature = "std")]
pub use current::EnteredScope;
#[cfg(feature = "std")]
pub use in_scope::InScope;
#[cfg(feature = "std")]
pub use policies::{Policies, PoliciesError};
