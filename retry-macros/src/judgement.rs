//! What an attempt came to, told to the engine.

use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

use crate::expand::callable;
use crate::options::{On, Options, Setting};
use crate::policy::Private;
use crate::tokens::{Angles, is_closure, is_punct};
use crate::values::Value;

/// What is made of `__outcome`.
pub(crate) struct Judgement<'a> {
    /// Where its type is.
    pub(crate) place: Place,
    pub(crate) options: &'a Options,
    pub(crate) private: &'a Private,
}

impl Judgement<'_> {
    /// Which of two methods judges at a site, by itself or with `on`, as the parts of `call!` for it: its name, and
    /// what is asked.
    pub(crate) fn at_site(&self, [alone, by]: [&str; 2]) -> (Ident, Option<TokenStream>) {
        let Some(on) = &self.options.on else { return (Ident::new(alone, self.place.error), None) };
        let asked = if self.is_never_twice() {
            let retryability = self.retryability();
            hygienic!(|__error| #retryability)
        } else {
            asked(on)
        };
        (Ident::new(by, self.place.error), Some(hygienic!(on { #asked })))
    }

    /// As the part of `call!` for any other.
    ///
    /// `operation`: a reference to an `Operation` of the runtime.
    pub(crate) fn of_operation(&self, operation: &TokenStream, name: &TokenStream) -> TokenStream {
        let &Judgement { options, private, .. } = self;
        let succeeded = hygienic!(#private::Attempts::succeeded(&__attempts, #name));
        let failed = self.failed(operation);
        let outcome = self.reference("&", "__outcome");
        let arguments = quote_spanned!(self.place.last=> (#outcome));
        let Some(until) = &options.until else {
            let error = self.call(&["Outcome", "error"], &arguments);
            return hygienic!(judgement {
                match #error {
                    ::core::option::Option::Some(__error) => #failed,
                    ::core::option::Option::None => #succeeded,
                }
            });
        };
        let result = self.call(&["Outcome", "result"], &arguments);
        let place = until.span().resolved_at(Span::mixed_site());
        let done = if is_closure(&until.tokens) {
            let (private, closure) = (private.at(place), &until.tokens);
            quote_spanned!(place=> #private::is_done(__value, #closure))
        } else {
            let function = callable(&until.tokens, place);
            quote_spanned!(place=> #function(__value))
        };
        hygienic!(judgement {
            match #result {
                ::core::result::Result::Ok(__value) => {
                    let __done: ::core::primitive::bool = #done;
                    if __done {
                        #succeeded
                    } else {
                        #private::Attempts::unsatisfied(&mut __attempts, #operation)
                    }
                }
                ::core::result::Result::Err(__error) => #failed,
            }
        })
    }

    /// What is done with `__error`. What the body said about it beats anything else.
    fn failed(&self, operation: &TokenStream) -> TokenStream {
        let &Judgement { options, .. } = self;
        let mut retryability = self.retryability();
        if options.context.is_some() {
            retryability = hygienic! {
                match __context.marked() {
                    ::core::option::Option::Some(__marked) => __marked,
                    ::core::option::Option::None => #retryability,
                }
            };
        }
        let method = Ident::new("failed", self.place.error);
        // The outcome itself, which tells what an `impl Trait` in its type is.
        hygienic!((&mut __attempts).#method(#operation, #retryability, &__outcome))
    }

    /// What there is to know about `__error`.
    fn retryability(&self) -> TokenStream {
        let Some(on) = &self.options.on else {
            let error = self.reference("&*", "__error");
            let arguments = quote_spanned!(self.place.last=> (#error));
            return self.call(&["Retryable", "retryability"], &arguments);
        };
        let place = on.span().resolved_at(Span::mixed_site());
        let (private, asked) = (self.private.at(place), asked(on));
        if self.is_never_twice() {
            // A `bool` doesn't say that nothing was applied.
            quote_spanned!(place=> #private::classify_certain(__error, #asked))
        } else {
            quote_spanned!(place=> #private::classify(__error, #asked))
        }
    }

    fn is_never_twice(&self) -> bool {
        let idempotent = self.options.idempotent.as_ref().map(|setting| &setting.value);
        matches!(idempotent, Some(Value::Literal(false)))
    }

    /// A call of one of our functions about the type, with the type's place: what the compiler has to
    /// say about the type it then says there, under the whole of it.
    fn call(&self, path: &[&str], arguments: &TokenStream) -> TokenStream {
        let first = self.place.first;
        let private = self.private.at(first);
        let path = path.iter().map(|name| Ident::new(name, first));
        quote_spanned!(first=> #private #(::#path)* #arguments)
    }

    /// A reference to a variable of ours, with the type's place too.
    fn reference(&self, marks: &str, variable: &str) -> TokenStream {
        let (first, last) = (self.place.first, self.place.last);
        let marks = marks.chars().map(|mark| {
            let mut mark = Punct::new(mark, Spacing::Alone);
            mark.set_span(first);
            mark
        });
        let variable = Ident::new(variable, last);
        quote_spanned!(first=> #(#marks)* #variable)
    }
}

/// A closure that is asked about an error: the user's own as it stands. A path is called in one of ours, so
/// that its argument coerces, as from `&Box<dyn Error>` to `&dyn Error`.
fn asked(on: &Setting<On>) -> TokenStream {
    let written = &on.tokens;
    match on.value {
        On::Pattern => hygienic! {
            |__error| match __error {
                #written => true,
                _ => false,
            }
        },
        On::Function if is_closure(written) => written.to_token_stream(),
        On::Function => {
            let place = on.span().resolved_at(Span::mixed_site());
            let function = callable(written, place);
            quote_spanned!(place=> |__error| #function(__error))
        }
    }
}

/// Where the compiler shows what it has to say about the type of an outcome.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    first: Span,
    last: Span,
    /// Of the type's last argument, if it has more than one: of the error's type, as far as one can see.
    error: Span,
}

impl Place {
    pub(crate) fn of(output: &[TokenTree]) -> Place {
        let mut angles = Angles::default();
        let mut after_comma = false;
        let mut place: Option<Place> = None;
        for token in output {
            let span = token.span().resolved_at(Span::mixed_site());
            let place = place.get_or_insert(Place { first: span, last: span, error: span });
            place.last = span;
            if after_comma {
                place.error = span;
            }
            angles.pass(token);
            after_comma = angles.depth == 1 && is_punct(token, ',');
        }
        let nowhere = Span::mixed_site();
        place.unwrap_or(Place { first: nowhere, last: nowhere, error: nowhere })
    }
}
