//! A function and its options → the same function with a loop around its body.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::arguments::first_span;
use crate::desugared::AsyncBlock;
use crate::documentation;
use crate::function::{Function, Inside};
use crate::judgement::{Judgement, Operation, Place};
use crate::options::{Options, Setting};
use crate::parameters::{Parameter, Passing};
use crate::policy::{self, Private, Source};
use crate::tokens::{is_path, may_exit, mentions, names};
use crate::values::Value;

/// ```text
/// fn f(args) -> R { body }
/// ```
/// →
/// ```text
/// fn f(args) -> R {
///     let mut __attempts = BlockingAttempts::<R>::start();
///     loop {
///         let __delay = {
///             let __outcome: R = if true { body } else { never() };
///             let __next = __attempts.judged(&(concat!(module_path!(), "::f"), &[]), &__outcome);
///             match __next {
///                 Some(__delay) => __delay,
///                 None => return __outcome,
///             }
///         };
///         sleep_blocking(__delay);
///     };
/// }
/// ```
///
/// The attempt has a scope of its own, so that its outcome is gone when the wait begins: a future
/// doesn't store it, and is `Send` though the error is not. A constant has a block of its own too:
/// unlike a variable of ours, the body could see it.
///
/// It trips no lint, so it needs no `allow`, which would reach into the body, and which a user's
/// `forbid` would refuse.
pub(crate) fn expand(function: &Function, mut options: Options) -> TokenStream {
    let documentation = documentation::attributes(function, &options);
    let Some(block) = AsyncBlock::find(function) else {
        let (inner_attributes, body) = call(function, &options);
        let owned = if function.is_async { TokenStream::new() } else { owned(function, &options) };
        let body = hygienic!(#owned #body);
        let attributes = hygienic!(#inner_attributes #documentation);
        return function.rebuild(&attributes, parameters(function, &options, None), body);
    };
    // A future that the body makes: the loop goes inside.
    if let Some(receiver) = &block.receiver {
        options.rename_self(receiver);
    }
    let inside = Inside {
        receiver: block.receiver.clone(),
        has_arguments_as_declared: block.has_arguments_as_declared(),
        prelude: block.prelude(),
    };
    let inside = function.inside(block.output.clone(), block.body.clone(), inside);
    let (_, body) = call(&inside, &options);
    let (owned, used) = (owned(function, &options), used_mut(function, &block, &options));
    let body = hygienic!(#used #owned #body);
    let parameters = parameters(function, &options, Some(&block));
    function.rebuild(&documentation, parameters, block.replace(body))
}

/// `let name = name;` for each argument that is cloned: a body that consumes it consumes its clone, and
/// neither an `async` block without `move` nor a lint would know that the original is meant to be.
fn owned(function: &Function, options: &Options) -> TokenStream {
    let cloned = function.parameters.iter().filter(|parameter| is_cloned(parameter, options));
    cloned.map(Parameter::rebound).collect()
}

/// A statement, never run, for each argument whose `mut` may be there for its clones alone, or for what
/// stands before the block alone: neither is one that nobody needs.
fn used_mut(function: &Function, block: &AsyncBlock, options: &Options) -> TokenStream {
    let private = Private::of(options);
    let prelude = block.prelude();
    let parameters = function.parameters.iter().filter(|parameter| {
        is_cloned(parameter, options) && parameter.name().is_some_and(|name| names(&prelude, &name))
    });
    parameters.filter_map(|parameter| use_mut(parameter, &private)).collect()
}

/// The statement, if the parameter is `mut`.
fn use_mut(parameter: &Parameter, private: &Private) -> Option<TokenStream> {
    let (name, attributes) = (parameter.name()?, parameter.attributes());
    parameter.mutable_binding()?;
    Some(hygienic!(#attributes if false { #private::owned(&mut #name); }))
}

/// What takes the place of a function's body, and the attributes that stood in it.
fn call(function: &Function, options: &Options) -> (TokenStream, TokenStream) {
    let private = Private::of(options);
    let policy = policy(function, options);
    let name = name(function, options);
    let site = site(function, options, &policy, &name, &private);
    let output = function.output_without_impl();
    let place = Place::of(&output);
    let judgement = Judgement { place, options, name: &name, private: &private };
    let (inner_attributes, attempt) = attempt(function, options, &private);
    let (clock, attempts) = if function.is_async {
        (hygienic!(Async), hygienic!(AsyncAttempts))
    } else {
        (hygienic!(Blocking), hygienic!(BlockingAttempts))
    };
    let clock = hygienic!(#private::Clock::#clock);
    let (mut start_context, mut begin_context) = (TokenStream::new(), TokenStream::new());
    if options.context.is_some() {
        let policy = policy_reference(&policy, &private);
        start_context = hygienic!(let mut __context = #private::Context::start(#clock););
        begin_context = hygienic!(__attempts.begin(&mut __context, #policy););
    }
    let operation = match site {
        Some(site) => Operation::Site(site),
        None => Operation::Reference(operation(options, policy, &name, &clock, &private)),
    };
    let judgement = judgement.tokens(&operation);
    let sleep = sleep(function, options, &private);
    let body = hygienic! {
        let mut __attempts = #private::#attempts::<#output>::start();
        #start_context
        loop {
            let __delay = {
                #begin_context
                #attempt
                #judgement
                match __next {
                    ::core::option::Option::Some(__delay) => __delay,
                    ::core::option::Option::None => return __outcome,
                }
            };
            #sleep
        };
    };
    (inner_attributes, body)
}

/// A reference to what a call goes by, where that can be said before anything has failed: a constant.
fn site(
    function: &Function,
    options: &Options,
    policy: &Source,
    name: &TokenStream,
    private: &Private,
) -> Option<TokenStream> {
    if options.until.is_some() || options.context.is_some() || is_decided_late(options) {
        return None;
    }
    let settings = match policy {
        Source::Settings(settings) => hygienic!(#settings),
        Source::Expression(policy) if !is_constant(policy, function) => return None,
        policy => {
            let policy = policy_reference(policy, private);
            hygienic!(#private::Setting::Policy(#policy),)
        }
    };
    let idempotent = match &options.idempotent {
        Some(Setting { value: Value::Literal(false), .. }) => {
            hygienic!(#private::Setting::Idempotent(false))
        }
        _ => TokenStream::new(),
    };
    Some(hygienic!(&(#name, &[#settings #idempotent])))
}

/// Whether an expression is a path to something other than an argument, which the body may change.
fn is_constant(expression: &TokenStream, function: &Function) -> bool {
    is_path(expression) && !mentions(expression, &|word| is_argument(word, function))
}

/// Whether a word is what the function is handed, or one of the names in a pattern of it.
fn is_argument(word: &Ident, function: &Function) -> bool {
    word == "self" || function.parameters.iter().any(|parameter| parameter.binds(word))
}

/// The body, called once: `let __outcome = …;`, and the attributes that stood in it.
///
/// A body that nothing leaves early stands as it is. The other branch is never taken: it is there for
/// what follows not to be unreachable where the body never ends.
///
/// Any other, where it is sync, in a closure: it takes `?` and `return` as the end of the attempt,
/// not of the function.
///
/// Where it is async, in an `async` block. On its own that would lose the return type, which makes `?`
/// convert and boxes coerce; a `return` of that type, never taken, gives it back.
fn attempt(
    function: &Function,
    options: &Options,
    private: &Private,
) -> (TokenStream, TokenStream) {
    let output = function.output_without_impl();
    let context = options.context.as_ref().map(|context| {
        let name = &context.value;
        hygienic!(let #name = &__context;)
    });
    let clones = clones(function, options, private);
    if !may_exit(&function.body.stream()) {
        let (attributes, body) = function.split_body(hygienic!(#context #(#clones)*));
        let attempt = hygienic! {
            let __outcome: #private::Attempted<#output> =
                if true #body else { #private::never() };
        };
        return (attributes, attempt);
    }
    if !function.is_async {
        let (attributes, body) = function.split_body(hygienic!(#context #(#clones)*));
        return (attributes, hygienic!(let __outcome = __attempts.attempt(|| #body);));
    }
    let captured = function
        .parameters
        .iter()
        .filter_map(|parameter| captured(function, parameter, options, private));
    let preface = hygienic! {
        if false {
            #(#captured)*
            return #private::never::<#output>();
        }
        #context
    };
    let (attributes, body) = function.split_body(preface);
    if options.clone.is_none() {
        return (attributes, hygienic!(let __outcome = async #body.await;));
    }
    let attempt = hygienic! {
        let __outcome = {
            #(#clones)*
            async #body.await
        };
    };
    (attributes, attempt)
}

/// `let name = name.clone();` for each argument of which an attempt has a clone of its own.
fn clones<'a>(
    function: &'a Function,
    options: &'a Options,
    private: &'a Private,
) -> impl Iterator<Item = TokenStream> + 'a {
    function.parameters.iter().filter_map(|parameter| {
        let name = parameter.name()?;
        let listed = options.clone.as_ref()?.value.iter().find(|listed| **listed == name)?;
        let clone = parameter.clone_of(listed.span());
        // A `mut` that is there for what stands before the block is not an unused one here.
        let prelude = function.inside.as_ref().map(|inside| &inside.prelude);
        let used = prelude.filter(|prelude| names(prelude, &name));
        let used = used.and_then(|_| use_mut(parameter, private));
        Some(hygienic!(#clone #used))
    })
}

fn is_cloned(parameter: &Parameter, options: &Options) -> bool {
    let Some((clone, name)) = options.clone.as_ref().zip(parameter.name()) else { return false };
    clone.value.contains(&name)
}

/// A statement, never run, by which an attempt's block captures an argument that the body names as
/// strongly as it may be, whatever the body does with it: its clone by value, a `&mut T` exclusively.
///
/// The function's own future would hold the argument itself, and be `Send` if that is. A shared
/// reference to it is `Send` only if it is `Sync`. For an argument by value that is not cloned
/// nothing of the kind can be done: it would have to be `mut`, and then the body could change it
/// unseen.
fn captured(
    function: &Function,
    parameter: &Parameter,
    options: &Options,
    private: &Private,
) -> Option<TokenStream> {
    let mut name = parameter.name()?;
    if let Some(receiver) = function.inside.as_ref().and_then(|inside| inside.receiver.as_ref()) {
        if name == "self" {
            name = receiver.clone();
        }
    }
    if !names(&function.body.stream(), &name) {
        return None;
    }
    let attributes = parameter.attributes();
    if is_cloned(parameter, options) {
        return Some(hygienic!(#attributes { #private::owned(#name); }));
    }
    // A block of the user's may have moved or borrowed it in a way of its own.
    let as_declared =
        function.inside.as_ref().is_none_or(|inside| inside.has_arguments_as_declared);
    if parameter.passing() != Passing::Exclusive || !as_declared {
        return None;
    }
    Some(hygienic!(#attributes let _ = &mut *#name;))
}

/// The parameters, without the `mut` of those that are cloned, which has moved to their clones. What
/// stands before a block of the user's may need it too.
fn parameters(function: &Function, options: &Options, block: Option<&AsyncBlock>) -> TokenStream {
    let prelude = block.map(AsyncBlock::prelude).unwrap_or_default();
    let parameters = function.parameters.iter().map(|parameter| {
        let in_prelude = parameter.name().is_some_and(|name| names(&prelude, &name));
        if is_cloned(parameter, options) && !in_prelude {
            parameter.without_mut()
        } else {
            quote!(#parameter)
        }
    });
    hygienic!(#(#parameters),*)
}

/// What the function is called in logs.
fn name(function: &Function, options: &Options) -> TokenStream {
    let Some(name) = &options.name else {
        let name = function.name.to_string();
        let name = Literal::string(&format!("::{}", name.trim_start_matches("r#")));
        return hygienic!(::core::concat!(::core::module_path!(), #name));
    };
    let name = &name.tokens;
    if let Ok(name) = syn::parse2::<syn::LitStr>(name.clone()) {
        return hygienic!(#name);
    }
    if is_generic(function, name) {
        return hygienic!(const { #name });
    }
    hygienic!({
        const __REATTEMPT_NAME: &::core::primitive::str = #name;
        __REATTEMPT_NAME
    })
}

/// Whether a constant expression depends on what an item can't name.
fn is_generic(function: &Function, expression: &TokenStream) -> bool {
    let generics = function.generic_names();
    mentions(expression, &|word| word == "Self" || generics.iter().any(|name| word == name))
}

fn policy(function: &Function, options: &Options) -> Source {
    let generics = function.generic_names();
    policy::source(options, &|word| generics.iter().any(|name| word == name))
}

/// A reference to the policy.
fn policy_reference(policy: &Source, private: &Private) -> TokenStream {
    match policy {
        Source::Settings(settings) => hygienic!(&#private::Settings(&[#settings])),
        Source::Item(policy) => hygienic!({
            const __REATTEMPT_POLICY: #private::Policy = #policy;
            &__REATTEMPT_POLICY
        }),
        Source::Inline(policy) => hygienic!(&const #policy),
        Source::Expression(policy) => {
            let place = first_span(policy).resolved_at(Span::mixed_site());
            if is_path(policy) {
                quote_spanned!(place=> &#policy)
            } else {
                quote_spanned!(place=> &(#policy))
            }
        }
    }
}

/// A reference to what is the same for all the attempts: to a constant, if the policy is one. Its name
/// stands in the compiler's errors about the policy.
fn operation(
    options: &Options,
    policy: Source,
    name: &TokenStream,
    clock: &TokenStream,
    private: &Private,
) -> TokenStream {
    let idempotent = match &options.idempotent {
        None => hygienic!(true),
        Some(Setting { value: Value::Literal(idempotent), .. }) => hygienic!(#idempotent),
        Some(Setting { value: Value::Expression(_), tokens, .. }) => tokens.clone(),
    };
    let with = |policy| {
        hygienic!(#private::Operation {
            name: #name,
            policy: #policy,
            clock: #clock,
            idempotent: #idempotent,
        })
    };
    match policy {
        Source::Item(policy) if !is_decided_late(options) => {
            let operation = with(hygienic!(&#policy));
            hygienic!({
                const __REATTEMPT_POLICY: #private::Operation<'static> = #operation;
                &__REATTEMPT_POLICY
            })
        }
        policy => {
            let operation = with(policy_reference(&policy, private));
            hygienic!(&#operation)
        }
    }
}

/// Whether it is known only after a failed attempt what may be done twice.
fn is_decided_late(options: &Options) -> bool {
    matches!(&options.idempotent, Some(Setting { value: Value::Expression(_), .. }))
}

/// An expression, ready to be called: a path as it is, another one in parentheses.
pub(crate) fn callable(expression: &TokenStream, place: Span) -> TokenStream {
    if is_path(expression) { expression.clone() } else { quote_spanned!(place=> (#expression)) }
}

fn sleep(function: &Function, options: &Options, private: &Private) -> TokenStream {
    // A missing timer is blamed on the attribute, which is where one can be given.
    match (&options.sleep, function.is_async) {
        (None, true) => hygienic!(#private::sleep(__delay).await;),
        (None, false) => hygienic!(#private::sleep_blocking(__delay);),
        (Some(sleep), is_async) => {
            let place = sleep.span().resolved_at(Span::mixed_site());
            let function = callable(&sleep.tokens, place);
            let private = private.at(place);
            if is_async {
                quote_spanned!(place=> #private::pause(#function(__delay)).await;)
            } else {
                quote_spanned!(place=> #private::slept(#function(__delay));)
            }
        }
    }
}
