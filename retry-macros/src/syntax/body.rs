//! A body about to become an attempt.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};

use crate::tokens::{Tokens, is_group, is_punct, reborrow_self, rename_self};

/// The body's inner attributes, `#![…]`, turned into outer ones, and the body without them and
/// with a preface: it is about to become the block of an expression, which can't have any.
///
/// The braces stay the user's own, because the edition that they carry decides when the
/// temporaries of the last expression are dropped.
///
/// `receiver`: what the body is to have for `self`, if it is something else.
pub(crate) fn split_body(
    body: &Group,
    statements: &Tokens,
    preface: TokenStream,
    receiver: Option<&Receiver>,
) -> (TokenStream, Group) {
    let mut attributes = TokenStream::new();
    let mut rest = &**statements;
    while let [hash, bang, attribute, others @ ..] = rest {
        if !is_punct(hash, '#') || !is_punct(bang, '!') {
            break;
        }
        attributes.append(hash.clone());
        attributes.append(attribute.clone());
        rest = others;
    }
    if attributes.is_empty() && preface.is_empty() && receiver.is_none() {
        return (attributes, body.clone());
    }
    let rest: Tokens = rest.iter().cloned().collect();
    let rest = match receiver {
        None => rest,
        Some(Receiver::Renamed(name)) => rename_self(&rest, name),
        Some(Receiver::Reborrowed) => reborrow_self(&rest),
    };
    let in_braces = |statements: TokenStream| {
        let mut group = Group::new(Delimiter::Brace, statements);
        group.set_span(body.span());
        group
    };
    // Items at the beginning stay there: a lint wants no statement before them.
    let statements = if !preface.is_empty() && begins_with_item(&rest) {
        let inner = in_braces(rest.into_token_stream());
        preface.into_iter().chain([TokenTree::Group(inner)]).collect()
    } else {
        preface.into_iter().chain(rest).collect()
    };
    (attributes, in_braces(statements))
}

/// What a body is to have for `self`.
pub(crate) enum Receiver {
    /// A variable of this name.
    Renamed(Ident),
    /// A reborrow, where it stands by itself.
    Reborrowed,
}

/// Whether a body begins with an item, as far as its first word tells.
fn begins_with_item(body: &[TokenTree]) -> bool {
    const ITEMS: &[&str] = &[
        "const",
        "enum",
        "extern",
        "fn",
        "impl",
        "macro_rules",
        "mod",
        "static",
        "struct",
        "trait",
        "type",
        "use",
    ];
    match body {
        [hash, attribute, rest @ ..]
            if is_punct(hash, '#') && is_group(attribute, Delimiter::Bracket) =>
        {
            begins_with_item(rest)
        }
        // `const { … }` is an expression.
        [TokenTree::Ident(word), next, ..] => {
            ITEMS.iter().any(|item| word == item) && !is_group(next, Delimiter::Brace)
        }
        _ => false,
    }
}
