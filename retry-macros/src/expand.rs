//! A function and its options → the same function with a loop around its body.

use proc_macro2::{Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use crate::arguments::first_span;
use crate::function::Function;
use crate::options::Options;
use crate::policy::{self, Private, Source};

/// What every expansion may trip in the user's lints. The body is inside, so nothing stands here
/// that could be about it alone.
fn lints() -> TokenStream {
    hygienic!(#[allow(clippy::needless_return, clippy::never_loop, unused_parens)])
}

/// ```text
/// fn f(args) -> R { body }
/// ```
/// →
/// ```text
/// fn f(args) -> R {
///     const __REATTEMPT_OPERATION: &str = concat!(module_path!(), "::f");
///     let mut engine = Engine::start();
///     loop {
///         let delay = {
///             let outcome = (|| -> R { body })();
///             let Some(error) = Outcome::error(&outcome) else {
///                 succeeded(&engine, __REATTEMPT_OPERATION);
///                 return outcome;
///             };
///             let retryability = Retryable::retryability(error);
///             const __REATTEMPT_POLICY: Policy = …;
///             let operation = Operation { name, policy: &__REATTEMPT_POLICY, clock };
///             match failed(&mut engine, &operation, retryability, error.describe()) {
///                 Some(delay) => delay,
///                 None => return outcome,
///             }
///         };
///         sleep_blocking(delay);
///     };
/// }
/// ```
///
/// The attempt has a scope of its own, so that its outcome is gone when the wait begins: a future
/// doesn't store it, and is `Send` though the error is not.
pub(crate) fn expand(function: &Function, options: &Options) -> TokenStream {
    let private = Private::of(options);
    let (inner_attributes, body) = function.split_inner_attributes();
    let operation = operation(function, options);
    let attempt = attempt(function, &body);
    let error = at_type(&function.output, &private, ("Outcome", "error"), ("&", "outcome"));
    let retryability = retryability(function, options, &private);
    let (policy_item, policy) = match policy::source(options, &mentions(function)) {
        Source::Item(policy) => (
            hygienic!(const __REATTEMPT_POLICY: #private::Policy = #policy;),
            hygienic!(&__REATTEMPT_POLICY),
        ),
        Source::Inline(policy) => (TokenStream::new(), hygienic!(&const { #policy })),
        Source::Expression(policy) => {
            let place = first_span(&policy).resolved_at(Span::mixed_site());
            (TokenStream::new(), quote_spanned!(place=> &(#policy)))
        }
    };
    let clock = if function.is_async { hygienic!(Async) } else { hygienic!(Blocking) };
    let sleep = sleep(function, options, &private);
    let lints = lints();
    let body = hygienic!({
        const __REATTEMPT_OPERATION: &::core::primitive::str = #operation;
        let mut engine = #private::Engine::start();
        #lints
        loop {
            let delay = {
                #attempt
                let ::core::option::Option::Some(error) = #error else {
                    #private::succeeded(&engine, __REATTEMPT_OPERATION);
                    return outcome;
                };
                let retryability = #retryability;
                #policy_item
                let operation = #private::Operation {
                    name: __REATTEMPT_OPERATION,
                    policy: #policy,
                    clock: #private::Clock::#clock,
                };
                let next = {
                    use #private::{DescribeByDisplay as _, DescribeByName as _};
                    #private::failed(
                        &mut engine,
                        &operation,
                        retryability,
                        (&#private::Described(error)).describe(),
                    )
                };
                match next {
                    ::core::option::Option::Some(delay) => delay,
                    ::core::option::Option::None => return outcome,
                }
            };
            #sleep
        };
    });
    function.rebuild(&inner_attributes, &body)
}

/// The body, called once.
///
/// Sync, a closure: it takes `?` and `return` as the end of the attempt, not of the function.
///
/// Async, an `async` block. On its own it would lose the return type, which makes `?` convert and
/// boxes coerce; a `return` of that type, never taken, gives it back.
fn attempt(function: &Function, body: &proc_macro2::Group) -> TokenStream {
    let output = function.output_without_impl();
    if function.is_async {
        hygienic! {
            let outcome: #output = async {
                #[allow(
                    clippy::diverging_sub_expression,
                    clippy::empty_loop,
                    unreachable_code,
                    unused_variables
                )]
                if false {
                    let outcome: #output = loop {};
                    return outcome;
                }
                #body
            }
            .await;
        }
    } else {
        hygienic!(let outcome = (|| -> #output #body)();)
    }
}

fn operation(function: &Function, options: &Options) -> TokenStream {
    if let Some(name) = &options.name {
        return name.tokens.clone();
    }
    let name = function.name.to_string();
    let name = Literal::string(&format!("::{}", name.trim_start_matches("r#")));
    hygienic!(::core::concat!(::core::module_path!(), #name))
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
        return at_type(&function.output, private, ("Retryable", "retryability"), ("&*", "error"));
    };
    let written = &on.tokens;
    let place = on.span().resolved_at(Span::mixed_site());
    let private = private.at(place);
    if is_closure(written) {
        quote_spanned!(place=> #private::classify(error, #written))
    } else {
        quote_spanned!(place=> #private::Verdict::into_retryability((#written)(error)))
    }
}

fn is_closure(tokens: &TokenStream) -> bool {
    match tokens.clone().into_iter().next() {
        Some(TokenTree::Punct(bar)) => bar.as_char() == '|',
        Some(TokenTree::Ident(word)) => word == "move",
        _ => false,
    }
}

fn sleep(function: &Function, options: &Options, private: &Private) -> TokenStream {
    // A missing timer is blamed on the attribute, which is where one can be given.
    match (&options.sleep, function.is_async) {
        (None, true) => hygienic!(#private::sleep(delay).await;),
        (None, false) => hygienic!(#private::sleep_blocking(delay);),
        (Some(sleep), is_async) => {
            let written = &sleep.tokens;
            let place = sleep.span().resolved_at(Span::mixed_site());
            let private = private.at(place);
            if is_async {
                quote_spanned!(place=> #private::pause((#written)(delay)).await;)
            } else {
                quote_spanned!(place=> #private::slept((#written)(delay));)
            }
        }
    }
}

/// Names that a constant inside the function can't know.
fn mentions(function: &Function) -> Vec<&str> {
    let generics = function.generics.iter().map(String::as_str);
    generics.chain(["Self"]).collect()
}
