//! What the attribute makes of a body, except for what only it can know.

/// A blocking function is a call of [`RetryLoop::__reattempt_run`](super::retry_loop::RetryLoop), if the
/// attribute says only literals, and perhaps an `on` that names none of the arguments:
///
/// ```text
/// run! { __reattempt_run here "max_attempts=5; " "::f"; R; closure || { body } }
/// ```
/// →
/// ```text
/// (&retry_loop::<R>()).__reattempt_run(
///     concat!("max_attempts=5; ", module_path!(), "::f"),
///     || { body },
/// )
/// ```
///
/// They are declarative macros because the compiler expands one in no time. The attribute's own code is not
/// optimised in most builds, and would take as long to put these tokens together as the compiler takes for
/// the rest of the function. There are three of them, because the compiler reads the whole of one where it is used.
#[doc(hidden)]
#[macro_export]
macro_rules! __run {
    (
        $run:ident
            $(here $settings:literal $name:literal)?
            $(site { $($site:tt)* })?
            $(on { $($on:tt)* })?;
        $returned:ty;
        closure $bars:tt $body:tt
    ) => {
        (&$crate::__private::retry_loop::<$returned>()).$run(
            $(::core::concat!($settings, ::core::module_path!(), $name))?
            $($($site)*)?,
            $bars $body,
            $($($on)*)?
        )
    };
}

/// Any other function that says only literals or constants has a loop around its body:
///
/// ```text
/// call! {
///     __state __outcome: R;
///     straight { body }
///     check __reattempt_should_return here "async max_attempts=5; " "::f"
///     sleep sleep await
/// }
/// ```
/// →
/// ```text
/// let mut __state = retry_loop::<R>();
/// loop {
///     {
///         let __outcome: R = if true { body } else { never() };
///         let __site = concat!("async max_attempts=5; ", module_path!(), "::f");
///         if (&mut __state).__reattempt_should_return(__site, &__outcome) {
///             return __outcome;
///         }
///     }
///     sleep(&__state).await;
/// };
/// ```
///
/// In the loop, the attempt has a scope of its own, so its outcome is gone when the wait begins: a future
/// doesn't store it, and is `Send` though the error is not. There is a single `return`, so that the outcome
/// is made in the place where it is returned.
///
/// Functions are called by their path. Only what depends on the error's type is a method, see
/// [`retry_loop`](super::retry_loop). (`attempt` is a method as well, because a path takes the compiler an
/// eighth of its time for such a function.)
///
/// The expansion trips no lint, so it needs no `allow`. An `allow` would reach into the body, and would be
/// refused below a user's `forbid`.
///
/// The parts:
/// - `closure`: a blocking body in a closure, so that `?` and `return` end the attempt and not the function.
/// - `straight`: an async body that nothing leaves early. It stands as it is. The other branch is never taken:
///   without it, what follows would be unreachable where the body never ends, and a lint would say so.
/// - `block`: any other async body. An `async` block has no return type of its own, so `?` would not know what
///   to convert to and boxes would not coerce. A `return` of that type which is never reached tells the
///   compiler. The `match` is there so that the user's braces are not superfluous.
/// - `check`, by a method of the state, with `on` if that is asked about an error: whether the call ends with
///   this attempt. `here` and `site` are what the call goes by: the texts in front of the module's path and
///   behind it, or a `Site`.
/// - `sleep`, with a function of ours, or `wait`: the wait before the next attempt.
#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    (
        $state:ident $outcome:ident: $returned:ty;
        $(straight $straight:tt)?
        $(closure $bars:tt $closure:tt)?
        $(block { $($captured:tt)* } { $($clones:tt)* } { $($bound:tt)* } $block:tt)?
        check $should_return:ident
            $(here $settings:literal $name:literal)?
            $(site { $($site:tt)* })?
            $(on { $($on:tt)* })?
        $(sleep $sleep:ident $($await:ident)?)?
        $(wait { $($wait:tt)* })?
    ) => {
        let mut $state = $crate::__private::retry_loop::<$returned>();
        loop {
            {
                $(
                    let $outcome: $crate::__private::Attempted<$returned> =
                        if true $straight else { $crate::__private::never() };
                )?
                $(let $outcome = (&$state).attempt($bars $closure);)?
                $(
                    let $outcome = {
                        $($clones)*
                        async {
                            if false {
                                $($captured)*
                                return $crate::__private::never::<$returned>();
                            }
                            $($bound)*
                            match () {
                                () => $block,
                            }
                        }
                        .await
                    };
                )?
                if (&mut $state).$should_return(
                    $(::core::concat!($settings, ::core::module_path!(), $name))?
                    $($($site)*)?,
                    &$outcome,
                    $($($on)*)?
                ) {
                    return $outcome;
                }
            }
            $($crate::__private::$sleep(&$state) $(.$await)?;)?
            $($($wait)*)?
        };
    };
}

