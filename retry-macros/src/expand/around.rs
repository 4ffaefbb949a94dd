//! What a call has in common with others: what calls inside keep to, and what its retries are paid from or held back by.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::policy::duration;
use super::site::Site;
use crate::model::{Setting, Shared};
use crate::plan::Inside;

impl Site<'_> {
    /// What an attempt runs inside of.
    pub(super) fn inside(&self) -> Option<TokenStream> {
        let limits = self.limits_inside();
        let Some(span) = self.options.span.as_ref().filter(|_| self.plan.has_spans) else {
            return limits;
        };
        let place = span.key.span().resolved_at(Span::mixed_site());
        let (runtime, name) = (self.runtime.at(place), self.name());
        let limits = limits.unwrap_or_else(|| hygienic!(()));
        Some(quote_spanned!(place=> #runtime::more::in_span(#limits, #name, &__state)))
    }

    /// What is said to calls inside of an attempt.
    fn limits_inside(&self) -> Option<TokenStream> {
        let runtime = self.runtime;
        let is_retry = hygienic!(#runtime::more::has_failed(&__state));
        match self.plan.inside {
            Inside::Nothing => None,
            Inside::Once => Some(hygienic!(#runtime::more::OnceIf(#is_retry))),
            Inside::End => {
                let (began_at, deadline) = self.moments();
                let once =
                    if self.options.runs_nested_once() { is_retry } else { hygienic!(false) };
                let clock = self.clock();
                // A text would be read before each attempt.
                let max_elapsed = if let Some(policy) = self.options.known_policy() {
                    let time = policy.max_elapsed().map(duration);
                    time.map_or_else(
                        || hygienic!(::core::option::Option::None),
                        |time| hygienic!(::core::option::Option::Some(#time)),
                    )
                } else {
                    let policy = self.policy_source();
                    hygienic!(#runtime::PolicySource::max_elapsed(&#policy))
                };
                Some(hygienic! {
                    #runtime::more::limits_inside(#max_elapsed, #began_at, #deadline, #clock, #once)
                })
            }
        }
    }

    /// A reference to what retries are paid from.
    pub(crate) fn budget(&self) -> Option<TokenStream> {
        let budget = self.options.budget.as_ref()?;
        Some(self.reference(budget, "__REATTEMPT_BUDGET", "budget"))
    }

    /// A reference to the brake.
    pub(super) fn brake(&self) -> Option<TokenStream> {
        let brake = self.options.brake.as_ref()?;
        Some(self.reference(brake, "__REATTEMPT_BRAKE", "brake"))
    }

    /// A reference to this function's own, by its name, or to what is written, by the runtime's function that looks what it is.
    fn reference(&self, shared: &Setting<Shared>, own: &str, function: &str) -> TokenStream {
        if let Shared::Own = shared.value {
            let own = Ident::new(own, Span::mixed_site());
            return hygienic!(&#own);
        }
        let place = shared.span().resolved_at(Span::mixed_site());
        let (runtime, tokens) = (self.runtime.at(place), &shared.tokens);
        let function = Ident::new(function, place);
        quote_spanned!(place=> #runtime::more::#function(&(#tokens)))
    }

    /// The budget and the brake of this function's own: items, and how long a call goes on waiting.
    pub(super) fn shared(&self) -> TokenStream {
        let runtime = self.runtime;
        let is_own = |shared: &Option<Setting<Shared>>| {
            shared.as_ref().is_some_and(|shared| matches!(shared.value, Shared::Own))
        };
        let budget = is_own(&self.options.budget).then(|| {
            hygienic! {
                static __REATTEMPT_BUDGET: #runtime::more::Budget = #runtime::more::Budget::new();
            }
        });
        let brake = is_own(&self.options.brake).then(|| {
            hygienic! {
                static __REATTEMPT_BRAKE: #runtime::more::Brake = #runtime::more::Brake::new();
            }
        });
        let patience = self
            .options
            .brake
            .as_ref()
            .map(|_| hygienic!(let __patience = #runtime::more::Patience::new();));
        hygienic!(#budget #brake #patience)
    }
}
