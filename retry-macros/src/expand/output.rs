//! What the parts of an expansion are made from.

use super::path::RuntimePath;
use crate::model::Options;
use crate::plan::{Argument, Plan};
use crate::syntax::function::Function;
use crate::syntax::parameters::Parameter;

pub(super) struct Output<'a> {
    pub(super) function: &'a Function,
    pub(super) options: &'a Options,
    pub(super) plan: &'a Plan,
}

impl Output<'_> {
    pub(super) fn runtime(&self) -> RuntimePath {
        RuntimePath::new(self.options.krate.as_ref().map(|krate| &krate.tokens))
    }

    /// The parameters, with what happens to each.
    pub(super) fn arguments(&self) -> impl Iterator<Item = (&Parameter, &Argument)> {
        self.function.parameters.iter().zip(&self.plan.arguments)
    }
}
