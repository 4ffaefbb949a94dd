//! The features of this crate, which change what is expanded.
//!
//! They are functions, so that the tests look at expansions with and without them, whatever else is compiled beside the tests.

/// Whether expansions ask for scripts.
pub(crate) fn faults() -> bool {
    is_on(cfg!(feature = "faults"))
}

/// Whether functions say what they are, for a list of them.
pub(crate) fn registry() -> bool {
    is_on(cfg!(feature = "registry"))
}

#[cfg(not(test))]
const fn is_on(is_enabled: bool) -> bool {
    is_enabled
}

#[cfg(test)]
std::thread_local! {
    pub(crate) static ALL: core::cell::Cell<bool> = const { core::cell::Cell::new(false) };
}

#[cfg(test)]
fn is_on(_: bool) -> bool {
    ALL.get()
}
