//! The scenes' tables.

use std::io;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::ScopedJoinHandle;

use simulator::Protection;
use simulator::attacks::attacks;
use simulator::brownout::{self, BrownOut, brown_out};
use simulator::comeback;
use simulator::contention::{
    self, ArticleDecorrelated, Contention, KINDS, PUBLISHED, contention, contention_by,
};
use simulator::users::{CASES, Users, users};

use crate::Run;
use crate::tables::{Table, mean, range};

/// The loads that are compared.
pub(crate) const LOADS: [f64; 3] = [0.6, 0.8, 0.9];

const CLIENTS: [u32; 6] = [10, 20, 50, 100, 150, 200];

/// Scene 1.
pub(crate) fn contention_table(run: &mut Run<'_>) -> io::Result<()> {
    let trials = run.arguments.trials;
    writeln!(
        run.out,
        "Contention for one row, {trials} trials: writes, and when the last is done in ms\n"
    )?;
    let mut table = Table::new([
        "jitter",
        "clients",
        "calls",
        "published",
        "off by",
        "time",
        "published",
        "off by",
    ]);
    for kind in &KINDS {
        for clients in CLIENTS {
            let settings = contention::Settings { clients, trials, seed: 1 };
            let ours = contention(kind, settings).map_err(io::Error::other)?;
            run.count(ours.calls * f64::from(trials));
            contention_row(&mut table, kind.name, kind.name, clients, ours);
            run.plot("contention-calls", kind.name, (f64::from(clients), ours.calls));
            run.plot("contention-time", kind.name, (f64::from(clients), ours.time));
        }
    }
    for clients in CLIENTS {
        let settings = contention::Settings { clients, trials, seed: 1 };
        let ours = contention_by(&ArticleDecorrelated::new(1), settings);
        run.count(ours.calls * f64::from(trials));
        contention_row(&mut table, "decorrelated as published", "decorrelated", clients, ours);
    }
    table.write(run.out)?;
    let with_clients = |y| ("Clients that change one row", "clients", y);
    run.draw("contention-calls", with_clients("calls"))?;
    run.draw("contention-time", with_clients("milliseconds"))
}

fn contention_row(table: &mut Table, name: &str, published: &str, clients: u32, ours: Contention) {
    let known = PUBLISHED.iter().find(|known| known.name == published && known.clients == clients);
    let off = |ours: f64, theirs: f64| format!("{:+.1} %", (ours / theirs - 1.0) * 100.0);
    let known = known.map(|known| known.figures);
    let cell = |number: Option<f64>| number.map_or(String::new(), |number| format!("{number:.0}"));
    table.row([
        name.to_owned(),
        clients.to_string(),
        format!("{:.1}", ours.calls),
        cell(known.map(|known| known.calls)),
        known.map_or(String::new(), |known| off(ours.calls, known.calls)),
        format!("{:.0}", ours.time),
        cell(known.map(|known| known.time)),
        known.map_or(String::new(), |known| off(ours.time, known.time)),
    ]);
}

