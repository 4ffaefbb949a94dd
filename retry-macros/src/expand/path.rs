//! Where the runtime is.

use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt};

use crate::tokens::Tokens;

/// The module that expansions name. Its name has the version in it, so that nobody can rely on it.
pub(crate) const PRIVATE: &str = concat!(
    "__private",
    env!("CARGO_PKG_VERSION_MAJOR"),
    "_",
    env!("CARGO_PKG_VERSION_MINOR"),
    "_",
    env!("CARGO_PKG_VERSION_PATCH")
);

/// The path of the module that expansions name.
pub(crate) struct RuntimePath {
    /// The crate that was named for it, in place of `reattempt`.
    krate: Option<Tokens>,
}

impl RuntimePath {
    /// In a crate that was named, or in `reattempt`.
    pub(crate) fn new(krate: Option<&Tokens>) -> RuntimePath {
        RuntimePath { krate: krate.cloned() }
    }

    /// The path as if it stood at a place of the user's, where the compiler then shows an error in what is
    /// called by it.
    pub(crate) fn at(&self, place: Span) -> TokenStream {
        let moved = self.to_token_stream().into_iter().map(|mut token| {
            token.set_span(token.span().located_at(place));
            token
        });
        moved.collect()
    }
}

impl ToTokens for RuntimePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        // Token by token: it stands in every expansion, and what is quoted would be one more stream.
        let segment = |tokens: &mut TokenStream, name| {
            for spacing in [Spacing::Joint, Spacing::Alone] {
                let mut colon = Punct::new(':', spacing);
                colon.set_span(Span::mixed_site());
                tokens.append(colon);
            }
            tokens.append(Ident::new(name, Span::mixed_site()));
        };
        match &self.krate {
            Some(krate) => krate.to_tokens(tokens),
            None => segment(tokens, "reattempt"),
        }
        segment(tokens, PRIVATE);
    }
}
