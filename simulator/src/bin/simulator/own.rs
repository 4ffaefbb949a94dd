//! One's own policy.

use std::io;

use reattempt::Policy;
use simulator::Protection;
use simulator::brownout;
use simulator::schedule::{amplification, longest_wait, schedule};

use crate::Run;
use crate::scenes::{brown_out_curves, fates};
use crate::tables::Table;

/// How many of its delays are shown.
const SHOWN: u32 = 20;

/// What it says, and its fate.
pub(crate) fn own_policy(run: &mut Run<'_>, policy: Policy) -> io::Result<()> {
    let text = policy.to_string();
    let text = if text.is_empty() { "the default policy" } else { &text };
    writeln!(run.out, "{text}\n")?;
    let mut table = Table::new(["retry", "delay from", "to", "all delays at most"]);
    for delay in schedule(&policy, SHOWN) {
        let cells = [delay.low, delay.high, delay.total].map(|delay| format!("{delay:?}"));
        let [low, high, total] = cells;
        table.row([delay.retry.to_string(), low, high, total]);
    }
    let more = policy.max_attempts().is_none_or(|attempts| attempts.get() - 1 > SHOWN);
    if more {
        table.row(["…"]);
    }
    table.write(run.out)?;
    match longest_wait(&policy) {
        Some(wait) => writeln!(run.out, "A call waits {wait:?} at most.")?,
        None => writeln!(run.out, "A call has no end.")?,
    }
    if let Some(limit) = policy.max_elapsed() {
        writeln!(run.out, "No wait begins that would end {limit:?} after the call's beginning.")?;
    }
    writeln!(run.out)?;
    let failing = [0.01, 0.1, 0.5, 0.9, 1.0];
    let mut table =
        Table::new(["attempts that fail", "attempts/call", "in 2 layers", "in 3 layers"]);
    for failing in failing {
        let one = amplification(&policy, failing);
        let cell = |layers: i32| {
            let all = one.powi(layers);
            if all.is_finite() { format!("{all:.2}") } else { "∞".to_owned() }
        };
        table.row([format!("{:.0} %", failing * 100.0), cell(1), cell(2), cell(3)]);
    }
    table.write(run.out)?;
    let seeds = run.arguments.seeds;
    writeln!(run.out, "In the brown-out, 100 processes, {seeds} seeds, loads of 60 / 80 / 90 %\n")?;
    let mut table =
        Table::new(["retries", "seconds to recover", "attempts/call in it", "% succeed"]);
    let settings = brownout::Settings { policy, ..Default::default() };
    for (protection, name) in [
        (Protection::NoRetries, "no retries"),
        (Protection::Plain, "this policy"),
        (Protection::BUDGET, "with a budget"),
        (Protection::Brake, "with a brake"),
    ] {
        let settings = brownout::Settings { protection, ..settings };
        let [recovery, amplification, share] = fates(run, &settings);
        table.row([name.to_owned(), recovery, amplification, share]);
    }
    table.write(run.out)?;
    brown_out_curves(run, &settings)
}
