//! What was written: arguments, values, and the function below the attribute, each with its place.

pub(crate) mod arguments;
pub(crate) mod body;
pub(crate) mod callables;
pub(crate) mod function;
pub(crate) mod instrumented;
pub(crate) mod parameters;
pub(crate) mod policy_values;
pub(crate) mod returned_future;
pub(crate) mod values;
