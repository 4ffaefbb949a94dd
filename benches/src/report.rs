//! The report: every figure beside its peers', in `README.md`, with plots.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use plotters::prelude::{
    BLACK, ChartBuilder, Color as _, IntoDrawingArea as _, IntoFont as _, RGBColor, Rectangle,
    SVGBackend, Text, WHITE,
};

use crate::commands::{self, root, run};
use crate::figures::{self, Figures};
use crate::generated::{self, Functions, Variant};
use crate::options::{ASYNC, BLOCKING};

/// How many calls are asleep at once.
const PENDING: u64 = 1_000_000;
/// How many functions the compiler is given.
const FUNCTIONS: u32 = 1_000;

/// Measures everything, and writes it down.
pub fn write() {
    let mut text = fs::read_to_string(root().join("README.in.md")).expect("README.in.md is there");
    let mut put = |place: &str, table: String| {
        let mark = format!("<!-- {place} -->");
        assert!(text.contains(&mark), "README.in.md has no place for {place}");
        text = text.replace(&mark, table.trim_end());
    };
    put("machine", machine());
    let mut figures = figures::measured(PENDING);
    eprintln!("instructions");
    commands::instructions(&mut figures);
    put(
        "instructions",
        by_who(
            &figures,
            "instructions",
            1_000.0,
            &[
                ("blocking_success", "success"),
                ("blocking_one_failure", "one failure"),
                ("blocking_four_failures", "four failures"),
                ("async_success", "async success"),
            ],
        ),
    );
    plot(
        "instructions",
        "Instructions of a successful async call",
        of(&figures, "instructions.async_success", 1_000.0),
    );
    put(
        "futures",
        by_who(
            &figures,
            "future",
            1.0,
            &[
                ("small", "small"),
                ("large_work", "work of 4 KiB"),
                ("large_argument", "argument of 1 KiB"),
                ("large_result", "result of 256 bytes"),
            ],
        ),
    );
    plot("futures", "Bytes of a future", of(&figures, "future.small", 1.0));
    put("pending", by_who(&figures, "", 1.0, &[("pending", "bytes for each call")]));
    plot("pending", "Bytes of a call that is asleep", of(&figures, "pending", 1.0));
    put("allocations", allocations(&figures));

    eprintln!("times");
    let times = commands::times(&[]);
    put(
        "time.blocking",
        time_table(&times, &["blocking_success", "blocking_one_failure", "blocking_four_failures"]),
    );
    put(
        "time.async",
        time_table(&times, &["async_success", "async_one_failure", "async_four_failures"]),
    );
    put("schedule", schedule(&times));
    eprintln!("times without tracing");
    let without = commands::times(&["--no-default-features"]);
    put("tracing", tracing(&times, &without));

    eprintln!("machine code");
    generated::code_sizes(&mut figures, &["release", "small"], &[1, 100, 1_000]);
    put("code", code(&figures));

    eprintln!("the compiler's instructions");
    generated::check_instructions(&mut figures, &Variant::ALL);
    put(
        "check",
        by_who(
            &figures,
            "check",
            1.0,
            &[
                ("blocking", "blocking"),
                ("blocking_early_exit", "blocking, `?` in the body"),
                ("async", "async"),
                ("async_early_exit", "async, `?` in the body"),
            ],
        ),
    );
    eprintln!("options");
    generated::check_options(&mut figures);
    put("options", options(&figures));
    eprintln!("compile time");
    put("compile", compile());
    eprintln!("cold builds");
    put("cold", cold());
    fs::write(root().join("README.md"), text).expect("README.md is written");
}

fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let rustc = run(Command::new("rustc").arg("--version"));
    let valgrind = run(Command::new("valgrind").arg("--version"));
    format!(
        "{}, {cores} cores; {}; {}; Linux, x86-64.",
        model.trim_start_matches([' ', '\t', ':']),
        rustc.split(" (").next().unwrap_or_default(),
        valgrind.trim()
    )
}

