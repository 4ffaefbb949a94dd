//! The checks of a policy whose values only the compiler knows. Each runs in a constant, at the place of the
//! value that it is about, where its panic is a compile error.
#![allow(
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "in a constant, a panic is a compile error"
)]

use reattempt_policy::__private::Key;
use reattempt_policy::{Policy, PolicyBuilder};

/// Refuses this option, at the caller's place, if something is wrong with it.
#[track_caller]
pub const fn check(builder: &PolicyBuilder, key: Key) {
    if let Some(problem) = builder.problem(key) {
        panic!("{}", problem.message().as_str());
    }
}

/// The policy. Its given options have been checked. What may be left to refuse is an option of the policy that
/// it started from.
#[track_caller]
pub const fn build(builder: PolicyBuilder) -> Policy {
    match builder.build() {
        Ok(policy) => policy,
        Err(error) => panic!("{}", error.problem().message().as_str()),
    }
}
