//! Tokens → what was written for each key, with its place.
//!
//! Values stay token groups: a literal is read here, an expression is for the compiler.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

use reattempt_policy::__private::is_unit;

use crate::diagnostics::Diagnostics;
use crate::guesses::{Target, unknown_key};
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

/// Splits the attribute's tokens into its arguments. What makes no sense is a mistake and is left
/// out, so that the rest can be looked at all the same.
pub(crate) fn parse(
    tokens: TokenStream,
    target: Target<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Argument> {
    let mut arguments: Vec<Argument> = Vec::new();
    for written in split_at_commas(tokens) {
        let Some(argument) = parse_one(&written, target, diagnostics) else { continue };
        if arguments.iter().any(|earlier| earlier.key.name() == argument.key.name()) {
            diagnostics.at_span(
                argument.name.span(),
                format_args!("`{}` is given twice; keep one of them", argument.key.name()),
            );
        } else if target.is_policy() && !argument.key.is_for_policies() {
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
    target: Target<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Argument> {
    let (first, rest) = written.split_first()?;
    let TokenTree::Ident(name) = first else {
        diagnostics.at(stream(written), no_key(first));
        return None;
    };
    let Some(key) = Key::named(&name.to_string()) else {
        if let Some(message) = no_assignment(written, target) {
            diagnostics.at(stream(written), message);
            return None;
        }
        let (name, value) = name_with_dashes(written);
        let place: TokenStream =
            stream(written.get(..written.len() - value.len()).unwrap_or(written));
        diagnostics.at(place, unknown_key(&name, value, target));
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
        Some((other, value)) => {
            // `max_attempts: 3`
            let example = match value {
                [value] if is_punct(other, ':') => format!("{} = {value}", key.name()),
                _ => key.example().to_owned(),
            };
            diagnostics.at_span(
                other.span(),
                format_args!("expected `=` after `{}`; write `{example}`", key.name()),
            );
            return None;
        }
    };
    Some(Argument { key, name: name.clone(), value })
}

/// What stands there in place of a key.
fn no_key(first: &TokenTree) -> String {
    if is_punct(first, ',') {
        return "expected a key between these commas".to_owned();
    }
    let TokenTree::Literal(literal) = first else {
        return "expected a key and its value, such as `max_attempts = 5`".to_owned();
    };
    let text = literal.to_string();
    if let Ok(number) = text.parse::<u32>() {
        return format!(
            "expected a key and its value; for {number} calls in all write `max_attempts = {number}`, and for \
             {number} retries after the first call `max_attempts = {}`",
            number.saturating_add(1)
        );
    }
    if text.starts_with('"') {
        return "expected keys, not a text; write them as they are, `max_attempts = 5, jitter = \"none\"`, or hand over \
                a policy as `policy = STORAGE`"
            .to_owned();
    }
    "expected a key and its value, such as `max_attempts = 5`".to_owned()
}

/// Something that is no key, and has no value behind it: a policy, by its name or as the expression that makes it.
fn no_assignment(written: &[TokenTree], target: Target<'_>) -> Option<String> {
    let [TokenTree::Ident(name), rest @ ..] = written else { return None };
    if rest.iter().any(|token| is_punct(token, '=')) {
        return None;
    }
    let is_path = matches!(rest, [one, other, ..] if is_punct(one, ':') && is_punct(other, ':'));
    let name = name.to_string();
    let is_item =
        name.starts_with(char::is_uppercase) && Key::named(&name.to_lowercase()).is_none();
    if !is_path && !is_item {
        return None;
    }
    let what = if target.is_policy() { "to change another policy" } else { "for a policy" };
    Some(format!("expected a key and its value; {what}, write `policy = {}`", stream(written)))
}

/// `max-attempts = 5` → "max-attempts" and `= 5`
fn name_with_dashes(written: &[TokenTree]) -> (String, &[TokenTree]) {
    let mut name = String::new();
    let mut rest = written;
    while let [token, others @ ..] = rest {
        match token {
            TokenTree::Ident(_) => {}
            TokenTree::Punct(dash) if dash.as_char() == '-' => {}
            _ => break,
        }
        name.push_str(&token.to_string());
        rest = others;
        // Two words without a dash between them are two.
        if matches!((token, others), (TokenTree::Ident(_), [TokenTree::Ident(_), ..])) {
            break;
        }
    }
    (name, rest)
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
                if is_unit(&word.to_string()) {
                    let number = previous.map(TokenTree::to_string).unwrap_or_default();
                    format!("a number and its unit are one word; write `{number}{word}`")
                } else {
                    format!("expected a comma before `{word}`")
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
