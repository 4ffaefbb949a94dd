//! Tokens → what was written for each key, with its place.
//!
//! Values stay token groups: a literal is read here, an expression is for the compiler.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

use crate::diagnostics::Diagnostics;
use crate::keys::Key;
use crate::tokens::{Tokens, is_assigned, is_group, is_keyword, is_punct, split_at_commas};

/// `key`, `key = value` or `key(…)`.
pub(crate) struct Argument {
    pub(crate) key: Key,
    /// The key as it was written.
    pub(crate) name: Ident,
    pub(crate) value: ArgValue,
}

/// What stands behind a key.
pub(crate) enum ArgValue {
    Nothing,
    Value(Tokens),
    Parentheses(Group),
}

/// Which macro the arguments were handed to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Invocation {
    Retry,
    Policy,
}

/// Splits the attribute's tokens into its arguments. What makes no sense is a mistake and is left
/// out, so that the rest can be looked at all the same.
pub(crate) fn parse(
    tokens: TokenStream,
    invocation: Invocation,
    diagnostics: &mut Diagnostics,
) -> Vec<Argument> {
    let mut arguments: Vec<Argument> = Vec::new();
    for written in split_at_commas(tokens) {
        let Some(argument) = parse_one(&written, invocation, diagnostics) else { continue };
        if arguments.iter().any(|earlier| earlier.key.name() == argument.key.name()) {
            diagnostics.at_span(
                argument.name.span(),
                format_args!("`{}` is given twice; keep one of them", argument.key.name()),
            );
        } else if invocation == Invocation::Policy && !argument.key.is_for_policies() {
            diagnostics.at_span(
                argument.name.span(),
                format_args!(
                    "`{}` is about a function, not a policy; write it in `#[retry(…)]`",
                    argument.key.name()
                ),
            );
        } else {
            arguments.push(argument);
        }
    }
    arguments
}

fn parse_one(
    written: &[TokenTree],
    invocation: Invocation,
    diagnostics: &mut Diagnostics,
) -> Option<Argument> {
    let (first, rest) = written.split_first()?;
    let TokenTree::Ident(name) = first else {
        let message = if is_punct(first, ',') {
            "expected a key between these commas"
        } else {
            "expected a key and its value, such as `max_attempts = 5`"
        };
        diagnostics.at(stream(written), message);
        return None;
    };
    let Some(key) = Key::named(&name.to_string()) else {
        diagnostics.at_span(
            name.span(),
            Key::unknown(&name.to_string(), invocation == Invocation::Policy),
        );
        return None;
    };
    let value = match rest.split_first() {
        None => ArgValue::Nothing,
        Some((TokenTree::Punct(equals), value)) if equals.as_char() == '=' => {
            if value.is_empty() {
                diagnostics.at(
                    stream(written),
                    format_args!("`{}` has no value; write `{}`", key.name(), key.example()),
                );
                return None;
            }
            if missing_comma(value, diagnostics) {
                return None;
            }
            ArgValue::Value(value.iter().cloned().collect())
        }
        Some((TokenTree::Group(group), [])) if group.delimiter() == Delimiter::Parenthesis => {
            ArgValue::Parentheses(group.clone())
        }
        Some((TokenTree::Ident(next), _) | (TokenTree::Group(_), [TokenTree::Ident(next), ..]))
            if Key::named(&next.to_string()).is_some() =>
        {
            diagnostics.at_span(next.span(), format_args!("expected a comma before `{next}`"));
            return None;
        }
        Some((other, _)) => {
            diagnostics.at_span(
                other.span(),
                format_args!("expected `=` after `{}`; write `{}`", key.name(), key.example()),
            );
            return None;
        }
    };
    Some(Argument { key, name: name.clone(), value })
}

fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// A separator that is not there, or another one in its place: `max_attempts = 5 jitter`. Where the
/// value is cut short, the mark it ends with.
fn missing_comma(value: &[TokenTree], diagnostics: &mut Diagnostics) -> bool {
    for (index, token) in value.iter().enumerate() {
        let previous = index.checked_sub(1).and_then(|previous| value.get(previous));
        let next = value.get(index + 1);
        let message = match (token, previous) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ';' => {
                "expected a comma, not a semicolon".to_owned()
            }
            (TokenTree::Punct(punct), None) if punct.as_char() == '=' => {
                "expected one `=`, not two".to_owned()
            }
            (TokenTree::Ident(word), Some(TokenTree::Literal(_))) if word != "as" => {
                if Key::named(&word.to_string()).is_some() {
                    format!("expected a comma before `{word}`")
                } else {
                    format!("expected a comma before `{word}`; a number and its unit are one word")
                }
            }
            (TokenTree::Ident(word), Some(TokenTree::Ident(_) | TokenTree::Group(_)))
                if Key::named(&word.to_string()).is_some()
                    && !previous.is_some_and(is_keyword)
                    && (is_assigned(value, index + 1) || is_list(word, next)) =>
            {
                format!("expected a comma before `{word}`")
            }
            (TokenTree::Punct(punct), _)
                if next.is_none()
                    && matches!(punct.as_char(), '&' | '-' | '+' | '*' | '.' | '%') =>
            {
                if punct.as_char() == '%' {
                    "write a share as a fraction, such as `0.25`".to_owned()
                } else {
                    format!("expected a value behind `{punct}`")
                }
            }
            _ => continue,
        };
        diagnostics.at_span(token.span(), message);
        return true;
    }
    false
}

/// `clone(…)` or `on(…)`
fn is_list(word: &Ident, next: Option<&TokenTree>) -> bool {
    (word == "clone" || word == "on")
        && next.is_some_and(|next| is_group(next, Delimiter::Parenthesis))
}
