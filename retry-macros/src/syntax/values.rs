//! The grammar of each kind of value: tokens → a value, an expression for the compiler, or what is
//! wrong.

use core::time::Duration;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Lit;

use reattempt_policy::__private::{Value as PolicyValue, is_unit, parse_duration};

use crate::keys::Key;
use crate::tokens::{Tokens, is_closure, is_simple_path, ungrouped};

/// A value that can be read here, or an expression that the compiler will evaluate.
pub(crate) enum Value<T> {
    Literal(T),
    Expression(Tokens),
}

impl<T: Copy> Value<T> {
    pub(crate) fn literal(&self) -> Option<T> {
        match self {
            Value::Literal(value) => Some(*value),
            Value::Expression(_) => None,
        }
    }
}

/// The value of an option of the policy.
pub(crate) enum OptionValue {
    Known(PolicyValue),
    /// A list of delays, some of which may be expressions.
    List(Vec<Value<Duration>>),
    /// An expression that the compiler will evaluate.
    Expression,
}

/// What is wrong with a value, or with a part of it.
pub(crate) struct Problem {
    pub(crate) at: Option<Tokens>,
    pub(crate) message: String,
}

impl From<String> for Problem {
    fn from(message: String) -> Problem {
        Problem { at: None, message }
    }
}

/// `5ms` in `2 * 5ms`, which the compiler would not understand. In a list the entries are values.
pub(crate) fn unit_in_expression(tokens: &Tokens) -> Option<&TokenTree> {
    if matches!(&**tokens, [_] | [] | [TokenTree::Punct(_), TokenTree::Literal(_)]) {
        return None;
    }
    tokens.iter().find(|token| {
        let TokenTree::Literal(_) = token else { return false };
        let unit = match syn::parse2(token.to_token_stream()) {
            Ok(Lit::Int(number)) => number.suffix().to_owned(),
            Ok(Lit::Float(number)) => number.suffix().to_owned(),
            _ => return false,
        };
        is_unit(&unit)
    })
}

/// What a value starts with, as far as it matters here.
pub(super) enum Start {
    Literal(Lit),
    /// A number with a minus before it.
    Negative,
    /// A single word.
    Word(String),
    Brackets(TokenStream),
    Expression,
}

pub(super) fn start(tokens: &Tokens) -> Start {
    match &**tokens {
        [TokenTree::Ident(word)] if word == "true" || word == "false" => {
            syn::parse2(tokens.to_token_stream()).map_or(Start::Expression, Start::Literal)
        }
        [TokenTree::Ident(word)] => Start::Word(word.to_string()),
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => {
            Start::Brackets(group.stream())
        }
        // What `macro_rules!` hands over as a `literal` comes in a group without delimiters.
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => {
            start(&Tokens::from(group.stream()))
        }
        [TokenTree::Literal(_)] => {
            syn::parse2(tokens.to_token_stream()).map_or(Start::Expression, Start::Literal)
        }
        [TokenTree::Punct(minus), TokenTree::Literal(_)] if minus.as_char() == '-' => {
            Start::Negative
        }
        _ => Start::Expression,
    }
}

/// Whether it is a literal, or a list: neither can be a function.
pub(crate) fn is_literal(tokens: &Tokens) -> bool {
    matches!(start(tokens), Start::Literal(_) | Start::Negative | Start::Brackets(_))
}

/// A duration, or an expression that is one.
pub(crate) fn delay(tokens: &Tokens, key: Key) -> Result<Value<Duration>, String> {
    let literal = match start(tokens) {
        Start::Literal(Lit::Str(text)) => {
            parse_duration(&text.value()).map_err(|error| error.to_string())
        }
        Start::Literal(Lit::Int(number)) => number_with_unit(&number.to_string()),
        Start::Literal(Lit::Float(number)) => number_with_unit(&number.to_string()),
        Start::Negative => Err("a duration is not negative".to_owned()),
        Start::Literal(_) | Start::Brackets(_) => {
            Err(format!("`{}` is a duration; write `{}`", key.name(), key.example()))
        }
        Start::Word(_) | Start::Expression => return Ok(Value::Expression(tokens.clone())),
    };
    literal.map(Value::Literal)
}

/// Rust's own notations for numbers that mean something else beside a unit.
fn number_with_unit(written: &str) -> Result<Duration, String> {
    let lower = written.to_ascii_lowercase();
    if ["0x", "0o", "0b"].iter().any(|prefix| lower.starts_with(prefix)) {
        return Err("write the number of a duration in decimal, as in `250ms`".to_owned());
    }
    if let Some((number, exponent)) = lower.split_once('e') {
        if number.ends_with(|c: char| c.is_ascii_digit() || c == '.')
            && exponent.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err("write a duration's number in full, such as `1000ms`".to_owned());
        }
    }
    parse_duration(written).map_err(|error| error.to_string())
}

