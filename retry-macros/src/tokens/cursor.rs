//! Tokens taken from the front, and how deep in angle brackets one is.

use core::iter::Peekable;
use std::vec::IntoIter;

use proc_macro2::{Punct, Spacing, TokenTree};

use super::basics::{Tokens, is_punct};

/// How deep in angle brackets one is. The `>` of an arrow closes none.
#[derive(Default)]
pub(crate) struct Angles {
    pub(crate) depth: usize,
    after_dash: bool,
}

impl Angles {
    pub(crate) fn pass(&mut self, token: &TokenTree) {
        let TokenTree::Punct(punct) = token else {
            self.after_dash = false;
            return;
        };
        match punct.as_char() {
            '<' => self.depth += 1,
            '>' if !self.after_dash => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.after_dash = punct.as_char() == '-' && punct.spacing() == Spacing::Joint;
    }

    /// Whether this mark, met outside any brackets, is behind the type.
    pub(crate) fn ends_type(&self, punct: &Punct) -> bool {
        match punct.as_char() {
            ',' | ';' | '=' => true,
            '>' => !self.after_dash,
            _ => false,
        }
    }
}

/// Tokens, taken from the front.
pub(crate) struct Cursor {
    tokens: Peekable<IntoIter<TokenTree>>,
}

impl Cursor {
    pub(crate) fn new(tokens: impl Into<Tokens>) -> Cursor {
        Cursor { tokens: tokens.into().into_iter().peekable() }
    }

    pub(crate) fn next(&mut self) -> Option<TokenTree> {
        self.tokens.next()
    }

    /// Takes the tokens up to one outside of angle brackets that `ends`.
    pub(crate) fn until(&mut self, ends: impl Fn(&TokenTree) -> bool) -> Tokens {
        let mut taken = Vec::new();
        let mut angles = Angles::default();
        // What belongs to a macro, `name! { … }`, ends nothing.
        let mut after_bang = false;
        let mut after_word = false;
        while let Some(token) =
            self.tokens.next_if(|token| angles.depth > 0 || after_bang || !ends(token))
        {
            angles.pass(&token);
            after_bang = after_word && is_punct(&token, '!');
            after_word = matches!(token, TokenTree::Ident(_));
            taken.push(token);
        }
        taken.into_iter().collect()
    }

    /// Takes `->`.
    pub(crate) fn arrow(&mut self) -> Tokens {
        let dash = self.tokens.next_if(|token| is_punct(token, '-'));
        let head = if dash.is_some() { self.tokens.next() } else { None };
        dash.into_iter().chain(head).collect()
    }

    pub(crate) fn rest(self) -> Vec<TokenTree> {
        self.tokens.collect()
    }
}
