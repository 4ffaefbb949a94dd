//! The grammar of each kind of value: tokens → a value, an expression for the compiler, or what is
//! wrong.

use core::time::Duration;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Lit;

use reattempt_policy::__private::{
    BACKOFFS, JITTERS, Kind, LOG_LEVELS, RETRY_AFTERS, Value as PolicyValue, is_unit,
    parse_duration,
};
use reattempt_policy::{Jitter, Log, RetryAfter};

use crate::keys::{Key, nearest};
use crate::tokens::{Tokens, is_closure, is_punct, is_simple_path, split_at_commas, ungrouped};

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
enum Start {
    Literal(Lit),
    /// A number with a minus before it.
    Negative,
    /// A single word.
    Word(String),
    Brackets(TokenStream),
    Expression,
}

fn start(tokens: &Tokens) -> Start {
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

/// The value of an option of the policy, by the grammar of its kind.
pub(crate) fn option(tokens: &Tokens, key: Key, kind: Kind) -> Result<OptionValue, Problem> {
    fn known<T>(value: Value<T>, variant: fn(T) -> PolicyValue) -> OptionValue {
        match value {
            Value::Literal(value) => OptionValue::Known(variant(value)),
            Value::Expression(_) => OptionValue::Expression,
        }
    }
    Ok(match kind {
        Kind::Attempts => known(attempts(tokens, key)?, PolicyValue::Attempts),
        Kind::Duration => known(delay(tokens, key)?, PolicyValue::Duration),
        Kind::Number => known(number(tokens, key)?, PolicyValue::Number),
        Kind::Jitter => known(jitter(tokens, key)?, PolicyValue::Jitter),
        Kind::RetryAfter => known(retry_after(tokens, key)?, PolicyValue::RetryAfter),
        Kind::Log => known(log(tokens, key)?, PolicyValue::Log),
        Kind::Policy => {
            expression(tokens, key)?;
            OptionValue::Expression
        }
        Kind::Backoff => return backoff(tokens, key),
    })
}

fn attempts(tokens: &Tokens, key: Key) -> Result<Value<u32>, String> {
    match start(tokens) {
        Start::Literal(Lit::Int(number)) if matches!(number.suffix(), "" | "u32") => number
            .base10_parse()
            .map(Value::Literal)
            .map_err(|_| format!("`{}` is at most {}", key.name(), u32::MAX)),
        Start::Literal(Lit::Int(number)) => Err(format!(
            "`{}` counts calls, so it is a number without a unit; write `{} = {}`",
            key.name(),
            key.name(),
            number.base10_digits()
        )),
        Start::Word(word) if word == "unlimited" => Ok(Value::Literal(u32::MAX)),
        Start::Word(word) if word != word.to_uppercase() && is_unlimited(&word) => {
            Err(UNLIMITED.to_owned())
        }
        Start::Literal(Lit::Str(text)) if is_unlimited(&text.value()) => Err(UNLIMITED.to_owned()),
        // A constant is in capitals.
        Start::Word(word)
            if word != word.to_uppercase()
                && nearest(&word.to_lowercase(), ["unlimited"].into_iter()).is_some() =>
        {
            Err(format!("unknown value `{word}`: did you mean `unlimited`?"))
        }
        Start::Negative => Err(format!(
            "`{}` counts calls, so it can't be negative; write `{}`",
            key.name(),
            key.example()
        )),
        Start::Literal(_) | Start::Brackets(_) => Err(format!(
            "`{}` is a count of calls, a whole number; write `{}`",
            key.name(),
            key.example()
        )),
        Start::Word(_) | Start::Expression => Ok(Value::Expression(tokens.clone())),
    }
}

const UNLIMITED: &str = "for no limit, write `max_attempts = unlimited`, without quotes";

/// Words for it.
fn is_unlimited(word: &str) -> bool {
    matches!(
        &*word.to_lowercase(),
        "unlimited" | "infinite" | "infinity" | "forever" | "none" | "endless"
    )
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

fn number(tokens: &Tokens, key: Key) -> Result<Value<f64>, String> {
    let number = match start(tokens) {
        Start::Literal(Lit::Float(number)) if matches!(number.suffix(), "" | "f64") => {
            number.base10_parse()
        }
        Start::Literal(Lit::Int(number)) if matches!(number.suffix(), "" | "f64") => {
            number.base10_digits().parse().map_err(|_| syn::Error::new(number.span(), ""))
        }
        // The rule about values below 1 has the better words.
        Start::Negative => Ok(-1.0),
        Start::Literal(_) | Start::Brackets(_) => {
            return Err(format!("`{}` is a number; write `{}`", key.name(), key.example()));
        }
        Start::Word(_) | Start::Expression => return Ok(Value::Expression(tokens.clone())),
    };
    number.map(Value::Literal).map_err(|_| format!("`{}` is a number such as 2.0", key.name()))
}

fn backoff(tokens: &Tokens, key: Key) -> Result<OptionValue, Problem> {
    let start = start(tokens);
    if let Start::Literal(Lit::Str(text)) = &start {
        if text.value() == "constant" {
            return Err(unknown_name(key, "constant", &["fixed"]).into());
        }
    }
    if let Some(named) = named(&start, key, BACKOFFS) {
        return Ok(OptionValue::Known(PolicyValue::Backoff(named?)));
    }
    match start {
        Start::Brackets(list) => {
            let entries = split_at_commas(list).into_iter().map(|entry| {
                let tokens: Tokens = entry.into_iter().collect();
                if tokens.iter().any(|token| is_punct(token, ';')) {
                    let message = "a list of delays has each of them, separated by commas";
                    return Err(Problem { at: Some(tokens), message: message.to_owned() });
                }
                delay(&tokens, key).map_err(|message| Problem { at: Some(tokens), message })
            });
            Ok(OptionValue::List(entries.collect::<Result<_, _>>()?))
        }
        Start::Literal(_) | Start::Negative => Err(format!(
            "`{}` is {}, a list of durations such as `[100ms, 1s]`, or a `CustomBackoff`",
            key.name(),
            quoted(&names_of(BACKOFFS))
        )
        .into()),
        Start::Word(_) | Start::Expression => Ok(OptionValue::Expression),
    }
}

fn jitter(tokens: &Tokens, key: Key) -> Result<Value<Jitter>, String> {
    let start = start(tokens);
    if let Some(named) = named(&start, key, JITTERS) {
        return named.map(Value::Literal);
    }
    let number = match start {
        Start::Literal(Lit::Bool(on)) => {
            let instead = if on.value { "jitter = \"full\"" } else { "jitter = \"none\"" };
            return Err(format!("`jitter` takes no `true` or `false`; write `{instead}`"));
        }
        Start::Literal(Lit::Float(number)) if matches!(number.suffix(), "" | "f64") => {
            number.base10_digits().parse().ok()
        }
        Start::Literal(Lit::Int(number)) if matches!(number.suffix(), "" | "f64") => {
            number.base10_digits().parse().ok()
        }
        Start::Negative => Some(-1.0),
        Start::Literal(_) | Start::Brackets(_) => None,
        Start::Word(_) | Start::Expression => return Ok(Value::Expression(tokens.clone())),
    };
    number.map(|fraction| Value::Literal(Jitter::Fraction(fraction))).ok_or_else(|| {
        format!("`{}` is {}, or a fraction such as 0.25", key.name(), quoted(&names_of(JITTERS)))
    })
}

fn retry_after(tokens: &Tokens, key: Key) -> Result<Value<RetryAfter>, String> {
    let start = start(tokens);
    if let Some(named) = named(&start, key, RETRY_AFTERS) {
        return named.map(Value::Literal);
    }
    match start {
        Start::Word(_) | Start::Expression => Ok(Value::Expression(tokens.clone())),
        _ => Err(format!(
            "`{}` says what a server's delay does, {}; the longest delay that a server may ask for is \
             `max_retry_after`",
            key.name(),
            quoted(&names_of(RETRY_AFTERS))
        )),
    }
}

fn log(tokens: &Tokens, key: Key) -> Result<Value<Log>, String> {
    let start = start(tokens);
    if let Some(level) = named(&start, key, LOG_LEVELS) {
        return level.map(|level| Value::Literal(Log::all(level)));
    }
    match start {
        Start::Word(_) | Start::Expression => Ok(Value::Expression(tokens.clone())),
        _ => Err(format!(
            "`{}` is how loud the events are, {}; for some of them write `log(retry = \"debug\")`",
            key.name(),
            quoted(&names_of(LOG_LEVELS))
        )),
    }
}

/// One of the parts of `log(…)`.
pub(crate) fn log_part(name: &str, tokens: &Tokens, log: Log) -> Result<Log, String> {
    let key = Key::Policy(reattempt_policy::__private::Key::Log);
    let start = start(tokens);
    if name == "after" {
        return match start {
            Start::Literal(Lit::Int(number)) if number.suffix().is_empty() => number
                .base10_parse()
                .map(|retries| log.after(retries))
                .map_err(|_| format!("`after` is at most {}", u32::MAX)),
            _ => {
                Err("`after` is the number of retries that are less loud; write `after = 3`"
                    .to_owned())
            }
        };
    }
    let level = named(&start, key, LOG_LEVELS).unwrap_or_else(|| {
        Err(format!("`{name}` is a level, {}", quoted(&names_of(LOG_LEVELS))))
    })?;
    Ok(match name {
        "retry" => log.retry(level),
        "recovered" => log.recovered(level),
        _ => log.give_up(level),
    })
}

/// A name out of a table, or what is wrong with it: a text that is none of them, or one of them without quotes.
fn named<T: Copy>(
    start: &Start,
    key: Key,
    table: &[(&'static str, T)],
) -> Option<Result<T, String>> {
    let find = |name: &str| table.iter().find(|(known, _)| *known == name);
    match start {
        Start::Literal(Lit::Str(text)) => Some(match find(&text.value()) {
            Some((_, value)) => Ok(*value),
            None => Err(unknown_name(key, &text.value(), &names_of(table))),
        }),
        // In capitals it is a constant of the user's.
        Start::Word(word) if *word == word.to_uppercase() => None,
        Start::Word(word) => find(&word.to_lowercase()).map(|(name, _)| {
            Err(format!("write the name as a string: `{} = \"{name}\"`", key.name()))
        }),
        _ => None,
    }
}

/// The names in a table.
fn names_of<T>(table: &[(&'static str, T)]) -> Vec<&'static str> {
    table.iter().map(|(name, _)| *name).collect()
}

pub(crate) fn expression(tokens: &Tokens, key: Key) -> Result<(), String> {
    match start(tokens) {
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

fn unknown_name(key: Key, written: &str, known: &[&str]) -> String {
    let what = if key.name() == "log" { "level" } else { key.name() };
    let only = if let [only] = known { Some(*only) } else { None };
    match only.or_else(|| nearest(written, known.iter().copied())) {
        Some(near) => {
            format!("unknown {what} \"{written}\": did you mean \"{near}\"?")
        }
        None => format!("unknown {what} \"{written}\": it is {}", quoted(known)),
    }
}

fn quoted(known: &[&str]) -> String {
    let quoted: Vec<_> = known.iter().map(|name| format!("\"{name}\"")).collect();
    match quoted.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => quoted.join(""),
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

pub(crate) fn boolean(tokens: &Tokens, key: Key) -> Result<bool, String> {
    match start(tokens) {
        Start::Literal(Lit::Bool(value)) => Ok(value.value),
        _ => Err(format!("`{}` is `true` or `false`; write `{}`", key.name(), key.example())),
    }
}
