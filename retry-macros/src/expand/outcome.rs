//! What is done with what an attempt came to.

use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

use super::path::RuntimePath;
use crate::model::{On, Options, Setting};
use crate::plan::Plan;
use crate::tokens::{Angles, Tokens, callable, compares, is_closure, is_punct, takes_trait_object};

/// What is done with `__outcome`.
pub(crate) struct OutcomeCheck<'a> {
    /// Where its type is.
    pub(crate) spans: OutputSpans,
    pub(crate) options: &'a Options,
    pub(crate) plan: &'a Plan,
    pub(crate) runtime: &'a RuntimePath,
}

impl OutcomeCheck<'_> {
    /// Which of two methods of the state checks it, the one for errors that classify themselves or the one that
    /// asks `on`, and what is asked.
    pub(crate) fn method(&self, [by_itself, by_on]: [&str; 2]) -> (Ident, Option<TokenStream>) {
        let Some(on) = &self.options.on else {
            return (Ident::new(by_itself, self.spans.error), None);
        };
        let asked = if self.options.is_never_twice() {
            let retryability = self.retryability();
            hygienic!(|__error| #retryability)
        } else {
            self.asked(on)
        };
        (Ident::new(by_on, self.spans.error), Some(hygienic!(on { #asked })))
    }

    /// An expression for whether the call ends, as the part `decide` of `call!`.
    ///
    /// `operation`: a reference to an `Operation` of the runtime. `name`: what it is called, for where nothing
    /// has failed.
    pub(crate) fn decision(&self, operation: &TokenStream, name: &TokenStream) -> TokenStream {
        let runtime = self.runtime;
        let succeeded = hygienic!(#runtime::RetryLoop::succeeded(&__state, #name));
        let method = Ident::new("__reattempt_failed", self.spans.error);
        // Once, because two closures in it would have two types. It is handed the outcome itself, which tells
        // what an `impl Trait` in its type is.
        let failed = hygienic!((&mut __state).#method(#operation, __retryability, &__outcome));
        let failure = self.failure();
        hygienic!(decide {
            match #failure {
                ::core::option::Option::Some(__retryability) => #failed,
                ::core::option::Option::None => #succeeded,
            }
        })
    }

    /// What is wrong with the outcome: nothing, or what its error says, or that its value does not satisfy
    /// `until`. As an `Option<Option<Retryability>>`.
    fn failure(&self) -> TokenStream {
        let &OutcomeCheck { options, runtime, .. } = self;
        let mut retryability = self.retryability();
        // What the body said about it counts for more than anything else.
        if options.context.is_some() {
            retryability = hygienic! {
                match #runtime::Context::marked(&__context) {
                    ::core::option::Option::Some(__marked) => __marked,
                    ::core::option::Option::None => #retryability,
                }
            };
        }
        let failed = hygienic! {
            ::core::option::Option::Some(::core::option::Option::Some(#retryability))
        };
        let outcome = self.reference("&", "__outcome");
        let arguments = quote_spanned!(self.spans.last=> (#outcome));
        let Some(until) = &options.until else {
            let error = self.call(&["Outcome", "error"], &arguments);
            return hygienic! {
                match #error {
                    ::core::option::Option::Some(__error) => #failed,
                    ::core::option::Option::None => ::core::option::Option::None,
                }
            };
        };
        let result = self.call(&["Outcome", "result"], &arguments);
        let place = until.span().resolved_at(Span::mixed_site());
        let done = if is_closure(&until.tokens) {
            let (runtime, closure) = (runtime.at(place), &until.tokens);
            quote_spanned!(place=> #runtime::call_until(__value, #closure))
        } else {
            let function = callable(&until.tokens, place);
            quote_spanned!(place=> #function(__value))
        };
        hygienic! {
            match #result {
                ::core::result::Result::Ok(__value) => {
                    let __done: ::core::primitive::bool = #done;
                    if __done {
                        ::core::option::Option::None
                    } else {
                        ::core::option::Option::Some(::core::option::Option::None)
                    }
                }
                ::core::result::Result::Err(__error) => #failed,
            }
        }
    }

    /// What there is to know about `__error`.
    fn retryability(&self) -> TokenStream {
        let Some(on) = &self.options.on else {
            let error = self.reference("&*", "__error");
            let arguments = quote_spanned!(self.spans.last=> (#error));
            return self.call(&["Retryable", "retryability"], &arguments);
        };
        let place = on.span().resolved_at(Span::mixed_site());
        let (runtime, asked) = (self.runtime.at(place), self.asked(on));
        if self.options.is_never_twice() {
            // A `bool` doesn't say that nothing was applied.
            quote_spanned!(place=> #runtime::classify_not_applied(__error, #asked))
        } else {
            quote_spanned!(place=> #runtime::classify(__error, #asked))
        }
    }

    /// A closure that is asked about an error: the user's own as it stands. A function is called in one of ours, so
    /// that its argument coerces, as from `&io::Error` to `&dyn Error`. A function that takes
    /// `&dyn Error` is handed the error in a box or a report: see `lend.rs` of the runtime.
    fn asked(&self, on: &Setting<On>) -> TokenStream {
        let written = &on.tokens;
        let place = on.span().resolved_at(Span::mixed_site());
        match on.value {
            On::Pattern => {
                // A constant or a text is compared with the error itself: those look through no reference. What a
                // pattern binds must not be moved out of the error.
                let error =
                    if compares(written) { hygienic!(*__error) } else { hygienic!(__error) };
                hygienic! {
                    |__error| match #error {
                        #written => true,
                        _ => false,
                    }
                }
            }
            On::Function if self.plan.may_lend_error => self.lent(written, place),
            On::Function if is_closure(written) && !takes_trait_object(written) => {
                written.to_token_stream()
            }
            On::Function => {
                let function = callable(written, place);
                quote_spanned!(place=> |__error| #function(__error))
            }
        }
    }

    /// A function that may take `&dyn Error` is handed the error in a box. It is named once, because a generic one is
    /// another each time.
    fn lent(&self, function: &Tokens, place: Span) -> TokenStream {
        let runtime = self.runtime.at(place);
        quote_spanned! {place=>
            |__error| {
                use #runtime::{LendContent as _, LendForCoercion as _, LendItself as _};
                let __on = &#function;
                let __error = (&&&#runtime::Lender::new(__on, __error)).__reattempt_lend();
                (*__on)(__error)
            }
        }
    }

    /// A call of one of our functions about the type, with the type's place: what the compiler has to
    /// say about the type it then says there, under the whole of it.
    fn call(&self, path: &[&str], arguments: &TokenStream) -> TokenStream {
        let first = self.spans.first;
        let runtime = self.runtime.at(first);
        let path = path.iter().map(|name| Ident::new(name, first));
        quote_spanned!(first=> #runtime #(::#path)* #arguments)
    }

    /// A reference to a variable of ours, with the type's place too.
    fn reference(&self, marks: &str, variable: &str) -> TokenStream {
        let (first, last) = (self.spans.first, self.spans.last);
        let marks = marks.chars().map(|mark| {
            let mut mark = Punct::new(mark, Spacing::Alone);
            mark.set_span(first);
            mark
        });
        let variable = Ident::new(variable, last);
        quote_spanned!(first=> #(#marks)* #variable)
    }
}

/// Where the compiler shows what it has to say about the type of an outcome.
#[derive(Clone, Copy)]
pub(crate) struct OutputSpans {
    first: Span,
    last: Span,
    /// Of the type's last argument, if it has more than one: of the error's type, as far as one can see.
    error: Span,
}

impl OutputSpans {
    pub(crate) fn of(output: &[TokenTree]) -> OutputSpans {
        let mut angles = Angles::default();
        let mut after_comma = false;
        let mut spans: Option<OutputSpans> = None;
        for token in output {
            let span = token.span().resolved_at(Span::mixed_site());
            let spans = spans.get_or_insert(OutputSpans { first: span, last: span, error: span });
            spans.last = span;
            if after_comma {
                spans.error = span;
            }
            angles.pass(token);
            after_comma = angles.depth == 1 && is_punct(token, ',');
        }
        let nowhere = Span::mixed_site();
        spans.unwrap_or(OutputSpans { first: nowhere, last: nowhere, error: nowhere })
    }
}
