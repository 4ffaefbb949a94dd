//! A function and its options → the same function with a loop around its body.

use proc_macro2::{Ident, Literal, Punct, Spacing, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::arguments::first_span;
use crate::function::Function;
use crate::options::Options;
use crate::parameters::{Parameter, Passing};
use crate::policy::{self, Private, Source};
use crate::tokens::{is_closure, is_path, mentions};

/// ```text
/// fn f(args) -> R { body }
/// ```
/// →
/// ```text
/// fn f(args) -> R {
///     const __REATTEMPT_OPERATION: &str = concat!(module_path!(), "::f");
///     let mut __engine = Engine::start();
///     loop {
///         let __delay = {
///             let __outcome = (|| -> R { body })();
///             let Some(__error) = Outcome::error(&__outcome) else {
///                 succeeded(&__engine, __REATTEMPT_OPERATION);
///                 return __outcome;
///             };
///             let __retryability = Retryable::retryability(__error);
///             const __REATTEMPT_POLICY: Policy = …;
///             let __operation = Operation { name, policy: &__REATTEMPT_POLICY, clock };
///             match failed(&mut __engine, &__operation, __retryability, described error) {
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
/// doesn't store it, and is `Send` though the error is not.
///
/// It trips no lint, so it needs no `allow`, which would reach into the body, and which a user's
/// `forbid` would refuse.
pub(crate) fn expand(function: &Function, options: &Options) -> TokenStream {
    let private = Private::of(options);
    let (inner_attributes, attempt) = attempt(function, &private);
    let operation = operation(function, options);
    let error = at_type(&function.output, &private, ("Outcome", "error"), ("&", "__outcome"));
    let retryability = retryability(function, options, &private);
    let (policy_item, policy) = policy(function, options, &private);
    let clock = if function.is_async { hygienic!(Async) } else { hygienic!(Blocking) };
    let sleep = sleep(function, options, &private);
    let body = hygienic! {
        const __REATTEMPT_OPERATION: &::core::primitive::str = #operation;
        let mut __engine = #private::Engine::start();
        loop {
            let __delay = {
                #attempt
                let ::core::option::Option::Some(__error) = #error else {
                    #private::succeeded(&__engine, __REATTEMPT_OPERATION);
                    return __outcome;
                };
                let __retryability = #retryability;
                #policy_item
                let __operation = #private::Operation {
                    name: __REATTEMPT_OPERATION,
                    policy: #policy,
                    clock: #private::Clock::#clock,
                };
                let __next = {
                    use #private::{DescribeByDisplay as _, DescribeByName as _};
                    #private::failed(
                        &mut __engine,
                        &__operation,
                        __retryability,
                        (&#private::Described(__error)).__reattempt_describe(),
                    )
                };
                match __next {
                    ::core::option::Option::Some(__delay) => __delay,
                    ::core::option::Option::None => return __outcome,
                }
            };
            #sleep
        };
    };
    function.rebuild(&inner_attributes, parameters(function), body)
}