pub(crate) fn expression(tokens: &Tokens, key: Key) -> Result<(), String> {
    match start(tokens) {
        Start::Literal(Lit::Str(_)) if key.name() == "then" => Err(
            "`then` takes a constant, not the text of a policy; write `const STEADY: Policy = policy!(…);` and \
             `then = STEADY`"
                .to_owned(),
        ),
        Start::Literal(Lit::Str(_)) => Err(format!(
            "`{}` takes a policy, not its text; write the keys themselves, such as `max_attempts = 5`, or make a \
             policy of the text by `.parse()` and hand it over",
            key.name()
        )),
        Start::Literal(_) | Start::Negative | Start::Brackets(_) => Err(format!(
            "`{}` takes a policy, such as a `const STORAGE: Policy = policy!(max_attempts = 5)`; write `{}`",
            key.name(),
            key.example()
        )),
        Start::Word(_) | Start::Expression => Ok(()),
    }
}

/// An expression that leads to a budget or a brake.
pub(crate) fn shared(tokens: &Tokens, key: Key) -> Result<(), String> {
    match start(tokens) {
        Start::Literal(_) | Start::Negative | Start::Brackets(_) => Err(format!(
            "`{0}` takes a `static` of type `{2}`, such as `static UPSTREAM: {2} = {2}::new();`, or stands alone; write `{1}` \
             or `{0}`",
            key.name(),
            key.example(),
            if key.name() == "brake" { "Brake" } else { "Budget" }
        )),
        Start::Word(_) | Start::Expression => Ok(()),
    }
}

/// The name, if it is not an expression.
pub(crate) fn name(tokens: &Tokens, key: Key) -> Result<Option<String>, String> {
    match start(tokens) {
        Start::Literal(Lit::Str(text)) if text.value().is_empty() => {
            Err(format!("`{}` is empty; write `{}` or leave it out", key.name(), key.example()))
        }
        Start::Literal(Lit::Str(text)) => Ok(Some(text.value())),
        Start::Word(_) | Start::Expression => Ok(None),
        _ => Err(format!("`{}` is a string; write `{}`", key.name(), key.example())),
    }
}

pub(crate) fn path(tokens: &Tokens, key: Key) -> Result<(), String> {
    if is_simple_path(tokens) {
        Ok(())
    } else {
        Err(format!("`{}` is a path; write `{}`", key.name(), key.example()))
    }
}

pub(crate) fn identifier(tokens: &Tokens, key: Key) -> Result<Ident, String> {
    match syn::parse2::<Ident>(ungrouped(tokens).to_token_stream()) {
        // A name that begins like a constant's or a variant's would be a pattern of one.
        Ok(name) if name.to_string().starts_with(char::is_uppercase) => Err(format!(
            "`{}` is the name of a variable, which begins with a small letter; write `{}`",
            key.name(),
            key.example()
        )),
        Ok(name) => Ok(name),
        Err(_) => {
            Err(format!("`{}` is a name of your choice; write `{}`", key.name(), key.example()))
        }
    }
}

/// A `bool`, or an expression that is one.
pub(crate) fn condition(tokens: &Tokens, key: Key) -> Result<Value<bool>, String> {
    match start(tokens) {
        Start::Literal(Lit::Bool(value)) => Ok(Value::Literal(value.value)),
        Start::Word(_) | Start::Expression if is_closure(tokens) => Err(format!(
            "`{}` is an expression, not a function; write what the closure answers, as in \
             `idempotent = method.is_idempotent()`",
            key.name()
        )),
        Start::Word(_) | Start::Expression => Ok(Value::Expression(tokens.clone())),
        _ => Err(format!(
            "`{}` is `true`, `false` or an expression of that type; write `{}`",
            key.name(),
            key.example()
        )),
    }
}

/// `"all"` or `"once"`: whether it is the latter.
pub(crate) fn nested(tokens: &Tokens, key: Key) -> Result<bool, String> {
    let text = match start(tokens) {
        Start::Literal(Lit::Str(text)) => text.value(),
        _ => String::new(),
    };
    match &*text {
        "all" => Ok(false),
        "once" => Ok(true),
        _ => Err(format!(
            "`{}` is `\"all\"`, so that retried calls inside of the attempts keep their own retries, or `\"once\"`, so that they \
             run once; write `{}`",
            key.name(),
            key.example()
        )),
    }
}

pub(crate) fn boolean(tokens: &Tokens, key: Key) -> Result<bool, String> {
    match start(tokens) {
        Start::Literal(Lit::Bool(value)) => Ok(value.value),
        _ => Err(format!("`{}` is `true` or `false`; write `{}`", key.name(), key.example())),
    }
}
