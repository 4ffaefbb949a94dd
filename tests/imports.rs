//! A file imports only from files below it: the layers of `ARCHITECTURE.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers of a crate, from the ground up: files, or folders with all that is in them.
const LAYERS: &[(&str, &[&str])] = &[
    (
        "retry-policy",
        &[
            "message",
            "error",
            "window",
            "backoff",
            "log",
            "duration",
            "math",
            "value",
            "option_table",
            "options",
            "builder",
            "validate",
            "policy",
            "random",
            "text",
            "nested",
            "table",
        ],
    ),
    (
        "retry-runtime",
        &[
            "error_view",
            "random",
            "classify/retryability",
            "classify/shown",
            "classify/tables",
            "classify/words",
            "classify/traits",
            "classify/timed_out",
            "classify/marked",
            "http/retry_after",
            "http/time_left",
            "http/status_error",
            "http/response",
            "http/http_error",
            "http/read_body",
            "classify/errors",
            "faults/scriptable",
            "classify/chain",
            "classify/aws",
            "classify/detect",
            "classify/boxed",
            "faults/script",
            "faults",
            "schedule",
            "strategies",
            "register",
            "registry",
            "timer/clock",
            "timer/moment",
            "timer/began",
            "engine/apart",
            "engine/give_up_reason",
            "engine/packed",
            "engine",
            "timer/deadline",
            "timer/yield_once",
            "timer/blocking",
            "timer/default",
            "timer",
            "overload/cell",
            "overload/bucket",
            "overload/rule",
            "overload/hash",
            "overload/keyed",
            "overload/budget",
            "overload/brake",
            "overload/no_atomics",
            "overload/patience",
            "overload",
            "waits",
            "observe/event",
            "observe/tracing",
            "observe",
            "scope/limits",
            "scope/part",
            "scope/surrounding",
            "scope/current",
            "scope/layer",
            "scope/policies",
            "scope/table",
            "scope/retrying",
            "scope/around",
            "scope/future",
            "scope/builder",
            "scope/in_scope",
            "scope",
            "observers/terms",
            "observers/counters",
            "observers/metrics",
            "observers/opentelemetry",
            "observers",
            "call/outcome",
            "call/view",
            "call/lend",
            "call/mark",
            "call/moved",
            "call/record",
            "call/context",
            "call/site",
            "call/limits",
            "call/timed_out",
            "call/const_checks",
            "call/braked",
            "call/asked",
            "call/scripted",
            "call/tell",
            "call/after_attempt",
            "call/span",
            "call/cancel",
            "call/blocking",
            "call/retry_loop",
            "call/state",
            "call/wait",
            "call/expansion",
            "retry",
            "integrations",
            "testing/recorded",
            "testing/recording",
            "testing",
        ],
    ),
    (
        "retry-macros",
        &[
            "diagnostics",
            "tokens/basics",
            "tokens/cursor",
            "tokens/scan",
            "tokens/split",
            "tokens/expressions",
            "tokens/makers",
            "tokens/moves",
            "tokens",
            "features",
            "keys",
            "guesses",
            "syntax/arguments",
            "syntax/values",
            "syntax/policy_values",
            "syntax/callables",
            "syntax/parameters",
            "syntax/body",
            "syntax/function",
            "syntax/instrumented",
            "syntax/returned_future",
            "model",
            "parse",
            "limits",
            "valid",
            "plan/policy",
            "plan/time",
            "plan",
            "expand/path",
            "expand/classifier",
            "expand/policy",
            "expand/site",
            "expand/around",
            "expand/scripted",
            "expand/registered",
            "expand/outcome",
            "expand/docs",
            "expand/output",
            "expand/arguments",
            "expand/wait",
            "expand",
            "attempt",
            "derive/ast",
            "derive/attr",
            "derive/values",
            "derive/valid",
            "derive/expand",
            "derive",
        ],
    ),
];

/// Folders whose own file only declares and re-exports. Whoever imports from it imports from the uppermost
/// layer in it.
const FACADES: &[&str] = &["call", "classify", "classify/tables", "http", "syntax", "tokens"];

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// `src/classify/errors/io.rs` → `classify/errors/io`, `src/observe/mod.rs` → `observe`.
fn module(source: &Path, file: &Path) -> String {
    let path = file.strip_prefix(source).unwrap().with_extension("");
    let path = path.to_str().unwrap().replace('\\', "/");
    path.strip_suffix("/mod").map_or(path.clone(), str::to_owned)
}

