//! How a function that classifies errors is called.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use super::path::RuntimePath;
use crate::tokens::{Tokens, callable, is_closure, takes_trait_object};

/// A closure that is asked about an error: the user's own as it stands. A function is called in one of ours, so
/// that its argument coerces, as from `&io::Error` to `&dyn Error`. Where the error may be a box or a report of
/// one, a function that takes `&dyn Error` is handed the error in it: see `lend.rs` of the runtime.
pub(crate) fn classifier(
    function: &Tokens,
    place: Span,
    runtime: &RuntimePath,
    may_lend_error: bool,
) -> TokenStream {
    if may_lend_error {
        let runtime = runtime.at(place);
        // It is named once, because a generic function is another each time.
        return quote_spanned! {place=>
            |__error| {
                use #runtime::{LendContent as _, LendForCoercion as _, LendItself as _};
                let __on = &#function;
                let __error = (&&&#runtime::Lender::new(__on, __error)).__reattempt_lend();
                (*__on)(__error)
            }
        };
    }
    if is_closure(function) && !takes_trait_object(function) {
        return function.to_token_stream();
    }
    let function = callable(function, place);
    quote_spanned!(place=> |__error| #function(__error))
}
