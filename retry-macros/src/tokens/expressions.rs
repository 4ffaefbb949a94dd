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
            let is_of_path = is_path_start(pattern.get(index + 1..).unwrap_or_default());
            let may_bind = word.starts_with(|first: char| first.is_lowercase() || first == '_');
            is_of_path || !may_bind || matches!(&*word, "_" | "true" | "false")
        }
        TokenTree::Group(group) => binds_nothing(&group.stream().into()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => true,
    })
}

/// Whether a pattern has a constant or a text at its outermost level: those are compared with what is matched as it is,
/// and look through no reference.
pub(crate) fn compares(pattern: &Tokens) -> bool {
    let pattern = ungrouped(pattern);
    !pattern.first().is_some_and(|first| is_punct(first, '&'))
        && binds_nothing(&pattern)
        && pattern.iter().any(|token| match token {
            TokenTree::Ident(word) => {
                let word = word.to_string();
                word.starts_with(char::is_uppercase) && !word.contains(char::is_lowercase)
            }
            TokenTree::Literal(literal) => literal.to_string().contains('"'),
            _ => false,
        })
}

/// Whether an expression names something that is there: `token`, `self.token`
pub(crate) fn is_place(tokens: &[TokenTree]) -> bool {
    !tokens.is_empty()
        && tokens.iter().all(|token| match token {
            TokenTree::Ident(_) | TokenTree::Literal(_) => true,
            TokenTree::Punct(punct) => matches!(punct.as_char(), '.' | ':'),
            TokenTree::Group(group) => group.delimiter() == Delimiter::None,
        })
}

/// Whether an expression names a timer: a path, a field, or what a reference points to.
pub(crate) fn is_timer(tokens: &Tokens) -> bool {
    match &**tokens {
        [star, place @ ..] if is_punct(star, '*') => is_place(place),
        place => is_path(tokens) || is_place(place),
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
            [TokenTree::Ident(word)] => return is_segment(word),
            [TokenTree::Ident(word), behind @ ..] if is_segment(word) => rest = behind,
            _ => return false,
        }
    }
}

/// A name, or a keyword that may stand in a path.
fn is_segment(word: &Ident) -> bool {
    ["$crate", "crate", "self", "super"].iter().any(|keyword| word == keyword)
        || syn::parse2::<Ident>(word.to_token_stream()).is_ok()
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
    map_self(tokens, &|before, word, behind| {
        // `self::path` is about the module.
        if is_path_start(behind) || before.last().is_some_and(|last| is_punct(last, '$')) {
            return vec![TokenTree::Ident(word.clone())];
        }
        let mut name = receiver.clone();
        name.set_span(receiver.span().located_at(word.span()));
        vec![TokenTree::Ident(name)]
    })
}

/// `self` → `&mut *self` wherever it stands by itself, and not in a macro, which may want a name. What binds tighter than
/// these marks, such as `self.field`, is left as it is, so that no parentheses are needed.
pub(crate) fn reborrow_self(tokens: &Tokens) -> Tokens {
    map_self(tokens, &|before, word, behind| {
        let is_bound = match before.last() {
            Some(TokenTree::Punct(mark)) => matches!(mark.as_char(), '&' | '*' | '$' | '.' | '\''),
            Some(word) => is_word(word, "mut"),
            None => false,
        };
        let binds = match behind.first() {
            Some(TokenTree::Punct(mark)) => matches!(mark.as_char(), '.' | ':' | '?'),
            Some(TokenTree::Group(group)) => {
                matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::Bracket)
            }
            _ => false,
        };
        let word = TokenTree::Ident(word.clone());
        if is_bound || binds {
            return vec![word];
        }
        let place = word.span().resolved_at(Span::mixed_site());
        let marks = quote_spanned!(place=> &mut *);
        marks.into_iter().chain([word]).collect()
    })
}

/// What becomes of a `self`: what stands before it, itself, and what stands behind it → what takes its place.
type MapSelf<'a> = dyn Fn(&[TokenTree], &Ident, &[TokenTree]) -> Vec<TokenTree> + 'a;

/// Each `self` of a body, but for those in a macro's arguments, in `use` and in `pub(self)`.
fn map_self(tokens: &[TokenTree], map: &MapSelf<'_>) -> Tokens {
    let mapped = tokens.iter().enumerate().flat_map(|(index, token)| {
        let before = tokens.get(..index).unwrap_or_default();
        let behind = tokens.get(index + 1..).unwrap_or_default();
        match token {
            TokenTree::Ident(word) if word == "self" => map(before, word, behind),
            TokenTree::Group(group) if !is_of_path(before) && !is_of_macro(before) => {
                let inner = map_self(&Tokens::from(group.stream()), map);
                let mut inner = Group::new(group.delimiter(), inner.into_token_stream());
                inner.set_span(group.span());
                vec![TokenTree::Group(inner)]
            }
            other => vec![other.clone()],
        }
    });
    mapped.collect()
}

/// `::`
fn is_path_start(behind: &[TokenTree]) -> bool {
    matches!(behind, [one, other, ..] if is_punct(one, ':') && is_punct(other, ':'))
}

/// Whether a group goes on with a path, `use std::io::{self, Write}`, or says who sees something, `pub(self)`.
pub(super) fn is_of_path(before: &[TokenTree]) -> bool {
    match before {
        [.., one, other] if is_punct(one, ':') && is_punct(other, ':') => true,
        [.., last] => is_word(last, "pub"),
        [] => false,
    }
}

/// Whether a group holds the arguments of a macro, or is the body of one: `name! { … }`, `macro_rules! name { … }`.
pub(super) fn is_of_macro(before: &[TokenTree]) -> bool {
    match before {
        [.., bang, TokenTree::Ident(_)] if is_punct(bang, '!') => true,
        [.., last] => is_punct(last, '!'),
        [] => false,
    }
}

/// An expression, ready to be called: a path as it is, another one in parentheses.
pub(crate) fn callable(expression: &Tokens, place: Span) -> TokenStream {
    if is_path(expression) {
        expression.to_token_stream()
    } else {
        quote_spanned!(place=> (#expression))
    }
}
