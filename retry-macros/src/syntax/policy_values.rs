//! The grammar of the values of a policy's options.

use syn::Lit;

use reattempt_policy::__private::{
    BACKOFFS, JITTERS, Kind, LOG_LEVELS, RETRY_AFTERS, Value as PolicyValue,
};
use reattempt_policy::{Jitter, Log, RetryAfter};

use super::values::{OptionValue, Problem, Start, Value, delay, expression, start};
use crate::keys::{Key, nearest};
use crate::tokens::{Tokens, is_punct, split_at_commas};

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
