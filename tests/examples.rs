//! Each example is found from the list and from a page of the guide, and what they name is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `examples/quickstart.rs` → `quickstart`
fn examples() -> BTreeSet<String> {
    let entries = fs::read_dir(root().join("examples")).expect("there are examples");
    let names = entries.map(|entry| entry.expect("an entry").path());
    let programs =
        names.filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "rs"));
    programs.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect()
}

/// All pages, by their files.
fn pages() -> Vec<(PathBuf, String)> {
    let mut folders = vec![root().join("src/guide")];
    let mut pages = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path())
        {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&entry).expect("a page");
                pages.push((entry, text));
            }
        }
    }
    pages
}

/// The paths below `examples/` that a text names: `` `examples/metrics` `` → `metrics`
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split("`examples/").skip(1).filter_map(|rest| rest.split(['`', ' ']).next())
}

#[test]
fn a_page_of_the_guide_leads_to_each_example() {
    let pages = pages();
    let is_named = |example: &str| {
        let mut all = pages.iter().flat_map(|(_, text)| named(text));
        let by_path = all.any(|path| path.split(['/', '.']).next() == Some(example));
        by_path || pages.iter().any(|(_, text)| text.contains(&format!("--example {example}")))
    };
    let missing: Vec<_> = examples().into_iter().filter(|example| !is_named(example)).collect();
    assert!(missing.is_empty(), "no page names {missing:?}");
}

#[test]
fn what_the_guide_names_is_there() {
    for (page, text) in pages() {
        for path in named(&text) {
            assert!(root().join("examples").join(path).exists(), "{}: {path}", page.display());
        }
    }
}

#[test]
fn the_list_has_each_example_once_in_a_row_with_its_number() {
    let list = fs::read_to_string(root().join("examples/README.md")).expect("the list");
    let rows: Vec<&str> =
        list.lines().filter(|line| line.starts_with("| ") && line.contains("](")).collect();
    let mut listed = BTreeSet::new();
    for (index, row) in rows.iter().enumerate() {
        let (number, rest) = row[2..].split_once(" | [").expect("a number and a link");
        assert_eq!(number, (index + 1).to_string(), "{row}");
        let (name, rest) = rest.split_once("](").expect("a link");
        let (file, rest) = rest.split_once(')').expect("a link");
        assert!(root().join("examples").join(file).exists(), "{row}");
        let command = rest.rsplit("| `").next().expect("a command");
        assert!(command.contains(name), "{row}");
        assert!(listed.insert(name.to_owned()), "{row}");
    }
    assert_eq!(listed, examples());
}
