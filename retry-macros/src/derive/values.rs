//! What stands behind the `=` of a word.

use proc_macro2::TokenStream;

use super::ast::Fields;
use crate::diagnostics::Diagnostics;
use crate::tokens::{Tokens, idents, is_closure, is_path, is_punct, ungrouped};

/// `*code => 500` is not one.
pub(super) fn check_condition(condition: &TokenStream, diagnostics: &mut Diagnostics) -> bool {
    let tokens = Tokens::from(condition.clone());
    let arrow = tokens.windows(2).find(|pair| match pair {
        [one, other] => is_punct(one, '=') && is_punct(other, '>'),
        _ => false,
    });
    match arrow {
        Some([one, ..]) => {
            diagnostics.at_span(one.span(), "`=>` compares nothing; write `>=`");
            false
        }
        _ => true,
    }
}

/// `_1` in a condition about a variant of one field.
pub(super) fn check_numbers(
    condition: &TokenStream,
    fields: &Fields,
    diagnostics: &mut Diagnostics,
) {
    let known: Vec<String> = fields.list.iter().map(|field| field.binding.to_string()).collect();
    for word in idents(condition) {
        let text = word.to_string();
        let is_number = text.strip_prefix('_').is_some_and(|number| number.parse::<u32>().is_ok());
        if is_number && !known.contains(&text) {
            let all: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
            let which = match all.as_slice() {
                [] => "there is none".to_owned(),
                [only] => format!("the only one is {only}"),
                all => format!("they are {}", all.join(", ")),
            };
            diagnostics.at_span(word.span(), format_args!("there is no field `{text}`; {which}"));
        }
    }
}

/// `on = function`
pub(super) fn check_classifier(function: &TokenStream, diagnostics: &mut Diagnostics) -> bool {
    let function = Tokens::from(function.clone());
    let is_function = is_closure(&function) || is_path(&ungrouped(&function));
    if !is_function {
        diagnostics.at(
            &function,
            "`on` takes a function or a closure of the wrapped error, such as `reattempt::detect::aws`; a condition \
             is `when = …`",
        );
    }
    is_function
}
