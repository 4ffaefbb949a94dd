//! Serves `/metrics`, and lets all calls count. This is the part to take along.

use std::net::SocketAddr;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};
use reattempt::Scope;
use reattempt::observers::Metrics;

use crate::calls::RESERVATIONS;

/// For the whole process, so it works once.
///
/// # Errors
///
/// If the address is taken, or if the process has an exporter already.
pub fn install(address: SocketAddr) -> Result<(), BuildError> {
    let mut exporter = PrometheusBuilder::new().with_http_listener(address);
    // Without buckets it would make summaries, which can't be added up over processes.
    for (metric, buckets) in Metrics::BUCKETS {
        exporter = exporter.set_buckets_for_metric(Matcher::Full((*metric).into()), buckets)?;
    }
    exporter.install()?;
    Scope::new().observer(Metrics::new().watch("reservations", &RESERVATIONS)).install();
    Ok(())
}
