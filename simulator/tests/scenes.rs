//! The scenes come to what is known of them.

use simulator::Protection;
use simulator::brownout::{BrownOut, Settings, brown_out};
use simulator::comeback::{self, BEFORE_CAP, comeback, comeback_by};
use simulator::contention::{
    self, ArticleDecorrelated, Contention, KINDS, PUBLISHED, contention, contention_by,
};
use simulator::users::{CASES, users};

/// Few trials where there are many clients, whose means differ less.
fn contention_settings(clients: u32) -> contention::Settings {
    let trials = match clients {
        0..=20 => 1000,
        21..=50 => 200,
        _ => 60,
    };
    contention::Settings { clients, trials, seed: 1 }
}

fn assert_published(name: &str, clients: u32, ours: Contention, is_timed: bool) {
    let published =
        PUBLISHED.iter().find(|row| row.name == name && row.clients == clients).unwrap();
    let off = |ours: f64, theirs: f64| (ours / theirs - 1.0).abs();
    let theirs = published.figures;
    assert!(off(ours.calls, theirs.calls) < 0.02, "{name} {clients}: {ours:?}, not {theirs:?}");
    assert!(
        !is_timed || off(ours.time, theirs.time) < 0.05,
        "{name} {clients}: {ours:?}, not {theirs:?}"
    );
}

#[test]
fn contention_comes_to_the_published_figures() {
    for kind in &KINDS {
        for clients in [10, 20, 50, 100] {
            let ours = contention(kind, contention_settings(clients)).unwrap();
            // The crate draws decorrelated delays below the cap, where the article cuts them off at it: as many clients come
            // near it, they are done earlier.
            let is_timed = kind.name != "decorrelated" || clients <= 50;
            assert_published(kind.name, clients, ours, is_timed);
        }
    }
}

#[test]
fn that_is_all_that_is_different_about_decorrelated_jitter() {
    for clients in [100, 200] {
        let settings = contention_settings(clients);
        let article = contention_by(&ArticleDecorrelated::new(1), settings);
        assert_published("decorrelated", clients, article, true);
        let ours = contention(&KINDS[2], settings).unwrap();
        assert!(ours.time < article.time, "{ours:?} {article:?}");
    }
}

#[test]
fn a_seed_comes_to_the_same_each_time() {
    let run = |seed| {
        let settings =
            Settings { seed, length: 60, protection: Protection::Brake, ..Default::default() };
        brown_out(&settings)
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
    let contend = |seed| {
        contention(&KINDS[4], contention::Settings { clients: 20, trials: 3, seed }).unwrap()
    };
    assert_eq!(contend(1), contend(1));
    assert_ne!(contend(1), contend(2));
    for case in CASES.iter().filter(|case| case.runs == 1).take(3) {
        let run = |seed| users(case, Protection::Brake, seed).unwrap();
        assert_eq!(run(1), run(1));
    }
    let settings = comeback::Settings { clients: 100, ..Default::default() };
    let policy = comeback::policy("full").parse().unwrap();
    assert_eq!(comeback(&policy, &settings), comeback(&policy, &settings));
}

fn at(load: f64, protection: Protection) -> BrownOut {
    brown_out(&Settings { load, protection, length: 120, ..Default::default() })
}

#[test]
fn with_a_budget_it_is_over_as_soon_as_without_retries() {
    for load in [0.6, 0.8, 0.9] {
        let alone = at(load, Protection::NoRetries).recovery.unwrap();
        let budget = at(load, Protection::BUDGET).recovery.unwrap();
        assert!(budget * 10 <= alone * 12, "{load}: {budget} s, and {alone} s without retries");
    }
}

#[test]
fn with_plain_retries_it_is_never_over() {
    for load in [0.6, 0.8, 0.9] {
        let plain = at(load, Protection::Plain);
        assert_eq!(plain.recovery, None, "{load}");
        assert!(plain.amplification > 2.4, "{}", plain.amplification);
        assert!(plain.seconds[60..].iter().all(|second| second.succeeded == 0));
    }
}

#[test]
fn with_a_brake_it_is_over_unless_calls_make_a_last_attempt() {
    for (load, most) in [(0.6, 4), (0.8, 9), (0.9, 20)] {
        let brake = at(load, Protection::Brake);
        assert!(brake.recovery.is_some_and(|seconds| seconds <= most), "{:?}", brake.recovery);
        assert!(brake.amplification < 1.35, "{}", brake.amplification);
    }
    assert_eq!(at(0.6, Protection::BrakeLastAttempt).recovery, None);
}

#[test]
fn nested_retries_multiply_unless_they_run_once() {
    let nested = |once| {
        let settings = Settings { load: 0.6, middle: 20, once, length: 90, ..Default::default() };
        brown_out(&settings).amplification
    };
    let (each, once) = (nested(false), nested(true));
    assert!(each > 5.0 && once < 4.5, "{each} {once}");
}

#[test]
fn honest_users_lose_little_by_a_brake() {
    let share = |name: &str, protection| {
        let case = CASES.iter().find(|case| case.name.starts_with(name)).unwrap();
        users(case, protection, 1).unwrap().succeeded()
    };
    for name in ["b1 black hole", "b2 1000 at once fail once", "b3 one call, the fifth"] {
        assert!(share(name, Protection::Brake) > 0.9, "{name}");
    }
    assert!(share("b1 black hole", Protection::BUDGET) < 0.01);
    assert!(share("b2 1000 at once fail once", Protection::BUDGET) < 0.02);
}

#[test]
fn without_jitter_all_come_at_once() {
    let settings =
        comeback::Settings { clients: 2000, outage: 60, length: 240, ..Default::default() };
    let run = |jitter: &str| comeback(&comeback::policy(jitter).parse().unwrap(), &settings);
    assert_eq!(run("none").peak, 2000);
    for jitter in ["full", "equal", "decorrelated", "0.5"] {
        let out = run(jitter);
        assert!(out.peak < 100, "{jitter}: {}", out.peak);
        assert!(out.recovery.is_some_and(|seconds| seconds < 25.0), "{jitter}: {:?}", out.recovery);
    }
    assert!(comeback_by(&BEFORE_CAP, &settings).peak < 100);
}
