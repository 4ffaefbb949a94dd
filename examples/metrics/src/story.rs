//! What the program shows.

use std::error::Error;
use std::time::Duration;

use crate::prometheus::Prometheus;
use crate::stage::Stage;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The figures of the guide's page "observability", and their queries. A test holds them together.
pub const FIGURES: [(&str, &str); 5] = [
    (
        "retries for each call",
        "sum(rate(retry_attempts_total[5m])) / sum(rate(retry_operation_attempts_count[5m])) - 1",
    ),
    (
        "retries that succeeded",
        r#"sum(rate(retry_operation_attempts_count{outcome="success_retried"}[5m])) / sum(rate(retry_delay_seconds_count[5m]))"#,
    ),
    (
        "calls that had no attempt left",
        r#"sum(rate(retry_operation_attempts_count{outcome="exhausted_attempts"}[5m])) / sum(rate(retry_operation_attempts_count[5m]))"#,
    ),
    (
        "retries of those calls that had any",
        r#"sum(rate(retry_delay_seconds_count[5m])) / (sum(rate(retry_operation_attempts_count[5m])) - sum(rate(retry_operation_attempts_bucket{le=~"1(.0)?"}[5m])))"#,
    ),
    (
        "attempts for each call",
        "sum(rate(retry_attempts_total[5m])) / sum(rate(retry_operation_attempts_count[5m]))",
    ),
];

/// How long the shop works, fails, and works again; also what the figures are about, in place of five minutes.
const PART: Duration = Duration::from_secs(12);

/// An outage, and what Prometheus says about it.
///
/// # Errors
///
/// If the operating system refuses, or Prometheus does.
pub async fn show() -> Outcome<()> {
    let stage = Stage::start().await?;
    println!("The shop works, fails, and works again, for {} seconds each.\n", PART.as_secs());
    let mut columns = Vec::new();
    let mut alerts = Vec::new();
    for fails in [false, true, false] {
        stage.service.set_fails(fails);
        stage.calls(PART).await?;
        columns.push(figures(&stage.prometheus).await?);
        if fails {
            alerts = stage.prometheus.alerts().await?;
            alerts.sort_by(|one, other| one.name.cmp(&other.name));
        }
    }
    println!("Prometheus says                       it works   it fails  it works again");
    for (row, (name, _)) in FIGURES.iter().enumerate() {
        let values = columns.iter().map(|column| match column[row] {
            Some(value) => format!("{value:.2}"),
            None => "none".to_owned(),
        });
        let values: Vec<String> = values.collect();
        println!("{name:35} {:>10} {:>10} {:>15}", values[0], values[1], values[2]);
    }
    println!(
        "\nAt the end of the outage these alerts were firing, or pending until five minutes are over:"
    );
    for alert in alerts {
        println!("{:8} {:26} {}", alert.state, alert.name, alert.summary);
    }
    Ok(())
}

async fn figures(prometheus: &Prometheus) -> Outcome<Vec<Option<f64>>> {
    let window = format!("[{}s]", PART.as_secs());
    let mut figures = Vec::new();
    for (_, query) in FIGURES {
        figures.push(prometheus.number(&query.replace("[5m]", &window)).await?);
    }
    Ok(figures)
}

/// Goes on until it is stopped, with an outage again and again, for whoever wants to look.
///
/// # Errors
///
/// If the operating system refuses.
pub async fn serve() -> Outcome<()> {
    let stage = Stage::start().await?;
    println!("the metrics     http://{}/metrics", stage.metrics);
    println!("Prometheus      {}/graph", stage.prometheus.url());
    println!("its alerts      {}/alerts", stage.prometheus.url());
    println!(
        "\nIn Grafana, add {} as a data source of the kind Prometheus,",
        stage.prometheus.url()
    );
    println!("and import grafana-dashboard.json. The shop fails for 20 seconds of each minute.");
    println!("Ctrl-C ends it.");
    loop {
        stage.service.set_fails(false);
        stage.calls(Duration::from_secs(40)).await?;
        stage.service.set_fails(true);
        stage.calls(Duration::from_secs(20)).await?;
    }
}
