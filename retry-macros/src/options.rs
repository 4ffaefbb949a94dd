//! What was written for each key → values, still with their places.

use core::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;

use crate::arguments::{self, Argument, Place, first_span};
use crate::errors::Mistakes;
use crate::keys::Key;
use crate::tokens::ungrouped;
use crate::values::{self, Backoff, Jitter, Problem, Value};

/// The value of a key, with the key and the value as they were written.
pub(crate) struct Setting<T> {
    pub(crate) key: Ident,
    pub(crate) tokens: TokenStream,
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

/// The keys of the attribute, as far as they were given and made sense.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) max_attempts: Option<Setting<Value<u32>>>,
    pub(crate) backoff: Option<Setting<Value<Backoff>>>,
    pub(crate) initial_delay: Option<Setting<Value<Duration>>>,
    pub(crate) throttled_delay: Option<Setting<Value<Duration>>>,
    pub(crate) max_delay: Option<Setting<Value<Duration>>>,
    pub(crate) multiplier: Option<Setting<Value<f64>>>,
    pub(crate) jitter: Option<Setting<Value<Jitter>>>,
    pub(crate) on: Verbatim,
    pub(crate) policy: Verbatim,
    pub(crate) name: Verbatim,
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

    fn take(&mut self, argument: Argument, mistakes: &mut Mistakes) {
        match argument.key.name {
            "max_attempts" => self.max_attempts = read(argument, mistakes, values::attempts),
            "backoff" => self.backoff = read(argument, mistakes, values::backoff),
            "initial_delay" => self.initial_delay = read(argument, mistakes, values::delay),
            "throttled_delay" => self.throttled_delay = read(argument, mistakes, values::delay),
            "max_delay" => self.max_delay = read(argument, mistakes, values::delay),
            "multiplier" => self.multiplier = read(argument, mistakes, values::multiplier),
            "jitter" => self.jitter = jitter(argument, mistakes),
            "on" => self.on = read(argument, mistakes, values::function),
            "policy" => self.policy = read(argument, mistakes, values::expression),
            "name" => self.name = read(argument, mistakes, values::name),
            "sleep" => self.sleep = read(argument, mistakes, values::function),
            "crate" => {
                self.krate = read(argument, mistakes, values::path);
                if let Some(krate) = &mut self.krate {
                    krate.tokens = ungrouped(&krate.tokens);
                }
            }
            other => mistakes.at_span(argument.name.span(), Key::unknown(other)),
        }
    }
}

/// Reads a value by the grammar of its kind; a mistake is at the value's tokens.
fn read<T, E: Into<Problem>>(
    argument: Argument,
    mistakes: &mut Mistakes,
    grammar: fn(&TokenStream, &Key) -> Result<T, E>,
) -> Option<Setting<T>> {
    let Argument { key, name, value } = argument;
    let Some(tokens) = value else {
        let message = format!("`{}` needs a value; write `{}`", key.name, key.example);
        mistakes.at_span(name.span(), message);
        return None;
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

fn jitter(argument: Argument, mistakes: &mut Mistakes) -> Option<Setting<Value<Jitter>>> {
    if argument.value.is_none() {
        let key = argument.name;
        let value = Value::Literal(Jitter::Full);
        return Some(Setting { tokens: key.to_token_stream(), key, value });
    }
    read(argument, mistakes, values::jitter)
}
