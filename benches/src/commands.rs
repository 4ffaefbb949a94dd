//! What other programs measure: Callgrind, criterion, the compiler.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::figures::Figures;

/// This package.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a command to its end and returns what it printed.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{command:?} failed:\n{printed}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    printed
}

pub fn cargo() -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root()).env("CARGO_TERM_COLOR", "never");
    command
}

/// Instructions of 1,000 calls, as `instructions.group.who`. Needs Valgrind and `gungraun-runner`.
pub fn instructions(figures: &mut Figures) {
    let printed =
        run(cargo().args(["bench", "--quiet", "--bench", "instructions", "--", "--color=never"]));
    let mut name = None;
    for line in printed.lines() {
        if let Some(benchmark) = line.strip_prefix("instructions::") {
            // `blocking_group::blocking_success by_hand:(…)`, or `async_success_group::by_hand`.
            let (path, id) = benchmark.split_once(' ').unwrap_or((benchmark, ""));
            let (group, function) = path.split_once("::").unwrap_or((path, ""));
            name = Some(match id.split_once(':') {
                Some((id, _)) => format!("instructions.{function}.{id}"),
                None => format!("instructions.{}.{function}", group.trim_end_matches("_group")),
            });
        } else if let Some(counted) = line.trim().strip_prefix("Instructions:") {
            let counted = counted.trim().split('|').next().unwrap_or_default().trim();
            let counted = counted.parse().unwrap_or_else(|_| panic!("not a number: {line}"));
            figures.insert(name.take().expect("a benchmark before its figure"), counted);
        }
    }
}

/// Nanoseconds, the median, by group and who.
pub fn times(features: &[&str]) -> BTreeMap<String, BTreeMap<String, f64>> {
    run(cargo().args(["bench", "--quiet", "--bench", "time"]).args(features));
    let mut times: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for group in directories(&root().join("target/criterion")) {
        for who in directories(&group) {
            let Ok(estimates) = std::fs::read_to_string(who.join("new/estimates.json")) else {
                continue;
            };
            let estimates: serde_json::Value = serde_json::from_str(&estimates).expect("JSON");
            let median = estimates["median"]["point_estimate"].as_f64().expect("a median");
            times.entry(name(&group)).or_default().insert(name(&who), median);
        }
    }
    times
}

fn directories(of: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(of).unwrap_or_else(|error| panic!("{}: {error}", of.display()));
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.filter(|path| path.is_dir()).collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// How many crates a user compiles, ours included.
pub fn crates(figures: &mut Figures) {
    for (name, features) in [
        ("crates.default", &[][..]),
        ("crates.without_tracing", &["--no-default-features", "--features", "macros,tokio"]),
        ("crates.without_macros", &["--no-default-features", "--features", "std,tokio,tracing"]),
        ("crates.none", &["--no-default-features"]),
    ] {
        let printed = run(cargo()
            .args(["tree", "--quiet", "--manifest-path", "../Cargo.toml", "--package", "reattempt"])
            .args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
            .args(features));
        let mut crates: Vec<&str> =
            printed.lines().map(|line| line.split(" (").next().unwrap_or(line)).collect();
        crates.sort_unstable();
        crates.dedup();
        figures.insert(name.to_owned(), crates.len() as u64);
    }
}

/// Processor time of all the processes waited for so far, as Linux tells it.
pub fn children_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let behind_name = stat.rsplit_once(')').expect("the name of the process").1;
    let fields: Vec<&str> = behind_name.split_whitespace().collect();
    // The fields 16 and 17 of proc(5), of which the name is the second.
    let ticks = |field: &str| field.parse::<f64>().expect("a number of ticks");
    (ticks(fields[13]) + ticks(fields[14])) / 100.0
}

/// Processor seconds to compile a project with only this dependency, and everything below it.
pub fn cold_build(name: &str, dependencies: &str) -> (f64, u64) {
    let directory = root().join("target/generated").join(name);
    let target = directory.join("target");
    fs::create_dir_all(directory.join("src")).expect("a directory is made");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{dependencies}\n"
    );
    fs::write(directory.join("Cargo.toml"), manifest).expect("a file is written");
    fs::write(directory.join("src/lib.rs"), "").expect("a file is written");
    let cargo = |arguments: &[&str]| {
        let mut command = cargo();
        command.current_dir(&directory).args(arguments).env("CARGO_TARGET_DIR", &target);
        command
    };
    let tree = run(&mut cargo(&["tree", "--quiet", "--edges", "normal,build", "--prefix", "none"]));
    let mut crates: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    crates.sort_unstable();
    crates.dedup();
    let once = || {
        let _ = fs::remove_dir_all(&target);
        let before = children_seconds();
        run(&mut cargo(&["build", "--quiet", "--release"]));
        children_seconds() - before
    };
    (once().min(once()), crates.len() as u64 - 1)
}
