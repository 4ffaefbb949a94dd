//! Tokens → what was written for each key, with its place.
//!
//! Values stay token groups: a literal is read here, an expression is for the compiler.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;

use crate::errors::Mistakes;
use crate::keys::Key;
use crate::tokens::{Tokens, is_group, is_punct, is_word};

/// `key`, `key = value` or `key(…)`.
pub(crate) struct Argument {
    pub(crate) key: &'static Key,
    /// The key as it was written.
    pub(crate) name: Ident,
    pub(crate) value: Written,
}

/// What stands behind a key.
pub(crate) enum Written {
    Nothing,
    Value(Tokens),
    Parentheses(Group),
}

/// Where the arguments stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Attribute,
    Policy,
}

/// Splits the attribute's tokens into its arguments. What makes no sense is a mistake and is left
/// out, so that the rest can be looked at all the same.
pub(crate) fn parse(tokens: TokenStream, place: Place, mistakes: &mut Mistakes) -> Vec<Argument> {
    let mut arguments: Vec<Argument> = Vec::new();
    for written in split_at_commas(tokens) {
        let Some(argument) = parse_one(&written, place, mistakes) else { continue };
        if arguments.iter().any(|earlier| earlier.key.name == argument.key.name) {
            mistakes.at_span(
                argument.name.span(),
                format_args!("`{}` is given twice; keep one of them", argument.key.name),
            );
        } else if place == Place::Policy && !argument.key.of_policy {
            mistakes.at_span(
                argument.name.span(),
                format_args!(
                    "`{}` is about a function, not a policy; write it in `#[retry(…)]`",
                    argument.key.name
                ),
            );
        } else {
            arguments.push(argument);
        }
    }
    arguments
}

fn parse_one(written: &[TokenTree], place: Place, mistakes: &mut Mistakes) -> Option<Argument> {
    let (first, rest) = written.split_first()?;
    let TokenTree::Ident(name) = first else {
        let message = if is_punct(first, ',') {
            "expected a key between these commas"
        } else {
            "expected a key and its value, such as `max_attempts = 5`"
        };
        mistakes.at(stream(written), message);
        return None;
    };
    let Some(key) = Key::named(&name.to_string()) else {
        mistakes.at_span(name.span(), Key::unknown(&name.to_string(), place == Place::Policy));
        return None;
    };
    let value = match rest.split_first() {
        None => Written::Nothing,
        Some((TokenTree::Punct(equals), value)) if equals.as_char() == '=' => {
            if value.is_empty() {
                mistakes.at(
                    stream(written),
                    format_args!("`{}` has no value; write `{}`", key.name, key.example),
                );
                return None;
            }
            if missing_comma(value, mistakes) {
                return None;
            }
            Written::Value(value.iter().cloned().collect())
        }
        Some((TokenTree::Group(group), [])) if group.delimiter() == Delimiter::Parenthesis => {
            Written::Parentheses(group.clone())
        }
        Some((TokenTree::Ident(next), _) | (TokenTree::Group(_), [TokenTree::Ident(next), ..]))
            if Key::named(&next.to_string()).is_some() =>
        {
            mistakes.at_span(next.span(), format_args!("expected a comma before `{next}`"));
            return None;
        }
        Some((other, _)) => {
            mistakes.at_span(
                other.span(),
                format_args!("expected `=` after `{}`; write `{}`", key.name, key.example),
            );
            return None;
        }
    };
    Some(Argument { key, name: name.clone(), value })
}

/// The pieces between the commas of the outermost level.
///
/// A comma inside brackets is inside a group already. Two others are no separators: those between
/// angle brackets, and those between the parameters of a closure. An angle bracket opens behind
/// `::`, or where an operand would begin; anywhere else it is "less than".
pub(crate) fn split_at_commas(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<TokenTree> = Vec::new();
    let mut angles = 0_usize;
    let mut in_parameters = false;
    for token in tokens {
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                ',' if angles == 0 && !in_parameters => {
                    // A comma that ends nothing is a piece itself, for somebody to complain about.
                    if piece.is_empty() {
                        piece.push(token);
                    }
                    pieces.push(core::mem::take(&mut piece));
                    continue;
                }
                '<' if angles > 0 || ends_with(&piece, "::") || awaits_operand(&piece) => {
                    angles += 1;
                }
                '>' if !ends_with(&piece, "-") => angles = angles.saturating_sub(1),
                '|' if in_parameters => in_parameters = false,
                '|' if starts_closure(&piece) => in_parameters = true,
                _ => {}
            }
        }
        piece.push(token);
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// Whether the last tokens are these marks.
fn ends_with(piece: &[TokenTree], marks: &str) -> bool {
    let mut before = piece.iter().rev();
    marks.chars().rev().all(|mark| before.next().is_some_and(|token| is_punct(token, mark)))
}

/// Whether what comes next is the beginning of an operand: behind an operator, but not behind a
/// `<`, which may be half of a shift.
fn awaits_operand(piece: &[TokenTree]) -> bool {
    matches!(piece.last(), Some(TokenTree::Punct(punct)) if !matches!(punct.as_char(), '<' | '>' | '?'))
}

/// After `key =` or `key = move`, a bar opens a closure's parameters.
fn starts_closure(piece: &[TokenTree]) -> bool {
    match piece {
        [_, equals] => is_punct(equals, '='),
        [_, equals, word] => is_punct(equals, '=') && is_word(word, "move"),
        _ => false,
    }
}

fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// A separator that is not there, or another one in its place: `max_attempts = 5 jitter`. Where the
/// value is cut short, the mark it ends with.
fn missing_comma(value: &[TokenTree], mistakes: &mut Mistakes) -> bool {
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
        mistakes.at_span(token.span(), message);
        return true;
    }
    false
}

/// Whether there is a single `=`, or nothing more: `name == "slow"` is an expression.
pub(crate) fn is_assigned(value: &[TokenTree], index: usize) -> bool {
    let is_equals = |index| value.get(index).is_some_and(|token| is_punct(token, '='));
    value.len() == index || is_equals(index) && !is_equals(index + 1)
}

/// `clone(…)` or `on(…)`
fn is_list(word: &Ident, next: Option<&TokenTree>) -> bool {
    (word == "clone" || word == "on")
        && next.is_some_and(|next| is_group(next, Delimiter::Parenthesis))
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
