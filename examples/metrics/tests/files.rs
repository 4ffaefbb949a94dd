//! The alerts, as Prometheus' own tool sees them, and what Grafana needs to import the dashboard.

use std::collections::HashSet;
use std::error::Error;
use std::process::Command;

use serde_json::Value;

fn promtool(arguments: &[&str]) {
    let mut command = Command::new("promtool");
    let output = command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let output = output.unwrap_or_else(|error| {
        panic!("promtool does not start ({error}): install prometheus, as `.ci/run` does")
    });
    let said =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{}", said.concat());
    println!("{}", said.concat());
}

#[test]
fn the_alerts_are_valid() {
    promtool(&["check", "rules", "alerts.yml"]);
}

#[test]
fn each_alert_fires_and_does_not_fire() {
    promtool(&["test", "rules", "alerts.test.yml"]);
    // One that no test looks at would pass as well.
    let (alerts, tests) = (include_str!("../alerts.yml"), include_str!("../alerts.test.yml"));
    for name in alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        let mut looked_at = tests.split("alertname: ").filter(|rest| rest.starts_with(name));
        assert!(
            looked_at.any(|rest| rest
                .lines()
                .next()
                .is_some_and(|line| line.ends_with("exp_alerts: []}"))),
            "{name}"
        );
        assert!(
            looked_at
                .any(|rest| rest.lines().nth(2).is_some_and(|line| line.ends_with("exp_alerts:"))),
            "{name}"
        );
    }
}

#[test]
fn the_dashboard_can_be_imported() -> Result<(), Box<dyn Error>> {
    let dashboard: Value = serde_json::from_str(include_str!("../grafana-dashboard.json"))?;
    assert!(dashboard["schemaVersion"].as_u64().is_some_and(|version| version >= 36));
    assert!(dashboard["uid"].as_str().is_some_and(|uid| (1..=40).contains(&uid.len())));
    // With an id, Grafana would look for a dashboard that it has.
    assert!(dashboard["id"].is_null());
    let variables = dashboard["templating"]["list"].as_array().ok_or("it has variables")?;
    assert_eq!(
        (&variables[0]["name"], &variables[0]["type"]),
        (&"datasource".into(), &"datasource".into())
    );
    let mut ids = HashSet::new();
    let mut places = HashSet::new();
    for panel in dashboard["panels"].as_array().ok_or("it has panels")? {
        let title = panel["title"].as_str().ok_or("a panel has a title")?;
        assert!(ids.insert(panel["id"].as_u64()), "{title}: its id is another one's");
        assert!(panel["fieldConfig"]["defaults"]["unit"].is_string(), "{title} has no unit");
        let description = panel["description"].as_str().ok_or("a panel has a description")?;
        let sentences =
            description.split_terminator('.').filter(|rest| !rest.starts_with(char::is_numeric));
        assert_eq!(sentences.count(), 1, "{title}: {description}");
        for target in panel["targets"].as_array().ok_or("a panel has queries")? {
            assert_eq!(target["datasource"]["uid"], "${datasource}", "{title}");
        }
        let place = |key: &str| panel["gridPos"][key].as_u64().ok_or("a panel has a place");
        let (left, top) = (place("x")?, place("y")?);
        assert!(left + place("w")? <= 24, "{title} is not on the page");
        for x in left..left + place("w")? {
            for y in top..top + place("h")? {
                assert!(places.insert((x, y)), "{title} covers another one");
            }
        }
    }
    Ok(())
}
