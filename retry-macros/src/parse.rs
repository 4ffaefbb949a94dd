//! Reads the arguments of an attribute, one by one, into its options.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;

use reattempt_policy::__private::{Key as PolicyKey, Kind, Value as PolicyValue};
use reattempt_policy::{Jitter, Log};

use crate::diagnostics::Diagnostics;
use crate::guesses::{Target, unknown_key};
use crate::keys::Key;
use crate::model::{On, Options, PolicyOption, Setting, Shared};
use crate::syntax::arguments::{self, ArgValue, Argument};
use crate::syntax::callables;
use crate::syntax::policy_values;
use crate::syntax::values::{self, OptionValue, Problem, Value};
use crate::tokens::{Tokens, is_closure, is_place, is_punct, split_at_commas, ungrouped};

impl Options {
    pub(crate) fn parse(
        tokens: TokenStream,
        target: Target<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Options {
        let mut options = Options::default();
        for argument in arguments::parse(tokens, target, diagnostics) {
            options.take(argument, diagnostics);
        }
        options
    }

    fn take(&mut self, argument: Argument, diagnostics: &mut Diagnostics) {
        if argument.key.name() == "throttled" {
            self.take_throttled(&argument, diagnostics);
            return;
        }
        if let Key::Policy(key) = argument.key {
            // Only `throttled(…)` can have given it: a key that is there twice is refused before.
            if self.policy_option(key).is_some() {
                diagnostics.at_span(
                    argument.name.span(),
                    format_args!(
                        "this is given twice, here and in `throttled(…)`; keep one of them"
                    ),
                );
                return;
            }
            if let Some(setting) = policy_option(argument, key.kind(), diagnostics) {
                self.of_policy.push(PolicyOption { key, setting });
            }
            return;
        }
        let name = argument.key.name();
        self.asks_for_more |= matches!(
            name,
            "otherwise"
                | "deadline"
                | "attempt_timeout"
                | "stall_timeout"
                | "timed_out"
                | "cancel"
                | "on_retry"
                | "on_give_up"
                | "map_err"
                | "budget"
                | "brake"
        );
        match name {
            "on" => self.on = on(argument, diagnostics),
            "until" => self.until = read(argument, diagnostics, callables::function),
            "otherwise" => self.otherwise = read(argument, diagnostics, callables::function),
            "idempotent" => self.idempotent = idempotent(argument, diagnostics),
            "deadline" => self.deadline = read(argument, diagnostics, values::delay),
            "attempt_timeout" => self.attempt_timeout = read(argument, diagnostics, values::delay),
            "stall_timeout" => self.stall_timeout = read(argument, diagnostics, values::delay),
            "timed_out" => self.timed_out = read(argument, diagnostics, callables::function),
            "cancel" => self.cancel = read(argument, diagnostics, callables::cancellation),
            "on_retry" => self.on_retry = read(argument, diagnostics, callables::function),
            "on_give_up" => self.on_give_up = read(argument, diagnostics, callables::function),
            "map_err" => self.map_err = read(argument, diagnostics, callables::function),
            "budget" => self.budget = shared(argument, diagnostics),
            "brake" => self.brake = shared(argument, diagnostics),
            "nested" => self.nested = read(argument, diagnostics, values::nested),
            "span" => self.span = flag(argument, diagnostics),
            "clone" => self.clone = clone(argument, diagnostics),
            "context" => self.context = read(argument, diagnostics, values::identifier),
            "doc" => self.doc = read(argument, diagnostics, values::boolean),
            "policy" => self.policy = read(argument, diagnostics, values::expression),
            "name" => self.name = read(argument, diagnostics, values::name),
            "sleep" => {
                self.sleep = read(argument, diagnostics, callables::function);
                // A timer is lent in any case.
                if let Some(sleep) = &mut self.sleep {
                    if let [and, place @ ..] = &*sleep.tokens {
                        if is_punct(and, '&') && is_place(place) {
                            sleep.tokens = place.iter().cloned().collect();
                        }
                    }
                }
            }
            "crate" => {
                self.krate = read(argument, diagnostics, values::path);
                if let Some(krate) = &mut self.krate {
                    krate.tokens = ungrouped(&krate.tokens).into_owned();
                }
            }
            other => {
                diagnostics.at_span(argument.name.span(), unknown_key(other, &[], Target::Policy));
            }
        }
    }

    /// `throttled(max_attempts = 8, initial_delay = 1s, max_delay = 60s)`: each is an option of the policy.
    fn take_throttled(&mut self, argument: &Argument, diagnostics: &mut Diagnostics) {
        let ArgValue::Parentheses(group) = &argument.value else {
            diagnostics.at_span(
                argument.name.span(),
                format_args!("`throttled` takes a list; write `{}`", argument.key.example()),
            );
            return;
        };
        for part in arguments::parse(group.stream(), Target::Policy, diagnostics) {
            let key = match part.key.name() {
                "max_attempts" => PolicyKey::ThrottledMaxAttempts,
                "initial_delay" => PolicyKey::ThrottledDelay,
                "max_delay" => PolicyKey::ThrottledMaxDelay,
                other => {
                    diagnostics.at_span(
                        part.name.span(),
                        format_args!(
                            "errors that say \"throttled\" have no `{other}` of their own, only `max_attempts`, \
                             `initial_delay` and `max_delay`"
                        ),
                    );
                    continue;
                }
            };
            if self.policy_option(key).is_some() {
                diagnostics.at_span(
                    part.name.span(),
                    format_args!(
                        "this is given twice, here and as `{}`; keep one of them",
                        key.name()
                    ),
                );
                continue;
            }
            if let Some(setting) = policy_option(part, key.kind(), diagnostics) {
                self.of_policy.push(PolicyOption { key, setting });
            }
        }
    }
}

/// Reads a value by the grammar of its kind; a mistake is at the value's tokens.
fn read<T, E: Into<Problem>>(
    argument: Argument,
    diagnostics: &mut Diagnostics,
    grammar: impl FnOnce(&Tokens, Key) -> Result<T, E>,
) -> Option<Setting<T>> {
    let Argument { key, name, value } = argument;
    let tokens = match value {
        ArgValue::Value(tokens) => tokens,
        ArgValue::Nothing => {
            let message = format!("`{}` needs a value; write `{}`", key.name(), key.example());
            diagnostics.at_span(name.span(), message);
            return None;
        }
        ArgValue::Parentheses(group) => {
            let value = group.stream().to_string();
            // What stands in the parentheses is only proposed where it is a value of this key.
            let tokens: Tokens = group.stream().into_iter().collect();
            let example = match (tokens.len(), grammar(&tokens, key)) {
                (1, Ok(_)) => format!("{} = {value}", key.name()),
                _ => key.example().to_owned(),
            };
            let message = format!("expected `=` and a value; write `{example}`");
            diagnostics.at_span(group.span(), message);
            return None;
        }
    };
    if let Some(literal) = values::unit_in_expression(&tokens) {
        diagnostics.at_span(
            literal.span(),
            "a number with a unit stands alone; in an expression write \
             `Duration::from_millis(…)` or another of its constructors",
        );
        return None;
    }
    match grammar(&tokens, key) {
        Ok(value) => Some(Setting { key: name, tokens, value }),
        Err(problem) => {
            let Problem { at, message } = problem.into();
            diagnostics.at(at.unwrap_or(tokens), message);
            None
        }
    }
}

/// `budget` and `brake` may stand alone. `brake` may also be `true` or `false`.
fn shared(argument: Argument, diagnostics: &mut Diagnostics) -> Option<Setting<Shared>> {
    let key = argument.key;
    let own = |key: Ident| Some(Setting { key, tokens: Tokens::default(), value: Shared::Own });
    if let ArgValue::Nothing = argument.value {
        return own(argument.name);
    }
    if let (ArgValue::Value(tokens), "brake") = (&argument.value, key.name()) {
        if let Ok(is_given) = values::boolean(tokens, key) {
            return own(argument.name).filter(|_| is_given);
        }
    }
    read(argument, diagnostics, |tokens, key| match values::boolean(tokens, key) {
        Ok(true) => Err(format!("a {0} of the function's own is `{0}` alone", key.name())),
        Ok(false) => Err(format!("without `{}` there is none; remove it", key.name())),
        Err(_) => values::shared(tokens, key).map(|()| Shared::Expression),
    })
}

/// What may stand alone for `true`.
fn flag(argument: Argument, diagnostics: &mut Diagnostics) -> Option<Setting<bool>> {
    if let ArgValue::Nothing = argument.value {
        return Some(Setting { key: argument.name, tokens: Tokens::default(), value: true });
    }
    let problem =
        |key: Key| format!("`{0}` stands alone, or is `true` or `false`; write `{0}`", key.name());
    if let ArgValue::Parentheses(_) = argument.value {
        diagnostics.at_span(argument.name.span(), problem(argument.key));
        return None;
    }
    read(argument, diagnostics, |tokens, key| {
        values::boolean(tokens, key).map_err(|_| problem(key))
    })
}

/// Reads an option of the policy. `jitter` may stand alone.
fn policy_option(
    argument: Argument,
    kind: Kind,
    diagnostics: &mut Diagnostics,
) -> Option<Setting<OptionValue>> {
    if let (Kind::Jitter, ArgValue::Nothing) = (kind, &argument.value) {
        let key = argument.name;
        let value = OptionValue::Known(PolicyValue::Jitter(Jitter::Full));
        return Some(Setting { tokens: Tokens::from(&key), key, value });
    }
    if let (Kind::Log, ArgValue::Parentheses(group)) = (kind, &argument.value) {
        let log = log_list(group, diagnostics)?;
        let tokens = Tokens::from(group.stream());
        let value = OptionValue::Known(PolicyValue::Log(log));
        return Some(Setting { key: argument.name, tokens, value });
    }
    read(argument, diagnostics, |tokens, key| policy_values::option(tokens, key, kind))
}

/// `log(retry = "debug", recovered = "debug", give_up = "warn", after = 3)`
fn log_list(group: &Group, diagnostics: &mut Diagnostics) -> Option<Log> {
    const EXAMPLE: &str = "`log(retry = \"debug\", give_up = \"warn\", after = 3)`";

    let mut log = Some(Log::DEFAULT);
    let mut given: Vec<String> = Vec::new();
    let entries = split_at_commas(group.stream());
    if entries.is_empty() {
        diagnostics.at_span(group.span(), format_args!("`log()` is empty; write {EXAMPLE}"));
        return None;
    }
    for entry in entries {
        let problem = match entry.as_slice() {
            [TokenTree::Ident(name), equals, value @ ..]
                if is_punct(equals, '=') && !value.is_empty() =>
            {
                let part = name.to_string();
                if given.contains(&part) {
                    Some((entry.clone(), format!("`{part}` is given twice; keep one of them")))
                } else if matches!(&*part, "retry" | "recovered" | "give_up" | "after") {
                    let value: Tokens = value.iter().cloned().collect();
                    given.push(part.clone());
                    match policy_values::log_part(&part, &value, log.unwrap_or(Log::DEFAULT)) {
                        Ok(changed) => {
                            log = log.map(|_| changed);
                            None
                        }
                        Err(message) => Some((value.iter().cloned().collect(), message)),
                    }
                } else {
                    let known = ["retry", "recovered", "give_up", "after"];
                    let message = match crate::keys::nearest(&part, known.into_iter()) {
                        Some(near) => format!("`log` has no `{part}`: did you mean `{near}`?"),
                        None => format!("`log` has no `{part}`; write {EXAMPLE}"),
                    };
                    Some((vec![TokenTree::Ident(name.clone())], message))
                }
            }
            _ => {
                let message = format!(
                    "parentheses hold the levels of some events, as {EXAMPLE}; for all of them write \
                     `log = \"debug\"`"
                );
                Some((entry.clone(), message))
            }
        };
        if let Some((place, message)) = problem {
            diagnostics.at(place.into_iter().collect::<Tokens>(), message);
            log = None;
        }
    }
    log
}

/// `idempotent`, or `idempotent = …`.
fn idempotent(argument: Argument, diagnostics: &mut Diagnostics) -> Option<Setting<Value<bool>>> {
    if let ArgValue::Nothing = argument.value {
        let key = argument.name;
        return Some(Setting { tokens: Tokens::from(&key), key, value: Value::Literal(true) });
    }
    read(argument, diagnostics, values::condition)
}

/// `on = function`, or `on(PATTERN)`.
fn on(argument: Argument, diagnostics: &mut Diagnostics) -> Option<Setting<On>> {
    match argument.value {
        ArgValue::Parentheses(group) if group.stream().is_empty() => {
            let message = "`on()` is empty; write a pattern, such as `on(Error::Timeout)`";
            diagnostics.at_span(group.span(), message);
            None
        }
        ArgValue::Parentheses(group) => {
            let tokens = Tokens::from(group.stream());
            if let Some(name) = binding(&tokens) {
                if is_closure(&tokens) {
                    let message = "parentheses hold a pattern; for a closure write `on = |…| …`";
                    diagnostics.at_span(group.span(), message);
                    return None;
                }
                diagnostics.at_span(
                    name.span(),
                    format_args!(
                        "as a pattern, `{name}` would match every error; for a function write \
                         `on = {name}`"
                    ),
                );
                return None;
            }
            Some(Setting { key: argument.name, tokens, value: On::Pattern })
        }
        _ => {
            let Setting { key, tokens, .. } = read(argument, diagnostics, callables::function)?;
            Some(Setting { key, tokens, value: On::Function })
        }
    }
}

/// A pattern, or an alternative of one, that is only a name: a new one, for whatever there is.
fn binding(pattern: &Tokens) -> Option<Ident> {
    pattern.split(|token| is_punct(token, '|')).find_map(|alternative| match alternative {
        [TokenTree::Ident(name)] => {
            let text = name.to_string();
            let is_new = text.starts_with(char::is_lowercase) && text != "true" && text != "false";
            is_new.then(|| name.clone())
        }
        _ => None,
    })
}

/// `clone(a, b)`
fn clone(argument: Argument, diagnostics: &mut Diagnostics) -> Option<Setting<Vec<Ident>>> {
    let Argument { key, name, value } = argument;
    let group = match value {
        ArgValue::Parentheses(group) => group,
        ArgValue::Value(tokens) => {
            diagnostics.at(
                &tokens,
                format_args!(
                    "`{}` takes a list; write `clone({})`",
                    key.name(),
                    tokens.to_token_stream()
                ),
            );
            return None;
        }
        ArgValue::Nothing => {
            let message =
                format!("`{}` needs names of arguments; write `{}`", key.name(), key.example());
            diagnostics.at_span(name.span(), message);
            return None;
        }
    };
    let mut names = Vec::new();
    for entry in split_at_commas(group.stream()) {
        match entry.as_slice() {
            [TokenTree::Ident(name)] if name == "self" => diagnostics.at_span(
                name.span(),
                "`self` can't be cloned from here; write `let this = self.clone();` in the body",
            ),
            [TokenTree::Ident(name)] if names.contains(name) => diagnostics
                .at_span(name.span(), format_args!("`{name}` is listed twice; keep one of them")),
            [TokenTree::Ident(name)] => names.push(name.clone()),
            _ => diagnostics.at(
                entry.into_iter().collect::<Tokens>(),
                "`clone` takes the names of arguments, separated by commas",
            ),
        }
    }
    if names.is_empty() && group.stream().is_empty() {
        diagnostics.at_span(
            group.span(),
            format_args!("`clone()` is empty; write `{}` or leave it out", key.example()),
        );
    }
    Some(Setting { key: name, tokens: group.stream().into(), value: names })
}
