//! Whatever stands in the attribute, in `policy!` and in the derive: nothing panics, what comes out is Rust, and the
//! function is still there.
//!
//! `PROPTEST_CASES=10000000 cargo test --release -p reattempt-macros fuzz` tries as many as were tried once.

use std::cell::Cell;

use proc_macro2::{TokenStream, TokenTree};
use proptest::prelude::*;

use crate::{derive, expand_policy, expand_retry};

/// What arguments are made of, right and wrong.
const WORDS: &[&str] = &[
    "max_attempts",
    "backoff",
    "initial_delay",
    "throttled_delay",
    "max_delay",
    "multiplier",
    "jitter",
    "max_retry_after",
    "retry_after",
    "on",
    "until",
    "idempotent",
    "clone",
    "context",
    "policy",
    "name",
    "sleep",
    "doc",
    "crate",
    "otherwise",
    "deadline",
    "attempt_timeout",
    "stall_timeout",
    "timed_out",
    "cancel",
    "on_retry",
    "on_give_up",
    "map_err",
    "log",
    "then",
    "throttled",
    "max_elapsed",
    "reset_after",
    "throttled_max_attempts",
    "throttled_max_delay",
    "give_up",
    "recovered",
    "after",
    "\"debug\"",
    "token",
    "max_times",
    "delay_ms",
    "timeout",
    "notify",
    "STORAGE",
    "MAX_ATTEMPTS",
    "if",
    "=",
    "=",
    "=",
    "=",
    ",",
    ",",
    ",",
    ",",
    ";",
    ":",
    "::",
    "|",
    "||",
    "&",
    "&mut",
    "*",
    "-",
    "..",
    "..=",
    "<",
    ">",
    "->",
    "=>",
    "?",
    "!",
    "#",
    "$",
    "'a",
    "_",
    "@",
    "(",
    ")",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "5",
    "0",
    "1",
    "-1",
    "5s",
    "250ms",
    "1.5",
    "1.5s",
    "0x10",
    "1e9",
    "99999999999999999999",
    "2.0f32",
    "\"5m\"",
    "\"exponential\"",
    "\"full\"",
    "\"\"",
    "\"max_attempts=5\"",
    "b\"x\"",
    "'c'",
    "r#\"x\"#",
    "true",
    "false",
    "unlimited",
    "self",
    "Self",
    "super",
    "r#type",
    "move",
    "async",
    "await",
    "mut",
    "ref",
    "dyn",
    "impl",
    "fn",
    "where",
    "matches!",
    "error",
    "Error",
    "ErrorKind",
    "std",
    "io",
    "body",
    "cx",
    "T",
    "is_transient",
    "detect",
    "message",
    "Duration",
    "from_secs",
    "const",
    "as",
    "u32",
    "|error|",
    "|_|",
    "|a, b|",
    "on(_)",
    "clone(body)",
    "context = cx",
    "max_attempts = 5",
    "jitter = 0.5",
    "deadline = 5s",
    "attempt_timeout = timeout",
    "cancel = token",
    "on_retry = |retry| tell(retry)",
    "map_err = |error, call| error",
    "throttled(max_attempts = 8)",
    "log(retry = \"debug\")",
    "max_elapsed = 30s",
];

/// What may stand behind the keys of `attempt!`.
const BODIES: &[&str] = &[
    "async { take(body)?; Ok(1) }",
    "async move { self.g(body).await?; cx.attempt() }",
    "{ body.read()?; return Ok(1) }",
    "|| -> Result<u32, E> { loop { break } }",
    "move || { Ok(body) }",
    "; async { }",
    "async",
    "body",
    "",
];

/// What a function may look like.
const ITEMS: &[&str] = &[
    "fn f(body: Vec<u8>) -> io::Result<u32> { take(body)?; Ok(1) }",
    "async fn f(&mut self, body: &mut T) -> Result<u32, Error> { self.g(body).await?; cx.attempt() }",
    "pub(crate) async fn f<'a, T: Read<'a>>(self: Pin<&mut Self>, mut body: T) -> Option<T> { body }",
    "fn f(body: &'a mut [u8]) -> impl Future<Output = Result<(), E>> { async move { g(body).await } }",
    "fn f(&self) -> BoxFuture<'_, Result<u32, Error>> { let x = 1; Box::pin(async move { self.g(x) }) }",
    "fn f((body, _): (u8, u8), #[cfg(x)] y: u8) -> Result<(), Box<dyn Error>> { #![x] loop { break } }",
    "unsafe extern \"C\" fn f(body: ::std::string::String) -> Result<(), String> where T: X { body; }",
    "fn f() {}",
    "const fn f() -> u8 { 1 }",
    "fn f() -> !;",
    "struct F { body: u8 }",
    "impl F { fn f() {} }",
];

const WORDS_OF_THE_DERIVE: &[&str] = &[
    "transient",
    "throttled",
    "permanent",
    "cancelled",
    "forward",
    "after",
    "not_applied",
    "when",
    "default",
    "crate",
    "on",
    "detect::aws",
    "|error| true",
    "retry",
    "=",
    "=",
    ",",
    ",",
    "_0",
    "_1",
    "source",
    "wait",
    "*_0 > 5",
    "5",
    "\"x\"",
    "(",
    ")",
    "true",
    "::",
    "|",
    "{",
    "}",
    "a",
    "&",
    "!",
    "if",
    "self",
];

