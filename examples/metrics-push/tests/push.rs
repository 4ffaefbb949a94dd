//! What the gateway has in the end, although it was killed and restarted.

use std::error::Error;
use std::net::TcpStream;

use metrics_push::import::register;
use metrics_push::push::{EACH, Group, PushError};
use metrics_push::story::run;
use prometheus::{Gauge, Registry};
use reattempt::testing;
use reattempt_servers::{Fault, Proxy, Pushgateway};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_is_there_twice() -> Outcome {
    let report = run(|what, counted, gateway| println!("{what}: {counted:?} {gateway:?}")).await?;
    assert!(report.counted.0 > 0 && report.counted.1 > 0, "{report:?}");
    assert_eq!(report.pushed, report.counted, "{report:?}");
    assert_eq!(report.kept, report.counted, "as its file has it: {report:?}");
    assert_eq!(report.series, 2, "one for each outcome: {report:?}");
    // All of this has happened.
    assert!(report.lost_answers >= 10 && report.failed >= 4, "{report:?}");
    assert!(report.after_kill.0 < report.before_kill.0, "it had forgotten some: {report:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_arrives_twice_counts_once() -> Outcome {
    let gateway = Pushgateway::new();
    let mut requests = 0;
    let proxy = Proxy::start(gateway.port, move |_| {
        requests += 1;
        (requests < 3).then_some(Fault::LoseAnswer)
    });
    let registry = Registry::new();
    let rows = register(&registry)?.with_label_values(&["stored"]);
    rows.inc_by(7);
    let recording = testing::record();
    let group = Group::new(&proxy.url(), "import", "1");
    group.push(&registry, EACH).await?;
    assert_eq!(recording.attempts("push"), 3);
    assert_eq!(value(&gateway, "imported_rows_total").await?, ["7"]);
    // It replaces what is there.
    rows.inc();
    group.push(&registry, EACH).await?;
    assert_eq!(value(&gateway, "imported_rows_total").await?, ["8"]);
    Ok(())
}

/// Another program calls a gauge as this one calls a counter.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_gateway_does_not_take_is_not_tried_again() -> Outcome {
    let gateway = Pushgateway::new();
    let url = format!("http://127.0.0.1:{}", gateway.port);
    let (ours, theirs) = (Registry::new(), Registry::new());
    register(&ours)?.with_label_values(&["stored"]).inc();
    Group::new(&url, "import", "1").push(&ours, EACH).await?;

    theirs.register(Box::new(Gauge::new("imported_rows_total", "Rows of today.")?))?;
    let recording = testing::record();
    let pushed = Group::new(&url, "other", "1").push(&theirs, EACH).await;
    let error = pushed.expect_err("they are not of the same type");
    assert!(matches!(&error, PushError::Status(error) if error.status() == 400), "{error:?}");
    assert!(error.to_string().contains("imported_rows_total"), "it says which: {error}");
    assert_eq!(recording.attempts("push"), 1);
    assert_eq!(value(&gateway, "imported_rows_total").await?, ["1"], "ours is still there");
    Ok(())
}

#[test]
fn the_gateway_ends_also_in_a_panic() {
    let gateway = Pushgateway::new();
    let port = gateway.port;
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    let panicked = std::thread::spawn(move || {
        let _gateway = gateway;
        panic!("as a failed test does");
    });
    assert!(panicked.join().is_err());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "it is still there");
}

/// The values of all series of this name.
async fn value(
    gateway: &Pushgateway,
    name: &str,
) -> Result<Vec<String>, Box<dyn Error + Send + Sync>> {
    let url = format!("http://127.0.0.1:{}/metrics", gateway.port);
    let metrics = reqwest::get(url).await?.text().await?;
    let lines = metrics.lines().filter(|line| line.starts_with(name));
    Ok(lines.filter_map(|line| Some(line.rsplit_once(' ')?.1.to_owned())).collect())
}
