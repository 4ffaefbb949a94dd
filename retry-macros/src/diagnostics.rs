//! Every mistake that is found is reported, in one go.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Error;

/// Collects the diagnostics found so far.
#[derive(Default)]
pub(crate) struct Diagnostics {
    found: Option<Error>,
}

impl Diagnostics {
    pub(crate) fn push(&mut self, mistake: Error) {
        match &mut self.found {
            Some(found) => found.combine(mistake),
            None => self.found = Some(mistake),
        }
    }

    pub(crate) fn append(&mut self, others: Diagnostics) {
        if let Some(others) = others.found {
            self.push(others);
        }
    }

    /// A mistake that all these tokens make, from the first to the last.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl core::fmt::Display) {
        self.push(Error::new_spanned(tokens, message));
    }

    pub(crate) fn at_span(&mut self, span: Span, message: impl core::fmt::Display) {
        self.push(Error::new(span, message));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_none()
    }

    /// The errors as the compiler is to show them.
    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.found.map(Error::into_compile_error).unwrap_or_default()
    }
}
