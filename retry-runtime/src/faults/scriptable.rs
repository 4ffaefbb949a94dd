//! The errors that a script can fail with.

use core::any::Any;

/// An error that a [`Script`](crate::faults::Script) can make an annotated function fail with.
///
/// It is implemented by each error that `#[derive(Retryable)]` stands on, if that has no generic parameters, by the errors of
/// other crates that are classified here, by boxed errors, reports and `String`. For another type, one line does it:
///
/// ```
/// # #[derive(Debug)] struct UploadError;
/// impl reattempt::faults::Scriptable for UploadError {}
/// ```
#[diagnostic::on_unimplemented(
    message = "a script can't fail with a `{Self}`",
    label = "not scriptable",
    note = "write `impl reattempt::faults::Scriptable for {Self} {{}}` beside the type, or derive `reattempt::Retryable` for it"
)]
// It has a supertrait rather than a bound where it is used: a bound with a lifetime would be asked of every annotated
// function's error, also of those that borrow.
pub trait Scriptable: Any {}

macro_rules! scriptable {
    ($($(#[$attribute:meta])* $ty:ty,)+) => {
        $($(#[$attribute])* #[diagnostic::do_not_recommend] impl Scriptable for $ty {})+
    };
}

scriptable! {
    core::fmt::Error,
    core::num::ParseIntError,
    alloc::string::String,
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
