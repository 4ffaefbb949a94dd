//! `#[derive(Retryable)]`: tokens → `ast` (the type) and `attr` (its attributes) → `valid`
//! (what each variant says, or what is wrong) → `expand` (the `impl`).

mod ast;
mod attr;
mod expand;
mod valid;
mod values;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use ast::Input;
use valid::VariantRules;

/// Whatever is wrong, there is an `impl`, so that one mistake is one error.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let input = match Input::parse(item) {
        Ok(input) => input,
        Err(mistake) => return mistake.into_compile_error(),
    };
    let mut diagnostics = Diagnostics::default();
    let variant_rules = VariantRules::read(&input, &mut diagnostics);
    if diagnostics.is_empty() {
        return expand::implementation(&input, &variant_rules);
    }
    let mut output = expand::stub(&input, &variant_rules);
    output.extend(diagnostics.into_compile_errors());
    output
}
