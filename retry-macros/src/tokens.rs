//! Finding one's way in tokens that nobody has parsed.

use core::iter::Peekable;
use core::ops::Deref;
use std::borrow::Cow;
use std::vec::IntoIter;

use proc_macro2::{Delimiter, Ident, Punct, Spacing, TokenStream, TokenTree};
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
        Tokens(taken)
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

pub(crate) fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

pub(crate) fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

pub(crate) fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

/// Whether any of the words stands in the tokens, at any depth.
pub(crate) fn mentions(tokens: &impl Trees, is_one: &impl Fn(&Ident) -> bool) -> bool {
    tokens.trees().iter().any(|token| match token {
        TokenTree::Ident(word) => is_one(word),
        TokenTree::Group(group) => mentions(&group.stream(), is_one),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The words that stand in the tokens, at any depth.
pub(crate) fn words(tokens: &impl Trees) -> Vec<Ident> {
    let trees = tokens.trees();
    let words = trees.iter().flat_map(|token| match token {
        TokenTree::Ident(word) => vec![word.clone()],
        TokenTree::Group(group) => words(&group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => Vec::new(),
    });
    words.collect()
}

/// Whether a body names a variable, be it within a format string; a field of that name doesn't count.
pub(crate) fn names(body: &impl Trees, name: &Ident) -> bool {
    let name = name.to_string();
    let name = name.trim_start_matches("r#");
    names_word(body, name, &format!("{{{name}"))
}

/// `in_text`: as it begins in a format string.
fn names_word(body: &impl Trees, name: &str, in_text: &str) -> bool {
    let trees = body.trees();
    trees.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Ident(word) => {
            let mut before = trees.iter().take(index).rev().map(|token| is_punct(token, '.'));
            let is_field = before.next() == Some(true) && before.next() != Some(true);
            !is_field && word.to_string().trim_start_matches("r#") == name
        }
        TokenTree::Group(group) => names_word(&group.stream(), name, in_text),
        TokenTree::Literal(text) => text.to_string().contains(in_text),
        TokenTree::Punct(_) => false,
    })
}

/// Whether a body may be left before its end, by words of its own or by a macro, of which nobody knows
/// here. A stray `break` would be one out of our loop, so those count as well.
pub(crate) fn may_exit(body: &impl Trees) -> bool {
    let trees = body.trees();
    trees.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Ident(word) => {
            let next = trees.get(index + 1).zip(trees.get(index + 2));
            let is_macro = next.is_some_and(|(bang, arguments)| {
                is_punct(bang, '!') && !matches!(arguments, TokenTree::Punct(_))
            });
            let exits = ["become", "break", "continue", "return", "yield"];
            is_macro || exits.contains(&word.to_string().as_str())
        }
        TokenTree::Punct(punct) => punct.as_char() == '?',
        TokenTree::Group(group) => may_exit(&group.stream()),
        TokenTree::Literal(_) => false,
    })
}

/// Whether an expression reads this variable: a name that is no part of a longer path, and no field.
pub(crate) fn reads(expression: &impl Trees, name: &Ident) -> bool {
    let trees = expression.trees();
    trees.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Ident(word) if word == name => {
            let next = trees.get(index + 1);
            let previous = index.checked_sub(1).and_then(|previous| trees.get(previous));
            !next.is_some_and(|next| is_punct(next, ':'))
                && !previous
                    .is_some_and(|previous| is_punct(previous, ':') || is_punct(previous, '.'))
        }
        TokenTree::Group(group) => reads(&group.stream(), name),
        _ => false,
    })
}

/// Splits at the commas outside of brackets, angle brackets included.
pub(crate) fn split_types(tokens: impl Into<Tokens>) -> Vec<Tokens> {
    let mut pieces = Vec::new();
    let mut cursor = Cursor::new(tokens);
    loop {
        let piece = cursor.until(|token| is_punct(token, ','));
        if !piece.is_empty() {
            pieces.push(piece);
        }
        if cursor.next().is_none() {
            return pieces;
        }
    }
}

/// What is in the groups without delimiters that `macro_rules!` makes of `$value:expr`.
pub(crate) fn ungrouped(tokens: &Tokens) -> Cow<'_, Tokens> {
    match &**tokens {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => {
            Cow::Owned(ungrouped(&group.stream().into()).into_owned())
        }
        _ => Cow::Borrowed(tokens),
    }
}

/// Whether an expression is a closure.
pub(crate) fn is_closure(tokens: &Tokens) -> bool {
    match ungrouped(tokens).first() {
        Some(token) => is_punct(token, '|') || is_word(token, "move"),
        None => false,
    }
}

/// Whether an expression is a plain path, which needs no parentheses to be called.
pub(crate) fn is_path(tokens: &Tokens) -> bool {
    let mut angles = Angles::default();
    tokens.iter().all(|token| {
        angles.pass(token);
        match token {
            TokenTree::Ident(_) => true,
            TokenTree::Punct(punct) => {
                angles.depth > 0 || matches!(punct.as_char(), ':' | '>' | '$')
            }
            TokenTree::Group(_) | TokenTree::Literal(_) => angles.depth > 0,
        }
    })
}
