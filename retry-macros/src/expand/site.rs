//! What the call goes by, written down: its name, its policy, its clock.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use reattempt_policy::__private::Kind;

use super::path::RuntimePath;
use super::policy::{constant, duration, value};
use crate::model::{Options, Setting};
use crate::plan::{ClockReads, Name, Plan, Policy, Wait};
use crate::syntax::function::Function;
use crate::syntax::values::Value;
use crate::tokens::{first_span, is_path, is_place, without_reference};

pub(crate) struct Site<'a> {
    pub(crate) function: &'a Function,
    pub(crate) options: &'a Options,
    pub(crate) plan: &'a Plan,
    pub(crate) runtime: &'a RuntimePath,
}

impl Site<'_> {
    /// As a text, in one of the two parts of `call!` for it.
    pub(crate) fn text(&self, settings: &str) -> TokenStream {
        if let Name::Literal(name) = &self.plan.name {
            let text = Literal::string(&format!("{settings}{name}"));
            return hygienic!(site { #text });
        }
        let settings = Literal::string(settings);
        if self.plan.name == Name::OfPlace {
            return hygienic!(there #settings);
        }
        let name = self.path_of_function();
        hygienic!(here #settings #name)
    }

    /// The same text as an expression.
    pub(crate) fn whole_text(&self, settings: &str) -> TokenStream {
        if let Name::Literal(name) = &self.plan.name {
            let text = Literal::string(&format!("{settings}{name}"));
            return text.into_token_stream();
        }
        let (settings, name) = (Literal::string(settings), self.name());
        hygienic!(::core::concat!(#settings, #name))
    }

    /// The function's name behind that of its module.
    fn path_of_function(&self) -> Literal {
        Literal::string(&format!("::{}", self.function.unraw_name()))
    }

    /// The same with the path of its module.
    pub(crate) fn path_as_name(&self) -> TokenStream {
        let name = self.path_of_function();
        hygienic!(::core::concat!(::core::module_path!(), #name))
    }

    /// What the function is called in logs.
    pub(crate) fn name(&self) -> TokenStream {
        let written = self.options.name.as_ref().map(|name| &name.tokens);
        match &self.plan.name {
            Name::OfFunction(_) => self.path_as_name(),
            Name::OfPlace => {
                hygienic!(::core::concat!(::core::module_path!(), ":", ::core::line!()))
            }
            Name::Literal(name) => hygienic!(#name),
            Name::InlineConstant => hygienic!(const { #written }),
            Name::Constant => hygienic!({
                const __REATTEMPT_NAME: &::core::primitive::str = #written;
                __REATTEMPT_NAME
            }),
        }
    }

    /// A reference to an operation that is a constant. It has a block of its own, because the body could see
    /// it: a constant, unlike a variable of ours, is not hidden.
    pub(crate) fn constant_operation(&self) -> TokenStream {
        let runtime = self.runtime;
        // An item can't name what these depend on.
        if self.plan.policy == Policy::InlineConstant || self.plan.name == Name::InlineConstant {
            return self.operation();
        }
        // The policy's own constant would be named twice in the compiler's errors.
        let policy = if self.plan.policy == Policy::Constant {
            let policy = constant(self.options, runtime);
            hygienic!(#runtime::PolicySource::Value(&#policy))
        } else {
            self.policy_source()
        };
        let operation = self.fields(&policy, Asks::Nothing);
        hygienic!({
            const __REATTEMPT_POLICY: #runtime::Operation<'static> = #operation;
            &__REATTEMPT_POLICY
        })
    }

    /// A reference to an operation that is put together where it stands.
    pub(crate) fn operation(&self) -> TokenStream {
        let operation = self.fields(&self.policy_source(), Asks::WhetherCancelled);
        hygienic!(&#operation)
    }

    /// The same, of a call that was cancelled: nobody asks that again.
    pub(crate) fn operation_when_cancelled(&self) -> TokenStream {
        let operation = self.fields(&self.policy_source(), Asks::Nothing);
        hygienic!(&#operation)
    }

    /// Those that differ from `Operation::NEW`.
    fn fields(&self, policy: &TokenStream, asks: Asks) -> TokenStream {
        let runtime = self.runtime;
        let (name, clock) = (self.name(), self.clock());
        let idempotent = match &self.options.idempotent {
            None | Some(Setting { value: Value::Literal(true), .. }) => None,
            Some(Setting { value: Value::Literal(false), .. }) => {
                Some(hygienic!(idempotent: false,))
            }
            Some(Setting { value: Value::Expression(_), tokens, .. }) => {
                Some(hygienic!(idempotent: #tokens,))
            }
        };
        let log = self.options.own_log().map(|log| {
            let log = value(log, Kind::Log, runtime);
            hygienic!(log: ::core::option::Option::Some(#log),)
        });
        let timing = self.timing();
        let ends_by = self.ends_by(asks);
        let brake = self
            .brake()
            .map(|brake| hygienic!(brake: ::core::option::Option::Some(&(#brake, &__patience)),));
        let budget =
            self.budget().map(|budget| hygienic!(budget: ::core::option::Option::Some(#budget),));
        let record = self
            .options
            .tells_end()
            .then(|| hygienic!(record: ::core::option::Option::Some(&__record),));
        // Fields and no function, so that a constant policy lives as long as the constant.
        hygienic!(#runtime::Operation {
            name: #runtime::Name::Static(#name),
            policy: #policy,
            clock: #clock,
            #idempotent
            #log
            #timing
            #ends_by
            #budget
            #brake
            #record
            ..#runtime::Operation::NEW
        })
    }

    /// What a limit in time needs to know.
    fn timing(&self) -> TokenStream {
        let began_at = self.has_beginning().then(|| hygienic!(began_at: __began_at,));
        let deadline = self.options.deadline.as_ref().map(|_| hygienic!(deadline: __deadline,));
        let attempt = self.plan.may_reset.then(|| {
            let progress = self.options.context.as_ref().map(|_| {
                let runtime = self.runtime;
                hygienic! {
                    made_progress: ::core::option::Option::is_some(
                        &#runtime::Context::moved_ago(&__context)
                    ),
                }
            });
            hygienic!(attempt_began_at: __attempt_began_at, #progress)
        });
        hygienic!(#began_at #deadline #attempt)
    }

    /// Why the call ends after this attempt at any rate.
    fn ends_by(&self, asks: Asks) -> Option<TokenStream> {
        let runtime = self.runtime;
        let said = self.options.context.as_ref();
        let said = said.map(|_| hygienic!(#runtime::Context::ends_by(&__context)));
        let reason = if self.options.cancel.is_some() && asks == Asks::WhetherCancelled {
            let said = said.unwrap_or_else(|| hygienic!(::core::option::Option::None));
            hygienic!(#runtime::more::ends_by(#said, __is_cancelled))
        } else {
            said?
        };
        Some(hygienic!(ends_by: #reason,))
    }

    /// A statement that asks whether the call was cancelled, if another attempt would follow: before the operation is put
    /// together, which may borrow what this borrows.
    pub(crate) fn is_cancelled(&self, is_worth_asking: &TokenStream) -> Option<TokenStream> {
        let outer = self.runtime;
        let cancel = self.options.cancel.as_ref()?;
        let place = cancel.span().resolved_at(Span::mixed_site());
        let (runtime, tokens) = (outer.at(place), &cancel.tokens);
        let asked = if self.function.is_async {
            let future = cancellation(outer, cancel);
            quote_spanned!(place=> #runtime::more::is_ready(#future))
        } else {
            quote_spanned!(place=> #runtime::more::is_cancelled(&(#tokens)))
        };
        Some(hygienic!(let __is_cancelled = #is_worth_asking && #asked;))
    }

    /// Whether the moment is known when the call began.
    pub(crate) fn has_beginning(&self) -> bool {
        self.plan.clock != ClockReads::Never
    }

    /// When the call began, and when it has to be over: each a variable, or `None` where nothing asks for it.
    pub(super) fn moments(&self) -> (TokenStream, TokenStream) {
        let none = || hygienic!(::core::option::Option::None);
        let began_at = if self.has_beginning() { hygienic!(__began_at) } else { none() };
        let deadline = if self.options.deadline.is_some() { hygienic!(__deadline) } else { none() };
        (began_at, deadline)
    }

    /// What is kept from the beginning of the call on: statements before the loop.
    pub(crate) fn beginning(&self) -> TokenStream {
        let (runtime, clock) = (self.runtime, self.clock());
        let began_at = match self.plan.clock {
            ClockReads::Never => None,
            ClockReads::Always => Some(hygienic! {
                let __began_at = ::core::option::Option::Some(#runtime::more::Moment::now(#clock));
            }),
            ClockReads::IfPolicyIsTimed => {
                let policy = self.policy_source();
                Some(hygienic! {
                    let __began_at = #runtime::more::now_if_source_is_timed(#policy, #clock);
                })
            }
        };
        let attempt =
            self.plan.may_reset.then(|| hygienic!(let mut __attempt_began_at = __began_at;));
        let deadline = self.options.deadline.as_ref().map(|deadline| {
            let place = deadline.span().resolved_at(Span::mixed_site());
            let given = time(deadline);
            let at_place = runtime.at(place);
            quote_spanned!(place=> let __deadline = #at_place::more::deadline(#given, __began_at, #clock);)
        });
        let shared = self.shared();
        let record = self
            .options
            .tells_end()
            .then(|| hygienic!(let __record = #runtime::more::Record::new();));
        hygienic!(#shared #began_at #attempt #deadline #record)
    }

    /// Statements before each attempt: when it is cut off, and what time the body is told that it has.
    pub(crate) fn attempt_begins(&self) -> TokenStream {
        let (runtime, clock) = (self.runtime, self.clock());
        let cut_off = self.plan.cuts_off.then(|| {
            let attempt = self.options.attempt_timeout.as_ref().map(|timeout| {
                let place = timeout.span().resolved_at(Span::mixed_site());
                let timeout = time(timeout);
                quote_spanned!(place=> .attempt(#timeout))
            });
            let deadline = self.options.deadline.as_ref().map(|_| hygienic!(.deadline(__deadline)));
            // Before the attempt, because the body may borrow what it names.
            let stall = self.options.stall_timeout.as_ref().map(|timeout| {
                let place = timeout.span().resolved_at(Span::mixed_site());
                let timeout = time(timeout);
                quote_spanned!(place=> let __stall: ::core::time::Duration = #timeout;)
            });
            hygienic!(#stall let __cut_off = #runtime::more::CutOff::never(#clock) #attempt #deadline;)
        });
        let is_limited = self.has_beginning() || self.plan.cuts_off;
        let context = self.options.context.as_ref().filter(|_| is_limited).map(|_| {
            let (began_at, deadline) = self.moments();
            let policy = self.policy_source();
            let mut left =
                hygienic!(#runtime::more::remaining_of_call(#policy, #began_at, #deadline, #clock));
            if self.plan.cuts_off {
                left = hygienic!(#runtime::more::shorter(#left, #runtime::more::CutOff::left(__cut_off)));
            }
            hygienic!(#runtime::Context::set_remaining(&mut __context, #left);)
        });
        // A statement by itself, so that no reference to the policy lives on while the attempt runs.
        let inside = self.inside().map(|inside| hygienic!(let __inside = #inside;));
        hygienic!(#cut_off #context #inside)
    }

    /// How loud the function is.
    pub(crate) fn log(&self) -> TokenStream {
        let runtime = self.runtime;
        if let Some(log) = self.options.own_log() {
            return value(log, Kind::Log, runtime);
        }
        if let Some(policy) = self.options.known_policy() {
            return super::policy::log(policy.log(), runtime);
        }
        let policy = self.policy_source();
        hygienic!(#runtime::PolicySource::log(&#policy))
    }

    pub(crate) fn clock(&self) -> TokenStream {
        let runtime = self.runtime;
        match &self.options.sleep {
            Some(sleep) if self.plan.wait == Wait::Timer => {
                let place = sleep.span().resolved_at(Span::mixed_site());
                let (runtime, timer) = (runtime.at(place), &sleep.tokens);
                quote_spanned!(place=> #runtime::timer_clock(&#timer))
            }
            Some(_) => hygienic!(#runtime::Clock::Timer(&#runtime::SystemClock)),
            None if self.function.is_async => hygienic!(#runtime::Clock::Async),
            None => hygienic!(#runtime::Clock::Blocking),
        }
    }

    /// Where the policy is, for the runtime.
    pub(super) fn policy_source(&self) -> TokenStream {
        let runtime = self.runtime;
        if let Policy::Text(text) = &self.plan.policy {
            return hygienic!(#runtime::PolicySource::Text(#text));
        }
        let policy = self.policy_reference();
        hygienic!(#runtime::PolicySource::Value(#policy))
    }

    /// A reference to the policy.
    fn policy_reference(&self) -> TokenStream {
        let runtime = self.runtime;
        let written = self.options.policy.as_ref().map(|policy| &policy.tokens);
        let place = written.map_or_else(Span::mixed_site, |written| {
            first_span(written).resolved_at(Span::mixed_site())
        });
        match &self.plan.policy {
            Policy::Text(_) | Policy::Constant => {
                let policy = constant(self.options, runtime);
                hygienic!({
                    const __REATTEMPT_POLICY: #runtime::Policy = #policy;
                    &__REATTEMPT_POLICY
                })
            }
            Policy::InlineConstant => {
                let policy = constant(self.options, runtime);
                hygienic!(&const #policy)
            }
            Policy::NamedConstant => quote_spanned!(place=> &#written),
            Policy::Reference if written.is_some_and(is_path) => quote_spanned!(place=> &#written),
            Policy::Reference => quote_spanned!(place=> &(#written)),
            Policy::Kept if self.options.context.is_some() => hygienic!(&__policy),
            // No closure makes it, so that there may be an `.await` in the expression.
            Policy::Kept => {
                let made = self.kept_policy();
                quote_spanned!(place=> {
                    if ::core::option::Option::is_none(&__policy) {
                        __policy = ::core::option::Option::Some(#made);
                    }
                    match &__policy {
                        ::core::option::Option::Some(__kept) => __kept,
                        ::core::option::Option::None => #runtime::never(),
                    }
                })
            }
        }
    }

    /// The policy that is kept for the call, as it is made.
    fn kept_policy(&self) -> TokenStream {
        let written = self.options.policy.as_ref().map(|policy| without_reference(&policy.tokens));
        written.into_token_stream()
    }

    /// What stands in front of the loop for a policy that is kept: room for it, or, where the body is told the
    /// number of attempts before the first one, the policy.
    pub(crate) fn kept(&self) -> Option<TokenStream> {
        if self.plan.policy != Policy::Kept {
            return None;
        }
        Some(if self.options.context.is_some() {
            let made = self.kept_policy();
            hygienic!(let __policy = #made;)
        } else {
            hygienic!(let mut __policy = ::core::option::Option::None;)
        })
    }

    /// The numbers of attempts by which the body is told whether one is the last.
    pub(crate) fn attempt_limits(&self) -> TokenStream {
        let runtime = self.runtime;
        if let Some(policy) = self.options.known_policy() {
            let attempts = policy.max_attempts().map_or(u32::MAX, core::num::NonZeroU32::get);
            let throttled = policy.throttled_max_attempts().unwrap_or(0);
            return hygienic!([#attempts, #throttled]);
        }
        let policy = self.policy_source();
        hygienic!(#runtime::PolicySource::attempt_limits(&#policy))
    }
}

/// Whether the operation says that the call was cancelled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    WhetherCancelled,
    Nothing,
}

/// A future that is ready when the call is cancelled, made anew.
pub(crate) fn cancellation(runtime: &RuntimePath, cancel: &Setting<()>) -> TokenStream {
    let place = cancel.span().resolved_at(Span::mixed_site());
    let (at_place, written) = (runtime.at(place), &cancel.tokens);
    if !is_place(written) {
        return quote_spanned!(place=> #at_place::more::cancellation(#written));
    }
    // A token, by its name: nothing else has a method of that name, but for futures, which get one.
    let future = quote_spanned!(place=> (#written).cancelled());
    hygienic!({
        use #runtime::more::{CancelledByFuture as _, CancelledByNothing as _};
        #future
    })
}

/// A duration, or the expression that is one.
pub(crate) fn time(setting: &Setting<Value<core::time::Duration>>) -> TokenStream {
    match &setting.value {
        Value::Literal(literal) => duration(*literal),
        Value::Expression(_) => setting.tokens.to_token_stream(),
    }
}
