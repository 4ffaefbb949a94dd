//! What was said → the `impl`.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use super::ast::{Data, Field, Fields, Input};
use super::attr::Kind;
use super::valid::{Rule, VariantRules};
use crate::expand::classifier::classifier;
use crate::expand::path::RuntimePath;
use crate::features;
use crate::tokens::{
    Tokens, first_span, is_path, mentions, takes_trait_object, ungrouped, uses_variable,
};

/// ```text
/// #[derive(Retryable)]
/// enum E {
///     #[retry(throttled, after = wait, when = *status == 429)]
///     Refused { status: u16, wait: Option<Duration> },
///     #[retry(forward)]
///     Io(#[from] io::Error),
///     #[retry(forward, on = detect::aws)]
///     Aws(aws_sdk_s3::Error),
/// }
/// ```
/// →
/// ```text
/// impl Retryable for E {
///     fn retryability(&self) -> Retryability {
///         match self {
///             Self::Refused { status: __field_status, wait: __field_wait, .. } => {
///                 let status = __field_status;
///                 let __holds: bool = *status == 429;
///                 if __holds { after(Retryability::throttled(), __field_wait) }
///                 else { Retryability::permanent() }
///             }
///             Self::Io { 0: __field_0, .. } => Forward::forward(&*__field_0),
///             Self::Aws { 0: __field_0, .. } => classify(&*__field_0, |__error| …),
///         }
///     }
/// }
/// ```
pub(super) fn implementation(input: &Input, variant_rules: &VariantRules<'_>) -> TokenStream {
    let runtime = RuntimePath::new(variant_rules.krate.as_ref());
    let body = match &input.data {
        Data::Enum(variants) if variants.is_empty() => {
            let this = this();
            hygienic!(match *#this {})
        }
        Data::Enum(variants) => {
            let arms = variants.iter().zip(&variant_rules.rules).map(|(variant, rules)| {
                let name = &variant.name;
                arm(&hygienic!(Self::#name), &variant.fields, rules, variant_rules, &runtime)
            });
            let this = this();
            hygienic!(match #this { #(#arms)* })
        }
        Data::Struct(fields) => {
            let rules = variant_rules.rules.first().map(Vec::as_slice).unwrap_or_default();
            let arm = arm(&hygienic!(Self), fields, rules, variant_rules, &runtime);
            let this = this();
            hygienic!(match #this { #arm })
        }
        Data::Union(_) => return stub(input, variant_rules),
    };
    let by_themselves = variant_rules.rules.iter().flatten().filter(|rule| rule.on.is_none());
    let bounds = by_themselves.filter_map(|rule| {
        let ty = &rule.forward?.ty;
        // A bound on the type itself would go round in circles.
        let is_recursive = mentions(ty, &|word| *word == input.name || word == "Self");
        let is_generic = mentions(ty, &|word| input.is_generic(word));
        (is_generic && !is_recursive).then(|| hygienic!(#ty: #runtime::Retryable))
    });
    implement(input, &runtime, &bounds.collect::<Vec<_>>(), &body)
}

/// In place of the `impl` that diagnostics stand in the way of.
pub(super) fn stub(input: &Input, variant_rules: &VariantRules<'_>) -> TokenStream {
    let runtime = RuntimePath::new(variant_rules.krate.as_ref());
    implement(input, &runtime, &[], &hygienic!(#runtime::Retryability::permanent()))
}

fn implement(
    input: &Input,
    runtime: &RuntimePath,
    bounds: &[TokenStream],
    body: &TokenStream,
) -> TokenStream {
    let (parameters, ty, where_clause) = input.split(bounds);
    let this = this();
    // One that borrows can't be made by a script, and whether `T` does is not known.
    let scriptable = (features::faults() && input.has_no_parameters()).then(|| {
        hygienic! {
            #[automatically_derived]
            impl #runtime::Scriptable for #ty {}
        }
    });
    hygienic! {
        #[automatically_derived]
        impl #parameters #runtime::Retryable for #ty #where_clause {
            fn retryability(&#this) -> #runtime::Retryability {
                #body
            }
        }
        #scriptable
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
    variant_rules: &VariantRules<'_>,
    runtime: &RuntimePath,
) -> TokenStream {
    let is_used = |field: &Field| {
        let is = |other: &Field| other.binding == field.binding;
        rules.iter().any(|rule| {
            rule.forward.is_some_and(is)
                || rule.after.as_ref().is_some_and(|(after, _)| is(after))
                || rule.when.as_ref().is_some_and(|when| uses_variable(when, &field.binding))
        })
    };
    let bindings = fields.list.iter().filter(|field| is_used(field)).map(|field| {
        let (member, bound) = (&field.member, bound(field, Span::mixed_site()));
        hygienic!(#member: #bound,)
    });
    let mut value = kind(variant_rules.otherwise(), runtime);
    for rule in rules.iter().rev() {
        let answer = answer(rule, runtime);
        let Some(when) = &rule.when else {
            value = answer;
            continue;
        };
        // By the names that stand in the condition, which a `macro_rules!` may have put there.
        let named =
            fields.list.iter().filter(|field| uses_variable(when, &field.binding)).map(|field| {
                // It may stand in a string, as in `format!("{code}")`.
                let name = find(when, &field.binding).unwrap_or_else(|| field.binding.clone());
                let bound = bound(field, Span::mixed_site());
                hygienic!(let #name = #bound;)
            });
        value = hygienic!({
            #(#named)*
            let __holds: ::core::primitive::bool = #when;
            if __holds { #answer } else { #value }
        });
    }
    hygienic!(#path { #(#bindings)* .. } => #value,)
}

/// What a field is called here: of its own, whatever it is called elsewhere.
fn bound(field: &Field, place: Span) -> Ident {
    let name = field.member.to_string();
    let name = format!("__field_{}", name.trim_start_matches("r#"));
    Ident::new(&name, place.resolved_at(Span::mixed_site()))
}

/// A name as it stands somewhere in these tokens.
fn find(tokens: &TokenStream, name: &Ident) -> Option<Ident> {
    tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(word) if word == *name => Some(word),
        TokenTree::Group(group) => find(&group.stream(), name),
        _ => None,
    })
}

fn answer(rule: &Rule<'_>, runtime: &RuntimePath) -> TokenStream {
    let mut answer = match rule.forward {
        Some(field) => match &rule.on {
            Some(on) => classified(field, on, runtime),
            None => forwarded(field, runtime),
        },
        None => kind(rule.kind, runtime),
    };
    if rule.not_applied {
        answer = hygienic!(#answer.not_applied());
    }
    if let Some((field, name)) = &rule.after {
        let place = name.span().resolved_at(Span::mixed_site());
        let runtime = runtime.at(place);
        let bound = bound(field, place);
        answer = quote_spanned!(place=> #runtime::after(#answer, #bound));
    }
    answer
}

fn kind(kind: Kind, runtime: &RuntimePath) -> TokenStream {
    let name = Ident::new(kind.as_str(), Span::mixed_site());
    hygienic!(#runtime::Retryability::#name())
}

/// With the place of the function.
fn classified(field: &Field, on: &Tokens, runtime: &RuntimePath) -> TokenStream {
    let place = first_span(on).resolved_at(Span::mixed_site());
    let may_lend_error = is_path(&ungrouped(on)) || takes_trait_object(on);
    let (function, bound) = (classifier(on, place, runtime, may_lend_error), bound(field, place));
    let runtime = runtime.at(place);
    quote_spanned!(place=> #runtime::classify(&*#bound, #function))
}

/// With the place of the field's type, from its first token to its last: that is what the compiler then
/// complains about.
fn forwarded(field: &Field, runtime: &RuntimePath) -> TokenStream {
    let place = first_span(&field.ty).resolved_at(Span::mixed_site());
    let last = field.ty.clone().into_iter().last();
    let last = last.map_or(place, |token| token.span().resolved_at(Span::mixed_site()));
    let runtime = runtime.at(place);
    let (reference, bound) = (quote_spanned!(place=> &*), bound(field, last));
    let arguments = quote_spanned!(last=> (#reference #bound));
    quote_spanned!(place=> #runtime::Forward::forward #arguments)
}
