//! The code on the guide's pages is the code that was run here: each paragraph of it stands in the tests as it is.

use std::fs;

/// A page, and what its code is taken from.
const PAGES: [(&str, &[&str]); 5] = [
    ("backoff", &["tests/backoff.rs", "tests/backoff_state.rs"]),
    ("backon", &["tests/backon.rs", "tests/backon_state.rs"]),
    ("resilience4j", &["tests/resilience4j.rs"]),
    ("tenacity", &["python/before.py", "tests/tenacity.rs"]),
    ("tokio_retry", &["tests/tokio_retry.rs", "tests/tokio_retry2.rs"]),
];

/// No Java was run.
const NOT_RUN: &str = "resilience4j";

struct Block {
    is_text: bool,
    lines: Vec<String>,
}

/// The blocks of code, without what rustdoc hides.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut block: Option<Block> = None;
    for line in page.lines() {
        let Some(line) = line.strip_prefix("//!") else { continue };
        let line = line.strip_prefix(' ').unwrap_or(line);
        match (line.strip_prefix("```"), &mut block) {
            (Some(language), None) => {
                block = Some(Block { is_text: language == "text", lines: Vec::new() });
            }
            (Some(_), Some(_)) => blocks.extend(block.take()),
            (None, Some(_)) if line == "#" || line.starts_with("# ") => {}
            (None, Some(block)) => block.lines.push(normal(line)),
            (None, None) => {}
        }
    }
    assert!(block.is_none(), "a block that doesn't end");
    blocks
}

/// A test's function is public in its module, and stands further to the right.
fn normal(line: &str) -> String {
    let line = line.trim();
    line.strip_prefix("pub ").unwrap_or(line).to_owned()
}

fn is_import(line: &str) -> bool {
    line.starts_with("use ") || line.starts_with("import ") || line.starts_with("from ")
}

#[test]
fn have_the_code_that_was_run() {
    for (page, sources) in PAGES {
        let text = fs::read_to_string(format!("../../src/guide/coming_from/{page}.rs")).unwrap();
        let sources: Vec<String> = sources
            .iter()
            .flat_map(|source| {
                let text = fs::read_to_string(source).unwrap();
                text.lines().map(normal).collect::<Vec<_>>()
            })
            .collect();
        let mut compared = 0;
        for block in blocks(&text) {
            if block.is_text && page == NOT_RUN {
                continue;
            }
            for paragraph in block.lines.split(String::is_empty) {
                if paragraph.iter().all(|line| is_import(line)) {
                    continue;
                }
                let stands_there =
                    sources.windows(paragraph.len()).any(|window| window == paragraph);
                assert!(stands_there, "{page}: not in the tests:\n{}", paragraph.join("\n"));
                compared += 1;
            }
        }
        assert!(compared > 3, "{page}: only {compared} paragraphs are compared");
    }
}