/// Runs a brown-out under several seeds.
pub(crate) fn brown_outs(run: &mut Run<'_>, settings: &brownout::Settings) -> Vec<BrownOut> {
    let seeds = u64::from(run.arguments.seeds);
    let length = run.arguments.seconds.max(brownout::BEGINS + settings.brown_out + 20);
    let seeds: Vec<u64> = (1..=seeds).collect();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let run_all = |seeds: &[u64]| -> Vec<BrownOut> {
        let of_seed = |seed| brown_out(&brownout::Settings { seed, length, ..*settings });
        seeds.iter().copied().map(of_seed).collect()
    };
    // Each has some of the seeds, and they are joined in the seeds' order.
    let outs: Vec<BrownOut> = std::thread::scope(|scope| {
        let parts = seeds.chunks(seeds.len().div_ceil(threads).max(1));
        let threads: Vec<_> = parts.map(|part| scope.spawn(move || run_all(part))).collect();
        let joined = threads.into_iter().map(ScopedJoinHandle::join);
        joined.flat_map(|part| part.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    for out in &outs {
        #[allow(clippy::cast_precision_loss, reason = "a run is shorter than 2⁵³ calls")]
        run.count(out.calls as f64);
    }
    outs
}

/// Seconds to recover at each load, attempts for a call at each load, and the share of calls that succeed at each load.
pub(crate) fn fates(run: &mut Run<'_>, settings: &brownout::Settings) -> [String; 3] {
    let (mut recoveries, mut amplifications, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    for load in LOADS {
        let outs = brown_outs(run, &brownout::Settings { load, ..*settings });
        let recovery: Vec<_> = outs.iter().map(|out| out.recovery).collect();
        recoveries.push(range(&recovery));
        amplifications.push(format!("{:.2}", mean(outs.iter().map(|out| out.amplification))));
        shares.push(format!("{:.0}", 100.0 * mean(outs.iter().map(|out| out.succeeded))));
    }
    [recoveries, amplifications, shares].map(|cells| cells.join(" / "))
}

/// Scene 2.
pub(crate) fn brown_out_tables(run: &mut Run<'_>) -> io::Result<()> {
    let seeds = run.arguments.seeds;
    for processes in [10, 100, 1000, 10_000] {
        writeln!(
            run.out,
            "Brown-out, {processes} processes, {seeds} seeds, loads of 60 / 80 / 90 %\n"
        )?;
        let mut table = fate_table("retries");
        for protection in Protection::ALL {
            let settings = brownout::Settings { processes, protection, ..Default::default() };
            let [recovery, amplification, share] = fates(run, &settings);
            table.row([protection.name().to_owned(), recovery, amplification, share]);
        }
        table.write(run.out)?;
    }
    writeln!(
        run.out,
        "Nested: 100 processes call 20, which call the server, each with 3 attempts\n"
    )?;
    let mut table = fate_table("retries");
    for protection in Protection::ALL {
        for once in [false, true] {
            if once && protection == Protection::NoRetries {
                continue;
            }
            let settings =
                brownout::Settings { protection, middle: 20, once, ..Default::default() };
            let [recovery, amplification, share] = fates(run, &settings);
            let name = protection.name();
            let name = if once { format!("{name}, once") } else { name.to_owned() };
            table.row([name, recovery, amplification, share]);
        }
    }
    table.write(run.out)?;
    brown_out_curves(run, &brownout::Settings::default())
}

fn fate_table(first: &str) -> Table {
    Table::new([first, "seconds to recover", "attempts/call in it", "% succeed"])
}

/// The protections whose curves are drawn.
const DRAWN: [Protection; 4] =
    [Protection::NoRetries, Protection::Plain, Protection::BUDGET, Protection::Brake];

/// Goodput over time, a picture for each load.
pub(crate) fn brown_out_curves(run: &mut Run<'_>, settings: &brownout::Settings) -> io::Result<()> {
    if run.arguments.svg.is_none() {
        return Ok(());
    }
    for load in LOADS {
        let file = format!("brownout-{:.0}", load * 100.0);
        for protection in DRAWN {
            let length = run.arguments.seconds.min(90);
            let out = brown_out(&brownout::Settings { load, protection, length, ..*settings });
            for (second, at) in out.seconds.iter().zip(0_u32..) {
                run.plot(&file, protection.name(), (f64::from(at), f64::from(second.succeeded)));
            }
        }
        let title = format!("A brown-out of ten seconds under {:.0} % load", load * 100.0);
        run.draw(&file, (&title, "seconds", "calls that succeed in a second"))?;
    }
    Ok(())
}

/// Scene 3.
pub(crate) fn comeback_table(run: &mut Run<'_>) -> io::Result<()> {
    let settings = comeback::Settings::default();
    writeln!(
        run.out,
        "{} clients come back after {} s: 1000 connections a second, delays up to 20 s\n",
        settings.clients, settings.outage,
    )?;
    let mut table = Table::new([
        "jitter",
        "retries",
        "most attempts in 0.1 s",
        "attempts/client afterwards",
        "seconds until 99 % are back",
    ]);
    for protection in [Protection::Plain, Protection::Brake] {
        for jitter in comeback::JITTERS {
            let policy = comeback::policy(jitter).parse().map_err(io::Error::other)?;
            comeback_row(run, &mut table, jitter, protection, |settings| {
                comeback::comeback(&policy, settings)
            });
        }
        comeback_row(run, &mut table, "0.5, not at the cap", protection, |settings| {
            comeback::comeback_by(&comeback::BEFORE_CAP, settings)
        });
    }
    table.write(run.out)?;
    run.draw("comeback", ("The fleet comes back at second 120", "seconds", "attempts in 0.1 s"))
}

fn comeback_row(
    run: &mut Run<'_>,
    table: &mut Table,
    jitter: &str,
    protection: Protection,
    comeback: impl Fn(&comeback::Settings) -> comeback::Comeback,
) {
    let settings = comeback::Settings { protection, ..Default::default() };
    let outs: Vec<_> = (1..=u64::from(run.arguments.seeds))
        .map(|seed| comeback(&comeback::Settings { seed, ..settings }))
        .collect();
    run.count(f64::from(settings.clients) * f64::from(run.arguments.seeds));
    let back = outs.iter().map(|out| out.recovery);
    let back = if back.clone().any(|seconds| seconds.is_none()) {
        "never".to_owned()
    } else {
        format!("{:.1}", mean(back.flatten()))
    };
    table.row([
        jitter.to_owned(),
        protection.name().to_owned(),
        format!("{:.0}", mean(outs.iter().map(|out| f64::from(out.peak)))),
        format!("{:.2}", mean(outs.iter().map(|out| out.attempts))),
        back,
    ]);
    if let (Protection::Plain, Some(out)) = (protection, outs.first()) {
        let shown = out.tenths.iter().zip(0_u32..).skip(1150).take(700);
        for (attempts, tenth) in shown {
            run.plot("comeback", jitter, (f64::from(tenth) / 10.0, f64::from(*attempts)));
        }
    }
}

/// The protections of tables with a column for each.
const COLUMNS: [Protection; 6] = [
    Protection::NoRetries,
    Protection::Plain,
    Protection::BUDGET,
    Protection::Brake,
    Protection::BrakeLastAttempt,
    Protection::BudgetAndBrake,
];

/// What it takes from honest users.
pub(crate) fn users_table(run: &mut Run<'_>) -> io::Result<()> {
    let seeds = u64::from(run.arguments.seeds);
    writeln!(
        run.out,
        "Honest users, {seeds} seeds: % that succeed (their mean latency), calls lost a run\n"
    )?;
    let names = COLUMNS.map(Protection::name);
    let mut table = Table::new(std::iter::once("case").chain(names));
    for case in CASES {
        let mut cells = vec![case.name.to_owned()];
        for protection in COLUMNS {
            let mut sum = Users::default();
            for seed in 1..=seeds {
                sum += users(case, protection, seed).map_err(io::Error::other)?;
            }
            #[allow(clippy::cast_precision_loss, reason = "a run is shorter than 2⁵³ calls")]
            run.count(sum.calls as f64);
            let runs = seeds * u64::from(case.runs);
            cells.push(format!(
                "{:.1} ({:.3} s) −{}",
                100.0 * sum.succeeded(),
                sum.mean().as_secs_f64(),
                (sum.lost + runs / 2) / runs,
            ));
        }
        table.row(cells);
    }
    table.write(run.out)
}

/// Where budgets and brakes are said to fail.
pub(crate) fn attacks_table(run: &mut Run<'_>) -> io::Result<()> {
    let seeds = run.arguments.seeds;
    writeln!(
        run.out,
        "Attacks, {seeds} seeds, 100 processes and 3 attempts unless said: seconds to recover at 60 / 80 / 90 % \
         (attempts/call)\n"
    )?;
    let names = COLUMNS.map(Protection::name);
    let mut table = Table::new(std::iter::once("attack").chain(names));
    for attack in attacks().map_err(io::Error::other)? {
        let mut cells = vec![attack.name.to_owned()];
        for protection in COLUMNS {
            let settings = brownout::Settings { protection, ..attack.settings };
            let [recovery, amplification, _] = fates(run, &settings);
            cells.push(format!("{recovery} ({amplification})"));
        }
        table.row(cells);
    }
    table.write(run.out)
}
