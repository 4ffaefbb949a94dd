//! The checks of a policy whose values only the compiler knows. Each runs in a constant, at the
//! place of the value that it is about, where its panic is a compile error.
#![allow(
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "in a constant, a panic is a compile error"
)]

use core::time::Duration;

use crate::policy::{Jitter, Policy, PolicyBuilder};
use crate::rules::Field;

macro_rules! checks {
    ($($check:ident: $field:ident,)*) => {$(
        /// Refuses this option, at the caller's place, if it is at fault.
        #[track_caller]
        pub const fn $check(builder: &PolicyBuilder) {
            if let Some(problem) = builder.fault(Field::$field) {
                panic!("{}", problem);
            }
        }
    )*};
}

checks! {
    check_max_attempts: MaxAttempts,
    check_backoff: Backoff,
    check_initial_delay: InitialDelay,
    check_throttled_delay: ThrottledDelay,
    check_max_delay: MaxDelay,
    check_multiplier: Multiplier,
    check_jitter: Jitter,
}

/// A value whose type only the compiler knows: it is one of those that have the method asked for.
#[derive(Debug, Clone, Copy)]
pub struct Given<T>(pub T);

impl Given<f64> {
    /// A share of the wait.
    pub const fn jitter(self) -> Jitter {
        Jitter::Fraction(self.0)
    }
}

impl Given<Jitter> {
    /// A kind of jitter.
    pub const fn jitter(self) -> Jitter {
        self.0
    }
}

/// The policy. Its given options have been checked; what may be left to refuse is an option of the
/// policy that it started from.
#[track_caller]
pub const fn build(builder: PolicyBuilder) -> Policy {
    match builder.build() {
        Ok(policy) => policy,
        Err(error) => panic!("{}", error.problem()),
    }
}

/// Tells the compiler the type of a closure's argument.
pub const fn closure<F: Fn(u32) -> Duration>(closure: F) -> F {
    closure
}