/// The figures of a group, by who.
fn of(figures: &Figures, group: &str, divisor: f64) -> Vec<(String, f64)> {
    let prefix = format!("{group}.");
    let found = figures.iter().filter_map(|(name, value)| {
        Some((name.strip_prefix(&prefix)?.to_owned(), *value as f64 / divisor))
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    found
}

/// A row for each, a column for each group, with the ratio to the loop written by hand.
fn by_who(figures: &Figures, of_all: &str, divisor: f64, groups: &[(&str, &str)]) -> String {
    let columns: Vec<_> = groups
        .iter()
        .map(|(group, _)| {
            let name = format!("{of_all}.{group}");
            of(figures, name.trim_start_matches('.'), divisor)
                .into_iter()
                .collect::<BTreeMap<_, _>>()
        })
        .collect();
    let titles: Vec<&str> = groups.iter().map(|(_, title)| *title).collect();
    table(&titles, &columns, 0)
}

fn time_table(times: &BTreeMap<String, BTreeMap<String, f64>>, groups: &[&str]) -> String {
    let columns: Vec<_> =
        groups.iter().map(|group| times.get(*group).cloned().unwrap_or_default()).collect();
    let titles: Vec<String> = groups.iter().map(|group| group.replace('_', " ")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    table(&titles, &columns, 1)
}

fn table(titles: &[&str], columns: &[BTreeMap<String, f64>], decimals: usize) -> String {
    let mut who: Vec<&String> = columns.iter().flat_map(BTreeMap::keys).collect();
    who.sort_unstable();
    who.dedup();
    let first = columns.first().cloned().unwrap_or_default();
    let rank = |name: &String| first.get(name).copied().unwrap_or(f64::INFINITY);
    who.sort_by(|one, other| rank(one).total_cmp(&rank(other)));
    let mut text = format!("| | {} |\n|---|{}\n", titles.join(" | "), "---:|".repeat(titles.len()));
    for name in who {
        let _ = write!(text, "| {} |", shown(name));
        for column in columns {
            let by_hand = column.get("by_hand");
            let _ = match (column.get(name), by_hand) {
                (Some(value), Some(by_hand)) => {
                    write!(text, " {value:.decimals$} ({:.2}×) |", value / by_hand)
                }
                (Some(value), None) => write!(text, " {value:.decimals$} |"),
                (None, _) => write!(text, " |"),
            };
        }
        text.push('\n');
    }
    text
}

/// Ours stand out.
fn shown(name: &str) -> String {
    let text = name.replace("reattempt_on", "reattempt, `on = function`").replace('_', " ");
    if name.starts_with("reattempt") { format!("**{text}**") } else { text }
}

/// A row for each option: by hand, and by its key.
pub fn options(figures: &Figures) -> String {
    let mut text = String::from(
        "| | instructions | by hand | bytes of the future | by hand | to check | by hand |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    for (kind, options) in [("async", ASYNC), ("blocking", BLOCKING)] {
        for option in options {
            let _ = write!(text, "| {kind}, `{option}` |");
            for (group, divisor) in [
                (format!("instructions.{kind}_{option}"), 1_000.0),
                (format!("future.{option}"), 1.0),
                (format!("check.{kind}_{option}"), 1.0),
            ] {
                let of = |who: &str| {
                    let figure = figures.get(&format!("{group}.{who}"));
                    let is_there = kind == "async" || !group.starts_with("future");
                    figure.filter(|_| is_there).map(|figure| *figure as f64 / divisor)
                };
                let _ = match (of("reattempt"), of("by_hand")) {
                    (Some(ours), Some(by_hand)) => {
                        write!(text, " {ours:.0} ({:.2}×) | {by_hand:.0} |", ours / by_hand)
                    }
                    _ => write!(text, " | |"),
                };
            }
            text.push('\n');
        }
    }
    text
}

fn allocations(figures: &Figures) -> String {
    let mut text = String::from("| path | allocations |\n|---|---:|\n");
    for (path, count) in of(figures, "allocations", 1.0) {
        let _ = writeln!(text, "| {} | {count:.0} |", path.replace('.', ", ").replace('_', " "));
    }
    text
}

fn schedule(times: &BTreeMap<String, BTreeMap<String, f64>>) -> String {
    const JITTERS: [&str; 5] = ["none", "full", "equal", "decorrelated", "fraction"];
    let waits = times.get("schedule").cloned().unwrap_or_default();
    let mut text =
        format!("| | {} |\n|---|{}\n", JITTERS.join(" | "), "---:|".repeat(JITTERS.len()));
    for backoff in ["exponential", "fixed", "linear", "fibonacci", "list"] {
        let _ = write!(text, "| {backoff} |");
        for jitter in JITTERS {
            let _ = match waits.get(&format!("{backoff}.{jitter}")) {
                Some(nanoseconds) => write!(text, " {nanoseconds:.1} |"),
                None => write!(text, " |"),
            };
        }
        text.push('\n');
    }
    text
}

fn tracing(
    with: &BTreeMap<String, BTreeMap<String, f64>>,
    without: &BTreeMap<String, BTreeMap<String, f64>>,
) -> String {
    let mut text =
        String::from("| | without `tracing` | with it, no subscriber |\n|---|---:|---:|\n");
    for group in [
        "blocking_success",
        "blocking_one_failure",
        "blocking_four_failures",
        "async_success",
        "async_four_failures",
    ] {
        let of = |times: &BTreeMap<String, BTreeMap<String, f64>>| {
            times.get(group).and_then(|group| group.get("reattempt")).copied().unwrap_or(f64::NAN)
        };
        let _ = writeln!(
            text,
            "| {} | {:.1} | {:.1} |",
            group.replace('_', " "),
            of(without),
            of(with)
        );
    }
    text
}

fn code(figures: &Figures) -> String {
    let mut text = String::from(
        "| | functions | by hand | **reattempt** | backon |\n|---|---:|---:|---:|---:|\n",
    );
    for (profile, title) in [("release", "release"), ("small", "opt-level z")] {
        for kind in ["blocking", "async"] {
            for count in [1, 100, 1_000] {
                let of = |who: &str| {
                    figures
                        .get(&format!("code.{profile}.{kind}.{who}.{count}"))
                        .copied()
                        .unwrap_or_default()
                };
                let _ = writeln!(
                    text,
                    "| {title}, {kind} | {count} | {} | {} | {} |",
                    of("by_hand"),
                    of("reattempt"),
                    of("backon")
                );
            }
        }
    }
    text
}

fn compile() -> String {
    let mut text = String::from(
        "| | blocking, check | blocking, release | async, check | async, release |\n|---|---:|---:|---:|---:|\n",
    );
    let with_early_exit = Variant::ALL.into_iter().filter(|variant| !variant.is_peer());
    let rows = Variant::ALL.into_iter().map(|variant| (variant, false));
    for (variant, early_exit) in rows.chain(with_early_exit.map(|variant| (variant, true))) {
        let exit = if early_exit { ", `?` in the body" } else { "" };
        let _ = write!(text, "| {}{exit} |", shown(variant.name()));
        for is_async in [false, true] {
            let functions = Functions { variant, is_async, early_exit, count: FUNCTIONS };
            for arguments in [&["check", "--quiet"][..], &["build", "--quiet", "--release"]] {
                if variant.is_only_async() && !is_async {
                    text.push_str(" |");
                } else {
                    let _ = write!(text, " {:.2} |", functions.seconds(arguments));
                }
            }
        }
        text.push('\n');
    }
    text
}

fn cold() -> String {
    let ours = root().join("..").canonicalize().expect("the project is above");
    let path = format!("reattempt = {{ path = {ours:?}");
    let mut text =
        String::from("| a project with only | crates | processor seconds |\n|---|---:|---:|\n");
    for (title, name, dependencies) in [
        ("**reattempt**", "cold_reattempt", format!("{path} }}")),
        ("**reattempt**, no default features", "cold_reattempt_none", format!("{path}, default-features = false }}")),
        ("**reattempt**, everything but the macros", "cold_reattempt_no_macros", format!("{path}, default-features = false, features = [\"tokio\", \"tracing\"] }}")),
        ("tokio `time` + tracing + syn", "cold_baseline", "tokio = { version = \"1\", default-features = false, features = [\"time\"] }\ntracing = { version = \"0.1\", default-features = false }\nsyn = \"3\"".to_owned()),
        ("backon", "cold_backon", "backon = \"1.6\"".to_owned()),
        ("backon + backon-macros", "cold_backon_macros", "backon = \"1.6\"\nbackon-macros = \"1\"".to_owned()),
        ("retry", "cold_retry", "retry = \"2.2\"".to_owned()),
        ("tokio-retry2", "cold_tokio_retry2", "tokio-retry2 = \"0.9\"".to_owned()),
        ("backoff with tokio", "cold_backoff", "backoff = { version = \"0.4\", features = [\"tokio\"] }".to_owned()),
        ("tryhard", "cold_tryhard", "tryhard = \"0.5\"".to_owned()),
        ("mulligan", "cold_mulligan", "mulligan = \"0.7\"".to_owned()),
        ("tower `retry`", "cold_tower", "tower = { version = \"0.5\", features = [\"retry\", \"util\"] }".to_owned()),
    ] {
        let (seconds, crates) = commands::cold_build(name, &dependencies);
        let _ = writeln!(text, "| {title} | {crates} | {seconds:.1} |");
    }
    text
}

/// Horizontal bars, shortest first.
fn plot(name: &str, title: &str, bars: Vec<(String, f64)>) {
    const OURS: RGBColor = RGBColor(0x1f, 0x77, 0xb4);
    const OTHERS: RGBColor = RGBColor(0xb0, 0xb0, 0xb0);
    let path = root().join(format!("plots/{name}.svg"));
    fs::create_dir_all(root().join("plots")).expect("a directory is made");
    let height = 60 + 26 * bars.len() as u32;
    let area = SVGBackend::new(&path, (760, height)).into_drawing_area();
    area.fill(&WHITE).expect("a plot is drawn");
    let most = bars.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let rows = bars.len() as f64;
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 18))
        .margin(8)
        .build_cartesian_2d(-most * 0.35..most * 1.15, rows..0.0)
        .expect("a plot has axes");
    let font = ("sans-serif", 13).into_font().color(&BLACK);
    for (row, (who, value)) in bars.iter().enumerate() {
        let top = row as f64;
        let color = if who.starts_with("reattempt") { OURS } else { OTHERS };
        let bar = Rectangle::new([(0.0, top + 0.15), (*value, top + 0.85)], color.filled());
        let label = Text::new(who.replace('_', " "), (-most * 0.34, top + 0.25), font.clone());
        let number =
            Text::new(format!("{value:.0}"), (*value + most * 0.01, top + 0.25), font.clone());
        chart.draw_series([bar]).expect("bars are drawn");
        chart.draw_series([label, number]).expect("labels are drawn");
    }
    area.present().expect("a plot is written");
}
