//! What an attempt came to, told to the engine.

use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream};
use quote::quote_spanned;

use crate::arguments::first_span;
use crate::expand::callable;
use crate::options::{On, Options};
use crate::policy::Private;
use crate::tokens::is_closure;
use crate::values::Value;

/// What is made of `__outcome`.
pub(crate) struct Judgement<'a> {
    /// Its type.
    pub(crate) output: &'a TokenStream,
    pub(crate) options: &'a Options,
    /// A reference to the operation.
    pub(crate) operation: &'a TokenStream,
    /// Whether that refers to a constant, and so may be made before anything has failed.
    pub(crate) is_constant: bool,
    /// The name of the operation.
    pub(crate) name: &'a TokenStream,
    pub(crate) private: &'a Private,
}

impl Judgement<'_> {
    /// `let __next = …;`, the wait before the next attempt if there is to be one. There is one `return`
    /// for all that ends the call, so that the outcome is made in the place where it is returned.
    ///
    /// Where the errors speak for themselves it is one call of a generic function, which is half the
    /// work for the compiler.
    pub(crate) fn tokens(&self) -> TokenStream {
        let &Judgement { options, operation, name, private, .. } = self;
        let is_by_the_error =
            options.on.is_none() && options.until.is_none() && options.context.is_none();
        if is_by_the_error && self.is_constant {
            let (outcome, description) = (self.outcome(), self.description());
            let arguments =
                quote_spanned!(self.last()=> (&mut __engine, #operation, #outcome, #description));
            let judged = self.call(&["judged"], &arguments);
            return hygienic!(let __next = #judged;);
        }
        let succeeded = hygienic!(#private::succeeded(&__engine, #name));
        let failed = self.failed();
        let outcome = self.outcome();
        let arguments = quote_spanned!(self.last()=> (#outcome));
        let Some(until) = &options.until else {
            let error = self.call(&["Outcome", "error"], &arguments);
            return hygienic! {
                let __next = match #error {
                    ::core::option::Option::Some(__error) => #failed,
                    ::core::option::Option::None => #succeeded,
                };
            };
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
        hygienic! {
            let __next = match #result {
                ::core::result::Result::Ok(__value) => {
                    let __done: ::core::primitive::bool = #done;
                    if __done {
                        #succeeded
                    } else {
                        #private::unsatisfied(&mut __engine, #operation)
                    }
                }
                ::core::result::Result::Err(__error) => #failed,
            };
        }
    }

    /// What is done with `__error`. What the body said about it beats anything else.
    fn failed(&self) -> TokenStream {
        let &Judgement { options, operation, private, .. } = self;
        let mut retryability = self.retryability();
        if options.context.is_some() {
            retryability = hygienic! {
                match __context.marked() {
                    ::core::option::Option::Some(__marked) => __marked,
                    ::core::option::Option::None => #retryability,
                }
            };
        }
        let description = self.description();
        hygienic! {
            #private::failed(
                &mut __engine,
                #operation,
                #retryability,
                #private::described(__error, #description),
            )
        }
    }

    /// A path is called as it stands, so that its argument coerces, as from `&Box<dyn Error>` to
    /// `&dyn Error`. A closure goes through a function whose bound tells the type of its argument.
    fn retryability(&self) -> TokenStream {
        let Some(on) = &self.options.on else {
            let error = self.reference("&*", "__error");
            let arguments = quote_spanned!(self.last()=> (#error));
            return self.call(&["Retryable", "retryability"], &arguments);
        };
        let written = &on.tokens;
        let place = on.span().resolved_at(Span::mixed_site());
        let private = self.private.at(place);
        match on.value {
            On::Pattern => hygienic! {
                match __error {
                    #written => #private::Retryability::transient(),
                    _ => #private::Retryability::permanent(),
                }
            },
            // A `bool` doesn't say that nothing was applied.
            On::Function if self.is_never_twice() && is_closure(written) => {
                quote_spanned!(place=> #private::classify_certain(__error, #written))
            }
            On::Function if self.is_never_twice() => {
                let function = callable(written, place);
                quote_spanned!(place=> #private::Certain::certain(#function(__error)))
            }
            On::Function if is_closure(written) => {
                quote_spanned!(place=> #private::classify(__error, #written))
            }
            On::Function => {
                let function = callable(written, place);
                quote_spanned!(place=> #private::Verdict::into_retryability(#function(__error)))
            }
        }
    }

    fn is_never_twice(&self) -> bool {
        let idempotent = self.options.idempotent.as_ref().map(|setting| &setting.value);
        matches!(idempotent, Some(Value::Literal(false)))
    }

    /// How the errors stand in a log.
    fn description(&self) -> TokenStream {
        let outcome = self.outcome();
        let arguments = quote_spanned!(self.last()=> (#outcome));
        let description = self.call(&["Description", "of"], &arguments);
        hygienic!(#description.__reattempt_describe())
    }

    fn outcome(&self) -> TokenStream {
        self.reference("&", "__outcome")
    }

    /// A call of one of our functions about the type, with the type's place: what the compiler has to
    /// say about the type it then says there, under the whole of it.
    fn call(&self, path: &[&str], arguments: &TokenStream) -> TokenStream {
        let first = self.first();
        let private = self.private.at(first);
        let path = path.iter().map(|name| Ident::new(name, first));
        quote_spanned!(first=> #private #(::#path)* #arguments)
    }

    /// A reference to a variable of ours, with the type's place too.
    fn reference(&self, marks: &str, variable: &str) -> TokenStream {
        let (first, last) = (self.first(), self.last());
        let marks = marks.chars().map(|mark| {
            let mut mark = Punct::new(mark, Spacing::Alone);
            mark.set_span(first);
            mark
        });
        let variable = Ident::new(variable, last);
        quote_spanned!(first=> #(#marks)* #variable)
    }

    fn first(&self) -> Span {
        first_span(self.output).resolved_at(Span::mixed_site())
    }

    fn last(&self) -> Span {
        let last = self.output.clone().into_iter().last();
        last.map_or(self.first(), |token| token.span().resolved_at(Span::mixed_site()))
    }
}
