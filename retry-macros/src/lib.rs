//! The macros of the [`reattempt`](https://docs.rs/reattempt) crate. Depend on `reattempt`, which
//! re-exports them.

// Nothing panics on what a user hands us.
#![cfg_attr(
    not(test),
    warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

/// `quote!` for what is ours: its local names are apart from the user's, whose own tokens keep
/// their places and names.
macro_rules! hygienic {
    ($($tokens:tt)*) => {
        quote::quote_spanned!(proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

// tokens → what was written → is it a policy? is it a function that can run twice? → tokens
mod arguments;
mod desugared;
mod duration;
mod function;
mod keys;
mod options;
mod parameters;
mod tokens;
mod values;

mod check;
#[allow(dead_code, reason = "shared with the runtime, which needs all of it")]
mod encoding;
#[allow(dead_code, reason = "shared with the runtime, which needs all of it")]
mod growth;
#[allow(dead_code, reason = "shared with the runtime, which needs all of it")]
mod rules;

mod derive;
mod documentation;
mod expand;
mod judgement;
mod policy;

mod errors;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::ToTokens as _;

use arguments::Place;
use desugared::AsyncBlock;
use errors::Mistakes;
use function::Function;
use options::Options;
use policy::Source;

/// Makes a function try again when it fails.
///
/// It goes above a sync or async function or method that returns a `Result` or an `Option`. Without arguments
/// it is three attempts under [`Policy::DEFAULT`]. The keys change that:
///
/// ```
/// use reattempt::retry;
///
/// #[retry(max_attempts = 5, initial_delay = 250ms, jitter = "equal")]
/// async fn read(path: &str) -> std::io::Result<String> {
///     tokio::task::yield_now().await;
///     std::fs::read_to_string(path)
/// }
/// ```
///
/// Without `on`, the error's type must implement [`Retryable`]. With it, any error will do:
///
/// ```
/// use reattempt::retry;
///
/// #[retry(on = |error| error.kind() == std::io::ErrorKind::NotFound)]
/// fn read(path: &str) -> std::io::Result<String> {
///     std::fs::read_to_string(path)
/// }
/// ```
///
/// # Keys
///
#[doc = include_str!("keys.md")]
///
/// What they mean in full is in [the README](https://docs.rs/reattempt/#the-attribute).
///
/// # Errors
///
/// The function returns its own error, that of the last attempt.
///
/// # Panics
///
/// Only where the function does: a panic ends the call and passes through.
///
/// [`Policy::DEFAULT`]: https://docs.rs/reattempt/latest/reattempt/struct.Policy.html
/// [`Retryable`]: https://docs.rs/reattempt/latest/reattempt/trait.Retryable.html
#[proc_macro_attribute]
pub fn retry(
    arguments: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    expand_retry(arguments.into(), item.into()).into()
}

/// A policy to share, checked when it is compiled.
///
/// It takes those keys of [`macro@retry`] that are about the policy, and is a constant expression of
/// type [`Policy`](https://docs.rs/reattempt/latest/reattempt/struct.Policy.html):
///
/// ```
/// use reattempt::{Policy, policy, retry};
///
/// const STORAGE: Policy = policy!(max_attempts = 5, backoff = "linear", max_delay = 5s);
///
/// #[retry(policy = STORAGE)]
/// fn read(path: &str) -> std::io::Result<String> {
///     std::fs::read_to_string(path)
/// }
///
/// // A part of it changed.
/// const PATIENT: Policy = policy!(policy = STORAGE, max_attempts = 10);
/// # assert_eq!(PATIENT.max_attempts().unwrap().get(), 10);
/// # assert_eq!(PATIENT.max_delay().as_secs(), 5);
/// ```
#[proc_macro]
pub fn policy(arguments: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_policy(arguments.into()).into()
}

/// Implements `Retryable` by what each variant says.
///
/// ```
/// use core::time::Duration;
/// use reattempt::Retryable;
///
/// #[derive(Debug, Retryable)]
/// enum UploadError {
///     /// Worth another attempt.
///     #[retry(transient)]
///     Disconnected,
///     /// Worth one after a longer wait, which the server may have named.
///     #[retry(throttled, after = retry_after)]
///     Busy { retry_after: Option<Duration> },
///     /// Not worth one.
///     #[retry(permanent)]
///     TooLarge,
///     /// It depends: the first of these whose condition holds.
///     #[retry(throttled, not_applied, when = *status == 429)]
///     #[retry(transient, when = *status >= 500)]
///     #[retry(permanent)]
///     Refused { status: u16 },
///     /// As the error in it says.
///     #[retry(forward)]
///     Io(std::io::Error),
/// }
///
/// assert!(UploadError::Refused { status: 503 }.retryability().is_retryable());
/// ```
///
/// | word | meaning |
/// |---|---|
/// | `transient` | the same call may well succeed |
/// | `throttled` | there was too much load: worth another attempt after a longer wait |
/// | `permanent` | the same call would fail again |
/// | `cancelled` | the caller no longer wants it |
/// | `forward`, `forward = field` | what the wrapped error says: of the field named, else of the one with `#[from]`, `#[source]` or `#[snafu(source)]`, else of the one called `source`, else of the only one |
/// | `after = field` | a `Duration` or `Option<Duration>` that the server asked to wait |
/// | `not_applied` | the failed attempt is known to have changed nothing |
/// | `when = condition` | only where this holds, an expression over references to the fields, by their names or as `_0`, `_1`; where none holds the error is permanent, or what `default` says |
/// | `default = permanent` | above an enum: for variants that say nothing, of which otherwise each is an error |
/// | `crate = path` | above the type: where this crate is, for crates that re-export it |
///
/// A struct is like a variant: it says what it is below the derive. It allocates nothing.
#[proc_macro_derive(Retryable, attributes(retry))]
pub fn derive_retryable(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(item.into()).into()
}

/// Whatever is wrong, the function itself stays, so that its callers still find it.
fn expand_retry(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let options = Options::parse(arguments, Place::Attribute, &mut mistakes);
    check::check(&options, options.policy.is_some(), &mut mistakes);
    match Function::parse(item.clone()) {
        Ok(mut function) => {
            desugared::restore_mut(&mut function);
            let block = AsyncBlock::find(&function);
            let block = block.as_ref();
            check::check_future(&function, block, &mut mistakes);
            check::check_function(&function, block, &mut mistakes);
            check::check_on(&function, &options, &mut mistakes);
            check::check_idempotent(&function, &options, &mut mistakes);
            check::check_arguments(&function, block, &options, &mut mistakes);
            check::check_run_time(&function, &options, &mut mistakes);
            if mistakes.is_empty() {
                return expand::expand(&function, block, options);
            }
        }
        Err(mistake) => mistakes.push(mistake),
    }
    let mut output = item;
    output.extend(mistakes.into_compile_errors());
    output
}

fn expand_policy(arguments: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let options = Options::parse(arguments, Place::Policy, &mut mistakes);
    check::check(&options, options.policy.is_some(), &mut mistakes);
    let private = policy::Private::of(&options);
    if !mistakes.is_empty() {
        let errors = mistakes.into_compile_errors();
        return hygienic!({
            #errors
            #private::Policy::DEFAULT
        });
    }
    // A constant, so that it is checked when it is compiled wherever it stands.
    let policy = match policy::source(&options, &|_| false) {
        Source::Inline(policy) => return hygienic!(const #policy),
        Source::Item(policy) => policy,
        Source::Expression(policy) => policy.into_token_stream(),
        Source::Settings(_) => policy::constant(&options),
    };
    hygienic!({
        const __REATTEMPT_POLICY: #private::Policy = #policy;
        __REATTEMPT_POLICY
    })
}
