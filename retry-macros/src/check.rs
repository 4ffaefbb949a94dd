//! Is this a policy, and is this a function that can run twice? Every fault that can be seen before
//! the compiler evaluates anything.

use core::time::Duration;

use crate::desugared::{AsyncBlock, returns_future, returns_option};
use crate::errors::Mistakes;
use crate::function::Function;
use crate::options::{On, Options, Setting};
use crate::parameters::{Parameter, Passing, elided_lifetime, names_lifetime};
use crate::policy;
use crate::rules::{Draft, Field, Given, Shape};
use crate::tokens::{Tokens, is_closure, names, reads};
use crate::values::{Backoff, Value};

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

/// A body that returns a part of what it borrows exclusively can't run twice: under today's borrow
/// checker the attempt that failed still has it.
pub(crate) fn check_function(
    function: &Function,
    block: Option<&AsyncBlock>,
    mistakes: &mut Mistakes,
) {
    let lends_self = function
        .parameters
        .iter()
        .any(|parameter| parameter.is_receiver() && parameter.passing() != Passing::Value);
    let output = block.map_or(&function.output, |block| &block.written_output);
    for exclusive in function.parameters.iter().filter_map(Parameter::exclusive) {
        let returned = match &exclusive.lifetime {
            // Where something shared has the same lifetime, it may be a part of that.
            Some(name) => {
                name != "static"
                    && names_lifetime(output, name)
                    && !function.parameters.iter().any(|parameter| parameter.shares(name))
            }
            // What is left out in the output is that of `self`, or of the only parameter.
            None => (exclusive.is_receiver || !lends_self) && elided_lifetime(output),
        };
        if returned {
            mistakes.at(
                output,
                "`#[retry]` can't return a part of what is borrowed exclusively: to the borrow \
                 checker an attempt that failed would still hold it; return something owned, or \
                 take it out of the `&mut` after the call",
            );
        }
    }
}

/// A function that makes a future has to show it.
pub(crate) fn check_future(
    function: &Function,
    block: Option<&AsyncBlock>,
    mistakes: &mut Mistakes,
) {
    if block.is_none() && returns_future(function) {
        if AsyncBlock::is_there(function) {
            mistakes.at(
                &function.output,
                "`#[retry]` can't see what this future comes to; write \
                 `impl Future<Output = Result<…>>`",
            );
            return;
        }
        mistakes.at(
            &function.output,
            "`#[retry]` can't see into this future: the body has to end in an `async` block, in \
             `Box::pin(async …)`, or in `async { … }.boxed()`; or make the function `async`",
        );
    }
}

/// `None` is no error that a function could look at.
pub(crate) fn check_on(function: &Function, options: &Options, mistakes: &mut Mistakes) {
    if let Some(on) = options.on.as_ref().filter(|_| returns_option(function)) {
        mistakes.at_span(
            on.key.span(),
            "`on` looks at errors, and an `Option` has none: `None` is always tried again; remove \
             `on`, or return a `Result`",
        );
    }
}

/// What must not be done twice can't be polled, and needs an error that says that nothing was done.
pub(crate) fn check_idempotent(function: &Function, options: &Options, mistakes: &mut Mistakes) {
    let Some(idempotent) = &options.idempotent else { return };
    if !matches!(idempotent.value, Value::Literal(false)) {
        return;
    }
    if options.until.is_some() {
        mistakes.at_span(
            idempotent.span(),
            "`until` calls again what has succeeded, so it has to be idempotent; remove one of them",
        );
    }
    if returns_option(function) {
        mistakes.at_span(
            idempotent.span(),
            "`None` doesn't say that nothing was applied, so this would never be tried again; return a \
             `Result`",
        );
    }
    if matches!(&options.on, Some(on) if matches!(on.value, On::Pattern)) {
        mistakes.at_span(
            idempotent.span(),
            "a pattern doesn't say that nothing was applied, so this would never be tried again; write \
             `on = function` with a function from the error to `Retryability`",
        );
    }
}

