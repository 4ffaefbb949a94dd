//! Pushes metrics to a gateway. This is the part to take along.

use std::time::Duration;

use prometheus::{Encoder as _, Registry, TextEncoder};
use reattempt::http::{ReadBody as _, StatusError};
use reattempt::{Policy, Retryable, TimedOut, policy, retry};
use reqwest::header::CONTENT_TYPE;

/// A push that fails is made good by the next one, so it is not waited for long.
pub const EACH: Policy = policy!(max_attempts = 3, initial_delay = 20ms, max_delay = 200ms);

/// After the last one there is no other.
pub const LAST: Policy =
    policy!(max_attempts = unlimited, max_elapsed = 30s, initial_delay = 50ms, max_delay = 1s);

/// Why a push has failed.
#[derive(Debug, thiserror::Error, Retryable)]
pub enum PushError {
    /// No attempt would write them better.
    #[error("the metrics can't be written as text")]
    #[retry(permanent)]
    Encode(#[from] prometheus::Error),
    /// There was no answer.
    #[error("the gateway can't be reached")]
    #[retry(forward)]
    Request(#[from] reqwest::Error),
    /// The answer was no.
    #[error("the gateway does not take them: {}", .0.body().unwrap_or_default())]
    #[retry(forward)]
    Status(#[from] StatusError),
    /// There was none in time.
    #[error(transparent)]
    #[retry(forward)]
    TimedOut(#[from] TimedOut),
}

/// A group of metrics in a gateway.
#[derive(Debug, Clone)]
pub struct Group {
    client: reqwest::Client,
    url: String,
}

impl Group {
    /// Of this job and this instance, whose names have no slash in them. Nobody else may push to it: a push replaces all that is
    /// there.
    pub fn new(gateway: &str, job: &str, instance: &str) -> Group {
        Group {
            client: reqwest::Client::new(),
            url: format!("{gateway}/metrics/job/{job}/instance/{instance}"),
        }
    }

    /// Replaces the whole group by what the registry has now. So it may be done twice, and what an earlier push didn't bring
    /// comes with this one. One push at a time, please: an older one must not arrive last.
    ///
    /// # Errors
    ///
    /// If the gateway refuses, or if it can't be reached for so long.
    #[retry(policy = patience, attempt_timeout = 2s)]
    pub async fn push(&self, registry: &Registry, patience: Policy) -> Result<(), PushError> {
        // Each attempt brings the numbers of its own time.
        let encoder = TextEncoder::new();
        let metrics = encoder.encode_to_string(&registry.gather())?;
        let request = self.client.put(&self.url).header(CONTENT_TYPE, encoder.format_type());
        // A POST would leave in the group what is not in this push.
        request.body(metrics).send().await?.require_success_or_body().await?;
        Ok(())
    }
}

/// How often a program pushes. As often as Prometheus looks at the gateway is enough, every 15 seconds or so; here it is short, so
/// that the example is.
pub const INTERVAL: Duration = Duration::from_millis(30);
