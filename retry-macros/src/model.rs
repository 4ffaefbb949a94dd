//! The options as they were written: a value for each key, still with its place.

use core::time::Duration;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens as _;

use reattempt_policy::__private::{Draft, Key as PolicyKey, Kind, Value as PolicyValue, intern};
use reattempt_policy::{Backoff, Jitter, Log, Policy};

use crate::diagnostics::Diagnostics;
use crate::guesses::{Target, unknown_key};
use crate::keys::Key;
use crate::syntax::arguments::{self, ArgValue, Argument};
use crate::syntax::callables;
use crate::syntax::values::{self, OptionValue, Problem, Value};
use crate::tokens::{
    Tokens, first_span, is_closure, is_punct, rename_self, split_at_commas, ungrouped,
};

/// The value of a key, with the key and the value as they were written.
pub(crate) struct Setting<T> {
    pub(crate) key: Ident,
    pub(crate) tokens: Tokens,
    pub(crate) value: T,
}

impl<T> Setting<T> {
    /// Where to blame, and where to have the compiler blame, this value.
    pub(crate) fn span(&self) -> Span {
        first_span(&self.tokens)
    }

    /// The value as it was written.
    pub(crate) fn tokens_as_written(&self) -> String {
        self.tokens.to_token_stream().to_string()
    }
}

/// A key that takes a name, a path or an expression just as it stands.
pub(crate) type Verbatim = Option<Setting<()>>;

/// Which errors are worth another attempt.
pub(crate) enum On {
    /// A function, by a path or a closure.
    Function,
    /// A pattern of errors.
    Pattern,
}

/// An option of the policy.
pub(crate) struct PolicyOption {
    pub(crate) key: PolicyKey,
    pub(crate) setting: Setting<OptionValue>,
}

