//! What the features `faults` and `registry` add to expansions.

#![allow(clippy::needless_raw_string_hashes, reason = "snapshots are written by a tool")]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use crate::features::ALL;
use crate::{derive, expand_retry};

fn check(expand: impl FnOnce() -> TokenStream, expected: &Expect) {
    ALL.set(true);
    let expanded = expand();
    ALL.set(false);
    let file = syn::parse2(expanded.clone()).unwrap_or_else(|error| panic!("{error}: {expanded}"));
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn a_function_says_what_it_is_and_asks_for_a_script() {
    let function = quote! {
        fn read(path: &Path) -> io::Result<String> {
            fs::read_to_string(path)
        }
    };
    check(
        || expand_retry(quote!(max_attempts = 5), function),
        &expect![[r#"
        fn read(path: &Path) -> io::Result<String> {
            ::reattempt::__private0_1_0::register! {
                ::core::concat!(::core::module_path!(), "::read"), false,
                ::core::option::Option::Some(||
                ::reattempt::__private0_1_0::registry::described_by("max_attempts=5")),
                ::core::option::Option::None
            }
            ::reattempt::__private0_1_0::run! {
                __reattempt_run here "max_attempts=5; " "::read"; io::Result < String >; closure
                || { let __script = ::reattempt::__private0_1_0::more::script_of:: < io::Result <
                String > > (); if (& __script)
                .__reattempt_comes(::core::concat!(::core::module_path!(), "::read")) { return (&
                __script).__reattempt_came(); } fs::read_to_string(path) }
            }
        }
    "#]],
    );
}

#[test]
fn what_stands_as_it_is_becomes_the_other_branch() {
    let function = quote! {
        async fn read(path: &Path) -> io::Result<impl Read> {
            fs::open(path).await
        }
    };
    check(
        || expand_retry(quote!(jitter), function),
        &expect![[r#"
        async fn read(path: &Path) -> io::Result<impl Read> {
            ::reattempt::__private0_1_0::register! {
                ::core::concat!(::core::module_path!(), "::read"), true,
                ::core::option::Option::Some(||
                ::reattempt::__private0_1_0::registry::described_by("jitter=full")),
                ::core::option::Option::None
            }
            ::reattempt::__private0_1_0::call! {
                __state __outcome : io::Result < _ >; straight { let __script =
                ::reattempt::__private0_1_0::more::script_of_errors:: < io::Result < _ > > (); if
                (& __script).__reattempt_comes(::core::concat!(::core::module_path!(), "::read"))
                { (& __script).__reattempt_came() } else { fs::open(path). await } } check
                __reattempt_should_return here "jitter=full async; " "::read" sleep sleep await
            }
        }
    "#]],
    );
}

#[test]
fn an_error_that_borrows_has_no_script() {
    let function = quote! {
        fn parse(text: &str) -> Result<u32, ParseError<'_>> {
            parser::number(text)
        }
    };
    check(
        || expand_retry(quote!(backoff = "none"), function),
        &expect![[r#"
        fn parse(text: &str) -> Result<u32, ParseError<'_>> {
            ::reattempt::__private0_1_0::register! {
                ::core::concat!(::core::module_path!(), "::parse"), false,
                ::core::option::Option::Some(||
                ::reattempt::__private0_1_0::registry::described_by("backoff=none")),
                ::core::option::Option::None
            }
            ::reattempt::__private0_1_0::run! {
                __reattempt_run here "backoff=none; " "::parse"; Result < u32, ParseError < '_
                >>; closure || { ::reattempt::__private0_1_0::more::asked_in_vain:: < () >
                (::core::concat!(::core::module_path!(), "::parse")); parser::number(text) }
            }
        }
    "#]],
    );
}

#[test]
fn a_script_can_make_what_is_not_generic() {
    let item = quote! {
        #[retry(permanent)]
        struct Gone;
    };
    check(
        || derive::expand(item),
        &expect![[r#"
        #[automatically_derived]
        impl ::reattempt::__private0_1_0::Retryable for Gone {
            fn retryability(&self) -> ::reattempt::__private0_1_0::Retryability {
                match self {
                    Self { .. } => ::reattempt::__private0_1_0::Retryability::permanent(),
                }
            }
        }
        #[automatically_derived]
        impl ::reattempt::__private0_1_0::Scriptable for Gone {}
    "#]],
    );
}
