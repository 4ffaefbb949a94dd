//! Writes down a plan: the same function, with its body made again and again.

pub(crate) mod docs;
pub(crate) mod outcome;
pub(crate) mod path;
pub(crate) mod policy;
pub(crate) mod site;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use self::outcome::{OutcomeCheck, OutputSpans};
use self::path::RuntimePath;
use self::site::Site;
use crate::model::{Options, Setting};
use crate::plan::{Argument, Body, Capture, Form, Plan, Reborrow, Wait};
use crate::syntax::body::Receiver;
use crate::syntax::function::Function;
use crate::syntax::parameters::Parameter;
use crate::syntax::returned_future::ReturnedFuture;
use crate::tokens::{Tokens, callable};

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

struct Output<'a> {
    function: &'a Function,
    options: &'a Options,
    plan: &'a Plan,
}

impl Output<'_> {
    fn runtime(&self) -> RuntimePath {
        RuntimePath::new(self.options.krate.as_ref().map(|krate| &krate.tokens))
    }

    /// The parameters, with what happens to each.
    fn arguments(&self) -> impl Iterator<Item = (&Parameter, &Argument)> {
        self.function.parameters.iter().zip(&self.plan.arguments)
    }

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
        let (inner_attributes, attempt) = self.attempt();
        let check = match &self.plan.form {
            Form::OneCall { settings } => {
                let (run, on) = outcome_check.method(["__reattempt_run", "__reattempt_run_by"]);
                let site = site.text(settings);
                let body = hygienic!(#runtime::run! { #run #site #on; #returned; #attempt });
                return (inner_attributes, body);
            }
            Form::CheckText { settings } => {
                let (should_return, on) = outcome_check.method(SHOULD_RETURN);
                let site = site.text(settings);
                hygienic!(check #should_return #site #on)
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
            let (is_async, max_attempts) = (self.function.is_async, site.max_attempts());
            hygienic!(context __context #is_async { #max_attempts })
        });
        let wait = self.wait(&site, &outcome_check);
        // The type of an attempt may be known from its body only.
        let tie = self.function.is_attempt.then(|| {
            if self.plan.cuts_off { hygienic!(tie of_limited) } else { hygienic!(tie of) }
        });
        if !self.plan.asks_for_more(self.function) {
            let body = hygienic! {
                #runtime::call! { __state __outcome: #returned; #attempt #check #wait }
            };
            return (inner_attributes, body);
        }
        let body = hygienic! {
            #runtime::call_more! {
                __state __outcome: #returned; #tie #before #context #begins #attempt #check #finish #keep #wait
            }
        };
        (inner_attributes, body)
    }

    /// The body, as one of the three parts of `call!` for it, and the attributes that stood in it.
    fn attempt(&self) -> (TokenStream, TokenStream) {
        let context = self.options.context.as_ref().map(|context| {
            let name = &context.value;
            hygienic!(let #name = &__context;)
        });
        let before: TokenStream = self.moves().chain(self.clones()).collect();
        let (reborrows, receiver) = self.reborrows();
        let split_body = |preface| self.function.split_body(preface, receiver.as_ref());
        match self.plan.body {
            Body::Closure => {
                let (attributes, body) = split_body(hygienic!(#context #before #reborrows));
                let closure = closure(&body);
                (attributes, hygienic!(closure #closure))
            }
            Body::Straight => {
                let (attributes, body) = split_body(hygienic!(#context #before #reborrows));
                (attributes, hygienic!(straight #body))
            }
            Body::Block => {
                let captures: TokenStream = self.captures().collect();
                let (attributes, body) = split_body(TokenStream::new());
                let bound = hygienic!(#context #reborrows);
                if self.plan.cuts_off {
                    let (cut_off, sleep_until) = (self.cut_off(), self.sleep_until());
                    let within = hygienic!(within { #cut_off } { #sleep_until });
                    return (
                        attributes,
                        hygienic!(#within { #captures } { #before } { #bound } #body),
                    );
                }
                (attributes, hygienic!(block { #captures } { #before } { #bound } #body))
            }
        }
    }

    /// `let name = &mut *name;` for each argument that is lent anew to each attempt, and the name that the body then
    /// has for `self`, which can't be bound to anything else.
    fn reborrows(&self) -> (TokenStream, Option<Receiver>) {
        let mut receiver = None;
        let reborrows = self.arguments().filter_map(|(parameter, argument)| {
            let name = parameter.name()?;
            match argument.reborrow? {
                Reborrow::Variable => {
                    let inside = self.function.inside.as_ref();
                    let renamed = inside.and_then(|inside| inside.receiver.as_ref());
                    let name = renamed.filter(|_| name == "self").unwrap_or(&name);
                    Some(parameter.reborrow_of(name, name))
                }
                Reborrow::RenamedReceiver => {
                    let renamed = Ident::new("__self", Span::mixed_site());
                    let reborrow = parameter.reborrow_of(&name, &renamed);
                    receiver = Some(Receiver::Renamed(renamed));
                    Some(reborrow)
                }
                Reborrow::ReceiverInPlace => {
                    receiver = Some(Receiver::Reborrowed);
                    None
                }
            }
        });
        let reborrows = reborrows.collect();
        (reborrows, receiver)
    }

    /// A statement, never run, for each argument that the body surely moves. The compiler's own words for that would
    /// be about loops and closures that the user has not written.
    fn moves(&self) -> impl Iterator<Item = TokenStream> {
        self.arguments().filter_map(|(parameter, argument)| {
            let moved = argument.moved_at.as_ref()?;
            let place = moved.span().resolved_at(Span::mixed_site());
            let (runtime, attributes) = (self.runtime().at(place), parameter.attributes());
            let message = format!(
                "`{moved}` is moved by the first attempt, and would not be there for the next"
            );
            let clone = format!(
                "to give each attempt a clone of its own, write `#[retry(clone({moved}))]`"
            );
            let lend = "if it can't be cloned, make it in the body, or only lend it there";
            Some(quote_spanned! {place=>
                #attributes { #runtime::check_moved! { #moved #message #clone #lend } }
            })
        })
    }

    /// `let name = name.clone();` for each argument of which an attempt has a clone of its own.
    fn clones(&self) -> impl Iterator<Item = TokenStream> {
        self.arguments().filter(|(_, argument)| argument.is_cloned).filter_map(
            |(parameter, argument)| {
                let name = parameter.name()?;
                let listed =
                    self.options.clone.as_ref()?.value.iter().find(|listed| **listed == name)?;
                let clone = parameter.clone_of(listed.span());
                // A `mut` that is there for what stands before the block is not an unused one here.
                let used = if argument.is_used_before { self.use_mut(parameter) } else { None };
                Some(hygienic!(#clone #used))
            },
        )
    }

    /// A statement, never run, by which an attempt's block captures an argument that the body names as
    /// strongly as it may be, whatever the body does with it: its clone by value, a `&mut T` exclusively.
    ///
    /// The function's own future would hold the argument itself, and be `Send` if that is. A shared
    /// reference to it is `Send` only if it is `Sync`. For an argument by value that is not cloned
    /// nothing of the kind can be done: it would have to be `mut`, and then the body could change it
    /// unseen.
    fn captures(&self) -> impl Iterator<Item = TokenStream> {
        let receiver = self.function.inside.as_ref().and_then(|inside| inside.receiver.as_ref());
        self.arguments().filter_map(move |(parameter, argument)| {
            let name = parameter.name()?;
            let name = receiver.filter(|_| name == "self").unwrap_or(&name);
            let (attributes, runtime) = (parameter.attributes(), self.runtime());
            Some(match argument.capture? {
                Capture::ByValue => hygienic!(#attributes { #runtime::capture_by_value(#name); }),
                Capture::Exclusive => hygienic!(#attributes let _ = &mut *#name;),
            })
        })
    }

    /// `let name = name;` for each argument that is cloned: a body that consumes it consumes its clone, and
    /// neither an `async` block without `move` nor a lint would know that the original is meant to be.
    fn rebound(&self) -> TokenStream {
        let cloned = self.arguments().filter(|(_, argument)| argument.is_cloned);
        cloned.map(|(parameter, _)| parameter.rebound()).collect()
    }

    /// A statement, never run, for each argument whose `mut` may be there for its clones alone, or for what
    /// stands before the block alone: neither is a `mut` that nobody needs.
    fn used_mut(&self) -> TokenStream {
        let used = self.arguments().filter(|(_, one)| one.is_cloned && one.is_used_before);
        used.filter_map(|(parameter, _)| self.use_mut(parameter)).collect()
    }

    /// The statement, if the parameter is `mut`.
    fn use_mut(&self, parameter: &Parameter) -> Option<TokenStream> {
        let (name, attributes) = (parameter.name()?, parameter.attributes());
        parameter.mutable_binding()?;
        let runtime = self.runtime();
        Some(hygienic!(#attributes if false { #runtime::capture_by_value(&mut #name); }))
    }

    /// The parameters, if they change: without the `mut` of those that are cloned or reborrowed, which has moved to
    /// their clones and reborrows. What stands before a block of the user's may need it too.
    fn parameters(&self) -> Option<TokenStream> {
        let loses_mut = |parameter: &Parameter, argument: &Argument| {
            (argument.is_cloned
                || argument.reborrow.is_some() && parameter.mutable_binding().is_some())
                && !argument.is_used_before
        };
        let gets_mut = |parameter: &Parameter, argument: &Argument| {
            argument.reborrow.is_some() && parameter.is_optional_exclusive()
        };
        let mut arguments = self.arguments();
        if !self.function.has_restored_mut
            && !arguments.any(|(one, argument)| loses_mut(one, argument) || gets_mut(one, argument))
        {
            return None;
        }
        let parameters = self.arguments().map(|(parameter, argument)| {
            if gets_mut(parameter, argument) {
                parameter.with_mut()
            } else if loses_mut(parameter, argument) {
                parameter.without_mut()
            } else {
                quote!(#parameter)
            }
        });
        Some(hygienic!(#(#parameters),*))
    }

    /// A function from nothing to when the attempt is cut off, as things are then.
    fn cut_off(&self) -> TokenStream {
        let runtime = self.runtime();
        let Some(timeout) = &self.options.stall_timeout else { return hygienic!(|| __cut_off) };
        let place = timeout.span().resolved_at(Span::mixed_site());
        let timeout = site::time(timeout);
        quote_spanned! {place=>
            || #runtime::more::CutOff::stall(
                __cut_off,
                #timeout,
                #runtime::Context::moved_at(&__context),
            )
        }
    }

    /// A function from a moment to a timer until then.
    fn sleep_until(&self) -> TokenStream {
        let runtime = self.runtime();
        let Some(sleep) = self.options.sleep.as_ref().filter(|_| self.plan.wait != Wait::Default)
        else {
            return hygienic!(#runtime::more::sleep_until);
        };
        let place = sleep.span().resolved_at(Span::mixed_site());
        let (runtime, timer) = (self.runtime().at(place), &sleep.tokens);
        if self.plan.wait == Wait::Timer {
            return quote_spanned! {place=>
                |__until| #runtime::more::user_sleep_until(#runtime::Timer::sleep(
                    #runtime::timer(&#timer),
                    #runtime::more::remaining(__until, #runtime::timer_clock(&#timer)),
                ))
            };
        }
        let function = callable(timer, place);
        quote_spanned! {place=>
            |__until| #runtime::more::user_sleep_until(#function(
                #runtime::more::remaining(__until, #runtime::Clock::Timer(&#runtime::SystemClock)),
            ))
        }
    }

    /// The wait, as one of the two parts of `call!` for it.
    fn wait(&self, site: &Site<'_>, check: &OutcomeCheck<'_>) -> TokenStream {
        let is_async = self.function.is_async;
        // An attempt that is timed begins when the wait is over.
        let begins = self.plan.may_reset.then(|| {
            let (runtime, clock) = (self.runtime(), site.clock());
            hygienic! {
                __attempt_began_at = ::core::option::Option::map(
                    __began_at,
                    |_| #runtime::more::Moment::now(#clock),
                );
            }
        });
        if let Some(cancel) = &self.options.cancel {
            let is_cancelled = self.cancellable_wait(cancel);
            let cancelled = check.cancelled(site, &is_cancelled);
            return hygienic!(wait { #cancelled #begins });
        }
        let (Some(sleep), false) = (&self.options.sleep, self.plan.wait == Wait::Default) else {
            let runtime = self.runtime();
            // A missing timer is blamed on the attribute, which is where one can be given.
            return match (is_async, begins) {
                (true, None) => hygienic!(sleep sleep await),
                (false, None) => hygienic!(sleep sleep_blocking),
                (true, begins) => hygienic!(wait { #runtime::sleep(&__state).await; #begins }),
                (false, begins) => hygienic!(wait { #runtime::sleep_blocking(&__state); #begins }),
            };
        };
        let place = sleep.span().resolved_at(Span::mixed_site());
        let (runtime, sleep) = (self.runtime().at(place), self.user_sleep(sleep));
        if is_async {
            quote_spanned!(place=> wait { #runtime::user_sleep(#sleep).await; #begins })
        } else {
            quote_spanned!(place=> wait { #runtime::user_sleep_blocking(#sleep); #begins })
        }
    }

    /// The call of the user's timer.
    fn user_sleep(&self, sleep: &Setting<()>) -> TokenStream {
        let place = sleep.span().resolved_at(Span::mixed_site());
        let (runtime, timer) = (self.runtime().at(place), &sleep.tokens);
        let delay = quote_spanned!(place=> #runtime::more::delay(&__state));
        if self.plan.wait == Wait::Timer {
            quote_spanned!(place=> #runtime::Timer::sleep(#runtime::timer(&#timer), #delay))
        } else {
            let function = callable(timer, place);
            quote_spanned!(place=> #function(#delay))
        }
    }

    /// A wait that may be cancelled, as an expression for whether it was.
    fn cancellable_wait(&self, cancel: &Setting<()>) -> TokenStream {
        let place = cancel.span().resolved_at(Span::mixed_site());
        let (runtime, at_place, written) =
            (self.runtime(), self.runtime().at(place), &cancel.tokens);
        let sleep = self.options.sleep.as_ref().filter(|_| self.plan.wait != Wait::Default);
        if !self.function.is_async {
            return match sleep {
                None => quote_spanned! {place=>
                    #at_place::more::wait_blocking_or(#runtime::more::delay(&__state), &(#written))
                },
                Some(sleep) => {
                    let sleep = self.user_sleep(sleep);
                    quote_spanned! {place=>
                        #at_place::more::user_wait_blocking_or(
                            &(#written),
                            || #runtime::user_sleep_blocking(#sleep),
                        )
                    }
                }
            };
        }
        let sleep = match sleep {
            None => hygienic!(#runtime::sleep(&__state)),
            Some(sleep) => {
                let sleep = self.user_sleep(sleep);
                hygienic!(#runtime::user_sleep(#sleep))
            }
        };
        // A token, by its name: nothing else has a method of that name, but for futures, which get one.
        let cancel = if is_place(written) {
            quote_spanned!(place=> (#written).cancelled())
        } else {
            quote_spanned!(place=> #at_place::more::cancellation(#written))
        };
        hygienic!({
            use #runtime::more::CancelledByFuture as _;
            #runtime::more::wait_or(#sleep, #cancel).await
        })
    }
}

/// Whether it names something that is there: `token`, `self.token`
fn is_place(tokens: &Tokens) -> bool {
    tokens.iter().all(|token| match token {
        TokenTree::Ident(_) | TokenTree::Literal(_) => true,
        TokenTree::Punct(punct) => matches!(punct.as_char(), '.' | ':'),
        TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::None,
    })
}

const SHOULD_RETURN: [&str; 2] = ["__reattempt_should_return", "__reattempt_should_return_by"];

/// A closure around a body. What the compiler has to say about what it captures or returns has the place where
/// the body begins.
fn closure(body: &Group) -> TokenStream {
    let place = body.span_open().resolved_at(Span::mixed_site());
    quote_spanned!(place=> || #body)
}
