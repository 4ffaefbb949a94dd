//! What was said → the `impl`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use super::answers::{Answers, Rule};
use super::input::{Data, Field, Fields, Input};
use super::words::Kind;
use crate::arguments::first_span;
use crate::policy::Private;
use crate::tokens::{mentions, names};

/// ```text
/// #[derive(Retryable)]
/// enum E {
///     #[retry(throttled, after = wait, when = *status == 429)]
///     Refused { status: u16, wait: Option<Duration> },
///     #[retry(forward)]
///     Io(#[from] io::Error),
/// }
/// ```
/// →
/// ```text
/// impl Retryable for E {
///     fn retryability(&self) -> Retryability {
///         match self {
///             Self::Refused { status, wait, .. } => {
///                 if *status == 429 { after(Retryability::throttled(), wait) } else { Retryability::permanent() }
///             }
///             Self::Io { 0: _0, .. } => Retryable::retryability(_0),
///         }
///     }
/// }
/// ```
pub(super) fn implementation(input: &Input, answers: &Answers<'_>) -> TokenStream {
    let private = Private::new(answers.krate.as_ref());
    let body = match &input.data {
        Data::Enum(variants) if variants.is_empty() => {
            let this = this();
            hygienic!(match *#this {})
        }
        Data::Enum(variants) => {
            let arms = variants.iter().zip(&answers.rules).map(|(variant, rules)| {
                let name = &variant.name;
                arm(&hygienic!(Self::#name), &variant.fields, rules, answers, &private)
            });
            let this = this();
            hygienic!(match #this { #(#arms)* })
        }
        Data::Struct(fields) => {
            let rules = answers.rules.first().map(Vec::as_slice).unwrap_or_default();
            let arm = arm(&hygienic!(Self), fields, rules, answers, &private);
            let this = this();
            hygienic!(match #this { #arm })
        }
    };
    let bounds = answers.rules.iter().flatten().filter_map(|rule| {
        let ty = &rule.forward?.ty;
        mentions(ty, &|word| input.is_generic(word)).then(|| hygienic!(#ty: #private::Retryable))
    });
    implement(input, &private, &bounds.collect::<Vec<_>>(), &body)
}

/// In place of the `impl` that mistakes stand in the way of.
pub(super) fn stub(input: &Input, answers: &Answers<'_>) -> TokenStream {
    let private = Private::new(answers.krate.as_ref());
    implement(input, &private, &[], &hygienic!(#private::Retryability::permanent()))
}

fn implement(
    input: &Input,
    private: &Private,
    bounds: &[TokenStream],
    body: &TokenStream,
) -> TokenStream {
    let (parameters, ty, where_clause) = input.split(bounds);
    let this = this();
    hygienic! {
        #[automatically_derived]
        impl #parameters #private::Retryable for #ty #where_clause {
            fn retryability(&#this) -> #private::Retryability {
                #body
            }
        }
    }
}

/// A condition may name it.
fn this() -> Ident {
    Ident::new("self", Span::call_site())
}

fn arm(
    path: &TokenStream,
    fields: &Fields,
    rules: &[Rule<'_>],
    answers: &Answers<'_>,
    private: &Private,
) -> TokenStream {
    let used = fields.list.iter().filter(|field| {
        let is = |other: &Field| other.binding == field.binding;
        rules.iter().any(|rule| {
            rule.forward.is_some_and(is)
                || rule.after.as_ref().is_some_and(|(after, _)| is(after))
                || rule.when.as_ref().is_some_and(|when| names(when, &field.binding))
        })
    });
    let bindings = used.map(|field| {
        let Field { member, binding, is_named, .. } = field;
        if *is_named { hygienic!(#binding,) } else { hygienic!(#member: #binding,) }
    });
    let otherwise = kind(answers.otherwise(), private);
    let mut value = TokenStream::new();
    for rule in rules {
        let answer = answer(rule, private);
        match &rule.when {
            Some(when) => value.extend(hygienic!(if (#when) { #answer } else)),
            None => value.extend(hygienic!({ #answer })),
        }
    }
    if rules.last().is_none_or(|rule| rule.when.is_some()) {
        value.extend(hygienic!({ #otherwise }));
    }
    hygienic!(#path { #(#bindings)* .. } => #value)
}

fn answer(rule: &Rule<'_>, private: &Private) -> TokenStream {
    let mut answer = match rule.forward {
        Some(field) => forwarded(field, private),
        None => kind(rule.kind, private),
    };
    if rule.not_applied {
        answer = hygienic!(#answer.not_applied());
    }
    if let Some((field, name)) = &rule.after {
        let place = name.span().resolved_at(Span::mixed_site());
        let private = private.at(place);
        let binding = located(&field.binding, place);
        answer = quote_spanned!(place=> #private::after(#answer, #binding));
    }
    answer
}

fn kind(kind: Kind, private: &Private) -> TokenStream {
    let name = Ident::new(kind.as_str(), Span::mixed_site());
    hygienic!(#private::Retryability::#name())
}

/// With the place of the field's type, from its first token to its last: that is what the compiler then
/// complains about.
fn forwarded(field: &Field, private: &Private) -> TokenStream {
    let place = first_span(&field.ty).resolved_at(Span::mixed_site());
    let last = field.ty.clone().into_iter().last();
    let last = last.map_or(place, |token| token.span().resolved_at(Span::mixed_site()));
    let private = private.at(place);
    let (reference, name) = (quote_spanned!(place=> &*), Ident::new("__wrapped", last));
    let arguments = quote_spanned!(last=> (#reference #name));
    let asked = quote_spanned!(place=> #private::Retryable::retryability #arguments);
    let binding = &field.binding;
    hygienic!({ let __wrapped = #binding; #asked })
}

fn located(binding: &Ident, place: Span) -> TokenStream {
    let mut binding = binding.clone();
    binding.set_span(binding.span().located_at(place));
    binding.into_token_stream()
}
