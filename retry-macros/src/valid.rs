//! Is this a policy, and is this a function that can run twice? Every mistake that can be seen before the
//! compiler evaluates anything.

use proc_macro2::{Ident, TokenTree};

use reattempt_policy::__private::Key as PolicyKey;

use crate::diagnostics::Diagnostics;
use crate::keys::nearest;
use crate::model::{On, Options, PolicyOption, Setting};
use crate::syntax::callables::{called, of_kind};
use crate::syntax::function::Function;
use crate::syntax::parameters::{Parameter, PassedBy, elided_lifetime, names_lifetime};
use crate::syntax::returned_future::{ReturnedFuture, returns_future, returns_option};
use crate::syntax::values::Value;
use crate::tokens::{
    Tokens, binds_nothing, idents, is_closure, is_punct, is_word, mentions, reads_variable,
    uses_variable,
};

/// Reports every option of the policy that is wrong, at its value.
pub(crate) fn check(options: &Options, diagnostics: &mut Diagnostics) {
    let draft = options.draft();
    // A rule about two options is answered by one of them that was given.
    for PolicyOption { key, setting } in &options.of_policy {
        if let Some(problem) = draft.problem(*key) {
            diagnostics.at(&setting.tokens, problem);
        }
    }
}

/// A body that returns a part of what it borrows exclusively can't run twice: under today's borrow
/// checker the attempt that failed still has it.
pub(crate) fn check_function(
    function: &Function,
    block: Option<&ReturnedFuture>,
    diagnostics: &mut Diagnostics,
) {
    let lends_self = function
        .parameters
        .iter()
        .any(|parameter| parameter.is_receiver() && parameter.passed_by() != PassedBy::Value);
    let output = block.map_or(&function.output, |block| &block.written_output);
    for exclusive in function.parameters.iter().filter_map(Parameter::exclusive) {
        let returned = match &exclusive.lifetime {
            // Where something else has the same lifetime, it may be a part of that.
            Some(name) => {
                name != "static"
                    && names_lifetime(output, name)
                    && !function.parameters.iter().any(|parameter| parameter.holds(name))
            }
            // What is left out in the output is that of `self`, or of the only parameter.
            None => (exclusive.is_receiver || !lends_self) && elided_lifetime(output),
        };
        if returned {
            diagnostics.at(
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
    block: Option<&ReturnedFuture>,
    diagnostics: &mut Diagnostics,
) {
    if block.is_none() && returns_future(function) {
        if ReturnedFuture::is_there(function) {
            diagnostics.at(
                &function.output,
                "`#[retry]` can't see what this future comes to; write \
                 `impl Future<Output = Result<…>>`",
            );
            return;
        }
        diagnostics.at(
            &function.output,
            "`#[retry]` can't see into this future: the body has to end in an `async` block, in \
             `Box::pin(async …)`, or in `async { … }.boxed()`; or make the function `async`",
        );
    }
}

/// `None` is no error that a function could look at.
pub(crate) fn check_on(function: &Function, options: &Options, diagnostics: &mut Diagnostics) {
    if let Some(on) = options.on.as_ref().filter(|_| returns_option(function)) {
        diagnostics.at_span(
            on.key.span(),
            "`on` looks at errors, and an `Option` has none: `None` is always tried again; remove \
             `on`, or return a `Result`",
        );
    }
    let Some(on) = &options.on else { return };
    match on.value {
        On::Pattern => {
            let is_kind =
                binds_nothing(&on.tokens) && mentions(&on.tokens, &|word| word == "ErrorKind");
            if is_kind && returns_io_error(function) {
                diagnostics.at(
                    &on.tokens,
                    format_args!(
                        "this is a kind of error, and the error itself is compared with a pattern; {}",
                        of_kind(&on.tokens)
                    ),
                );
            }
        }
        On::Function => {
            if let Some(instead) = instead_of_call(function, on) {
                diagnostics.at(&on.tokens, instead);
            }
            let error = function.error_type().unwrap_or_default();
            let is_text =
                error.last().is_some_and(|last| is_word(last, "String") || is_word(last, "str"));
            let is_of_ours = |name: &str| names_detect(&on.tokens, name);
            if is_text && (is_of_ours("error") || is_of_ours("types")) {
                diagnostics.at(
                    &on.tokens,
                    "this error is a text; write `on = reattempt::detect::message`",
                );
            } else if is_of_ours("message") && returns_io_error(function) {
                diagnostics.at(
                    &on.tokens,
                    "`detect::message` reads a text, and this error is none; write \
                     `on = reattempt::detect::error`",
                );
            }
        }
    }
}

/// `io::Result<()>`, or `Result<(), io::Error>`.
fn returns_io_error(function: &Function) -> bool {
    let error = function.error_type();
    let path = error.as_deref().unwrap_or(&function.output);
    let path = path.split(|token| is_punct(token, '<')).next().unwrap_or_default();
    match path {
        [.., module, one, other, last] if is_punct(one, ':') && is_punct(other, ':') => {
            let name = if error.is_some() { "Error" } else { "Result" };
            is_word(module, "io") && is_word(last, name)
        }
        _ => false,
    }
}

/// `reattempt::detect::error`: a shorter path might be a module of the user's.
fn names_detect(path: &Tokens, function: &str) -> bool {
    let mut words = path.iter().filter(|token| !is_punct(token, ':'));
    let is_next = |words: &mut dyn Iterator<Item = &TokenTree>, name: &str| {
        words.next().is_some_and(|word| is_word(word, name))
    };
    is_next(&mut words, "reattempt")
        && is_next(&mut words, "detect")
        && is_next(&mut words, function)
        && words.next().is_none()
}

/// `is_transient(error)`, where nothing is called `error`.
fn instead_of_call(function: &Function, on: &Setting<On>) -> Option<String> {
    let is_error = |argument: &str| {
        let name = argument.trim_start_matches(['&', '*', ' ']);
        let is_argument = function
            .parameters
            .iter()
            .any(|parameter| parameter.name().is_some_and(|parameter| parameter == name));
        matches!(name, "e" | "err" | "error") && !is_argument
    };
    let called = called(&on.tokens, |_, arguments| is_error(arguments))?;
    Some(format!("`on` takes the function, not a call of it; write `on = {called}`"))
}

/// What must not be done twice can't be polled, and needs an error that says that nothing was done.
pub(crate) fn check_idempotent(
    function: &Function,
    options: &Options,
    diagnostics: &mut Diagnostics,
) {
    let Some(idempotent) = &options.idempotent else { return };
    if !matches!(idempotent.value, Value::Literal(false)) {
        return;
    }
    if options.until.is_some() {
        diagnostics.at_span(
            idempotent.span(),
            "`until` calls again what has succeeded, so it has to be idempotent; remove one of them",
        );
    }
    if returns_option(function) {
        diagnostics.at_span(
            idempotent.span(),
            "`None` doesn't say that nothing was applied, so this would never be tried again; return a \
             `Result`",
        );
    }
    if matches!(&options.on, Some(on) if matches!(on.value, On::Pattern)) {
        diagnostics.at_span(
            idempotent.span(),
            "a pattern doesn't say that nothing was applied, so this would never be tried again; write \
             `on = function` with a function from the error to `Retryability`",
        );
    }
}

/// What the body does to an argument is there at the next attempt, unless each has a clone.
pub(crate) fn check_arguments(
    function: &Function,
    block: Option<&ReturnedFuture>,
    options: &Options,
    diagnostics: &mut Diagnostics,
) {
    let inside = block.map(|block| block.as_function(function));
    let attempt = inside.as_ref().unwrap_or(function);
    let cloned = options.clone.as_ref().map_or(&[][..], |clone| clone.value.as_slice());
    for name in cloned {
        if !function.parameters.iter().any(|parameter| parameter.name().as_ref() == Some(name)) {
            let names: Vec<_> = function.parameters.iter().filter_map(Parameter::name).collect();
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            let near = nearest(&name.to_string(), names.iter().map(String::as_str));
            let advice = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "an argument that is a pattern has to be cloned in the body".to_owned(),
            };
            diagnostics.at_span(
                name.span(),
                format_args!("`{name}` is not an argument of `{}`; {advice}", function.name),
            );
        }
    }
    let exclusive = function.parameters.iter().filter(|one| one.passed_by() == PassedBy::Exclusive);
    for name in exclusive.filter_map(Parameter::name) {
        if let Some(listed) = cloned.iter().find(|listed| **listed == name) {
            diagnostics.at_span(
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
            diagnostics.at(
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
        // There is no other way to use it twice: `as_mut` needs it. A reborrow has the `mut`.
        let is_reborrowed = attempt.can_be_reborrowed(parameter)
            && (!parameter.is_receiver() || attempt.can_rename_receiver());
        if parameter.is_pinned() || is_reborrowed {
            continue;
        }
        if let Some((block, name)) = block.zip(name.as_ref()) {
            // It is changed once, before there is any attempt.
            if block.has_prelude() && !uses_variable(&block.body.stream(), name) {
                continue;
            }
        }
        match name {
            Some(name) if cloned.contains(&name) => {}
            // `#[async_trait]` gives a pattern such a name.
            Some(name) if name != "self" && !name.to_string().starts_with("__arg") => diagnostics
                .at_span(
                    mutable.span(),
                    match parameter.passed_by() {
                        PassedBy::Value => format!(
                            "the next attempt would see what this one has changed in `{name}`; write `#[retry(clone({name}))]` to give each a clone of its \
                             own, or take it by `&mut` if that is what you want"
                        ),
                        PassedBy::Shared => format!(
                            "the next attempt would find another `{name}` than was passed; drop \
                             `mut` and write `let mut {name} = {name};` in the body"
                        ),
                        PassedBy::Exclusive => format!(
                            "the next attempt would find another `{name}` than was passed; drop \
                             `mut` and write `let mut {name} = &mut *{name};` in the body"
                        ),
                    },
                ),
            _ => diagnostics.at_span(
                mutable.span(),
                "the next attempt would see what this one has changed in the argument; drop `mut` and clone it in the body, or take it by `&mut` if that is what you want",
            ),
        }
    }
}

/// The context is the body's: what is asked about an outcome is asked when the attempt is over.
pub(crate) fn check_context(options: &Options, diagnostics: &mut Diagnostics) {
    let Some(context) = &options.context else { return };
    let on = options.on.as_ref().filter(|setting| matches!(setting.value, On::Function));
    let on = on.map(|setting| (&setting.key, &setting.tokens));
    let idempotent = options.idempotent.as_ref().map(|setting| (&setting.key, &setting.tokens));
    let others = [&options.until, &options.policy, &options.sleep, &options.cancel];
    let others = others.into_iter().flatten().map(|setting| (&setting.key, &setting.tokens));
    for (key, tokens) in on.into_iter().chain(idempotent).chain(others) {
        let name = &context.value;
        let Some(read) = idents(tokens).into_iter().find(|word| word == name) else { continue };
        if !reads_variable(tokens, name) || closure_binds(tokens, name) {
            continue;
        }
        diagnostics.at_span(
            read.span(),
            format_args!(
                "`{name}` is known in the body, and not in `{key}`; say it there, where the error is made: `return \
                 Err({name}.permanent(error))`"
            ),
        );
    }
}

/// Whether there is a closure, at any depth, that has a parameter of this name: `|cx| …`.
fn closure_binds(tokens: &Tokens, name: &Ident) -> bool {
    let mut parts = tokens.split(|token| is_punct(token, '|'));
    // Every second part stands between bars.
    let is_bound = parts.by_ref().skip(1).step_by(2).any(|parameters| {
        parameters.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == name))
    });
    is_bound
        || tokens.iter().any(|token| match token {
            TokenTree::Group(group) => closure_binds(&group.stream().into(), name),
            _ => false,
        })
}

/// A policy's options are constants. A name of the function's parameters among them is none, and
/// the compiler's own words for it lead nowhere.
pub(crate) fn check_run_time(
    function: &Function,
    options: &Options,
    diagnostics: &mut Diagnostics,
) {
    let changes = options.changes_policy();
    let base = options.policy.as_ref().map(|base| (&base.tokens, true));
    let others = options.of_policy.iter().map(|option| (&option.setting.tokens, false));
    if let Some(setting) = &options.name {
        let mut names = function.parameters.iter().filter_map(Parameter::name);
        if let Some(name) = names.find(|name| reads_variable(&setting.tokens, name)) {
            diagnostics.at(
                &setting.tokens,
                format_args!(
                    "the operation's name must be known when the code is compiled, and `{name}` is not; for a name \
                     made at run time, use a closure: `Retry::new(policy).name({name}).call(…)`"
                ),
            );
        }
    }
    for (value, is_base) in base.into_iter().chain(others) {
        if is_base && !changes || is_closure(value) {
            continue;
        }
        let mut names = function.parameters.iter().filter_map(Parameter::name);
        let Some(name) = names.find(|name| reads_variable(value, name)) else {
            continue;
        };
        if is_base {
            // How loud a function is can be said beside any policy.
            let changing = options.of_policy.iter().filter(|option| option.key != PolicyKey::Log);
            for PolicyOption { key, setting } in changing {
                diagnostics.at_span(
                    setting.key.span(),
                    format_args!(
                        "`{key}` can only change a `const` policy, and `policy` is made at run time here; set it \
                         where that is built"
                    ),
                );
            }
        } else {
            diagnostics.at(
                value,
                format_args!(
                    "this must be known when the code is compiled, and `{name}` is not; \
                     for a value known at run time build a `Policy` and write `policy = …`"
                ),
            );
        }
    }
}
