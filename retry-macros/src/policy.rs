//! Options → the expression of a policy.

use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, format_ident, quote_spanned};

use crate::encoding;
use crate::growth::nanoseconds;
use crate::options::{Options, Setting};
use crate::rules::Jittering;
use crate::tokens::{Tokens, is_closure, mentions};
use crate::values::{Backoff, Value};

/// Where the policy of a function comes from.
pub(crate) enum Source {
    /// Options of literals, which have been checked, as the text that the runtime reads.
    Settings(String),
    /// A constant that the compiler evaluates, and so checks, whatever becomes of the function.
    Item(TokenStream),
    /// A constant that depends on `Self` or a generic parameter, which an item can't name. It is
    /// evaluated only where code is generated.
    Inline(TokenStream),
    /// An expression, evaluated after a failed attempt.
    Expression(Tokens),
}

/// `is_generic`: whether a word is a generic parameter of the function.
pub(crate) fn source(options: &Options, is_generic: &impl Fn(&Ident) -> bool) -> Source {
    match &options.policy {
        Some(policy) if !changes_policy(options) => {
            return Source::Expression(policy.tokens.clone());
        }
        None if !has_expressions(options) => {
            if let Some(settings) = settings(options) {
                return Source::Settings(settings);
            }
        }
        _ => {}
    }
    if values(options).any(|value| mentions(value, &|word| word == "Self" || is_generic(word))) {
        Source::Inline(constant(options))
    } else {
        Source::Item(constant(options))
    }
}

/// The module that expansions name.
pub(crate) struct Private {
    /// The crate that was named for it, in place of this one.
    krate: Option<Tokens>,
}

impl Private {
    pub(crate) fn of(options: &Options) -> Private {
        Private::new(options.krate.as_ref().map(|krate| &krate.tokens))
    }

    /// In a crate that was named, or in this one.
    pub(crate) fn new(krate: Option<&Tokens>) -> Private {
        Private { krate: krate.cloned() }
    }

    /// Its path as if it stood at a place of the user's, which is where the compiler then shows
    /// an error in what is called by it.
    pub(crate) fn at(&self, place: Span) -> TokenStream {
        let moved = self.to_token_stream().into_iter().map(|mut token| {
            token.set_span(token.span().located_at(place));
            token
        });
        moved.collect()
    }
}

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        // Token by token: it stands in every expansion, and what is quoted would be one more stream.
        let segment = |tokens: &mut TokenStream, name| {
            for spacing in [Spacing::Joint, Spacing::Alone] {
                let mut colon = Punct::new(':', spacing);
                colon.set_span(Span::mixed_site());
                tokens.append(colon);
            }
            tokens.append(Ident::new(name, Span::mixed_site()));
        };
        match &self.krate {
            Some(krate) => krate.to_tokens(tokens),
            None => segment(tokens, "reattempt"),
        }
        segment(tokens, "__private");
    }
}

/// ```text
/// max_attempts = 5, max_delay = 1.5s
/// ```
/// →
/// ```text
/// "A5M1500000000"
/// ```
///
/// Nothing for a list of waits: a policy refers to one that stands in the program, as it does in a constant.
fn settings(options: &Options) -> Option<String> {
    fn literal<T>(setting: Option<&Setting<Value<T>>>) -> Option<&T> {
        match &setting?.value {
            Value::Literal(value) => Some(value),
            Value::Expression(_) => None,
        }
    }
    let mut settings = String::new();
    let mut add = |letter: u8, number: Option<u64>| {
        settings.push(char::from(letter));
        settings.extend(number.map(|number| number.to_string()));
    };
    if let Some(attempts) = literal(options.max_attempts.as_ref()) {
        add(encoding::MAX_ATTEMPTS, Some(u64::from(*attempts)));
    }
    match literal(options.backoff.as_ref()) {
        // As it is by default.
        None | Some(Backoff::Exponential) => {}
        Some(Backoff::Fixed) => add(encoding::FIXED, None),
        Some(Backoff::Linear) => add(encoding::LINEAR, None),
        Some(Backoff::Fibonacci) => add(encoding::FIBONACCI, None),
        Some(Backoff::None) => add(encoding::NO_BACKOFF, None),
        Some(Backoff::List(_)) => return None,
    }
    for (letter, delay) in [
        (encoding::INITIAL_DELAY, &options.initial_delay),
        (encoding::THROTTLED_DELAY, &options.throttled_delay),
        (encoding::MAX_DELAY, &options.max_delay),
    ] {
        if let Some(delay) = literal(delay.as_ref()) {
            add(letter, Some(nanoseconds(*delay)));
        }
    }
    if let Some(multiplier) = literal(options.multiplier.as_ref()) {
        add(encoding::MULTIPLIER, Some(multiplier.to_bits()));
    }
    if let Some(jitter) = literal(options.jitter.as_ref()) {
        let (letter, number) = match jitter {
            Jittering::None => (encoding::NO_JITTER, None),
            Jittering::Full => (encoding::FULL_JITTER, None),
            Jittering::Equal => (encoding::EQUAL_JITTER, None),
            Jittering::Decorrelated => (encoding::DECORRELATED_JITTER, None),
            Jittering::Fraction(fraction) => {
                (encoding::FRACTIONAL_JITTER, Some(fraction.to_bits()))
            }
        };
        add(letter, number);
    }
    Some(settings)
}