/// The paths of all `use` items of a file, from the root of its crate: `use super::{a, b::c};` of `x/y` →
/// `x/a`, `x/b/c`. Those of its tests don't count.
fn imports(module: &str, is_folder: bool, text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]").next().unwrap();
    let mut found = Vec::new();
    for item in text.split('\n').collect::<Vec<_>>().join(" ").split(';') {
        let Some(start) = item.find("use ") else { continue };
        let before = item[..start].trim_end();
        if !(before.is_empty()
            || before.ends_with([']', '}', '{', '/', ')'])
            || before.ends_with("pub"))
        {
            continue;
        }
        let path = item[start + 4..].trim().replace(' ', "");
        let parent =
            |module: &str| module.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
        let here = if is_folder { module.to_owned() } else { parent(module) };
        let (from, rest) = if let Some(rest) = path.strip_prefix("crate::") {
            (String::new(), rest)
        } else if let Some(rest) = path.strip_prefix("super::super::") {
            (parent(&if is_folder { parent(module) } else { here }), rest)
        } else if let Some(rest) = path.strip_prefix("super::") {
            (if is_folder { parent(module) } else { here }, rest)
        } else if let Some(rest) = path.strip_prefix("self::") {
            (here, rest)
        } else {
            continue;
        };
        expand(&from, rest, &mut found);
    }
    found
}

/// `a::{b, c::D}` → `a/b`, `a/c/D`
fn expand(from: &str, path: &str, found: &mut Vec<String>) {
    let join =
        |part: &str| if from.is_empty() { part.to_owned() } else { format!("{from}/{part}") };
    if let Some(list) = path.strip_prefix('{') {
        let list = list.trim_end_matches('}');
        let (mut depth, mut start) = (0, 0);
        for (index, character) in list.char_indices() {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(from, &list[start..index], found);
                    start = index + 1;
                }
                _ => {}
            }
        }
        if start < list.len() {
            expand(from, &list[start..], found);
        }
    } else if let Some((head, rest)) = path.split_once("::") {
        expand(&join(head), rest, found);
    } else {
        found.push(join(path));
    }
}

#[test]
fn no_file_imports_from_above() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let mut edges = 0;
    for (name, layers) in LAYERS {
        let source = root.join(name).join("src");
        let mut files = Vec::new();
        rust_files(&source, &mut files);
        let modules: BTreeMap<String, PathBuf> =
            files.into_iter().map(|file| (module(&source, &file), file)).collect();
        let rank = |module: &str| {
            let of = |layer: &&str| module == *layer || module.starts_with(&format!("{layer}/"));
            // The longest name that fits.
            layers
                .iter()
                .enumerate()
                .filter(|(_, layer)| of(layer))
                .max_by_key(|(_, layer)| layer.len())
        };
        for (module, file) in &modules {
            if module == "lib"
                || module.split('/').next() == Some("tests")
                || FACADES.contains(&module.as_str())
            {
                continue;
            }
            let Some((own, _)) = rank(module) else {
                wrong.push(format!("{name}/{module} has no layer in `tests/imports.rs`"));
                continue;
            };
            let text = fs::read_to_string(file).unwrap();
            for import in imports(module, file.ends_with("mod.rs"), &text) {
                // The file that an item is in: the longest path of a module.
                let mut target = import.as_str();
                while !modules.contains_key(target) {
                    match target.rsplit_once('/') {
                        Some((parent, _)) => target = parent,
                        None => break,
                    }
                }
                if target == module
                    || !modules.contains_key(target)
                    || target.starts_with(&format!("{module}/"))
                {
                    continue;
                }
                edges += 1;
                let inside = |layer: &&str| layer.starts_with(&format!("{target}/"));
                let uppermost =
                    layers.iter().rposition(inside).filter(|_| FACADES.contains(&target));
                match uppermost.or(rank(target).map(|(other, _)| other)) {
                    Some(other) if other <= own => {}
                    _ => wrong.push(format!("{name}/{module} imports {import}")),
                }
            }
        }
    }
    assert!(edges > 150, "only {edges} imports were found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
