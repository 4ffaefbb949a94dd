//! Options → the expression of a policy.

use core::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use reattempt_policy::__private::{Kind, Value as PolicyValue};
use reattempt_policy::{Log, LogLevel};

use super::path::RuntimePath;
use crate::model::{Options, PolicyOption, Setting};
use crate::syntax::values::{OptionValue, Value};
use crate::tokens::{Tokens, is_closure};

/// ```text
/// max_attempts = LIMIT, jitter = "equal"
/// ```
/// →
/// ```text
/// {
///     let __builder = Policy::builder();
///     let __builder = __builder.max_attempts(LIMIT);
///     let __builder = __builder.jitter(Jitter::Equal);
///     check(&__builder, Key::MaxAttempts);
///     check(&__builder, Key::Jitter);
///     build(__builder)
/// }
/// ```
///
/// Each statement has the place of the value it is about, which is where the compiler then shows its error.
pub(crate) fn constant(options: &Options, runtime: &RuntimePath) -> TokenStream {
    let mut set = TokenStream::new();
    let mut check = TokenStream::new();
    for PolicyOption { key, setting } in &options.of_policy {
        let place = setting.span().resolved_at(Span::mixed_site());
        let at_place = runtime.at(place);
        let method = Ident::new(key.name(), place);
        let variant = Ident::new(&format!("{key:?}"), place);
        let value = value(setting, key.kind(), runtime);
        set.extend(quote_spanned!(place=> let __builder = __builder.#method(#value);));
        check.extend(
            quote_spanned!(place=> #at_place::check(&__builder, #at_place::Key::#variant);),
        );
    }
    let start = if let Some(policy) = &options.policy {
        let base = &policy.tokens;
        hygienic!(#runtime::Policy::to_builder(#base))
    } else {
        hygienic!(#runtime::Policy::builder())
    };
    hygienic!({
        let __builder = #start;
        #set
        #check
        #runtime::build(__builder)
    })
}

pub(crate) fn value(
    setting: &Setting<OptionValue>,
    kind: Kind,
    runtime: &RuntimePath,
) -> TokenStream {
    match &setting.value {
        OptionValue::Known(value) => known(value, runtime),
        OptionValue::List(list) => {
            let entries = list.iter().map(|entry| match entry {
                Value::Literal(delay) => duration(*delay),
                Value::Expression(expression) => expression.to_token_stream(),
            });
            // A constant of its own, so that it lives as long as the program.
            hygienic!(#runtime::Backoff::List(const { &[#(#entries),*] }))
        }
        OptionValue::Expression => expression(&setting.tokens, kind, setting.span(), runtime),
    }
}

fn known(value: &PolicyValue, runtime: &RuntimePath) -> TokenStream {
    match value {
        PolicyValue::Attempts(attempts) => hygienic!(#attempts),
        PolicyValue::Duration(delay) => duration(*delay),
        PolicyValue::Number(number) => hygienic!(#number),
        PolicyValue::Backoff(backoff) => {
            let name = Ident::new(&format!("{backoff:?}"), Span::mixed_site());
            hygienic!(#runtime::Backoff::#name)
        }
        PolicyValue::Jitter(reattempt_policy::Jitter::Fraction(fraction)) => {
            hygienic!(#runtime::Jitter::Fraction(#fraction))
        }
        PolicyValue::RetryAfter(retry_after) => {
            let name = Ident::new(&format!("{retry_after:?}"), Span::mixed_site());
            hygienic!(#runtime::RetryAfter::#name)
        }
        PolicyValue::Log(log) => self::log(*log, runtime),
        PolicyValue::Jitter(jitter) => {
            let name = Ident::new(&format!("{jitter:?}"), Span::mixed_site());
            hygienic!(#runtime::Jitter::#name)
        }
    }
}

/// An expression, whose type only the compiler knows.
fn expression(expression: &Tokens, kind: Kind, place: Span, runtime: &RuntimePath) -> TokenStream {
    let place = place.resolved_at(Span::mixed_site());
    match kind {
        Kind::Attempts | Kind::Duration | Kind::Number | Kind::RetryAfter | Kind::Log => {
            expression.to_token_stream()
        }
        Kind::Policy => quote_spanned!(place=> const { &(#expression) }),
        Kind::Jitter => quote_spanned!(place=> #runtime::given_jitter(#expression).jitter()),
        // What a policy refers to is a constant of its own, and so lives as long as the program.
        Kind::Backoff if is_closure(expression) => {
            let custom = hygienic!(#runtime::infer_backoff_fn(#expression));
            quote_spanned!(place=> #runtime::Backoff::Custom(const { &#custom }))
        }
        Kind::Backoff => {
            quote_spanned!(place=> #runtime::given_backoff(const { &(#expression) }).backoff())
        }
    }
}

/// How loud events are.
pub(crate) fn log(log: Log, runtime: &RuntimePath) -> TokenStream {
    let level = |level: LogLevel| {
        let level = Ident::new(&format!("{level:?}"), Span::mixed_site());
        hygienic!(#runtime::more::LogLevel::#level)
    };
    if log == Log::DEFAULT {
        return hygienic!(#runtime::more::Log::DEFAULT);
    }
    let (retry, recovered) = (level(log.base_of_retry()), level(log.of_recovery()));
    let (give_up, after) = (level(log.of_giving_up()), log.retries_before());
    hygienic! {
        #runtime::more::Log::DEFAULT.retry(#retry).recovered(#recovered).give_up(#give_up).after(#after)
    }
}

pub(crate) fn duration(duration: Duration) -> TokenStream {
    let (seconds, nanoseconds) = (duration.as_secs(), duration.subsec_nanos());
    hygienic!(::core::time::Duration::new(#seconds, #nanoseconds))
}