/// The keys of the attribute, as far as they were given and made sense.
#[derive(Default)]
pub(crate) struct Options {
    /// Those that are options of the policy, in the order in which they were written.
    pub(crate) of_policy: Vec<PolicyOption>,
    pub(crate) on: Option<Setting<On>>,
    pub(crate) until: Verbatim,
    pub(crate) otherwise: Verbatim,
    pub(crate) idempotent: Option<Setting<Value<bool>>>,
    pub(crate) deadline: Option<Setting<Value<Duration>>>,
    pub(crate) attempt_timeout: Option<Setting<Value<Duration>>>,
    pub(crate) stall_timeout: Option<Setting<Value<Duration>>>,
    pub(crate) timed_out: Verbatim,
    pub(crate) cancel: Verbatim,
    pub(crate) on_retry: Verbatim,
    pub(crate) on_give_up: Verbatim,
    pub(crate) map_err: Verbatim,
    pub(crate) clone: Option<Setting<Vec<Ident>>>,
    pub(crate) context: Option<Setting<Ident>>,
    pub(crate) doc: Option<Setting<bool>>,
    pub(crate) policy: Verbatim,
    /// The name, if it is not an expression.
    pub(crate) name: Option<Setting<Option<String>>>,
    pub(crate) sleep: Verbatim,
    pub(crate) krate: Verbatim,
    /// Whether any of the keys was given that ask for more than the plain loop. To look for each of them in each
    /// annotated function would take the compiler its time.
    pub(crate) asks_for_more: bool,
}

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

    /// The value of an option of the policy, as it was written.
    pub(crate) fn policy_option(&self, key: PolicyKey) -> Option<&Setting<OptionValue>> {
        let option = self.of_policy.iter().find(|option| option.key == key)?;
        Some(&option.setting)
    }

    /// Whether other keys change the policy that was given, or the default one. How loud a function is can be said
    /// beside any policy.
    pub(crate) fn changes_policy(&self) -> bool {
        let only_log =
            |option: &PolicyOption| self.policy.is_some() && option.key == PolicyKey::Log;
        !self.of_policy.iter().all(only_log)
    }

    /// How loud the function is, where its policy is one that no key changes.
    pub(crate) fn own_log(&self) -> Option<&Setting<OptionValue>> {
        if self.changes_policy() { None } else { self.policy_option(PolicyKey::Log) }
    }

    /// Whether each attempt may be cut off.
    pub(crate) fn cuts_off(&self) -> bool {
        self.asks_for_more
            && (self.deadline.is_some()
                || self.attempt_timeout.is_some()
                || self.stall_timeout.is_some())
    }

    /// Whether the caller is told something about a call that was given up.
    pub(crate) fn tells_end(&self) -> bool {
        self.asks_for_more
            && (self.on_give_up.is_some() || self.map_err.is_some() || self.otherwise.is_some())
    }

    /// Whether the work must not be done twice, and that is known here.
    pub(crate) fn is_never_twice(&self) -> bool {
        matches!(&self.idempotent, Some(Setting { value: Value::Literal(false), .. }))
    }

    /// Everything that was written about the policy.
    pub(crate) fn policy_tokens(&self) -> impl Iterator<Item = &Tokens> {
        let base = self.policy.iter().map(|policy| &policy.tokens);
        base.chain(self.of_policy.iter().map(|option| &option.setting.tokens))
    }

    /// The policy, if every number in it is known here. It has been checked.
    pub(crate) fn known_policy(&self) -> Option<Policy> {
        if self.policy.is_some() {
            return None;
        }
        let mut builder = Policy::builder();
        for PolicyOption { key, setting } in &self.of_policy {
            let value = match &setting.value {
                OptionValue::Known(value) => *value,
                OptionValue::List(list) => {
                    let delays: Option<Vec<_>> = list.iter().map(Value::literal).collect();
                    PolicyValue::Backoff(Backoff::List(intern(&delays?)))
                }
                OptionValue::Expression => return None,
            };
            builder = builder.set(*key, value);
        }
        Some(builder.build_checked())
    }

    /// The options of the policy as the rules look at them. An entry of a list that is an expression is looked
    /// at by the compiler; the rules about the length of a list hold for any entries.
    pub(crate) fn draft(&self) -> Draft {
        let mut draft = Draft::new(self.policy.is_some());
        for PolicyOption { key, setting } in &self.of_policy {
            match &setting.value {
                OptionValue::Known(value) => draft.set(*key, *value),
                OptionValue::Expression => draft.set_expression(*key),
                OptionValue::List(list) => {
                    let shortest = Duration::from_nanos(1);
                    let delays = list.iter().map(|entry| entry.literal().unwrap_or(shortest));
                    let delays: Vec<_> = delays.collect();
                    draft.set(*key, PolicyValue::Backoff(Backoff::List(intern(&delays))));
                }
            }
        }
        draft
    }

    /// Where the body has another name for `self`, the expressions about the call have it too.
    pub(crate) fn rename_self(&mut self, receiver: &Ident) {
        let on = self.on.as_mut().map(|setting| &mut setting.tokens);
        let idempotent = self.idempotent.as_mut().map(|setting| &mut setting.tokens);
        let times = [&mut self.deadline, &mut self.attempt_timeout, &mut self.stall_timeout];
        let times = times.into_iter().flatten().map(|setting| &mut setting.tokens);
        let others = [
            &mut self.until,
            &mut self.policy,
            &mut self.sleep,
            &mut self.otherwise,
            &mut self.timed_out,
            &mut self.cancel,
            &mut self.on_retry,
            &mut self.on_give_up,
            &mut self.map_err,
        ];
        let others = others.into_iter().flatten().map(|setting| &mut setting.tokens);
        for tokens in on.into_iter().chain(idempotent).chain(times).chain(others) {
            *tokens = rename_self(tokens, receiver);
        }
    }

    fn take(&mut self, argument: Argument, diagnostics: &mut Diagnostics) {
        if argument.key.name() == "throttled" {
            self.take_throttled(&argument, diagnostics);
            return;
        }
        if let Key::Policy(key) = argument.key {
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
            "clone" => self.clone = clone(argument, diagnostics),
            "context" => self.context = read(argument, diagnostics, values::identifier),
            "doc" => self.doc = read(argument, diagnostics, values::boolean),
            "policy" => self.policy = read(argument, diagnostics, values::expression),
            "name" => self.name = read(argument, diagnostics, values::name),
            "sleep" => self.sleep = read(argument, diagnostics, callables::function),
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
}

impl Options {
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
            let example = match group.stream().into_iter().count() {
                1 => format!("{} = {value}", key.name()),
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
    read(argument, diagnostics, |tokens, key| values::option(tokens, key, kind))
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
                    match values::log_part(&part, &value, log.unwrap_or(Log::DEFAULT)) {
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
