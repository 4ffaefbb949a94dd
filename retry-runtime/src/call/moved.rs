//! Arguments that the first attempt would take away from the next.

/// Checks an argument that the body surely moves, in code that is never run: each attempt can be passed it if it is
/// `Copy`.
///
/// Without it, the compiler would talk about closures and loops that the user hasn't written. The trait is made
/// anew for each argument, because the message of one can name types, but not the argument.
#[doc(hidden)]
#[macro_export]
macro_rules! __check_moved {
    ($argument:ident $message:literal $clone:literal $lend:literal) => {
        if false {
            #[diagnostic::on_unimplemented(message = $message, note = $clone, note = $lend)]
            #[diagnostic::on_unimplemented(label = "moved here; a `{Self}` is not `Copy`")]
            trait PassedToEachAttempt {
                fn check(&self) {}
            }
            #[diagnostic::do_not_recommend]
            impl<T: ::core::marker::Copy> PassedToEachAttempt for T {}
            PassedToEachAttempt::check(&$argument);
        }
    };
}
