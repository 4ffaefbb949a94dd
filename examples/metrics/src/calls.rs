//! The functions that are counted. They know nothing of metrics.

use reattempt::http::{HttpError, RetryableStatus as _};
use reattempt::{Budget, retry};

/// What goes wrong with a request.
pub type RequestError = HttpError<reqwest::Error>;

/// Where the shop is, and a client for it.
#[derive(Debug, Clone)]
pub struct Shop {
    /// Begins with `http://`, and has no slash at its end.
    pub url: String,
    /// It keeps connections.
    pub client: reqwest::Client,
}

/// The retries of [`reserve`] are paid from it.
pub static RESERVATIONS: Budget = Budget::new();

/// How many of an item there are. Some fail at first and recover.
///
/// # Errors
///
/// If the shop fails three times.
#[retry(max_attempts = 3)]
pub async fn stock(shop: &Shop, item: u32) -> Result<String, RequestError> {
    let url = format!("{}/stock/{item}", shop.url);
    Ok(shop.client.get(url).send().await?.require_success()?.text().await?)
}

/// In an outage its budget is soon empty, and then it fails after one attempt.
///
/// # Errors
///
/// If the shop fails three times, or once while the budget is empty.
#[retry(max_attempts = 3, budget = RESERVATIONS)]
pub async fn reserve(shop: &Shop, item: u32) -> Result<(), RequestError> {
    let url = format!("{}/reservations/{item}", shop.url);
    shop.client.put(url).send().await?.require_success()?;
    Ok(())
}

/// Nobody has this name, so another attempt would be for nothing.
///
/// # Errors
///
/// Always.
#[retry(max_attempts = 3)]
pub async fn customer(shop: &Shop, name: &str) -> Result<String, RequestError> {
    let url = format!("{}/customers/{name}", shop.url);
    Ok(shop.client.get(url).send().await?.require_success()?.text().await?)
}

/// The shop asks each order to come again after a second.
///
/// # Errors
///
/// If the shop fails three times.
#[retry(max_attempts = 3)]
pub async fn order(shop: &Shop, number: u32) -> Result<(), RequestError> {
    let url = format!("{}/orders/{number}", shop.url);
    shop.client.put(url).send().await?.require_success()?;
    Ok(())
}

/// A mistake: what it calls is retried as well, so in an outage it makes four requests and not two. `nested = "once"` would
/// mend it. It blocks its thread.
///
/// # Errors
///
/// If the shop fails.
#[retry(max_attempts = 2)]
pub fn report(shop: &str) -> Result<String, RequestError> {
    let total = total(shop)?;
    Ok(format!("{total} pieces"))
}

#[retry(max_attempts = 2)]
fn total(shop: &str) -> Result<String, RequestError> {
    Ok(reqwest::blocking::get(format!("{shop}/stock/1"))?.require_success()?.text()?)
}
