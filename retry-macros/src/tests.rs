//! Expansions, as anybody may read them, and the tables that repeat the keys.

#![allow(
    clippy::format_push_string,
    clippy::needless_raw_string_hashes,
    reason = "snapshots are written by a tool"
)]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use crate::arguments::Place;
use crate::errors::Mistakes;
use crate::keys::KEYS;
use crate::options::Options;
use crate::policy::{self, Source};
use crate::{derive, expand_policy, expand_retry};

fn check(arguments: TokenStream, item: TokenStream, expected: &Expect) {
    let expanded = expand_retry(arguments, item);
    let file = syn::parse2(expanded.clone()).unwrap_or_else(|error| panic!("{error}: {expanded}"));
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn a_bare_attribute_on_a_blocking_function() {
    check(
        quote!(),
        quote! {
            pub fn read(path: &Path) -> io::Result<String> {
                fs::read_to_string(path)
            }
        },
        &expect![[r#"
            pub fn read(path: &Path) -> io::Result<String> {
                ::reattempt::__private::call! {
                    make make_all here " " "::read"; io::Result < String >; closure || {
                    fs::read_to_string(path) }
                }
            }
        "#]],
    );
}

#[test]
fn an_async_method_under_a_policy_of_literals() {
    check(
        quote!(max_attempts = 5, initial_delay = 250ms, jitter = "equal", on = is_transient),
        quote! {
            #[must_use]
            async fn get<T: Into<Url>>(&self, url: T) -> Result<impl Body, Error>
            where
                T: Clone,
            {
                self.client.get(url.clone()).await
            }
        },
        &expect![[r##"
            #[must_use]
            async fn get<T: Into<Url>>(&self, url: T) -> Result<impl Body, Error>
            where
                T: Clone,
            {
                ::reattempt::__private::call! {
                    __attempts __outcome : Result < _, Error >; straight { self.client.get(url
                    .clone()). await } judge was_last_by here "A5I250000000QY " "::get" on { |
                    __error | is_transient(__error) } sleep sleep await
                }
            }
        "##]],
    );
}

/// What the runtime reads: each literal, and those that leave no text to read.
#[test]
fn what_an_attribute_says_in_literals() {
    let text = |arguments: TokenStream| {
        let mut mistakes = Mistakes::default();
        let options = Options::parse(arguments, Place::Attribute, &mut mistakes);
        assert!(mistakes.is_empty());
        match policy::source(&options, &|_| false) {
            Source::Settings(text) => Some(text),
            _ => None,
        }
    };
    for (arguments, expected) in [
        (quote!(), ""),
        (quote!(max_attempts = 5), "A5"),
        (quote!(backoff = "exponential"), ""),
        (quote!(backoff = "fixed"), "C"),
        (quote!(backoff = "linear"), "L"),
        (quote!(backoff = "fibonacci"), "F"),
        (quote!(backoff = "none"), "Z"),
        (quote!(initial_delay = 1.5ms, max_delay = 2h), "I1500000M7200000000000"),
        (quote!(throttled_delay = 2s), "T2000000000"),
        (quote!(multiplier = 1.5), "X4609434218613702656"),
        (quote!(jitter = "none"), "N"),
        (quote!(jitter), "U"),
        (quote!(jitter = "equal"), "Q"),
        (quote!(jitter = "decorrelated"), "D"),
        (quote!(jitter = 0.25), "R4598175219545276416"),
    ] {
        assert_eq!(text(arguments).as_deref(), Some(expected));
    }
    for arguments in [quote!(backoff = [1s, 2s]), quote!(max_attempts = LIMIT), quote!(policy = P)]
    {
        assert_eq!(text(arguments), None);
    }
}

#[test]
fn a_derive() {
    let expanded = derive::expand(quote! {
        enum Error<E> {
            #[retry(throttled, after = wait, when = *status == 429)]
            #[retry(transient, not_applied, when = *status >= 500)]
            Refused { status: u16, wait: Option<Duration>, body: String },
            #[retry(forward)]
            Other(#[from] E),
            #[retry(permanent)]
            Gone,
        }
    });
    let file = syn::parse2(expanded.clone()).unwrap_or_else(|error| panic!("{error}: {expanded}"));
    expect![[r#"
        #[automatically_derived]
        impl<E> ::reattempt::__private::Retryable for Error<E>
        where
            E: ::reattempt::__private::Retryable,
        {
            fn retryability(&self) -> ::reattempt::__private::Retryability {
                match self {
                    Self::Refused { status: __field_status, wait: __field_wait, .. } => {
                        let status = __field_status;
                        let __holds: ::core::primitive::bool = *status == 429;
                        if __holds {
                            ::reattempt::__private::after(
                                ::reattempt::__private::Retryability::throttled(),
                                __field_wait,
                            )
                        } else {
                            {
                                let status = __field_status;
                                let __holds: ::core::primitive::bool = *status >= 500;
                                if __holds {
                                    ::reattempt::__private::Retryability::transient()
                                        .not_applied()
                                } else {
                                    ::reattempt::__private::Retryability::permanent()
                                }
                            }
                        }
                    }
                    Self::Other { 0: __field_0, .. } => {
                        ::reattempt::__private::Forward::forward(&*__field_0)
                    }
                    Self::Gone { .. } => ::reattempt::__private::Retryability::permanent(),
                }
            }
        }
    "#]]
    .assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn constants_are_checked_where_they_stand() {
    check(
        quote!(max_attempts = LIMIT, backoff = [10ms, LAST], name = "read"),
        quote! {
            fn read() -> io::Result<()> {
                Ok(())
            }
        },
        &expect![[r#"
            fn read() -> io::Result<()> {
                ::reattempt::__private::call! {
                    __attempts __outcome : io::Result < () >; closure || { Ok(()) } judge was_last
                    site { { const __REATTEMPT_POLICY : ::reattempt::__private::Operation < 'static >
                    = ::reattempt::__private::Operation { name : "read", policy : & { let __builder =
                    ::reattempt::__private::Policy::builder(); let __builder = __builder
                    .max_attempts(LIMIT); let __builder = __builder
                    .backoff(::reattempt::__private::Backoff::List(const { &
                    [::core::time::Duration::new(0u64, 10000000u32), LAST] }));
                    ::reattempt::__private::check_max_attempts(& __builder);
                    ::reattempt::__private::check_backoff(& __builder);
                    ::reattempt::__private::build(__builder) }, clock :
                    ::reattempt::__private::Clock::Blocking, idempotent : true, }; &
                    __REATTEMPT_POLICY } } sleep sleep_blocking
                }
            }
        "#]],
    );
}

#[test]
fn a_value_that_depends_on_the_type_is_an_inline_constant() {
    check(
        quote!(max_attempts = Self::LIMIT),
        quote! {
            fn read(&self) -> io::Result<()> {
                Ok(())
            }
        },
        &expect![[r#"
            fn read(&self) -> io::Result<()> {
                ::reattempt::__private::call! {
                    __attempts __outcome : io::Result < () >; closure || { Ok(()) } judge was_last
                    site { & ::reattempt::__private::Operation { name :
                    ::core::concat!(::core::module_path!(), "::read"), policy : & const { let
                    __builder = ::reattempt::__private::Policy::builder(); let __builder = __builder
                    .max_attempts(Self::LIMIT); ::reattempt::__private::check_max_attempts(&
                    __builder); ::reattempt::__private::build(__builder) }, clock :
                    ::reattempt::__private::Clock::Blocking, idempotent : true, } } sleep
                    sleep_blocking
                }
            }
        "#]],
    );
}

#[test]
fn a_policy_made_at_run_time_and_timers_and_closures_of_ones_own() {
    check(
        quote!(
            policy = &self.policy,
            on = |error| error.is_timeout(),
            sleep = timer::sleep,
            crate = crate::retrying
        ),
        quote! {
            async fn read(&self) -> io::Result<()> {
                Ok(())
            }
        },
        &expect![[r#"
            async fn read(&self) -> io::Result<()> {
                crate::retrying::__private::call! {
                    __attempts __outcome : io::Result < () >; straight { Ok(()) } judgement { match
                    crate ::retrying::__private::Outcome::error(& __outcome) {
                    ::core::option::Option::Some(__error) => (& mut __attempts).failed(& crate
                    ::retrying::__private::Operation { name : ::core::concat!(::core::module_path!(),
                    "::read"), policy : & (& self.policy), clock : crate
                    ::retrying::__private::Clock::Async, idempotent : true, }, crate
                    ::retrying::__private::classify(__error, | error | error.is_timeout()), &
                    __outcome), ::core::option::Option::None => crate
                    ::retrying::__private::Attempts::succeeded(& __attempts,
                    ::core::concat!(::core::module_path!(), "::read")), } } pause { crate
                    ::retrying::__private::pause(timer::sleep(crate
                    ::retrying::__private::Attempts::delay(& __attempts))). await; }
                }
            }
        "#]],
    );
}

#[test]
fn a_mistake_leaves_the_function_as_it_was() {
    check(
        quote!(max_attempts = 0, jiter),
        quote! {
            fn read() -> io::Result<()> {
                Ok(())
            }
        },
        &expect![[r#"
            fn read() -> io::Result<()> {
                Ok(())
            }
            ::core::compile_error! {
                "unknown key `jiter`: did you mean `jitter`?"
            }
            ::core::compile_error! {
                "`max_attempts` counts the first call too, so zero would call nothing; write 2 or more"
            }
        "#]],
    );
}

#[test]
fn a_policy_is_a_constant() {
    let expanded = expand_policy(quote!(max_attempts = 5, backoff = "fixed"));
    let item = quote!(const STORAGE: Policy = #expanded;);
    let file = syn::parse2(item).unwrap();
    expect![[r#"
        const STORAGE: Policy = {
            const __REATTEMPT_POLICY: ::reattempt::__private::Policy = {
                let __builder = ::reattempt::__private::Policy::builder();
                let __builder = __builder.max_attempts(5u32);
                let __builder = __builder.backoff(::reattempt::__private::Backoff::Fixed);
                ::reattempt::__private::check_max_attempts(&__builder);
                ::reattempt::__private::check_backoff(&__builder);
                ::reattempt::__private::build(__builder)
            };
            __REATTEMPT_POLICY
        };
    "#]]
    .assert_eq(&prettyplease::unparse(&file));
}

/// The README's table of the keys, row by row.
#[test]
fn the_readme_lists_every_key() {
    let (readme, documented) = (include_str!("../../README.md"), include_str!("keys.md"));
    let mut table = String::from("| key | value | default | meaning |\n|---|---|---|---|\n");
    for key in KEYS {
        let (name, takes, default, meaning) = (key.name, key.takes, key.default, key.meaning);
        table += &format!("| `{name}` | {takes} | {default} | {meaning} |\n");
    }
    assert!(readme.contains(&table), "the README's table should be:\n\n{table}");
    assert_eq!(documented, table, "keys.md, the table of the attribute's documentation");
}

/// Each key's example, as error messages show it, is one that is accepted.
#[test]
fn every_example_is_accepted() {
    for key in KEYS {
        let arguments: TokenStream = key.example.parse().unwrap();
        let expanded = expand_retry(
            arguments,
            quote!(
                fn read(body: String) -> io::Result<()> {
                    Ok(())
                }
            ),
        );
        assert!(!expanded.to_string().contains("compile_error"), "{}: {expanded}", key.example);
    }
}

/// Names of other crates lead to ours, and are not ours by accident.
#[test]
fn no_other_name_is_a_key() {
    for key in KEYS {
        for other in key.known_as {
            assert!(KEYS.iter().all(|key| key.name != *other), "{other}");
            assert_eq!(
                KEYS.iter().filter(|key| key.known_as.contains(other)).count(),
                1,
                "{other}"
            );
        }
    }
}