const VARIANTS: &[&str] = &[
    "A",
    "A(u32)",
    "A(#[from] io::Error)",
    "A(u8, Duration)",
    "A { wait: Option<Duration> }",
    "A { #[source] source: Box<dyn Error>, wait: u8 }",
    "A = 5",
    "r#A { r#type: T }",
];

fn tokens(words: &'static [&'static str]) -> impl Strategy<Value = TokenStream> {
    let words = proptest::collection::vec(proptest::sample::select(words), 0..14);
    words.prop_filter_map("it can't be read", |words| words.join(" ").parse().ok())
}

fn has_error(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "compile_error",
        TokenTree::Group(group) => has_error(&group.stream()),
        _ => false,
    })
}

/// How many were right: a test in which all are wrong would test nothing.
struct Right(Cell<u32>);

impl Right {
    fn count(&self, tokens: &TokenStream) {
        self.0.set(self.0.get() + u32::from(!has_error(tokens)));
    }
}

fn config() -> ProptestConfig {
    // Unless the environment says otherwise.
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() {
        ProptestConfig::default().cases
    } else {
        20_000
    };
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_global_rejects: u32::MAX,
        max_local_rejects: u32::MAX,
        ..ProptestConfig::default()
    }
}

fn run<S: Strategy>(strategy: S, mut test: impl FnMut(S::Value, &Right)) {
    let right = Right(Cell::new(0));
    let test = std::cell::RefCell::new(&mut test);
    let mut runner = proptest::test_runner::TestRunner::new(config());
    let result = runner.run(&strategy, |value| {
        (test.borrow_mut())(value, &right);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(right.0.get() > 0, "none of them was right");
}

#[test]
fn arguments_of_the_attribute() {
    let items = proptest::sample::select(ITEMS);
    run((tokens(WORDS), items), |(arguments, item), right| {
        let item: TokenStream = item.parse().unwrap();
        let is_rust = syn::parse2::<syn::File>(item.clone()).is_ok();
        let expanded = expand_retry(arguments.clone(), item.clone());
        right.count(&expanded);
        if is_rust && let_expressions_are_rust(&arguments) {
            let file = syn::parse2::<syn::File>(expanded.clone());
            assert!(file.is_ok(), "{arguments}, {item}: {:?}\n{expanded}", file.err());
        }
        // Whoever calls it still finds it.
        let function = item.to_string().contains("fn f");
        assert!(!function || expanded.to_string().contains("fn f"), "{arguments}: {expanded}");
    });
}

/// Expressions of the user's stand in the expansion as they are, and are the compiler's to refuse.
fn let_expressions_are_rust(arguments: &TokenStream) -> bool {
    has_error(&expand_retry(
        arguments.clone(),
        "fn f() -> Result<(), E> { Ok(()) }".parse().unwrap(),
    )) || crate::tokens::split_at_commas(arguments.clone()).iter().all(|argument| {
        let value: TokenStream = argument.iter().skip(2).cloned().collect();
        argument.len() < 3 || syn::parse2::<syn::Expr>(value).is_ok()
    })
}

#[test]
fn arguments_of_policy() {
    run(tokens(WORDS), |arguments, right| {
        let expanded = expand_policy(arguments.clone());
        right.count(&expanded);
        if has_error(&expanded) {
            let parsed = syn::parse2::<syn::Expr>(expanded.clone());
            assert!(parsed.is_ok(), "{arguments}: {expanded}");
        }
    });
}

#[test]
fn arguments_of_attempt() {
    let bodies = proptest::sample::select(BODIES);
    run((tokens(WORDS), bodies), |(keys, body), right| {
        let body: TokenStream = body.parse().unwrap();
        let expanded = crate::attempt::expand(quote::quote!(#keys, #body));
        right.count(&expanded);
        if let_expressions_are_rust(&keys) {
            let expression = syn::parse2::<syn::Expr>(expanded.clone());
            assert!(expression.is_ok(), "{keys}, {body}: {:?}\n{expanded}", expression.err());
        }
    });
}

#[test]
fn words_of_the_derive() {
    let variants = proptest::sample::select(VARIANTS);
    let on_enum = proptest::option::of(tokens(WORDS_OF_THE_DERIVE));
    run((tokens(WORDS_OF_THE_DERIVE), variants, on_enum), |(words, variant, on_enum), right| {
        let variant: TokenStream = variant.parse().unwrap();
        let on_enum = on_enum.map(|words| quote::quote!(#[retry(#words)]));
        let expanded =
            derive::expand(quote::quote!(#on_enum enum E<T> { #[retry(#words)] #variant }));
        right.count(&expanded);
        let is_rust = words.to_string().split(" , ").all(|word| {
            let value = word.split_once('=').map_or("1", |(_, value)| value);
            value.parse::<TokenStream>().is_ok_and(|value| syn::parse2::<syn::Expr>(value).is_ok())
        });
        if is_rust {
            let file = syn::parse2::<syn::File>(expanded.clone());
            assert!(file.is_ok(), "{words}: {:?}\n{expanded}", file.err());
        }
    });
}
