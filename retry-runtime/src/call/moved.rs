//! Arguments that the first attempt would take away from the next.

/// An argument, of which nothing is looked at but the type.
#[derive(Debug)]
pub struct Passed<T>(core::marker::PhantomData<T>);

impl<T> Passed<T> {
    /// Of this argument.
    pub const fn new(_: &T) -> Passed<T> {
        Passed(core::marker::PhantomData)
    }
}

impl<T: ?Sized> Passed<&mut T> {
    /// A `&mut T` behind an alias is lent anew, and not moved: this method comes before that of the trait in
    /// [`__check_moved`](crate::__check_moved).
    pub const fn check(&self) {}
}

/// Checks an argument that the body surely moves, in code that is never run: each attempt can be passed it if it is
/// `Copy`.
///
/// Without it, the compiler would talk about closures and loops that the user hasn't written. The trait is made
/// anew for each argument, because the message of one can name types, but not the argument. It is in a module of its own,
/// where nothing of the user's is called `diagnostic`.
#[doc(hidden)]
#[macro_export]
macro_rules! __check_moved {
    ($argument:ident $message:literal $clone:literal $lend:literal) => {
        if false {
            mod __moved {
                #[diagnostic::on_unimplemented(message = $message, note = $clone, note = $lend)]
                #[diagnostic::on_unimplemented(label = "moved here; a `{Self}` is not `Copy`")]
                pub trait PassedToEachAttempt {}
                #[diagnostic::do_not_recommend]
                impl<T: ::core::marker::Copy> PassedToEachAttempt for T {}
                pub trait Check<T> {
                    fn check(&self)
                    where
                        T: PassedToEachAttempt,
                    {
                    }
                }
                impl<T> Check<T> for $crate::__private::Passed<T> {}
            }
            use __moved::Check as _;
            $crate::__private::Passed::new(&$argument).check();
        }
    };
}
