//! Expansions, as anybody may read them, and the tables that repeat the keys.

#![allow(
    clippy::format_push_string,
    clippy::needless_raw_string_hashes,
    reason = "snapshots are written by a tool"
)]

mod features;
mod fuzz;
mod plan;

use expect_test::{Expect, expect, expect_file};
use proc_macro2::TokenStream;
use quote::quote;
use reattempt_policy::Policy;

use crate::keys::Key;
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
                ::reattempt::__private0_1_0::run! {
                    __reattempt_run here "; " "::read"; io::Result < String >; closure || {
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
                ::reattempt::__private0_1_0::call! {
                    __state __outcome : Result < _, Error >; straight { self.client.get(url.clone()).
                    await } check __reattempt_should_return_by here
                    "max_attempts=5 initial_delay=250ms jitter=equal async; " "::get" on { | __error
                    | { use ::reattempt::__private0_1_0:: { LendContent as _, LendForCoercion as _,
                    LendItself as _ }; let __on = & is_transient; let __error = (&& &
                    ::reattempt::__private0_1_0::Lender::new(__on, __error)).__reattempt_lend(); (*
                    __on) (__error) } } sleep sleep await
                }
            }
        "##]],
    );
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
            #[retry(forward, on = detect::aws)]
            Aws(E),
            #[retry(forward, on = |error| error.is_full())]
            Full { source: E, at: u64 },
            #[retry(permanent)]
            Gone,
        }
    });
    let file = syn::parse2(expanded.clone()).unwrap_or_else(|error| panic!("{error}: {expanded}"));
    expect![[r#"
        #[automatically_derived]
        impl<E> ::reattempt::__private0_1_0::Retryable for Error<E>
        where
            E: ::reattempt::__private0_1_0::Retryable,
        {
            fn retryability(&self) -> ::reattempt::__private0_1_0::Retryability {
                match self {
                    Self::Refused { status: __field_status, wait: __field_wait, .. } => {
                        let status = __field_status;
                        let __holds: ::core::primitive::bool = *status == 429;
                        if __holds {
                            ::reattempt::__private0_1_0::after(
                                ::reattempt::__private0_1_0::Retryability::throttled(),
                                __field_wait,
                            )
                        } else {
                            {
                                let status = __field_status;
                                let __holds: ::core::primitive::bool = *status >= 500;
                                if __holds {
                                    ::reattempt::__private0_1_0::Retryability::transient()
                                        .not_applied()
                                } else {
                                    ::reattempt::__private0_1_0::Retryability::permanent()
                                }
                            }
                        }
                    }
                    Self::Other { 0: __field_0, .. } => {
                        ::reattempt::__private0_1_0::Forward::forward(&*__field_0)
                    }
                    Self::Aws { 0: __field_0, .. } => {
                        ::reattempt::__private0_1_0::classify(
                            &*__field_0,
                            |__error| {
                                use ::reattempt::__private0_1_0::{
                                    LendContent as _, LendForCoercion as _, LendItself as _,
                                };
                                let __on = &detect::aws;
                                let __error = (&&&::reattempt::__private0_1_0::Lender::new(
                                    __on,
                                    __error,
                                ))
                                    .__reattempt_lend();
                                (*__on)(__error)
                            },
                        )
                    }
                    Self::Full { source: __field_source, .. } => {
                        ::reattempt::__private0_1_0::classify(
                            &*__field_source,
                            |error| error.is_full(),
                        )
                    }
                    Self::Gone { .. } => ::reattempt::__private0_1_0::Retryability::permanent(),
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
                ::reattempt::__private0_1_0::call! {
                    __state __outcome : io::Result < () >; closure || { Ok(()) } check
                    __reattempt_should_return site { { const __REATTEMPT_POLICY :
                    ::reattempt::__private0_1_0::Operation < 'static > =
                    ::reattempt::__private0_1_0::Operation { name :
                    ::reattempt::__private0_1_0::Name::Static("read"), policy :
                    ::reattempt::__private0_1_0::PolicySource::Value(& { let __builder =
                    ::reattempt::__private0_1_0::Policy::builder(); let __builder = __builder
                    .max_attempts(LIMIT); let __builder = __builder
                    .backoff(::reattempt::__private0_1_0::Backoff::List(const { &
                    [::core::time::Duration::new(0u64, 10000000u32), LAST] }));
                    ::reattempt::__private0_1_0::check(& __builder,
                    ::reattempt::__private0_1_0::Key::MaxAttempts);
                    ::reattempt::__private0_1_0::check(& __builder,
                    ::reattempt::__private0_1_0::Key::Backoff);
                    ::reattempt::__private0_1_0::build(__builder) }), clock :
                    ::reattempt::__private0_1_0::Clock::Blocking, ..
                    ::reattempt::__private0_1_0::Operation::NEW }; & __REATTEMPT_POLICY } } sleep
                    sleep_blocking
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
                ::reattempt::__private0_1_0::call! {
                    __state __outcome : io::Result < () >; closure || { Ok(()) } check
                    __reattempt_should_return site { & ::reattempt::__private0_1_0::Operation { name
                    :
                    ::reattempt::__private0_1_0::Name::Static(::core::concat!(::core::module_path!(),
                    "::read")), policy : ::reattempt::__private0_1_0::PolicySource::Value(& const {
                    let __builder = ::reattempt::__private0_1_0::Policy::builder(); let __builder =
                    __builder.max_attempts(Self::LIMIT); ::reattempt::__private0_1_0::check(&
                    __builder, ::reattempt::__private0_1_0::Key::MaxAttempts);
                    ::reattempt::__private0_1_0::build(__builder) }), clock :
                    ::reattempt::__private0_1_0::Clock::Blocking, ..
                    ::reattempt::__private0_1_0::Operation::NEW } } sleep sleep_blocking
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
                crate::retrying::__private0_1_0::call_more! {
                    __state __outcome : io::Result < () >; before { let __began_at = crate
                    ::retrying::__private0_1_0::more::now_if_source_is_timed(crate
                    ::retrying::__private0_1_0::PolicySource::Value(& (& self.policy)), crate
                    ::retrying::__private0_1_0::timer_clock(& timer::sleep)); let mut
                    __attempt_began_at = __began_at; } begin { let __inside = crate
                    ::retrying::__private0_1_0::more::limits_inside(crate
                    ::retrying::__private0_1_0::PolicySource::max_elapsed(& crate
                    ::retrying::__private0_1_0::PolicySource::Value(& (& self.policy))), __began_at,
                    ::core::option::Option::None, crate ::retrying::__private0_1_0::timer_clock(&
                    timer::sleep), false); } block[__inside] {} {} {} { Ok(()) } decide { match match
                    crate ::retrying::__private0_1_0::Outcome::error(& __outcome) {
                    ::core::option::Option::Some(__error) =>
                    ::core::option::Option::Some(::core::option::Option::Some(crate
                    ::retrying::__private0_1_0::classify(__error, | error | error.is_timeout()))),
                    ::core::option::Option::None => ::core::option::Option::None, } {
                    ::core::option::Option::Some(__retryability) => { (& mut __state)
                    .__reattempt_failed(& crate ::retrying::__private0_1_0::Operation { name : crate
                    ::retrying::__private0_1_0::Name::Static(::core::concat!(::core::module_path!(),
                    "::read")), policy : crate ::retrying::__private0_1_0::PolicySource::Value(& (&
                    self.policy)), clock : crate ::retrying::__private0_1_0::timer_clock(&
                    timer::sleep), began_at : __began_at, attempt_began_at : __attempt_began_at, ..
                    crate ::retrying::__private0_1_0::Operation::NEW }, __retryability, & __outcome)
                    }, ::core::option::Option::None => ! crate
                    ::retrying::__private0_1_0::more::is_told_of_success(& __state) || crate
                    ::retrying::__private0_1_0::more::succeeded(& __state,
                    ::core::concat!(::core::module_path!(), "::read"), crate
                    ::retrying::__private0_1_0::PolicySource::log(& crate
                    ::retrying::__private0_1_0::PolicySource::Value(& (& self.policy))), __began_at,
                    crate ::retrying::__private0_1_0::timer_clock(& timer::sleep)), } } wait { crate
                    ::retrying::__private0_1_0::user_sleep(crate
                    ::retrying::__private0_1_0::Timer::sleep(crate
                    ::retrying::__private0_1_0::timer(& timer::sleep), crate
                    ::retrying::__private0_1_0::more::delay(& __state))). await; __attempt_began_at =
                    ::core::option::Option::map(__began_at, | _ | crate
                    ::retrying::__private0_1_0::more::Moment::now(crate
                    ::retrying::__private0_1_0::timer_clock(& timer::sleep)),); }
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
            const __REATTEMPT_POLICY: ::reattempt::__private0_1_0::Policy = {
                let __builder = ::reattempt::__private0_1_0::Policy::builder();
                let __builder = __builder.max_attempts(5u32);
                let __builder = __builder.backoff(::reattempt::__private0_1_0::Backoff::Fixed);
                ::reattempt::__private0_1_0::check(
                    &__builder,
                    ::reattempt::__private0_1_0::Key::MaxAttempts,
                );
                ::reattempt::__private0_1_0::check(
                    &__builder,
                    ::reattempt::__private0_1_0::Key::Backoff,
                );
                ::reattempt::__private0_1_0::build(__builder)
            };
            __REATTEMPT_POLICY
        };
    "#]]
    .assert_eq(&prettyplease::unparse(&file));
}

/// The table of the keys is made from them; `UPDATE_EXPECT=1` writes it anew.
#[test]
fn the_table_of_the_keys_is_that_of_the_documentation() {
    let mut table = String::from("| key | value | default | meaning |\n|---|---|---|---|\n");
    for key in Key::all() {
        table += &key.row();
        table.push('\n');
    }
    expect_file!["../keys.md"].assert_eq(&table);
}

/// Each key's example, as error messages show it, is one that is accepted.
/// Whoever writes one of them into a policy's text is told where it belongs.
#[test]
fn a_policy_knows_the_keys_of_functions() {
    for key in Key::all().filter(|key| !key.is_for_policies()) {
        let error = format!("{}=x", key.name()).parse::<Policy>().unwrap_err();
        assert!(error.to_string().contains("is about a function"), "{error}");
    }
}

#[test]
fn every_example_is_accepted() {
    for key in Key::all() {
        // Some mean something beside others only.
        let beside = match key.name() {
            "otherwise" => ", until = is_ready",
            "stall_timeout" => ", context = cx",
            "timed_out" => ", attempt_timeout = 1s",
            _ => "",
        };
        let arguments: TokenStream = format!("{}{beside}", key.example()).parse().unwrap();
        let expanded = expand_retry(
            arguments,
            quote!(
                async fn read(body: String) -> io::Result<()> {
                    Ok(())
                }
            ),
        );
        assert!(!expanded.to_string().contains("compile_error"), "{}: {expanded}", key.example());
    }
}

/// Names of other crates lead to ours, and are not ours by accident.
#[test]
fn no_other_name_is_a_key() {
    for key in Key::all() {
        for other in key.known_as() {
            assert!(Key::named(other).is_none(), "{other}");
            let known_as = Key::all().filter(|key| key.known_as().contains(other));
            assert_eq!(known_as.count(), 1, "{other}");
        }
    }
}

/// A variable is used where it stands, and where a format string names it.
#[test]
fn a_format_string_uses_variables() {
    let name = quote::format_ident!("width");
    for (body, expected) in [
        (quote!(width + 1), true),
        (quote!(format!("{width}")), true),
        (quote!(format!("{width:?}")), true),
        (quote!(format!("{text:width$}")), true),
        (quote!(format!("{text:.width$}")), true),
        (quote!(self.width), false),
        (quote!(format!("{text} of that width")), false),
    ] {
        assert_eq!(crate::tokens::uses_variable(&body, &name), expected, "{body}");
    }
}
