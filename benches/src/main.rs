//! `check` compares the deterministic figures with `bounds.txt`; `options` prints what each option costs; `report` measures everything and writes
//! `README.md` and its plots.

use std::process::ExitCode;

use reattempt_benches::commands::{self, root};
use reattempt_benches::generated::Variant;
use reattempt_benches::{bounds, figures, generated, report};

fn main() -> ExitCode {
    if let Some(code) = generated::as_compiler() {
        return code;
    }
    match std::env::args().nth(1).as_deref() {
        Some("check") => check(),
        Some("options") => {
            let mut figures = figures::measured(1_000);
            commands::instructions(&mut figures);
            generated::check_options(&mut figures);
            print!("{}", report::options(&figures));
            ExitCode::SUCCESS
        }
        Some("report") => {
            report::write();
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: cargo run --release -- check | options | report");
            ExitCode::FAILURE
        }
    }
}

fn check() -> ExitCode {
    let mut figures = figures::measured(10_000);
    commands::instructions(&mut figures);
    commands::crates(&mut figures);
    generated::code_sizes(&mut figures, &["release"], &[100]);
    generated::check_instructions(&mut figures, &[Variant::ByHand, Variant::Reattempt]);
    let bounds = std::fs::read_to_string(root().join("bounds.txt")).expect("bounds.txt is there");
    let checked = bounds::check(&bounds, &figures);
    for (line, holds) in &checked {
        println!("{} {line}", if *holds { "ok  " } else { "OVER" });
    }
    let over = checked.iter().filter(|(_, holds)| !holds).count();
    println!("{} figures within their bounds, {over} over", checked.len() - over);
    if over == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
