//! What was written for each key → values, still with their places.

use core::time::Duration;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

use crate::arguments::{self, Argument, Place, Written, first_span, split_at_commas};
use crate::desugared::rename_self;
use crate::errors::Mistakes;
use crate::keys::Key;
use crate::rules::Jittering;
use crate::tokens::{Tokens, is_closure, is_punct, ungrouped};
use crate::values::{self, Backoff, Problem, Value};

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

/// The keys of the attribute, as far as they were given and made sense.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) max_attempts: Option<Setting<Value<u32>>>,
    pub(crate) backoff: Option<Setting<Value<Backoff>>>,
    pub(crate) initial_delay: Option<Setting<Value<Duration>>>,
    pub(crate) throttled_delay: Option<Setting<Value<Duration>>>,
    pub(crate) max_delay: Option<Setting<Value<Duration>>>,
    pub(crate) multiplier: Option<Setting<Value<f64>>>,
    pub(crate) jitter: Option<Setting<Value<Jittering>>>,
    pub(crate) on: Option<Setting<On>>,
    pub(crate) until: Verbatim,
    pub(crate) idempotent: Option<Setting<Value<bool>>>,
    pub(crate) clone: Option<Setting<Vec<Ident>>>,
    pub(crate) context: Option<Setting<Ident>>,
    pub(crate) doc: Option<Setting<bool>>,
    pub(crate) policy: Verbatim,
    /// The name, if it is not an expression.
    pub(crate) name: Option<Setting<Option<String>>>,
    pub(crate) sleep: Verbatim,
    pub(crate) krate: Verbatim,
}

impl Options {
    pub(crate) fn parse(tokens: TokenStream, place: Place, mistakes: &mut Mistakes) -> Options {
        let mut options = Options::default();
        for argument in arguments::parse(tokens, place, mistakes) {
            options.take(argument, mistakes);
        }
        options
    }

    /// Where the body has another name for `self`, the expressions about the call have it too.
    pub(crate) fn rename_self(&mut self, receiver: &Ident) {
        let on = self.on.as_mut().map(|setting| &mut setting.tokens);
        let idempotent = self.idempotent.as_mut().map(|setting| &mut setting.tokens);
        let others = [&mut self.until, &mut self.policy, &mut self.sleep].into_iter().flatten();
        let others = others.map(|setting| &mut setting.tokens);
        for tokens in on.into_iter().chain(idempotent).chain(others) {
            *tokens = rename_self(tokens, receiver);
        }
    }

    fn take(&mut self, argument: Argument, mistakes: &mut Mistakes) {
        match argument.key.name {
            "max_attempts" => self.max_attempts = read(argument, mistakes, values::attempts),
            "backoff" => self.backoff = read(argument, mistakes, values::backoff),
            "initial_delay" => self.initial_delay = read(argument, mistakes, values::delay),
            "throttled_delay" => self.throttled_delay = read(argument, mistakes, values::delay),
            "max_delay" => self.max_delay = read(argument, mistakes, values::delay),
            "multiplier" => self.multiplier = read(argument, mistakes, values::multiplier),
            "jitter" => self.jitter = jitter(argument, mistakes),
            "on" => self.on = on(argument, mistakes),
            "until" => self.until = read(argument, mistakes, values::function),
            "idempotent" => self.idempotent = idempotent(argument, mistakes),
            "clone" => self.clone = clone(argument, mistakes),
            "context" => self.context = read(argument, mistakes, values::identifier),
            "doc" => self.doc = read(argument, mistakes, values::boolean),
            "policy" => self.policy = read(argument, mistakes, values::expression),
            "name" => self.name = read(argument, mistakes, values::name),
            "sleep" => self.sleep = read(argument, mistakes, values::function),
            "crate" => {
                self.krate = read(argument, mistakes, values::path);
                if let Some(krate) = &mut self.krate {
                    krate.tokens = ungrouped(&krate.tokens).into_owned();
                }
            }
            other => mistakes.at_span(argument.name.span(), Key::unknown(other, false)),
        }
    }
}

