//! What a script can make an attempt come to.

use core::any::Any;

/// An error, or a value, that a script can make an annotated function come to.
///
/// The trait is there without any feature, so that a library says it once, beside its type:
///
/// ```
/// # #[derive(Debug)] struct UploadError;
/// impl reattempt::faults::Scriptable for UploadError {}
/// ```
///
/// With the feature `faults`, it is implemented by each error that `#[derive(Retryable)]` stands on and that has no generic parameters, by
/// the errors of other crates that are classified here, by boxed errors and reports, and by numbers, `bool`, `String`, `Vec<u8>` and
/// `()`.
#[diagnostic::on_unimplemented(
    message = "a script can't make a `{Self}`",
    label = "not scriptable",
    note = "hand over the error or the value itself, and not a `Result`",
    note = "for a type of your own, write `impl reattempt::faults::Scriptable for {Self} {{}}` beside it; an error that derives \
            `reattempt::Retryable` and is not generic has it"
)]
// It has a supertrait rather than a bound where it is used: a bound with a lifetime would be asked of every annotated
// function's error, also of those that borrow.
pub trait Scriptable: Any {}

#[cfg(feature = "faults")]
macro_rules! scriptable {
    ($($(#[$attribute:meta])* $ty:ty,)+) => {
        $($(#[$attribute])* #[diagnostic::do_not_recommend] impl Scriptable for $ty {})+
    };
}

#[cfg(feature = "faults")]
scriptable! {
    (), bool, char, f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize,
    core::fmt::Error,
    core::num::ParseIntError,
    core::time::Duration,
    alloc::string::String,
    alloc::vec::Vec<u8>,
    alloc::vec::Vec<alloc::string::String>,
    alloc::boxed::Box<dyn core::error::Error>,
    alloc::boxed::Box<dyn core::error::Error + Send>,
    alloc::boxed::Box<dyn core::error::Error + Send + Sync>,
    crate::TimedOut,
    crate::Marked,
    #[cfg(feature = "anyhow")]
    anyhow::Error,
    #[cfg(feature = "eyre-0_6")]
    eyre::Report,
}
