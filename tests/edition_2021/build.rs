//! `tests/shapes` once more, without timers: such a blocking function is one call, and one with a timer a loop.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let tests = Path::new("..").canonicalize().expect("this package is among the tests");
    println!("cargo::rerun-if-changed=../shapes");
    let mut changed = 0;
    for file in fs::read_dir(tests.join("shapes")).expect("the shapes are there") {
        let path = file.expect("a file").path();
        let text = fs::read_to_string(&path).expect("text");
        changed += text.matches("#[retry(sleep = sleep)]").count();
        let text = text.replace("#[retry(sleep = sleep)]", "#[retry(backoff = \"none\")]");
        let support = tests.join("support/mod.rs");
        let text = text.replace("\"../support/mod.rs\"", &format!("{support:?}"));
        let name = path.file_name().expect("a name");
        let text = if name == "main.rs" { included(&text) } else { text };
        fs::write(out.join(name), text).expect("a file is written");
    }
    assert!(changed > 30, "only {changed} functions have a timer and nothing else");
}

/// Without what only the beginning of a crate can have.
fn included(text: &str) -> String {
    let (_, items) = text.split_once(")]\n").expect("attributes of the crate come first");
    items.to_owned()
}
