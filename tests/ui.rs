//! Each mistake that a user can make, and what the compiler then says.
//!
//! The texts are those of one compiler, which `.ci/run` names. With another, run
//! `TRYBUILD=overwrite cargo test --test ui` and read the difference.

#[rustversion::attr(not(stable(1.95)), ignore = "its texts are those of Rust 1.95")]
#[test]
fn mistakes_are_explained() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*/*.rs");
}
