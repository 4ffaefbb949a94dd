//! `#[derive(Retryable)]`: tokens → `input` (the type) and `words` (its attributes) → `answers`
//! (what each variant says, or what is wrong) → `expand` (the `impl`).

mod answers;
mod expand;
mod input;
mod words;

use proc_macro2::TokenStream;

use crate::errors::Mistakes;
use answers::Answers;
use input::Input;

/// Whatever is wrong, there is an `impl`, so that one mistake is one error.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let input = match Input::parse(item) {
        Ok(input) => input,
        Err(mistake) => return mistake.into_compile_error(),
    };
    let mut mistakes = Mistakes::default();
    let answers = Answers::read(&input, &mut mistakes);
    if mistakes.is_empty() {
        return expand::implementation(&input, &answers);
    }
    let mut output = expand::stub(&input, &answers);
    output.extend(mistakes.into_compile_errors());
    output
}
