//! A Prometheus that asks this program for its metrics, and what it answers.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;

use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// It ends when this is dropped.
pub struct Prometheus {
    server: reattempt_servers::Prometheus,
    client: reqwest::Client,
}

/// One series of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its value, which is not a number where a query has divided zero by zero.
    pub value: f64,
}

/// An alert whose condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its name in alerts.yml.
    pub name: String,
    /// `pending` while its condition has not held for long enough, then `firing`.
    pub state: String,
    /// What whoever is woken reads.
    pub summary: String,
}

impl Prometheus {
    /// Asks this address for `/metrics`, each second, and watches the rules of alerts.yml.
    pub fn start(target: SocketAddr) -> Prometheus {
        let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("alerts.yml");
        let configuration = include_str!("../prometheus.yml")
            .replace("$rules", &rules.display().to_string())
            .replace("$target", &target.to_string());
        let server = reattempt_servers::Prometheus::with(&configuration);
        Prometheus { server, client: reqwest::Client::new() }
    }

    /// Its pages, and what Grafana wants to know.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What it answers to a query.
    ///
    /// # Errors
    ///
    /// Its own message, if it refuses the query.
    pub async fn query(&self, query: &str) -> Outcome<Vec<Sample>> {
        let data = self.ask("query", &[("query", query)]).await?;
        let series = data["result"].as_array().ok_or("there are no series in it")?;
        series.iter().map(sample).collect()
    }

    /// The number that it answers to a query, if there is one.
    ///
    /// # Errors
    ///
    /// Its own message, if it refuses the query, and if there is more than one number.
    pub async fn number(&self, query: &str) -> Outcome<Option<f64>> {
        match &self.query(query).await?[..] {
            [] => Ok(None),
            [sample] => Ok(Some(sample.value).filter(|value| value.is_finite())),
            more => Err(format!("{query} has {} answers", more.len()).into()),
        }
    }

    /// The alerts whose conditions hold.
    ///
    /// # Errors
    ///
    /// If it doesn't answer.
    pub async fn alerts(&self) -> Outcome<Vec<Alert>> {
        let data = self.ask("alerts", &[]).await?;
        let alerts = data["alerts"].as_array().ok_or("there are no alerts in it")?;
        Ok(alerts
            .iter()
            .map(|alert| Alert {
                name: text(&alert["labels"]["alertname"]),
                state: text(&alert["state"]),
                summary: text(&alert["annotations"]["summary"]),
            })
            .collect())
    }

    /// The names and conditions of all alerts, as it has read them.
    ///
    /// # Errors
    ///
    /// If it doesn't answer.
    pub async fn rules(&self) -> Outcome<Vec<(String, String)>> {
        let data = self.ask("rules", &[]).await?;
        let groups = data["groups"].as_array().ok_or("there are no groups in it")?;
        let rules = groups.iter().filter_map(|group| group["rules"].as_array()).flatten();
        Ok(rules.map(|rule| (text(&rule["name"]), text(&rule["query"]))).collect())
    }

    async fn ask(&self, what: &str, parameters: &[(&str, &str)]) -> Outcome<Value> {
        let url = format!("{}/api/v1/{what}", self.url());
        // What it refuses it explains, so a status that is a failure is none here.
        let mut answer: Value = self.client.get(url).query(parameters).send().await?.json().await?;
        if answer["status"] != "success" {
            return Err(text(&answer["error"]).into());
        }
        Ok(answer["data"].take())
    }
}

fn sample(series: &Value) -> Outcome<Sample> {
    let labels = series["metric"].as_object().ok_or("a series has no labels")?;
    let labels = labels.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    Ok(Sample { labels, value: text(&series["value"][1]).parse()? })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
