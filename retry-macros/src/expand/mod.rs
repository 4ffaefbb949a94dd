//! Writes down a plan: the same function, with its body made again and again.

mod arguments;
mod around;
pub(crate) mod classifier;
pub(crate) mod docs;
pub(crate) mod outcome;
mod output;
pub(crate) mod path;
pub(crate) mod policy;
mod registered;
mod scripted;
pub(crate) mod site;
mod wait;

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::quote_spanned;

use self::outcome::{OutcomeCheck, OutputSpans};
use self::output::Output;
use self::site::Site;
use crate::model::Options;
use crate::plan::{Body, Form, Inside, Plan};
use crate::syntax::function::Function;
use crate::syntax::returned_future::ReturnedFuture;

/// ```text
/// fn f(args) -> R { body }
/// ```
/// →
/// ```text
/// fn f(args) -> R {
///     run! { __reattempt_run here "max_attempts=5; " "::f"; R; closure || { body } }
/// }
/// ```
///
/// The runtime's macros `run!`, `call!` and `call_more!` do the rest, so that nothing has to be put together here but what is this
/// function's own.
pub(crate) fn expand(
    function: &Function,
    future: Option<&ReturnedFuture>,
    mut options: Options,
) -> TokenStream {
    let docs = docs::attributes(function, &options);
    let Some(future) = future else {
        let plan = Plan::new(function, &options);
        let output = Output { function, options: &options, plan: &plan };
        let (inner_attributes, body) = output.body();
        let rebound = if function.is_async { TokenStream::new() } else { output.rebound() };
        let body = hygienic!(#rebound #body);
        let attributes = hygienic!(#inner_attributes #docs);
        return function.rebuild(&attributes, output.parameters(), body);
    };
    // A future that the body makes: the loop goes inside.
    if let Some(receiver) = &future.receiver {
        options.rename_self(receiver);
    }
    let inside = future.as_function(function);
    let plan = Plan::new(&inside, &options);
    let output = Output { function: &inside, options: &options, plan: &plan };
    let (_, body) = output.body();
    let (rebound, used) = (output.rebound(), output.used_mut());
    let body = hygienic!(#used #rebound #body);
    function.rebuild(&docs, output.parameters(), future.replace(body))
}

/// ```text
/// attempt!(max_attempts = 5, async { body })
/// ```
/// →
/// ```text
/// async { call_more! { … } }
/// ```
///
/// `moves`: the word `move`, if it was given.
pub(crate) fn attempt(
    function: &Function,
    options: &Options,
    moves: Option<&Ident>,
) -> TokenStream {
    let plan = Plan::new(function, options);
    let output = Output { function, options, plan: &plan };
    let (_, body) = output.body();
    let runtime = output.runtime();
    if function.is_async {
        hygienic!(async #moves { #body })
    } else {
        hygienic!(#runtime::more::call_once(|| { #body }))
    }
}

impl Output<'_> {
    /// What takes the place of the body, and the attributes that stood in it.
    fn body(&self) -> (TokenStream, TokenStream) {
        let runtime = &self.runtime();
        let returned = self.function.output_without_impl();
        let site =
            Site { function: self.function, options: self.options, plan: self.plan, runtime };
        let outcome_check = OutcomeCheck {
            spans: OutputSpans::of(&returned),
            options: self.options,
            plan: self.plan,
            runtime,
        };
        let registered = site.registered();
        let (inner_attributes, attempt) = self.attempt(&site);
        let check = match &self.plan.form {
            Form::OneCall { settings } => {
                let (run, on) = outcome_check.method(["__reattempt_run", "__reattempt_run_by"]);
                let site = site.text(settings);
                let body =
                    hygienic!(#registered #runtime::run! { #run #site #on; #returned; #attempt });
                return (inner_attributes, body);
            }
            Form::CheckText { settings } => {
                let (should_return, on) = outcome_check.method(SHOULD_RETURN);
                let site = site.text(settings);
                hygienic!(check #should_return #site #on)
            }
            Form::CheckTimed { settings } => {
                let (should_return, on) = outcome_check.method(SHOULD_RETURN);
                let text = site.whole_text(settings);
                let site =
                    hygienic!(#runtime::more::TimedText { text: #text, began_at: __began_at });
                hygienic!(check #should_return site { #site } #on)
            }
            Form::CheckConstant => {
                let (should_return, on) = outcome_check.method(SHOULD_RETURN);
                let operation = site.constant_operation();
                hygienic!(check #should_return site { #operation } #on)
            }
            Form::Decide => outcome_check.decision(&site),
        };
        let kept = site.kept();
        let beginning = site.beginning();
        let before = (kept.is_some() || !beginning.is_empty())
            .then(|| hygienic!(before { #kept #beginning }));
        let begins = site.attempt_begins();
        let begins = (!begins.is_empty()).then(|| hygienic!(begin { #begins }));
        let finish = outcome_check.finish(&site).map(|finish| hygienic!(finish { #finish }));
        let keep = outcome_check.keep().map(|keep| hygienic!(keep __kept { #keep }));
        let context = self.options.context.as_ref().map(|_| {
            let (is_async, limits) = (self.function.is_async, site.attempt_limits());
            hygienic!(context __context #is_async { #limits })
        });
        let wait = self.wait(&site, &outcome_check);
        // The type of an attempt may be known from its body only.
        let tie = self.function.is_attempt.then(|| {
            if self.plan.cuts_off { hygienic!(tie of_limited) } else { hygienic!(tie of) }
        });
        if !self.plan.asks_for_more(self.function) {
            let body = hygienic! {
                #registered
                #runtime::call! { __state __outcome: #returned; #attempt #check #wait }
            };
            return (inner_attributes, body);
        }
        let body = hygienic! {
            #registered
            #runtime::call_more! {
                __state __outcome: #returned; #tie #before #context #begins #attempt #check #finish #keep #wait
            }
        };
        (inner_attributes, body)
    }

    /// The body, as one of the three parts of `call!` for it, and the attributes that stood in it.
    fn attempt(&self, site: &Site<'_>) -> (TokenStream, TokenStream) {
        let context = self.options.context.as_ref().map(|context| {
            let name = &context.value;
            hygienic!(let #name = &__context;)
        });
        let inside = self.plan.asks_for_more(self.function).then(|| {
            let runs_inside = self.plan.inside != Inside::Nothing || self.plan.has_spans;
            if runs_inside { hygienic!([__inside]) } else { hygienic!([]) }
        });
        let script = site.script();
        let scripted = script.as_ref().map(|fails| {
            let failed = scripted::came();
            hygienic!(#fails { return #failed; })
        });
        let before: TokenStream =
            site.asks_in_vain().into_iter().chain(self.moves()).chain(self.clones()).collect();
        let (reborrows, receiver) = self.reborrows();
        let split_body = |preface| self.function.split_body(preface, receiver.as_ref());
        match self.plan.body {
            Body::Closure => {
                let (attributes, body) =
                    split_body(hygienic!(#scripted #context #before #reborrows));
                let closure = closure(&body);
                (attributes, hygienic!(closure #inside #closure))
            }
            Body::Straight => {
                let (attributes, body) = split_body(hygienic!(#context #before #reborrows));
                let Some(fails) = script else { return (attributes, hygienic!(straight #body)) };
                let failed = scripted::came();
                (attributes, hygienic!(straight { #fails { #failed } else #body }))
            }
            Body::Block => {
                let captures: TokenStream = self.captures().collect();
                let (attributes, body) = split_body(TokenStream::new());
                let bound = hygienic!(#scripted #context #reborrows);
                if self.plan.cuts_off {
                    let (cut_off, sleep_until) = (self.cut_off(site), self.sleep_until());
                    let within = hygienic!(within #inside { #cut_off } { #sleep_until });
                    return (
                        attributes,
                        hygienic!(#within { #captures } { #before } { #bound } #body),
                    );
                }
                (attributes, hygienic!(block #inside { #captures } { #before } { #bound } #body))
            }
        }
    }
}

const SHOULD_RETURN: [&str; 2] = ["__reattempt_should_return", "__reattempt_should_return_by"];

/// A closure around a body. What the compiler has to say about what it captures or returns has the place where
/// the body begins.
fn closure(body: &Group) -> TokenStream {
    let place = body.span_open().resolved_at(Span::mixed_site());
    quote_spanned!(place=> || #body)
}