/// What the body does to an argument is there at the next attempt, unless each has a clone.
pub(crate) fn check_arguments(
    function: &Function,
    block: Option<&AsyncBlock>,
    options: &Options,
    mistakes: &mut Mistakes,
) {
    let cloned = options.clone.as_ref().map_or(&[][..], |clone| clone.value.as_slice());
    for name in cloned {
        if !function.parameters.iter().any(|parameter| parameter.name().as_ref() == Some(name)) {
            mistakes.at_span(
                name.span(),
                format_args!(
                    "`{name}` is no argument of `{}`; an argument that is a pattern has to be \
                     cloned in the body",
                    function.name
                ),
            );
        }
    }
    let exclusive = function.parameters.iter().filter(|one| one.passing() == Passing::Exclusive);
    for name in exclusive.filter_map(Parameter::name) {
        if let Some(listed) = cloned.iter().find(|listed| **listed == name) {
            mistakes.at_span(
                listed.span(),
                format_args!(
                    "`{name}` is lent by `&mut`, and is lent to each attempt as it is; take it off \
                     the list"
                ),
            );
        }
    }
    if let Some(context) = &options.context {
        if function.parameters.iter().any(|parameter| parameter.binds(&context.value)) {
            mistakes.at(
                &context.tokens,
                format_args!(
                    "`{}` is an argument already; give the context another name",
                    context.value
                ),
            );
        }
    }
    for parameter in &function.parameters {
        let name = parameter.name();
        let Some(mutable) = parameter.mutable_binding() else { continue };
        // There is no other way to use it twice: `as_mut` needs it.
        if parameter.is_pinned() {
            continue;
        }
        if let Some((block, name)) = block.zip(name.as_ref()) {
            // It is changed once, before there is any attempt.
            if block.has_prelude() && !names(&block.body.stream(), name) {
                continue;
            }
        }
        match name {
            Some(name) if cloned.contains(&name) => {}
            // `#[async_trait]` gives a pattern such a name.
            Some(name) if name != "self" && !name.to_string().starts_with("__arg") => mistakes
                .at_span(
                    mutable.span(),
                    match parameter.passing() {
                        Passing::Value => format!(
                            "what an attempt changes in `{name}` the next attempt would find \
                             changed; write `#[retry(clone({name}))]` to give each a clone of its \
                             own, or take it by `&mut` if that is what you want"
                        ),
                        Passing::Shared => format!(
                            "the next attempt would find another `{name}` than was passed; drop \
                             `mut` and write `let mut {name} = {name};` in the body"
                        ),
                        Passing::Exclusive => format!(
                            "the next attempt would find another `{name}` than was passed; drop \
                             `mut` and write `let mut {name} = &mut *{name};` in the body"
                        ),
                    },
                ),
            _ => mistakes.at_span(
                mutable.span(),
                "what an attempt changes in this argument the next attempt would find changed; \
                 drop `mut` and clone it in the body, or take it by `&mut` if that is what you want",
            ),
        }
    }
}

/// A policy's options are constants. A name of the function's parameters among them is none, and
/// the compiler's own words for it lead nowhere.
pub(crate) fn check_run_time(function: &Function, options: &Options, mistakes: &mut Mistakes) {
    let changes = policy::changes_policy(options);
    for value in policy::values(options) {
        let is_base = options
            .policy
            .as_ref()
            .is_some_and(|base| core::ptr::eq(&raw const base.tokens, value));
        if is_base && !changes || is_closure(value) {
            continue;
        }
        let mut names = function.parameters.iter().filter_map(Parameter::name);
        let Some(name) = names.find(|name| reads(value, name)) else {
            continue;
        };
        if is_base {
            mistakes.at(
                value,
                "other keys change a policy that is a constant; set them where this one is built",
            );
        } else {
            mistakes.at(
                value,
                format_args!(
                    "this must be known when the code is compiled, and `{name}` is not; \
                     for a value known at run time build a `Policy` and write `policy = …`"
                ),
            );
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
            Some(Value::Expression(expression)) if !policy::names_enum(expression, "Backoff") => {
                Given::Value(Shape::Custom)
            }
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
        jitter: absent.or(options.jitter.as_ref(), |jitter| *jitter),
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

fn tokens(options: &Options, field: Field) -> Option<&Tokens> {
    fn of<T>(setting: Option<&Setting<T>>) -> Option<&Tokens> {
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