/// ```text
/// max_attempts = LIMIT, jitter = "equal"
/// ```
/// →
/// ```text
/// {
///     let __builder = Policy::builder();
///     let __builder = builder.max_attempts(LIMIT);
///     let __builder = builder.jitter(Jitter::Equal);
///     check_max_attempts(&__builder);
///     check_jitter(&__builder);
///     build(builder)
/// }
/// ```
///
/// Each statement has the place of the value it is about, which is where the compiler then shows
/// its error.
pub(crate) fn constant(options: &Options) -> TokenStream {
    let private = Private::of(options);
    let mut setters =
        Setters { private: &private, set: TokenStream::new(), check: TokenStream::new() };
    setters.add(options.max_attempts.as_ref(), |attempts| hygienic!(#attempts));
    if let Some(backoff) = &options.backoff {
        setters.add_value(backoff, &backoff_value(backoff, &private));
    }
    setters.add(options.initial_delay.as_ref(), duration);
    setters.add(options.throttled_delay.as_ref(), duration);
    setters.add(options.max_delay.as_ref(), duration);
    setters.add(options.multiplier.as_ref(), |multiplier| hygienic!(#multiplier));
    if let Some(jitter) = &options.jitter {
        setters.add_value(jitter, &jitter_value(jitter, &private));
    }
    let Setters { set, check, .. } = setters;
    let start = if let Some(policy) = &options.policy {
        let base = &policy.tokens;
        hygienic!(#private::Policy::to_builder(#base))
    } else {
        hygienic!(#private::Policy::builder())
    };
    hygienic!({
        let __builder = #start;
        #set
        #check
        #private::build(__builder)
    })
}

struct Setters<'a> {
    private: &'a Private,
    set: TokenStream,
    check: TokenStream,
}

impl Setters<'_> {
    fn add<T>(&mut self, setting: Option<&Setting<Value<T>>>, literal: impl Fn(&T) -> TokenStream) {
        if let Some(setting) = setting {
            let value = match &setting.value {
                Value::Literal(value) => literal(value),
                Value::Expression(expression) => expression.to_token_stream(),
            };
            self.add_value(setting, &value);
        }
    }

    fn add_value<T>(&mut self, setting: &Setting<T>, value: &TokenStream) {
        let place = setting.span().resolved_at(Span::mixed_site());
        let private = self.private.at(place);
        let set = format_ident!("{}", setting.key, span = place);
        let check = format_ident!("check_{}", setting.key, span = place);
        self.set.extend(quote_spanned!(place=> let __builder = __builder.#set(#value);));
        self.check.extend(quote_spanned!(place=> #private::#check(&__builder);));
    }
}

/// Whether an expression is a variant of the runtime's own enum, as `Jitter::Equal` shows to be.
pub(crate) fn names_enum(expression: &Tokens, name: &str) -> bool {
    mentions(expression, &|word| word == name)
}

fn duration(duration: &core::time::Duration) -> TokenStream {
    let (seconds, nanoseconds) = (duration.as_secs(), duration.subsec_nanos());
    hygienic!(::core::time::Duration::new(#seconds, #nanoseconds))
}

/// What a policy refers to is a constant of its own, and so lives as long as the program.
fn backoff_value(backoff: &Setting<Value<Backoff>>, private: &Private) -> TokenStream {
    let place = backoff.span().resolved_at(Span::mixed_site());
    let kind = match &backoff.value {
        Value::Literal(Backoff::Exponential) => hygienic!(Exponential),
        Value::Literal(Backoff::Fixed) => hygienic!(Fixed),
        Value::Literal(Backoff::Linear) => hygienic!(Linear),
        Value::Literal(Backoff::Fibonacci) => hygienic!(Fibonacci),
        Value::Literal(Backoff::None) => hygienic!(None),
        Value::Literal(Backoff::List(list)) => {
            let entries = list.iter().map(|entry| match entry {
                Value::Literal(value) => duration(value),
                Value::Expression(expression) => expression.to_token_stream(),
            });
            return hygienic!(#private::Backoff::List(const { &[#(#entries),*] }));
        }
        Value::Expression(expression) if names_enum(expression, "Backoff") => {
            return expression.to_token_stream();
        }
        Value::Expression(expression) => {
            let custom = if is_closure(expression) {
                hygienic!(#private::closure(#expression))
            } else {
                quote_spanned!(place=> (#expression))
            };
            return quote_spanned!(place=> #private::Backoff::Custom(const { &#custom }));
        }
    };
    hygienic!(#private::Backoff::#kind)
}

fn jitter_value(jitter: &Setting<Value<Jittering>>, private: &Private) -> TokenStream {
    let kind = match &jitter.value {
        Value::Literal(Jittering::None) => hygienic!(None),
        Value::Literal(Jittering::Full) => hygienic!(Full),
        Value::Literal(Jittering::Equal) => hygienic!(Equal),
        Value::Literal(Jittering::Decorrelated) => hygienic!(Decorrelated),
        Value::Literal(Jittering::Fraction(fraction)) => hygienic!(Fraction(#fraction)),
        Value::Expression(expression) => {
            let place = jitter.span().resolved_at(Span::mixed_site());
            return quote_spanned!(place=> #private::Given(#expression).jitter());
        }
    };
    hygienic!(#private::Jitter::#kind)
}

pub(crate) fn values(options: &Options) -> impl Iterator<Item = &Tokens> {
    written(options).map(|(_, value)| value)
}

fn written(options: &Options) -> impl Iterator<Item = (&Ident, &Tokens)> {
    fn of<T>(setting: Option<&Setting<T>>) -> Option<(&Ident, &Tokens)> {
        setting.map(|setting| (&setting.key, &setting.tokens))
    }
    [
        of(options.policy.as_ref()),
        of(options.max_attempts.as_ref()),
        of(options.backoff.as_ref()),
        of(options.initial_delay.as_ref()),
        of(options.throttled_delay.as_ref()),
        of(options.max_delay.as_ref()),
        of(options.multiplier.as_ref()),
        of(options.jitter.as_ref()),
    ]
    .into_iter()
    .flatten()
}

/// The options besides `policy`, as they were written.
pub(crate) fn changes(options: &Options) -> impl Iterator<Item = (&Ident, &Tokens)> {
    written(options).filter(|(key, _)| *key != "policy")
}

/// Whether any option besides `policy` was given.
pub(crate) fn changes_policy(options: &Options) -> bool {
    values(options).count() > usize::from(options.policy.is_some())
}

pub(crate) fn has_expressions(options: &Options) -> bool {
    fn is<T>(setting: Option<&Setting<Value<T>>>) -> bool {
        matches!(setting, Some(Setting { value: Value::Expression(_), .. }))
    }
    let in_list = match &options.backoff {
        Some(Setting { value: Value::Literal(Backoff::List(list)), .. }) => {
            list.iter().any(|entry| matches!(entry, Value::Expression(_)))
        }
        _ => false,
    };
    in_list
        || is(options.max_attempts.as_ref())
        || is(options.backoff.as_ref())
        || is(options.initial_delay.as_ref())
        || is(options.throttled_delay.as_ref())
        || is(options.max_delay.as_ref())
        || is(options.multiplier.as_ref())
        || is(options.jitter.as_ref())
}
