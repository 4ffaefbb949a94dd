//! What an annotated function says of itself, with the feature `registry`.

use proc_macro2::{Ident, TokenStream};

use super::policy::{constant, duration};
use super::site::Site;
use crate::plan::{Name, Policy};
use crate::tokens::{Tokens, mentions, without_reference};

/// Whether functions say it. The tests of this crate look at expansions without it, whatever else is compiled beside them.
const IS_SAID: bool = cfg!(all(feature = "registry", not(test)));

impl Site<'_> {
    /// ```text
    /// register! { "module::f", false, Some(|| described_by("max_attempts=5")), None }
    /// ```
    ///
    /// An item, which can't name what is generic.
    pub(super) fn registered(&self) -> TokenStream {
        if !IS_SAID {
            return TokenStream::new();
        }
        let runtime = self.runtime;
        let name = match self.plan.name {
            Name::InlineConstant => self.path_as_name(),
            _ => self.name(),
        };
        let described = match &self.plan.policy {
            Policy::Text(text) => Some(hygienic!(#runtime::registry::described_by(#text))),
            Policy::Constant => {
                let policy = constant(self.options, runtime);
                Some(self.describing(&hygienic!({
                    const __REATTEMPT_POLICY: #runtime::Policy = #policy;
                    __REATTEMPT_POLICY
                })))
            }
            Policy::NamedConstant => self
                .options
                .policy
                .as_ref()
                .map(|policy| without_reference(&policy.tokens))
                .filter(|policy| !self.is_generic(policy))
                .map(|policy| self.describing(&hygienic!(#policy))),
            Policy::InlineConstant | Policy::Reference | Policy::Kept => None,
        };
        let described = option(described.map(|described| hygienic!(|| #described)));
        let deadline = self.options.deadline.as_ref();
        let deadline = option(deadline.and_then(|deadline| deadline.value.literal()).map(duration));
        let is_async = self.function.is_async;
        hygienic!(#runtime::register! { #name, #is_async, #described, #deadline })
    }

    fn describing(&self, policy: &TokenStream) -> TokenStream {
        let runtime = self.runtime;
        hygienic!((&#runtime::registry::Describe::new(&#policy)).__reattempt_described())
    }

    fn is_generic(&self, tokens: &Tokens) -> bool {
        let generics = self.function.generic_names();
        mentions(tokens, &|word: &Ident| word == "Self" || generics.iter().any(|name| word == name))
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(
        || hygienic!(::core::option::Option::None),
        |value| hygienic!(::core::option::Option::Some(#value)),
    )
}
