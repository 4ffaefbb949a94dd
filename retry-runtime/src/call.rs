//! What the attribute makes of a body, but for what only it can know.

/// A blocking function is a call of one of ours, if all that is said of it are literals, and perhaps an `on` that
/// names none of its arguments:
///
/// ```text
/// call! { make make_all here "A5 " "::f"; R; closure || { body } }
/// ```
/// →
/// ```text
/// (&attempts::<R>()).make_all(concat!("A5 ", module_path!(), "::f"), || { body })
/// ```
///
/// Any other has a loop around its body:
///
/// ```text
/// call! {
///     __attempts __outcome: R;
///     straight { body } judge was_last here "YA5 " "::f" sleep sleep await
/// }
/// ```
/// →
/// ```text
/// let mut __attempts = attempts::<R>();
/// loop {
///     {
///         let __outcome: R = if true { body } else { never() };
///         if __attempts.was_last(concat!("YA5 ", module_path!(), "::f"), &__outcome) {
///             return __outcome;
///         }
///     }
///     sleep(&__attempts).await;
/// };
/// ```
///
/// It is a macro of the compiler's own kind because that puts these tokens into a function in no time. The
/// attribute's code is unoptimised in most builds, and would take as long for them as the compiler for the rest.
///
/// In the loop, the attempt has a scope of its own, so that its outcome is gone when the wait begins: a future
/// doesn't store it, and is `Send` though the error is not. There is one `return` for all that ends the
/// call, so that the outcome is made in the place where it is returned.
///
/// What belongs to `Attempts` is called by its path, and what has to be a method on a reference to it, where,
/// if its errors have a `Display`, no trait of the user's with methods by the same names for all types comes
/// first. (`attempt` is a method because a path takes an eighth of the compiler's time for such a function.)
///
/// It trips no lint, so it needs no `allow`, which would reach into the body, and which a user's
/// `forbid` would refuse.
///
/// The parts:
/// - `context`: what the body is told of the attempts.
/// - `closure`: a sync body in a closure, which takes `?` and `return` as the end of the attempt, not of the function.
/// - `straight`: an async body that nothing leaves early, which stands as it is. The other branch is never
///   taken: it is there for what follows not to be unreachable where the body never ends.
/// - `block`: any other async body. On its own an `async` block would lose the return type, which
///   makes `?` convert and boxes coerce; a `return` of that type, never taken, gives it back. The `match`
///   is there for the user's braces not to be superfluous.
/// - `judge`, by a method of `Attempts`, with what is asked about an error if it is not the error itself, or
///   `judgement`: whether the attempt was the last one. `here` and `site` are what the call goes by: what
///   stands before and behind the module's path, or a `Site` as it is.
/// - `sleep`, with a function of ours, or `pause`: the wait.
#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    (
        make $make_all:ident
            $(here $settings:literal $name:literal)?
            $(site { $($site:tt)* })?
            $(on { $($on:tt)* })?;
        $returned:ty;
        closure $bars:tt $body:tt
    ) => {
        (&$crate::__private::attempts::<$returned>()).$make_all(
            $(::core::concat!($settings, ::core::module_path!(), $name))?
            $($($site)*)?,
            $bars $body,
            $($($on)*)?
        )
    };
    (
        $attempts:ident $outcome:ident: $returned:ty;
        $(context $context:ident $clock:ident { $($policy:tt)* })?
        $(straight $straight:tt)?
        $(closure $bars:tt $closure:tt)?
        $(block { $($captured:tt)* } { $($clones:tt)* } { $($bound:tt)* } $block:tt)?
        $(judge $was_last:ident
            $(here $settings:literal $name:literal)?
            $(site { $($site:tt)* })?
            $(on { $($on:tt)* })?
        )?
        $(judgement { $($judgement:tt)* })?
        $(sleep $sleep:ident $($await:ident)?)?
        $(pause { $($pause:tt)* })?
    ) => {
        let mut $attempts = $crate::__private::attempts::<$returned>();
        $(let mut $context = $crate::__private::Context::start($crate::__private::Clock::$clock);)?
        loop {
            {
                $($crate::__private::Attempts::begin(&$attempts, &mut $context, $($policy)*);)?
                $(
                    let $outcome: $crate::__private::Attempted<$returned> =
                        if true $straight else { $crate::__private::never() };
                )?
                $(let $outcome = (&$attempts).attempt($bars $closure);)?
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
                if $((&mut $attempts).$was_last(
                    $(::core::concat!($settings, ::core::module_path!(), $name))?
                    $($($site)*)?,
                    &$outcome,
                    $($($on)*)?
                ))? $($($judgement)*)? {
                    return $outcome;
                }
            }
            $($crate::__private::$sleep(&$attempts) $(.$await)?;)?
            $($($pause)*)?
        };
    };
}