/// The body, called once: `let __outcome = …;`, and the attributes that stood in it.
///
/// Sync, a closure: it takes `?` and `return` as the end of the attempt, not of the function.
///
/// Async, an `async` block. On its own it would lose the return type, which makes `?` convert and
/// boxes coerce; a `return` of that type, never taken, gives it back.
fn attempt(function: &Function, private: &Private) -> (TokenStream, TokenStream) {
    let output = function.output_without_impl();
    if !function.is_async {
        let (attributes, body) = function.split_body(TokenStream::new());
        return (attributes, hygienic!(let __outcome = (|| -> #output #body)();));
    }
    let captured = function.parameters.iter().filter_map(|parameter| captured(function, parameter));
    let preface = hygienic! {
        if false {
            #(let _ = #captured;)*
            return #private::never::<#output>();
        }
    };
    let (attributes, body) = function.split_body(preface);
    (attributes, hygienic!(let __outcome = async #body.await;))
}

/// How an attempt's block borrows a parameter that the body names and that isn't a shared
/// reference: exclusively, however the body does.
///
/// The function's own future would hold the parameter itself, and be `Send` if that is. A shared
/// reference in its place is `Send` only if the parameter is `Sync`; an exclusive one asks for no
/// more than the parameter itself.
fn captured(function: &Function, parameter: &Parameter) -> Option<TokenStream> {
    let name = parameter.name()?;
    if !mentions(&function.body.stream(), &|word| *word == name) {
        return None;
    }
    let name = quote!(#name);
    match parameter.passing() {
        Passing::Shared => None,
        Passing::Exclusive => Some(hygienic!(&mut *#name)),
        Passing::Value => Some(hygienic!(&mut #name)),
    }
}

/// The parameters, those marked `mut` that [`captured`] borrows exclusively.
fn parameters(function: &Function) -> TokenStream {
    let parameters = function.parameters.iter().map(|parameter| {
        let by_value = matches!(parameter.passing(), Passing::Value);
        let captured = function.is_async && captured(function, parameter).is_some();
        if by_value && captured { parameter.with_mut() } else { quote!(#parameter) }
    });
    hygienic!(#(#parameters),*)
}

fn operation(function: &Function, options: &Options) -> TokenStream {
    if let Some(name) = &options.name {
        return name.tokens.clone();
    }
    let name = function.name.to_string();
    let name = Literal::string(&format!("::{}", name.trim_start_matches("r#")));
    hygienic!(::core::concat!(::core::module_path!(), #name))
}

/// What stands before the use of the policy, and a reference to it.
fn policy(function: &Function, options: &Options, private: &Private) -> (TokenStream, TokenStream) {
    let generics = function.generic_names();
    match policy::source(options, &|word| generics.iter().any(|name| word == name)) {
        Source::Item(policy) => (
            hygienic!(const __REATTEMPT_POLICY: #private::Policy = #policy;),
            hygienic!(&__REATTEMPT_POLICY),
        ),
        Source::Inline(policy) => (TokenStream::new(), hygienic!(&const #policy)),
        Source::Expression(policy) => {
            let place = first_span(&policy).resolved_at(Span::mixed_site());
            let policy = if is_path(&policy) { policy } else { quote_spanned!(place=> (#policy)) };
            (TokenStream::new(), quote_spanned!(place=> &#policy))
        }
    }
}

/// A call of one of our functions about a type, with the type's place: what the compiler has to say
/// about the type it then says there, under the whole of it.
fn at_type(
    output: &TokenStream,
    private: &Private,
    method: (&str, &str),
    argument: (&str, &str),
) -> TokenStream {
    let first = first_span(output).resolved_at(Span::mixed_site());
    let last = output.clone().into_iter().last();
    let last = last.map_or(first, |token| token.span().resolved_at(Span::mixed_site()));
    let private = private.at(first);
    let (of, method) = (Ident::new(method.0, first), Ident::new(method.1, first));
    let marks = argument.0.chars().map(|mark| {
        let mut mark = Punct::new(mark, Spacing::Alone);
        mark.set_span(first);
        mark
    });
    let name = Ident::new(argument.1, last);
    let arguments = quote_spanned!(last=> (#(#marks)* #name));
    quote_spanned!(first=> #private::#of::#method #arguments)
}

/// A path is called as it stands, so that its argument coerces, as from `&Box<dyn Error>` to
/// `&dyn Error`. A closure goes through a function whose bound tells the type of its argument.
fn retryability(function: &Function, options: &Options, private: &Private) -> TokenStream {
    let Some(on) = &options.on else {
        let argument = ("&*", "__error");
        return at_type(&function.output, private, ("Retryable", "retryability"), argument);
    };
    let written = &on.tokens;
    let place = on.span().resolved_at(Span::mixed_site());
    let private = private.at(place);
    if is_closure(written) {
        quote_spanned!(place=> #private::classify(__error, #written))
    } else {
        let function = callable(written, place);
        quote_spanned!(place=> #private::Verdict::into_retryability(#function(__error)))
    }
}

/// An expression, ready to be called: a path as it is, another one in parentheses.
fn callable(expression: &TokenStream, place: Span) -> TokenStream {
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
