//! What an expression is, as far as it shows.

use std::borrow::Cow;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

use super::basics::{Tokens, is_punct, is_word};
use super::cursor::Angles;
use super::scan::mentions;

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

/// Whether an expression is a closure that takes a `&dyn Trait`: a reference to an error has to be coerced for it.
pub(crate) fn takes_trait_object(tokens: &Tokens) -> bool {
    if !is_closure(tokens) {
        return false;
    }
    let tokens = ungrouped(tokens);
    let parameters = tokens.iter().skip_while(|token| !is_punct(token, '|')).skip(1);
    let parameters: Tokens =
        parameters.take_while(|token| !is_punct(token, '|')).cloned().collect();
    mentions(&parameters, &|word| word == "dyn")
}

/// Whether a pattern surely binds no variable: every word in it is that of a constant, a variant or a path.
pub(crate) fn binds_nothing(pattern: &Tokens) -> bool {
    let pattern = ungrouped(pattern);
    pattern.iter().enumerate().all(|(index, token)| match token {
        TokenTree::Ident(word) => {
            let word = word.to_string();
            let is_of_path = pattern.get(index + 1).is_some_and(|next| is_punct(next, ':'))
                && pattern.get(index + 2).is_some_and(|next| is_punct(next, ':'));
            is_of_path || !word.starts_with(char::is_lowercase) || word == "true" || word == "false"
        }
        TokenTree::Group(group) => binds_nothing(&group.stream().into()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => true,
    })
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

/// Whether it is words with double colons between them, such as `::my_crate::reattempt`.
pub(crate) fn is_simple_path(tokens: &Tokens) -> bool {
    let tokens = ungrouped(tokens);
    let mut rest: &[TokenTree] = &tokens;
    let mut is_first = true;
    loop {
        rest = match rest {
            [one, other, behind @ ..] if is_punct(one, ':') && is_punct(other, ':') => behind,
            behind if is_first => behind,
            _ => return false,
        };
        is_first = false;
        match rest {
            [TokenTree::Ident(word)] => return word != "_",
            [TokenTree::Ident(_), behind @ ..] => rest = behind,
            _ => return false,
        }
    }
}

/// Whether there is a single `=`, or nothing more: `name == "slow"` is an expression.
pub(crate) fn is_assigned(value: &[TokenTree], index: usize) -> bool {
    let is_equals = |index| value.get(index).is_some_and(|token| is_punct(token, '='));
    value.len() == index || is_equals(index) && !is_equals(index + 1)
}

/// A word behind which an expression goes on, and that is no expression itself.
pub(crate) fn is_keyword(token: &TokenTree) -> bool {
    const KEYWORDS: &[&str] = &[
        "as", "await", "else", "if", "in", "let", "match", "move", "mut", "ref", "return",
        "unsafe", "while",
    ];
    KEYWORDS.iter().any(|keyword| is_word(token, keyword))
}

/// The place of a value's first token: on stable, all that a place can be.
pub(crate) fn first_span(tokens: &impl ToTokens) -> Span {
    let mut trees = tokens.to_token_stream().into_iter();
    trees.next().map_or_else(Span::call_site, |token| token.span())
}

/// `self` by the name that it has inside.
pub(crate) fn rename_self(tokens: &Tokens, receiver: &Ident) -> Tokens {
    let mut trees = tokens.iter().cloned().peekable();
    let renamed = core::iter::from_fn(|| {
        let token = trees.next()?;
        // `self::path` is about the module.
        let of_path = trees.peek().is_some_and(|next| is_punct(next, ':'));
        Some((token, of_path))
    });
    let renamed = renamed.map(|(token, of_path)| match token {
        TokenTree::Ident(word) if word == "self" && !of_path => {
            let mut name = receiver.clone();
            name.set_span(receiver.span().located_at(word.span()));
            TokenTree::Ident(name)
        }
        TokenTree::Group(group) => {
            let renamed = rename_self(&group.stream().into(), receiver);
            let mut inner = Group::new(group.delimiter(), renamed.into_token_stream());
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        other => other,
    });
    renamed.collect()
}

/// An expression, ready to be called: a path as it is, another one in parentheses.
pub(crate) fn callable(expression: &Tokens, place: Span) -> TokenStream {
    if is_path(expression) {
        expression.to_token_stream()
    } else {
        quote_spanned!(place=> (#expression))
    }
}
