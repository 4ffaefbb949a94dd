//! The values of keys that take a function: what is written in place of one.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

use crate::keys::Key;
use crate::syntax::values::is_literal;
use crate::tokens::{
    Tokens, is_closure, is_path, is_punct, is_word, mentions, split_types, ungrouped,
};

/// A path or a closure, as far as one can see.
pub(crate) fn function(tokens: &Tokens, key: Key) -> Result<(), String> {
    if let [TokenTree::Ident(name), bang, _] = &**ungrouped(tokens) {
        if name == "matches" && is_punct(bang, '!') {
            return Err(format!(
                "`{}` takes a function or a closure; write `{} = |error| matches!(error, …)`",
                key.name(),
                key.name()
            ));
        }
    }
    if let [TokenTree::Ident(underscore)] = &**ungrouped(tokens) {
        if underscore == "_" {
            return Err("to retry after every error, write `on(_)`".to_owned());
        }
    }
    if key.name() == "on" {
        if let Some(instead) = instead_of_function(tokens) {
            return Err(instead);
        }
    }
    if key.name() == "sleep" {
        if let Some(function) =
            called(tokens, |function, arguments| function == "sleep" && !arguments.is_empty())
        {
            return Err(format!(
                "`sleep` takes the function, not a call of it: the delay differs each time; write `sleep = {function}`"
            ));
        }
    }
    if key.name() == "otherwise" {
        if let Some(function) =
            called(tokens, |function, _| matches!(function, "Err" | "Ok" | "Some"))
        {
            return Err(format!(
                "`otherwise` takes a function of the last value; write `otherwise = |value| {function}(…)`"
            ));
        }
    }
    let is_async = ungrouped(tokens).first().is_some_and(|first| is_word(first, "async"));
    if is_async && key.name() != "sleep" {
        return Err(format!(
            "`{}` is called between two attempts and nothing waits for it, so its closure is not `async`; what takes \
             its time goes into a task of its own, as `tokio::spawn(…)`",
            key.name()
        ));
    }
    if let Some(problem) = arity(tokens, key) {
        return Err(problem);
    }
    if is_literal(tokens) {
        return Err(format!(
            "`{}` takes a function or a closure; write `{}`",
            key.name(),
            key.example()
        ));
    }
    Ok(())
}

/// What ends a call's waits: an expression that may be that.
pub(crate) fn cancellation(tokens: &Tokens, key: Key) -> Result<(), String> {
    if is_literal(tokens) {
        return Err(format!(
            "`{}` takes what fires when the call is to end; write `{}`, or in a blocking function a flag or a closure, \
             as `cancel = || stop.load(Ordering::Relaxed)`",
            key.name(),
            key.example()
        ));
    }
    Ok(())
}

/// What to write where `on` is no function: a type, or a pattern.
fn instead_of_function(tokens: &Tokens) -> Option<String> {
    let value = ungrouped(tokens);
    if is_closure(&value) {
        return None;
    }
    let written = shortened(&value);
    if names_type(&value) {
        return Some(format!(
            "`{written}` is a type, and `on` takes a function; to retry after every error write `on(_)`, for some of \
             them a pattern, such as `on(Error::Timeout)`"
        ));
    }
    if is_pattern(&value) {
        if mentions(&*value, &|word| word == "ErrorKind") {
            return Some(format!(
                "this is a kind of error, and `on` takes a function; {}",
                of_kind(&value)
            ));
        }
        return Some(format!("this is a pattern, and `=` takes a function; write `on({written})`"));
    }
    None
}

/// The function in a call by its path, `path::function(arguments)`, if its name and the arguments are such.
pub(crate) fn called(tokens: &Tokens, is_one: impl Fn(&str, &str) -> bool) -> Option<String> {
    let value = ungrouped(tokens);
    let [function @ .., TokenTree::Group(arguments)] = &**value else { return None };
    let name = function.last()?.to_string();
    let function: Tokens = function.iter().cloned().collect();
    let is_call = arguments.delimiter() == Delimiter::Parenthesis && is_path(&function);
    (is_call && is_one(&name, &arguments.stream().to_string())).then(|| shortened(&function))
}

