//! The question whether a script takes the place of an attempt, with the feature `faults`.

use proc_macro2::TokenStream;

use super::site::Site;
use crate::tokens::{Tokens, is_punct, mentions};

/// Whether expansions ask. The tests of this crate look at what they are without it, whatever else is compiled beside them.
const IS_ASKED: bool = cfg!(all(feature = "faults", not(test)));

impl Site<'_> {
    /// ```text
    /// let __script = script_of::<R>();
    /// if (&__script).__reattempt_fails("module::f")
    /// ```
    ///
    /// The type of an `attempt!` is not known before its body, and the name is not one that a test would write.
    pub(super) fn script(&self) -> Option<TokenStream> {
        let is_no_type_of_a_script =
            || self.function.error_type().is_some_and(|error| borrows(&error) || is_hidden(&error));
        if !IS_ASKED || self.function.is_attempt || is_no_type_of_a_script() {
            return None;
        }
        let (runtime, name) = (self.runtime, self.name());
        let returned = self.function.output_without_impl();
        Some(hygienic! {
            let __script = #runtime::more::script_of::<#returned>();
            if (&__script).__reattempt_fails(#name)
        })
    }
}

/// What the attempt comes to then.
pub(super) fn scripted() -> TokenStream {
    hygienic!((&__script).__reattempt_failed())
}

/// Whether a type may borrow, as far as its words tell: what a script makes can't.
fn borrows(ty: &Tokens) -> bool {
    ty.iter().any(|token| is_punct(token, '\'') || is_punct(token, '&'))
}

/// Whether it is known only from the body, which comes later.
fn is_hidden(ty: &Tokens) -> bool {
    mentions(ty, &|word| word == "impl")
}
