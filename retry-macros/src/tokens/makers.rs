//! Whether an expression makes something new, or names what is there already.

use proc_macro2::{Delimiter, TokenTree};

use super::basics::{Tokens, Trees, is_punct};
use super::expressions::{is_path, ungrouped};

/// Whether an expression makes something new: it calls a function by its path, or one that is a value, or a macro, or
/// it is a block, or awaits. A method of something that is there already may hand out a part of that.
///
/// Where it is not sure, it says so: what is kept without need costs nothing, but a policy with a state that is made
/// anew after each failure never ends.
pub(crate) fn makes_something(expression: &impl Trees) -> bool {
    let trees = expression.trees();
    trees.iter().enumerate().any(|(index, token)| {
        let before = trees.get(..index).unwrap_or_default();
        match token {
            TokenTree::Group(group) => match group.delimiter() {
                Delimiter::Brace => true,
                Delimiter::Parenthesis if is_function(before) => true,
                // An index makes nothing of its own.
                Delimiter::Bracket if is_value(before) => false,
                Delimiter::Bracket if is_macro(before) => true,
                _ => makes_something(&group.stream()),
            },
            TokenTree::Ident(word) => word == "await" && follows_dot(before),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        }
    })
}

/// `&Policy::new()` → `Policy::new()`: what is kept is the thing itself, if it is nothing but that.
pub(crate) fn without_reference(expression: &Tokens) -> Tokens {
    let expression = ungrouped(expression);
    match &**expression {
        [and, made @ .., arguments @ TokenTree::Group(_)]
            if is_punct(and, '&') && is_maker(made) =>
        {
            made.iter().chain([arguments]).cloned().collect()
        }
        _ => expression.into_owned(),
    }
}

/// Whether this is what stands in front of the arguments of a call or of a macro, or of the fields of a struct.
fn is_maker(tokens: &[TokenTree]) -> bool {
    let path = match tokens {
        [path @ .., mark] if is_punct(mark, '!') => path,
        path => path,
    };
    !path.is_empty() && is_path(&path.iter().cloned().collect::<Tokens>())
}

/// Whether what stands in front of parentheses is a function or a macro, and no method.
fn is_function(before: &[TokenTree]) -> bool {
    let [name @ .., last] = before else { return false };
    match last {
        TokenTree::Ident(_) => !follows_dot(name),
        TokenTree::Group(_) => true,
        TokenTree::Punct(mark) => match mark.as_char() {
            '!' | '?' => true,
            // `method::<T>(…)`
            '>' => match before_generics(before) {
                Some([name @ .., TokenTree::Ident(_)]) => !follows_dot(name),
                Some(_) => true,
                None => false,
            },
            _ => false,
        },
        TokenTree::Literal(_) => false,
    }
}

/// Whether what stands in front of brackets is something to be indexed.
fn is_value(before: &[TokenTree]) -> bool {
    match before.last() {
        Some(TokenTree::Punct(mark)) => mark.as_char() == '?',
        Some(_) => true,
        None => false,
    }
}

fn is_macro(before: &[TokenTree]) -> bool {
    before.last().is_some_and(|last| is_punct(last, '!'))
}

fn follows_dot(before: &[TokenTree]) -> bool {
    before.last().is_some_and(|last| is_punct(last, '.'))
}

/// `a.b::<C<D>>` → `a.b`
fn before_generics(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    let mut depth = 0_u32;
    for (index, token) in tokens.iter().enumerate().rev() {
        if is_punct(token, '>') {
            depth += 1;
        } else if is_punct(token, '<') {
            depth -= 1;
            if depth == 0 {
                return match tokens.get(..index)? {
                    [before @ .., one, other] if is_punct(one, ':') && is_punct(other, ':') => {
                        Some(before)
                    }
                    before => Some(before),
                };
            }
        }
    }
    None
}
