//! Tokens as a list, and what a single one is.

use core::ops::Deref;
use std::borrow::Cow;
use std::vec::IntoIter;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;

/// Tokens to look at. Those of a `TokenStream` are the compiler's, who has to be asked for them each time.
#[derive(Clone, Default)]
pub(crate) struct Tokens(Vec<TokenTree>);

impl Deref for Tokens {
    type Target = [TokenTree];

    fn deref(&self) -> &[TokenTree] {
        &self.0
    }
}

impl From<TokenStream> for Tokens {
    fn from(tokens: TokenStream) -> Tokens {
        tokens.into_iter().collect()
    }
}

impl From<&Ident> for Tokens {
    fn from(word: &Ident) -> Tokens {
        Tokens(vec![TokenTree::Ident(word.clone())])
    }
}

impl FromIterator<TokenTree> for Tokens {
    fn from_iter<I: IntoIterator<Item = TokenTree>>(tokens: I) -> Tokens {
        Tokens(tokens.into_iter().collect())
    }
}

impl IntoIterator for Tokens {
    type Item = TokenTree;
    type IntoIter = IntoIter<TokenTree>;

    fn into_iter(self) -> IntoIter<TokenTree> {
        self.0.into_iter()
    }
}

impl ToTokens for Tokens {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}

/// What holds tokens.
pub(crate) trait Trees {
    fn trees(&self) -> Cow<'_, [TokenTree]>;
}

impl Trees for TokenStream {
    fn trees(&self) -> Cow<'_, [TokenTree]> {
        Cow::Owned(self.clone().into_iter().collect())
    }
}

impl Trees for Tokens {
    fn trees(&self) -> Cow<'_, [TokenTree]> {
        Cow::Borrowed(&self.0)
    }
}

pub(crate) fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

pub(crate) fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

pub(crate) fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}
