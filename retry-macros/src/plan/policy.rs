//! Where the policy comes from.

use proc_macro2::Ident;
use reattempt_policy::__private::settings;

use crate::model::Options;
use crate::syntax::function::Function;
use crate::tokens::{Tokens, is_path, makes_something, mentions};

/// Where the policy comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Literals, which have been checked: the text form.
    Text(String),
    /// A constant that the compiler evaluates, and so checks, whatever becomes of the function.
    Constant,
    /// A constant that depends on `Self` or a generic parameter, which an item can't name. It is evaluated
    /// only where code is generated.
    InlineConstant,
    /// A path to a constant.
    NamedConstant,
    /// Something that exists apart from the call, such as `&self.policy` or `self.policy()`, and is referred to
    /// after each failed attempt.
    Reference,
    /// An expression that makes a policy, such as `Within::new(P, LIMIT)`. It is evaluated once in a call,
    /// because the policy may have a state: made anew after each failure, it would never end.
    Kept,
}

impl Policy {
    pub(super) fn of(
        options: &Options,
        function: &Function,
        is_generic: &impl Fn(&Ident) -> bool,
    ) -> Policy {
        match &options.policy {
            Some(policy) if !options.changes_policy() => {
                return Policy::of_expression(&policy.tokens, function);
            }
            // A list stands in the program, so that the policy can refer to it. Fractions are no settings.
            None => {
                if let Some(text) = options.known_policy().as_ref().and_then(settings) {
                    return Policy::Text(text);
                }
            }
            Some(_) => {}
        }
        if options.policy_tokens().any(|tokens| mentions(tokens, is_generic)) {
            Policy::InlineConstant
        } else {
            Policy::Constant
        }
    }

    fn of_expression(policy: &Tokens, function: &Function) -> Policy {
        if is_path(policy) && !function.names_argument(policy) {
            Policy::NamedConstant
        } else if makes_something(policy) {
            Policy::Kept
        } else {
            Policy::Reference
        }
    }
}
