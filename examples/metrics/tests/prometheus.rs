//! What Prometheus itself answers about calls whose numbers are known.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use metrics_example::calls::{customer, order, report, reserve, stock};
use metrics_example::prometheus::Prometheus;
use metrics_example::stage::Stage;
use metrics_example::story::FIGURES;
use serde_json::Value;
use tokio::time::sleep;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Asks until there is an answer.
async fn eventually<T>(
    what: &str,
    mut look: impl AsyncFnMut() -> Outcome<Option<T>>,
) -> Outcome<T> {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        assert!(began.elapsed() < Duration::from_secs(30), "it doesn't happen: {what}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Returns when Prometheus has this number. Whole numbers are exact.
async fn await_number(prometheus: &Prometheus, query: &str, expected: u32) -> Outcome {
    let what = format!("{query} = {expected}");
    let found = async || {
        let number = prometheus.number(query).await?;
        Ok(number.filter(|number| number.to_bits() == f64::from(expected).to_bits()))
    };
    eventually(&what, found).await?;
    Ok(())
}

fn of(function: &str) -> String {
    format!(r#"operation="metrics_example::calls::{function}""#)
}

/// What the five figures are made of.
#[derive(Debug, Default)]
struct Known {
    calls: u32,
    attempts: u32,
    recovered: u32,
    exhausted: u32,
    /// Calls that had a retry.
    retried: u32,
    retries: u32,
}

impl Known {
    fn figures(&self) -> [f64; 5] {
        let ratio = |one, other| f64::from(one) / f64::from(other);
        [
            ratio(self.retries, self.calls),
            ratio(self.recovered, self.retries),
            ratio(self.exhausted, self.calls),
            ratio(self.retries, self.retried),
            ratio(self.attempts, self.calls),
        ]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_knows_what_has_happened() -> Outcome {
    let stage = Stage::start().await?;
    let prometheus = &stage.prometheus;
    let mut known = Known::default();
    while_it_works(&stage, &mut known).await?;
    in_an_outage(&stage, &mut known).await?;
    figures_are_those_of_the_guide(prometheus, &known).await?;
    every_panel_has_something_to_show(prometheus).await?;
    alerts_are_answered(prometheus).await?;

    let port = prometheus.url().rsplit_once(':').ok_or("it has a port")?.1.parse()?;
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    drop(stage);
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err(), "Prometheus is still there");
    Ok(())
}

async fn while_it_works(stage: &Stage, known: &mut Known) -> Outcome {
    let (shop, prometheus) = (&stage.shop, &stage.prometheus);
    for item in 1..=40 {
        stock(shop, item).await?;
    }
    for item in 1..=20 {
        reserve(shop, item).await?;
    }
    for number in 1..=2 {
        order(shop, number).await?;
    }
    for _ in 0..5 {
        assert!(customer(shop, "nobody").await.is_err(), "there is nobody");
    }
    let (stock, order, customer) = (of("stock"), of("order"), of("customer"));
    for (query, expected) in [
        (format!("sum(retry_attempts_total{{{stock}}})"), 44),
        (format!(r#"retry_attempts_total{{{stock},result="retryable"}}"#), 4),
        (format!(r#"retry_operation_attempts_count{{{stock},outcome="success_first"}}"#), 36),
        (format!(r#"retry_operation_attempts_count{{{stock},outcome="success_retried"}}"#), 4),
        (format!(r#"retry_operation_attempts_sum{{{stock},outcome="success_retried"}}"#), 8),
        (format!(r#"retry_delay_seconds_count{{{stock},source="backoff"}}"#), 4),
        (format!(r#"retry_delay_seconds_count{{{order},source="hint"}}"#), 2),
        // It is at least a second, as the shop asks for.
        (format!(r#"retry_delay_seconds_bucket{{{order},le="0.75"}}"#), 0),
        (format!(r#"retry_attempts_total{{{customer},result="permanent"}}"#), 5),
        (format!(r#"retry_operation_attempts_count{{{customer},outcome="not_retryable"}}"#), 5),
        (r#"retry_budget_available_tokens{budget="reservations"}"#.to_owned(), 10),
    ] {
        await_number(prometheus, &query, expected).await?;
    }
    known.calls += 40 + 20 + 2 + 5;
    known.attempts += 44 + 20 + 4 + 5;
    known.recovered += 4 + 2;
    known.retried += 4 + 2;
    known.retries += 4 + 2;
    Ok(())
}

async fn in_an_outage(stage: &Stage, known: &mut Known) -> Outcome {
    let (shop, prometheus) = (&stage.shop, &stage.prometheus);
    stage.service.set_fails(true);
    // Ten tokens are two retries for each of five calls.
    for item in 1..=30 {
        assert!(reserve(shop, item).await.is_err(), "the shop fails");
    }
    let reserve = of("reserve");
    await_number(prometheus, &format!("retry_budget_rejections_total{{{reserve}}}"), 25).await?;
    await_number(prometheus, r#"retry_budget_available_tokens{budget="reservations"}"#, 0).await?;
    let exhausted =
        format!(r#"retry_operation_attempts_count{{{reserve},outcome="budget_exhausted"}}"#);
    await_number(prometheus, &exhausted, 25).await?;

    let url = shop.url.clone();
    let report = tokio::task::spawn_blocking(move || report(&url)).await?;
    assert!(report.is_err(), "the shop fails");

    // Three attempts for each call, as soon as the window has nothing but the outage in it.
    let operation = of("stock");
    let amplification = format!(
        "sum(rate(retry_attempts_total{{{operation}}}[5s]))
           / sum(rate(retry_operation_attempts_count{{{operation}}}[5s]))"
    );
    let mut calls = 0;
    eventually("amplification in the outage", async || {
        assert!(stock(shop, 1).await.is_err(), "the shop fails");
        calls += 1;
        Ok(prometheus.number(&amplification).await?.filter(|found| (2.5..3.5).contains(found)))
    })
    .await?;

    // Of the report there are one call and two that it makes, two attempts each.
    known.calls += 30 + 3 + calls;
    known.attempts += 5 * 3 + 25 + 6 + 3 * calls;
    known.exhausted += 5 + 3 + calls;
    known.retried += 5 + 3 + calls;
    known.retries += 5 * 2 + 3 + 2 * calls;
    await_number(prometheus, "sum(retry_attempts_total)", known.attempts).await?;
    await_number(prometheus, "sum(retry_operation_attempts_count)", known.calls).await?;
    await_number(prometheus, "sum(retry_delay_seconds_count)", known.retries).await?;
    Ok(())
}

/// The queries of the guide's table.
fn queries_of_the_guide() -> Vec<String> {
    let page = include_str!("../../../src/guide/observability.rs");
    let rows = page.lines().filter(|line| line.starts_with("//! |") && line.contains("sum(rate("));
    // `| attempts for each call | `amplification()` | `sum(…)` |`
    rows.filter_map(|row| row.rsplit('`').nth(1)).map(|query| query.replace(r"\|", "|")).collect()
}

async fn figures_are_those_of_the_guide(prometheus: &Prometheus, known: &Known) -> Outcome {
    let queries = queries_of_the_guide();
    assert_eq!(queries, FIGURES.map(|(_, query)| query), "the program shows them as well");
    for (query, expected) in queries.iter().zip(known.figures()) {
        let found = async || prometheus.number(query).await;
        eventually(query, found).await?;
        // Without rates, which are rough, it is about all that has happened.
        let total = query.replace("rate(", "(").replace("[5m]", "");
        let found = prometheus.number(&total).await?.ok_or("there is a number")?;
        assert!((found - expected).abs() < 1e-9, "{total}: {found} and not {expected}, {known:?}");
    }
    Ok(())
}

async fn every_panel_has_something_to_show(prometheus: &Prometheus) -> Outcome {
    let dashboard: Value = serde_json::from_str(include_str!("../grafana-dashboard.json"))?;
    let panels = dashboard["panels"].as_array().ok_or("it has panels")?;
    for panel in panels {
        for target in panel["targets"].as_array().ok_or("a panel has queries")? {
            let query = target["expr"].as_str().ok_or("a query is a text")?;
            let query = query
                .replace("$__rate_interval", "1m")
                .replace("$job", "shop")
                .replace("$operation", ".*");
            assert!(!query.contains('$'), "{query}");
            let shown = async || {
                let series = prometheus.query(&query).await?;
                Ok(series.iter().any(|one| one.value.is_finite()).then_some(()))
            };
            eventually(&format!("{}: {query}", panel["title"]), shown).await?;
        }
    }
    Ok(())
}

async fn alerts_are_answered(prometheus: &Prometheus) -> Outcome {
    let rules = prometheus.rules().await?;
    assert_eq!(rules.len(), 6, "{rules:?}");
    for (name, query) in &rules {
        prometheus.query(query).await.map_err(|error| format!("{name}: {error}"))?;
    }
    for (name, state) in [
        ("RetryBudgetEmpty", "firing"),
        ("RetriesInsideOfRetries", "firing"),
        // They are to hold for five minutes.
        ("RetriesAmplifyLoad", "pending"),
        ("RetriesExhausted", "pending"),
        ("OperationOnlyFails", "pending"),
    ] {
        let is_there = async || {
            let alerts = prometheus.alerts().await?;
            Ok(alerts.iter().any(|one| one.name == name && one.state == state).then_some(()))
        };
        eventually(&format!("{name} is {state}"), is_there).await?;
    }
    Ok(())
}

#[test]
fn it_ends_with_a_program_that_panics() {
    let nobody = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    let panic = catch_unwind(|| {
        let prometheus = Prometheus::start(nobody);
        std::panic::panic_any(prometheus.url());
    });
    let url = panic.unwrap_err().downcast::<String>().unwrap();
    let address = url.trim_start_matches("http://");
    assert!(TcpStream::connect(address).is_err(), "Prometheus is still there");
}
