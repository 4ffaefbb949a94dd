//! The question whether a script takes the place of an attempt, with the feature `faults`.

use proc_macro2::{Ident, Span, TokenStream};

use super::site::Site;
use crate::features;
use crate::tokens::{Tokens, is_punct, is_word, mentions};

impl Site<'_> {
    /// ```text
    /// let __script = script_of::<R>();
    /// if (&__script).__reattempt_comes("module::f")
    /// ```
    ///
    /// Where nothing can be made by a script there is only [`asks_in_vain`](Site::asks_in_vain). The type of an `attempt!` is not known
    /// before its body, and its name is not one that a test would write.
    pub(super) fn script(&self) -> Option<TokenStream> {
        if !features::faults() || self.function.is_attempt || self.has_no_script() {
            return None;
        }
        let (runtime, name) = (self.runtime, self.name());
        let returned = self.function.output_without_impl();
        let is_value_hidden = is_hidden(&self.function.output);
        let script_of = if is_value_hidden { "script_of_errors" } else { "script_of" };
        let script_of = Ident::new(script_of, Span::mixed_site());
        Some(hygienic! {
            let __script = #runtime::more::#script_of::<#returned>();
            if (&__script).__reattempt_comes(#name)
        })
    }

    /// A statement that has whoever wrote a script told that there can't be one.
    pub(super) fn asks_in_vain(&self) -> Option<TokenStream> {
        let asks = features::faults() && !self.function.is_attempt;
        (asks && self.has_no_script()).then(|| {
            let (runtime, name) = (self.runtime, self.name());
            hygienic!(#runtime::more::asked_in_vain::<()>(#name);)
        })
    }

    fn has_no_script(&self) -> bool {
        self.function.error_type().is_some_and(|error| borrows(&error) || is_hidden(&error))
    }
}

/// What the attempt comes to then.
pub(super) fn came() -> TokenStream {
    hygienic!((&__script).__reattempt_came())
}

/// Whether a type may borrow, as far as its words tell: what a script makes can't. `'static` doesn't.
fn borrows(ty: &Tokens) -> bool {
    let follows = ty.iter().skip(1).map(Some).chain([None]);
    ty.iter().zip(follows).any(|(token, next)| {
        is_punct(token, '&')
            || is_punct(token, '\'') && !next.is_some_and(|next| is_word(next, "static"))
    })
}

/// Whether it is known only from the body, which comes later.
fn is_hidden(ty: &Tokens) -> bool {
    mentions(ty, &|word| word == "impl")
}