/// What to write for a pattern of `ErrorKind`.
pub(crate) fn of_kind(pattern: &Tokens) -> String {
    let written = shortened(pattern);
    if is_path(pattern) {
        format!("write `on = |error| error.kind() == {written}`")
    } else {
        format!("write `on = |error| matches!(error.kind(), {written})`")
    }
}

/// Tokens as a user would write them: `Error :: A | Error :: B` → `Error::A | Error::B`
pub(crate) fn shortened(tokens: &Tokens) -> String {
    let text = tokens.to_token_stream().to_string();
    text.replace(" :: ", "::").replace(" (", "(").replace(" ,", ",")
}

/// `std::io::Error`, `Error`: the last word is a type's, and what stands before it a module's.
fn names_type(path: &Tokens) -> bool {
    let words: Vec<String> = path
        .iter()
        .filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word.to_string()),
            _ => None,
        })
        .collect();
    let is_of_modules =
        |modules: &[String]| modules.iter().all(|module| module.starts_with(char::is_lowercase));
    is_path(path)
        && words
            .split_last()
            .is_some_and(|(last, modules)| last.ends_with("Error") && is_of_modules(modules))
}

/// `Error::Timeout`, `Error::A | Error::B(_)`: what can't be an expression, or is a variant's path, whose last word is
/// neither a function's nor a constant's.
fn is_pattern(value: &Tokens) -> bool {
    let names_variant = |path: &[TokenTree]| {
        let last = path.last().map(TokenTree::to_string).unwrap_or_default();
        // `Error::A`; a constant's name is longer.
        let is_of_self = path.first().is_some_and(|first| is_word(first, "Self"));
        let is_short = last.len() == 1 && path.len() > 1 && !is_of_self;
        last.starts_with(char::is_uppercase) && (is_short || last.contains(char::is_lowercase))
    };
    let path = |tokens: &[TokenTree]| -> Tokens { tokens.iter().cloned().collect() };
    let is_alternative = |tokens: &[TokenTree]| match tokens {
        [path_before @ .., TokenTree::Group(fields)] => {
            is_path(&path(path_before))
                && names_variant(path_before)
                && (fields.delimiter() == Delimiter::Brace
                    || holds_placeholder(&fields.stream().into()))
        }
        tokens => is_path(&path(tokens)) && names_variant(tokens),
    };
    // `500..=599`
    let is_range = value.windows(2).any(|pair| pair.iter().all(|token| is_punct(token, '.')));
    if is_range && matches!(value.first(), Some(TokenTree::Literal(_))) {
        return true;
    }
    let alternatives: Vec<&[TokenTree]> = value.split(|token| is_punct(token, '|')).collect();
    alternatives.iter().all(|alternative| is_alternative(alternative))
}

/// `_` or `..`
fn holds_placeholder(tokens: &Tokens) -> bool {
    mentions(tokens, &|word| word == "_")
        || tokens.windows(2).any(|pair| pair.iter().all(|token| is_punct(token, '.')))
}

/// A closure of another number of arguments than the one that it is handed.
fn arity(tokens: &Tokens, key: Key) -> Option<String> {
    let (argument, name) = match key.name() {
        "on" => ("one argument, the error", "error"),
        "until" | "otherwise" => ("one argument, the value", "value"),
        "sleep" => ("one argument, the delay", "delay"),
        "timed_out" => ("one argument, the `TimedOut`", "timed_out"),
        "on_retry" => ("one argument, the retry", "retry"),
        "on_give_up" => ("one argument, the call", "call"),
        "map_err" => ("two arguments, the error and the call", "error, call"),
        _ => return None,
    };
    if !is_closure(tokens) {
        return None;
    }
    let value = ungrouped(tokens);
    let behind: Tokens =
        value.iter().skip_while(|token| !is_punct(token, '|')).skip(1).cloned().collect();
    let parameters: TokenStream =
        behind.iter().take_while(|token| !is_punct(token, '|')).cloned().collect();
    let count = split_types(parameters).len();
    let expected = if key.name() == "map_err" { 2 } else { 1 };
    (count != expected).then(|| {
        format!(
            "the closure of `{}` takes {argument}; write `{} = |{name}| …`",
            key.name(),
            key.name()
        )
    })
}
