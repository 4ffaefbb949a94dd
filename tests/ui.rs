//! Each mistake that a user can make, and what the compiler then says.
//!
//! The texts are those of one compiler, which `.ci/run` names. With another, run
//! `TRYBUILD=overwrite cargo test --test ui` and read the difference.

#[rustversion::attr(not(stable(1.95)), ignore = "its texts are those of Rust 1.95")]
#[test]
fn mistakes_are_explained() {
    let cases = trybuild::TestCases::new();
    for folder in std::fs::read_dir("tests/ui").unwrap() {
        let folder = folder.unwrap().path();
        // Texts in which the whole body is marked. With the feature `faults`, as other tests of the workspace have it, more of it is
        // marked; the run with the default features compares them.
        if cfg!(feature = "faults") && folder.ends_with("body") {
            continue;
        }
        cases.compile_fail(folder.join("*.rs"));
    }
}