/// Reads a value by the grammar of its kind; a mistake is at the value's tokens.
fn read<T, E: Into<Problem>>(
    argument: Argument,
    mistakes: &mut Mistakes,
    grammar: fn(&Tokens, &Key) -> Result<T, E>,
) -> Option<Setting<T>> {
    let Argument { key, name, value } = argument;
    let tokens = match value {
        Written::Value(tokens) => tokens,
        Written::Nothing => {
            let message = format!("`{}` needs a value; write `{}`", key.name, key.example);
            mistakes.at_span(name.span(), message);
            return None;
        }
        Written::Parentheses(group) => {
            let message = format!("expected `=` and a value; write `{}`", key.example);
            mistakes.at_span(group.span(), message);
            return None;
        }
    };
    if let Some(literal) = values::unit_in_expression(&tokens) {
        mistakes.at_span(
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
            mistakes.at(at.unwrap_or(tokens), message);
            None
        }
    }
}

fn jitter(argument: Argument, mistakes: &mut Mistakes) -> Option<Setting<Value<Jittering>>> {
    if let Written::Nothing = argument.value {
        let key = argument.name;
        let value = Value::Literal(Jittering::Full);
        return Some(Setting { tokens: Tokens::from(&key), key, value });
    }
    read(argument, mistakes, values::jitter)
}

/// `idempotent`, or `idempotent = …`.
fn idempotent(argument: Argument, mistakes: &mut Mistakes) -> Option<Setting<Value<bool>>> {
    if let Written::Nothing = argument.value {
        let key = argument.name;
        return Some(Setting { tokens: Tokens::from(&key), key, value: Value::Literal(true) });
    }
    read(argument, mistakes, values::condition)
}

/// `on = function`, or `on(PATTERN)`.
fn on(argument: Argument, mistakes: &mut Mistakes) -> Option<Setting<On>> {
    match argument.value {
        Written::Parentheses(group) if group.stream().is_empty() => {
            let message = "`on()` is empty; write a pattern, such as `on(Error::Timeout)`";
            mistakes.at_span(group.span(), message);
            None
        }
        Written::Parentheses(group) => {
            let tokens = Tokens::from(group.stream());
            if let Some(name) = binding(&tokens) {
                if is_closure(&tokens) {
                    let message = "parentheses hold a pattern; for a closure write `on = |…| …`";
                    mistakes.at_span(group.span(), message);
                    return None;
                }
                mistakes.at_span(
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
            let Setting { key, tokens, .. } = read(argument, mistakes, values::function)?;
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
fn clone(argument: Argument, mistakes: &mut Mistakes) -> Option<Setting<Vec<Ident>>> {
    let Argument { key, name, value } = argument;
    let group = match value {
        Written::Parentheses(group) => group,
        Written::Value(tokens) => {
            mistakes.at(tokens, format_args!("`{}` takes a list; write `clone(…)`", key.name));
            return None;
        }
        Written::Nothing => {
            let message =
                format!("`{}` needs names of arguments; write `{}`", key.name, key.example);
            mistakes.at_span(name.span(), message);
            return None;
        }
    };
    let mut names = Vec::new();
    for entry in split_at_commas(group.stream()) {
        match entry.as_slice() {
            [TokenTree::Ident(name)] if name == "self" => mistakes.at_span(
                name.span(),
                "`self` can't be cloned from here; write `let this = self.clone();` in the body",
            ),
            [TokenTree::Ident(name)] if names.contains(name) => mistakes
                .at_span(name.span(), format_args!("`{name}` is listed twice; keep one of them")),
            [TokenTree::Ident(name)] => names.push(name.clone()),
            _ => mistakes.at(
                entry.into_iter().collect::<Tokens>(),
                "`clone` takes the names of arguments, separated by commas",
            ),
        }
    }
    if names.is_empty() && group.stream().is_empty() {
        mistakes.at_span(
            group.span(),
            format_args!("`clone()` is empty; write `{}` or leave it out", key.example),
        );
    }
    Some(Setting { key: name, tokens: group.stream().into(), value: names })
}
