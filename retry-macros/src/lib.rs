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

// From the ground up: a module imports only from those above it, which `tests/imports.rs` holds.
mod diagnostics;
mod tokens;

mod keys;

mod guesses;

mod syntax;

mod model;
mod parse;

mod limits;
mod valid;

mod plan;

mod expand;
mod features;

mod attempt;

mod derive;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use diagnostics::Diagnostics;
use expand::path::RuntimePath;
use guesses::Target;
use model::Options;
use syntax::function::Function;
use syntax::instrumented;
use syntax::returned_future::{self, ReturnedFuture};

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
/// What they mean in full is in [the guide](https://docs.rs/reattempt/latest/reattempt/guide/attribute/index.html).
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
#[doc(alias = "attempts")]
#[doc(alias = "backoff")]
#[doc(alias = "backon")]
#[doc(alias = "cancel")]
#[doc(alias = "deadline")]
#[doc(alias = "idempotent")]
#[doc(alias = "jitter")]
#[doc(alias = "log")]
#[doc(alias = "map_err")]
#[doc(alias = "max_elapsed")]
#[doc(alias = "notify")]
#[doc(alias = "max_retries")]
#[doc(alias = "timeout")]
#[doc(alias = "tokio-retry")]
#[doc(alias = "until")]
#[proc_macro_attribute]
pub fn retry(
    arguments: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    expand_retry(arguments.into(), item.into()).into()
}

/// Makes a part of a function try again when it fails, where there is no function to put
/// [`#[retry]`](macro@retry) on.
///
/// The keys are those of the attribute. Behind them stands what is retried: an `async` block, which makes a future to
/// await, or in blocking code a block. `?` and `return` end the attempt, and not the function. Attempts may borrow
/// exclusively what is around them, and the future is `Send` where the block's is.
///
/// ```
/// use reattempt::attempt;
///
/// struct Connection;
///
/// impl Connection {
///     async fn query(&mut self, key: &str) -> std::io::Result<u32> {
///         Ok(key.len() as u32)
///     }
/// }
///
/// async fn total(connection: &mut Connection, keys: &[&str]) -> std::io::Result<u32> {
///     let mut total = 0;
///     for key in keys {
///         total += attempt!(max_attempts = 5, initial_delay = 50ms, async {
///             connection.query(key).await
///         })
///         .await?;
///     }
///     Ok(total)
/// }
///
/// fn read(path: &str) -> std::io::Result<String> {
///     attempt!(max_attempts = 3, on = |error| error.kind() == std::io::ErrorKind::Interrupted, {
///         std::fs::read_to_string(path)
///     })
/// }
/// ```
///
/// With `?` inside and outside, the compiler can't know the type of the error in between. Say it in the value,
/// `Ok::<_, Error>(value)`, or as the return type of a closure, `async || -> Result<u32, Error> { … }`:
///
/// ```
/// use reattempt::attempt;
///
/// fn parse(path: &str) -> Result<usize, Box<dyn std::error::Error>> {
///     let length = attempt!(on(_), || -> std::io::Result<usize> {
///         let text = std::fs::read_to_string(path)?;
///         Ok(text.len())
///     })?;
///     Ok(length)
/// }
/// # assert!(parse("/no/such/file").is_err());
/// ```
///
/// In logs it is called by its module and line, unless `name = "…"` says otherwise.
#[proc_macro]
pub fn attempt(arguments: proc_macro::TokenStream) -> proc_macro::TokenStream {
    attempt::expand(arguments.into()).into()
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
/// | `forward, on = function` | what a function or a closure says of the wrapped error. It is like the key `on` of a function: it answers `bool` or `Retryability`, such as `reattempt::detect::aws` |
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
    let mut diagnostics = Diagnostics::default();
    let options = Options::parse(arguments, Target::Function(&item), &mut diagnostics);
    valid::check(&options, &mut diagnostics);
    match Function::parse(item.clone()) {
        Ok(mut function) => {
            let cloned = options.clone.as_ref().map_or(&[][..], |clone| clone.value.as_slice());
            let runtime = RuntimePath::new(options.krate.as_ref().map(|krate| &krate.tokens));
            instrumented::let_borrow(
                &mut function,
                cloned,
                &|name| hygienic!(if false { #runtime::capture_by_value(#name); return #runtime::never(); }),
            );
            returned_future::restore_mut(&mut function);
            let future = ReturnedFuture::find(&function);
            let future = future.as_ref();
            valid::check_future(&function, future, &mut diagnostics);
            valid::check_function(&function, future, &mut diagnostics);
            valid::check_on(&function, &options, &mut diagnostics);
            valid::check_idempotent(&function, &options, &mut diagnostics);
            valid::check_arguments(&function, future, &options, &mut diagnostics);
            valid::check_run_time(&function, &options, &mut diagnostics);
            valid::check_context(&options, &mut diagnostics);
            let is_async = function.is_async || future.is_some();
            limits::check(&function, is_async, &options, &mut diagnostics);
            if diagnostics.is_empty() {
                return expand::expand(&function, future, options);
            }
        }
        Err(mistake) => diagnostics.push(mistake),
    }
    let mut output = with_context(item, &options);
    output.extend(diagnostics.into_compile_errors());
    output
}

/// The function as it stands, but for the context that its body names: without it, there would be a second error for each
/// mistake.
fn with_context(item: TokenStream, options: &Options) -> TokenStream {
    let Some(context) = &options.context else { return item };
    let Ok(function) = Function::parse(item.clone()) else { return item };
    if function.parameters.iter().any(|parameter| parameter.binds(&context.value)) {
        return item;
    }
    let runtime = RuntimePath::new(options.krate.as_ref().map(|krate| &krate.tokens));
    let name = &context.value;
    let (attributes, body) =
        function.split_body(hygienic!(let #name: &#runtime::Context = &#runtime::never();), None);
    let body = body.stream();
    function.rebuild(&attributes, None, hygienic!(#body))
}

fn expand_policy(arguments: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let options = Options::parse(arguments, Target::Policy, &mut diagnostics);
    valid::check(&options, &mut diagnostics);
    let runtime = RuntimePath::new(options.krate.as_ref().map(|krate| &krate.tokens));
    if !diagnostics.is_empty() {
        let errors = diagnostics.into_compile_errors();
        return hygienic!({
            #errors
            #runtime::Policy::DEFAULT
        });
    }
    if let (Some(policy), false) = (&options.policy, options.changes_policy()) {
        let policy = &policy.tokens;
        return hygienic!({
            const __REATTEMPT_POLICY: #runtime::Policy = #policy;
            __REATTEMPT_POLICY
        });
    }
    let policy = expand::policy::constant(&options, &runtime);
    // A constant, so that it is checked when it is compiled wherever it stands. An item can't name `Self`.
    if options.policy_tokens().any(|tokens| tokens::mentions(tokens, &|word| word == "Self")) {
        return hygienic!(const #policy);
    }
    hygienic!({
        const __REATTEMPT_POLICY: #runtime::Policy = #policy;
        __REATTEMPT_POLICY
    })
}
