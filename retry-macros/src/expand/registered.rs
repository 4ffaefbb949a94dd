//! What an annotated function says of itself, with the feature `registry`.

use proc_macro2::{TokenStream, TokenTree};

use super::policy::{constant, duration};
use super::site::Site;
use crate::features;
use crate::plan::{Name, Policy};
use crate::tokens::{Tokens, is_punct, without_reference};

impl Site<'_> {
    /// ```text
    /// register! { "module::f", false, Some(|| described_by("max_attempts=5")), None }
    /// ```
    ///
    /// An item, which can't name what is generic.
    pub(super) fn registered(&self) -> TokenStream {
        if !features::registry() {
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
                .filter(|policy| self.is_constant(policy))
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

    /// Whether a path surely names a value that an item can name too: `STORAGE`, `Patient`, `crate::policies::STORAGE`. In front of
    /// another name there may be a type, or a parameter of the `impl` around the function; in an `attempt!` it may be a variable.
    fn is_constant(&self, path: &Tokens) -> bool {
        let is_capitalised = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
        let is_module = |word: &str| word.chars().next().is_some_and(char::is_lowercase);
        let mut words = path.iter().filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word.to_string()),
            _ => None,
        });
        let is_named = words.next_back().is_some_and(|name| is_capitalised(&name));
        let has_brackets = path.iter().any(|token| is_punct(token, '<'));
        is_named && !has_brackets && !self.function.is_attempt && words.all(|word| is_module(&word))
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(
        || hygienic!(::core::option::Option::None),
        |value| hygienic!(::core::option::Option::Some(#value)),
    )
}
