//! Is this a policy? Every fault that can be seen before the compiler evaluates anything.

use core::time::Duration;

use crate::errors::Mistakes;
use crate::options::{Backoff, Jitter, Options, Setting, Value};
use crate::rules::{Draft, Field, Given, Shape, Spread};

/// Reports every option that is at fault, at its value.
///
/// `has_base`: the options are changes to a policy that is not known here, so that one that isn't
/// given need not have its default.
pub(crate) fn check(options: &Options, has_base: bool, mistakes: &mut Mistakes) {
    let durations = listed(options);
    let draft = draft(options, &durations, has_base);
    for field in Field::ALL {
        if let (Some(problem), Some(tokens)) = (draft.fault(field), tokens(options, field)) {
            mistakes.at(tokens, problem);
        }
    }
}

/// The list of waits. Where an entry is an expression, the compiler has to look at the list; of
/// the rules about it, those on its length hold for any entries.
fn listed(options: &Options) -> Vec<Duration> {
    match &options.backoff {
        Some(Setting { value: Value::Literal(Backoff::List(list)), .. }) => list
            .iter()
            .map(|entry| match entry {
                Value::Literal(duration) => *duration,
                Value::Expression(_) => Duration::ZERO,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn draft<'a>(options: &Options, durations: &'a [Duration], has_base: bool) -> Draft<'a> {
    let absent = Absent { has_base };
    Draft {
        max_attempts: absent.or(options.max_attempts.as_ref(), |attempts| *attempts),
        backoff: match options.backoff.as_ref().map(|backoff| &backoff.value) {
            Some(Value::Expression(_)) => Given::Value(Shape::Custom),
            _ => absent.or(options.backoff.as_ref(), |backoff| match backoff {
                Backoff::Exponential => Shape::Exponential,
                Backoff::Fixed | Backoff::Linear | Backoff::Fibonacci => Shape::Other,
                Backoff::None => Shape::None,
                Backoff::List(_) => Shape::List(durations),
            }),
        },
        initial_delay: absent.or(options.initial_delay.as_ref(), |delay| *delay),
        throttled_delay: absent.or(options.throttled_delay.as_ref(), |delay| *delay),
        max_delay: absent.or(options.max_delay.as_ref(), |delay| *delay),
        multiplier: absent.or(options.multiplier.as_ref(), |multiplier| *multiplier),
        jitter: absent.or(options.jitter.as_ref(), |jitter| match jitter {
            Jitter::None => Spread::None,
            Jitter::Full | Jitter::Equal => Spread::Window,
            Jitter::Decorrelated => Spread::Decorrelated,
            Jitter::Fraction(fraction) => Spread::Fraction(*fraction),
        }),
        written: true,
    }
}

struct Absent {
    has_base: bool,
}

impl Absent {
    fn or<T, U>(&self, setting: Option<&Setting<Value<T>>>, known: impl Fn(&T) -> U) -> Given<U> {
        match setting.map(|setting| &setting.value) {
            Some(Value::Literal(value)) => Given::Value(known(value)),
            Some(Value::Expression(_)) => Given::Expression,
            None if self.has_base => Given::Unknown,
            None => Given::No,
        }
    }
}

fn tokens(options: &Options, field: Field) -> Option<&proc_macro2::TokenStream> {
    fn of<T>(setting: Option<&Setting<T>>) -> Option<&proc_macro2::TokenStream> {
        setting.map(|setting| &setting.tokens)
    }
    match field {
        Field::MaxAttempts => of(options.max_attempts.as_ref()),
        Field::Backoff => of(options.backoff.as_ref()),
        Field::InitialDelay => of(options.initial_delay.as_ref()),
        Field::ThrottledDelay => of(options.throttled_delay.as_ref()),
        Field::MaxDelay => of(options.max_delay.as_ref()),
        Field::Multiplier => of(options.multiplier.as_ref()),
        Field::Jitter => of(options.jitter.as_ref()),
    }
}
