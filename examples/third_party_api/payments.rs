//! The client of the payment service: one charge for each call, whatever fails on the way.

use std::time::Duration;

use reattempt::http::{RetryableStatus as _, StatusError};
use reattempt::{Retryable, TimedOut, retry};
use reqwest::StatusCode;
use serde::Deserialize;

use super::service::Order;

/// Why a payment was not made, or not that anybody knows.
#[derive(Debug, thiserror::Error, Retryable)]
pub(crate) enum PaymentError {
    /// The answer is final, and asking again would not change it.
    #[error("declined: {0}")]
    #[retry(permanent)]
    Declined(String),
    /// No answer came, or half of one.
    #[error(transparent)]
    #[retry(forward)]
    Transport(#[from] reqwest::Error),
    /// The service said "not now", and perhaps when, or that the request is wrong.
    #[error(transparent)]
    #[retry(forward)]
    Status(#[from] StatusError),
    /// The last attempt was cut off.
    #[error(transparent)]
    #[retry(forward)]
    TimedOut(#[from] TimedOut),
    /// All of an answer came, and it says nothing that we know.
    #[error("the answer is not understood")]
    #[retry(permanent)]
    NotUnderstood(#[from] serde_json::Error),
}

/// What the service says it has done.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Receipt {
    pub(crate) charge: String,
    pub(crate) cents: u64,
}

pub(crate) struct Payments {
    client: reqwest::Client,
    url: String,
    attempt_timeout: Duration,
}

impl Payments {
    pub(crate) fn new(url: String, attempt_timeout: Duration) -> reqwest::Result<Payments> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        Ok(Payments { client, url, attempt_timeout })
    }

    /// Charges a customer once.
    ///
    /// Failures count up to five. That there are too many requests is none of them: it is said to come back, until the
    /// deadline. `cx.call_id()` is the same for all attempts, so that the service knows the second request.
    #[retry(
        max_attempts = 5,
        throttled(max_attempts = unlimited),
        attempt_timeout = self.attempt_timeout,
        deadline = 30s,
        context = cx,
    )]
    pub(crate) async fn charge(&self, order: &Order) -> Result<Receipt, PaymentError> {
        let request =
            self.client.post(&self.url).header("Idempotency-Key", cx.call_id().to_string());
        let response = request.body(serde_json::to_vec(order)?).send().await?;
        if response.status() == StatusCode::PAYMENT_REQUIRED {
            return Err(PaymentError::Declined(response.text().await?));
        }
        let answer = response.require_success()?.bytes().await?;
        Ok(serde_json::from_slice(&answer)?)
    }
}
