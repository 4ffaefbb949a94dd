//! What is done with what an attempt came to.

use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

use super::classifier::classifier;
use super::path::RuntimePath;
use super::site::Site;
use crate::model::{On, Options, Setting};
use crate::plan::Plan;
use crate::tokens::{Angles, callable, compares, is_closure, is_punct};

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
    /// has failed, and `log`, how loud it is.
    pub(crate) fn decision(&self, site: &Site<'_>) -> TokenStream {
        let runtime = self.runtime;
        let (operation, name, log) = (site.operation(), site.name(), site.log());
        let ((began_at, _), clock) = (site.moments(), site.clock());
        // What has to be evaluated for them is evaluated only where something has failed.
        let mut succeeded = hygienic! {
            !#runtime::more::is_told_of_success(&__state)
                || #runtime::more::succeeded(&__state, #name, #log, #began_at, #clock)
        };
        if self.options.brake.is_some() {
            let operation = site.operation_when_cancelled();
            succeeded = hygienic!({
                if #runtime::more::has_failed(&__state) {
                    #runtime::more::release(#operation);
                }
                #succeeded
            });
        }
        if let Some(budget) = site.budget() {
            succeeded = hygienic!({
                #runtime::more::deposit(#budget);
                #succeeded
            });
        }
        let method = Ident::new("__reattempt_failed", self.spans.error);
        let outcome = self.outcome();
        // Once, because two closures in it would have two types. It is handed the outcome itself, which tells
        // what an `impl Trait` in its type is.
        let is_worth_asking = hygienic!(#runtime::more::is_worth_asking(&__retryability));
        let is_cancelled = site.is_cancelled(&is_worth_asking);
        let failed = hygienic!({
            #is_cancelled
            (&mut __state).#method(#operation, __retryability, #outcome)
        });
        let failure = self.failure();
        let mut decision = hygienic! {
            match #failure {
                ::core::option::Option::Some(__retryability) => #failed,
                ::core::option::Option::None => #succeeded,
            }
        };
        if self.plan.cuts_off {
            let is_cancelled = site.is_cancelled(&hygienic!(true));
            decision = hygienic! {
                match __outcome {
                    ::core::result::Result::Ok(ref __outcome) => #decision,
                    ::core::result::Result::Err(ref __timed_out) => {
                        #is_cancelled
                        #runtime::more::cut_off(&mut __state, #operation, __timed_out)
                    }
                }
            };
        }
        let Some(on_retry) = self.on_retry(site) else {
            return hygienic!(decide { #decision });
        };
        hygienic!(decide {{
            let __ends: ::core::primitive::bool = #decision;
            #on_retry
            __ends
        }})
    }

    /// Statements that tell `on_retry`, behind the decision.
    fn on_retry(&self, site: &Site<'_>) -> Option<TokenStream> {
        let on_retry = self.options.on_retry.as_ref()?;
        let (clock, name) = (site.clock(), site.name());
        let place = on_retry.span().resolved_at(Span::mixed_site());
        let (runtime, hook) = (self.runtime.at(place), function(on_retry, &["__event"]));
        let told = self.with_error(&quote_spanned! {place=>
            #runtime::more::call_on_retry(
                &#runtime::more::retrying(&__state, #name, __began_at, #clock, __error),
                #hook,
            );
        });
        Some(hygienic!(if !__ends { #told }))
    }

    /// Statements about `__error`, if there is one.
    fn with_error(&self, told: &TokenStream) -> TokenStream {
        let runtime = self.runtime;
        let find = if self.plan.cuts_off {
            let made = self.made_of_time_out(&hygienic!(*__timed_out));
            hygienic! {
                let __made;
                let __error = match __outcome {
                    ::core::result::Result::Ok(ref __outcome) => #runtime::Outcome::error(__outcome),
                    ::core::result::Result::Err(ref __timed_out) => {
                        __made = #made;
                        ::core::option::Option::Some(&__made)
                    }
                };
            }
        } else {
            hygienic!(let __error = #runtime::Outcome::error(&__outcome);)
        };
        hygienic! {
            #find
            if let ::core::option::Option::Some(__error) = __error { #told }
        }
    }

    /// The error that an attempt becomes that was cut off.
    fn made_of_time_out(&self, timed_out: &TokenStream) -> TokenStream {
        let Some(timed_out_by) = &self.options.timed_out else {
            let runtime = self.runtime.at(self.spans.error);
            return quote_spanned!(self.spans.error=> #runtime::more::from_timed_out(#timed_out));
        };
        let place = timed_out_by.span().resolved_at(Span::mixed_site());
        let (runtime, function) =
            (self.runtime.at(place), function(timed_out_by, &["__timed_out"]));
        quote_spanned!(place=> #runtime::more::call_timed_out(#timed_out, #function))
    }

    /// What is returned: the outcome, with what the caller is told put into it. `on_give_up` is told of the error that
    /// the call ends with, before `map_err` makes another one of it.
    pub(crate) fn finish(&self, site: &Site<'_>) -> Option<TokenStream> {
        let runtime = self.runtime;
        let mut outcome = hygienic!(__outcome);
        if self.plan.cuts_off {
            let made = self.made_of_time_out(&hygienic!(__timed_out));
            outcome = hygienic!(#runtime::more::settle(#outcome, |__timed_out| #made));
        }
        if !self.options.tells_end() {
            return self.plan.cuts_off.then_some(outcome);
        }
        let mut told = outcome.clone();
        if let Some(otherwise) = &self.options.otherwise {
            let place = otherwise.span().resolved_at(Span::mixed_site());
            let (runtime, function) = (runtime.at(place), function(otherwise, &["__value"]));
            told = quote_spanned!(place=> #runtime::more::otherwise(#told, #function));
        }
        let clock = site.clock();
        let call = hygienic!(#runtime::more::gave_up(&__record, __began_at, #clock));
        if let Some(on_give_up) = &self.options.on_give_up {
            let place = on_give_up.span().resolved_at(Span::mixed_site());
            let (runtime, hook) = (runtime.at(place), function(on_give_up, &["__event"]));
            let name = site.name();
            told =
                quote_spanned!(place=> #runtime::more::call_on_give_up(#told, #name, #call, #hook));
            let answer = quote_spanned!(place=> #runtime::more::answer(__answer););
            told = hygienic!({
                let (__outcome, __answer) = #told;
                if let ::core::option::Option::Some(__answer) = __answer { #answer }
                __outcome
            });
        }
        if let Some(map_err) = &self.options.map_err {
            let place = map_err.span().resolved_at(Span::mixed_site());
            let (runtime, function) =
                (runtime.at(place), function(map_err, &["__error", "__call"]));
            told = quote_spanned!(place=> #runtime::more::map_err(#told, &#call, #function));
        }
        Some(hygienic! {
            if #runtime::more::Record::is_given_up(&__record) { #told } else { #outcome }
        })
    }

    /// What is kept of a failed attempt while the call waits, if it may end then: the error, or the outcome where
    /// a value may not have been good enough.
    pub(crate) fn keep(&self) -> Option<TokenStream> {
        let runtime = self.runtime;
        self.options.may_end_waiting().then(|| {
            if self.options.until.is_some() {
                hygienic!(__outcome)
            } else if self.plan.cuts_off {
                hygienic!(::core::result::Result::map(__outcome, #runtime::more::error_of))
            } else {
                hygienic!(#runtime::more::error_of(__outcome))
            }
        })
    }

    /// What follows if the wait, an expression for why the call ends with it, says so.
    pub(crate) fn ended_waiting(&self, site: &Site<'_>, reason: &TokenStream) -> TokenStream {
        let runtime = self.runtime;
        let operation = site.operation_when_cancelled();
        let restored = if self.options.until.is_some() {
            hygienic!(__kept)
        } else if self.plan.cuts_off {
            hygienic! {
                ::core::result::Result::map(__kept, |__error| #runtime::more::failing(&__state, __error))
            }
        } else {
            hygienic!(#runtime::more::failing(&__state, __kept))
        };
        let told = hygienic!((&__state).__reattempt_ended_waiting(#operation, __outcome, __reason));
        let told = if self.plan.cuts_off {
            hygienic! {
                match __outcome {
                    ::core::result::Result::Ok(ref __outcome) => #told,
                    ::core::result::Result::Err(ref __timed_out) => {
                        #runtime::more::ended_waiting_after(&__state, #operation, __timed_out, __reason);
                    }
                }
            }
        } else {
            hygienic!({
                let __outcome = &__outcome;
                #told;
            })
        };
        let finish = self.finish(site).unwrap_or_else(|| hygienic!(__outcome));
        hygienic! {
            if let ::core::option::Option::Some(__reason) = #reason {
                let __outcome = #restored;
                #told
                return #finish;
            }
        }
    }

    /// A reference to the outcome, as a method of the state is handed it.
    fn outcome(&self) -> TokenStream {
        if self.plan.cuts_off { hygienic!(__outcome) } else { hygienic!(&__outcome) }
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
        // Of one that may have been cut off it is a reference already.
        let marks = if self.plan.cuts_off { "&*" } else { "&" };
        let outcome = self.reference(marks, "__outcome");
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
        let at_place = runtime.at(place);
        let rejected = quote_spanned!(place=> #at_place::more::rejected(#done));
        hygienic! {
            match #result {
                ::core::result::Result::Ok(__value) => {
                    ::core::option::Option::map(#rejected, ::core::option::Option::Some)
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

    /// A closure that is asked about an error.
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
            On::Function => classifier(written, place, self.runtime, self.plan.may_lend_error),
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

/// A function of the user's as one that may be called in a loop: a closure as it stands, and another one in a closure of
/// ours, because the value that a path names would be moved.
fn function(setting: &Setting<()>, arguments: &[&str]) -> TokenStream {
    if is_closure(&setting.tokens) {
        return setting.tokens.to_token_stream();
    }
    let place = setting.span().resolved_at(Span::mixed_site());
    let arguments: Vec<_> = arguments.iter().map(|name| Ident::new(name, place)).collect();
    let function = callable(&setting.tokens, place);
    quote_spanned!(place=> |#(#arguments),*| #function(#(#arguments),*))
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
