//! What stands in tokens that nobody has parsed.

use proc_macro2::{Ident, TokenTree};

use super::basics::{Trees, is_punct};

/// Whether any of the words stands in the tokens, at any depth.
pub(crate) fn mentions(tokens: &impl Trees, is_one: &impl Fn(&Ident) -> bool) -> bool {
    tokens.trees().iter().any(|token| match token {
        TokenTree::Ident(word) => is_one(word),
        TokenTree::Group(group) => mentions(&group.stream(), is_one),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The words that stand in the tokens, at any depth.
pub(crate) fn idents(tokens: &impl Trees) -> Vec<Ident> {
    let trees = tokens.trees();
    let words = trees.iter().flat_map(|token| match token {
        TokenTree::Ident(word) => vec![word.clone()],
        TokenTree::Group(group) => idents(&group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => Vec::new(),
    });
    words.collect()
}

/// Whether a body names a variable, be it within a format string; a field of that name doesn't count.
pub(crate) fn uses_variable(body: &impl Trees, name: &Ident) -> bool {
    let name = name.to_string();
    let name = name.trim_start_matches("r#");
    uses_word(body, name, &[format!("{{{name}"), format!("{name}$")])
}

/// `in_text`: as it stands in a format string, `{name}` or `{:name$}`.
fn uses_word(body: &impl Trees, name: &str, in_text: &[String]) -> bool {
    let trees = body.trees();
    trees.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Ident(word) => {
            let mut before = trees.iter().take(index).rev().map(|token| is_punct(token, '.'));
            let is_field = before.next() == Some(true) && before.next() != Some(true);
            !is_field && word.to_string().trim_start_matches("r#") == name
        }
        TokenTree::Group(group) => uses_word(&group.stream(), name, in_text),
        TokenTree::Literal(text) => {
            let text = text.to_string();
            in_text.iter().any(|name| text.contains(name))
        }
        TokenTree::Punct(_) => false,
    })
}

/// Whether a text among the tokens has this in it.
pub(crate) fn has_text(tokens: &impl Trees, text: &str) -> bool {
    tokens.trees().iter().any(|token| match token {
        TokenTree::Literal(literal) => literal.to_string().contains(text),
        TokenTree::Group(group) => has_text(&group.stream(), text),
        TokenTree::Ident(_) | TokenTree::Punct(_) => false,
    })
}

/// Whether a body may be left before its end, by words of its own or by a macro, of which nobody knows
/// here. A stray `break` would be one out of our loop, so those count as well.
pub(crate) fn may_return_early(body: &impl Trees) -> bool {
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
        TokenTree::Group(group) => may_return_early(&group.stream()),
        TokenTree::Literal(_) => false,
    })
}

/// Whether an expression reads this variable: a name that is no part of a longer path, and no field.
pub(crate) fn reads_variable(expression: &impl Trees, name: &Ident) -> bool {
    let trees = expression.trees();
    trees.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Ident(word) if word == name => {
            let next = trees.get(index + 1);
            let previous = index.checked_sub(1).and_then(|previous| trees.get(previous));
            !next.is_some_and(|next| is_punct(next, ':'))
                && !previous
                    .is_some_and(|previous| is_punct(previous, ':') || is_punct(previous, '.'))
        }
        TokenTree::Group(group) => reads_variable(&group.stream(), name),
        _ => false,
    })
}