/// The loop of a function that asks for more, and of `attempt!`: the parts of [`__call!`](crate::__call), and these.
///
/// - `tie`, in `attempt!`: tells the compiler that the state is of what the attempt comes to, before a method is named.
/// - `context`: what the body is told about the attempts.
/// - `before`: statements before the loop. They keep a policy which is made at run time, or make room for it, and say when
///   the call began and when it has to be over.
/// - `begin`: statements before each attempt.
/// - in brackets, before the parts that make an attempt: what is said to calls inside of it, if anything.
/// - `within`: the same, of an attempt that may be cut off: when, and by which timer.
/// - `decide`: the same as an expression, where more is asked for.
/// - `finish`: what is returned, if it is not the outcome as it is.
/// - `keep`: what is kept of a failed attempt while the call waits, if it may be cancelled then.
#[doc(hidden)]
#[macro_export]
macro_rules! __call_more {
    (@finish $outcome:ident) => { $outcome };
    (@finish $outcome:ident { $($finish:tt)* }) => { $($finish)* };
    (@inside [] $attempt:expr) => { $attempt };
    (@inside [$($inside:tt)*] $attempt:expr) => {
        $crate::__private::more::inside($($inside)*, $attempt)
    };
    (@call_inside [] $state:ident $bars:tt $closure:tt) => { (&$state).attempt($bars $closure) };
    (@call_inside [$($inside:tt)*] $state:ident $bars:tt $closure:tt) => {
        (&$state).attempt($crate::__private::more::call_inside($($inside)*, $bars $closure))
    };
    (
        $state:ident $outcome:ident: $returned:ty;
        $(tie $tie:ident)?
        $(before { $($before:tt)* })?
        $(context $context:ident $is_async:literal { $($limits:tt)* })?
        $(begin { $($begin:tt)* })?
        $(straight $straight:tt)?
        $(closure $inside:tt $bars:tt $closure:tt)?
        $(block $inside_block:tt { $($captured:tt)* } { $($clones:tt)* } { $($bound:tt)* } $block:tt)?
        $(
            within $inside_within:tt { $($cut_off:tt)* } { $($sleep_until:tt)* }
                { $($captured_within:tt)* } { $($clones_within:tt)* } { $($bound_within:tt)* } $within:tt
        )?
        $(check $should_return:ident
            $(here $settings:literal $name:literal)?
            $(there $settings_there:literal)?
            $(site { $($site:tt)* })?
            $(on { $($on:tt)* })?
        )?
        $(decide { $($decide:tt)* })?
        $(finish { $($finish:tt)* })?
        $(keep $kept:ident { $($keep:tt)* })?
        $(sleep $sleep:ident $($await:ident)?)?
        $(wait { $($wait:tt)* })?
    ) => {
        let mut $state = $crate::__private::retry_loop::<$returned>();
        $($($before)*)?
        $(let mut $context = $crate::__private::Context::start($is_async);)?
        loop {
            $(let $kept;)?
            {
                $($crate::__private::RetryLoop::begin(&$state, &mut $context, $($limits)*);)?
                $($($begin)*)?
                $(
                    let $outcome: $crate::__private::Attempted<$returned> =
                        if true $straight else { $crate::__private::never() };
                )?
                $(
                    let $outcome = $crate::__call_more!(@call_inside $inside $state $bars $closure);
                )?
                $(
                    let $outcome = {
                        $($clones)*
                        $crate::__call_more!(@inside $inside_block async {
                            if false {
                                $($captured)*
                                return $crate::__private::never::<$returned>();
                            }
                            $($bound)*
                            match () {
                                () => $block,
                            }
                        })
                        .await
                    };
                )?
                $(
                    let $outcome = {
                        $($clones_within)*
                        $crate::__private::more::limited(
                            $crate::__call_more!(@inside $inside_within async {
                                if false {
                                    $($captured_within)*
                                    return $crate::__private::never::<$returned>();
                                }
                                $($bound_within)*
                                match () {
                                    () => $within,
                                }
                            }),
                            $($cut_off)*,
                            $($sleep_until)*,
                        )
                        .await
                    };
                )?
                $($crate::__private::more::$tie(&$state, &$outcome);)?
                if $((&mut $state).$should_return(
                    $(::core::concat!($settings, ::core::module_path!(), $name))?
                    $(::core::concat!(
                        $settings_there,
                        ::core::module_path!(),
                        ":",
                        ::core::line!()
                    ))?
                    $($($site)*)?,
                    &$outcome,
                    $($($on)*)?
                ))? $($($decide)*)? {
                    return $crate::__call_more!(@finish $outcome $({ $($finish)* })?);
                }
                $($kept = { $($keep)* };)?
            }
            $($crate::__private::$sleep(&$state) $(.$await)?;)?
            $($($wait)*)?
        };
    };
}
