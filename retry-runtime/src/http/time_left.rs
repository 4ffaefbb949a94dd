//! The time that a caller waits, as it says in the headers of its request.

use core::time::Duration;

use http::HeaderMap;

/// The time that the caller of a server waits for the answer, by the headers of its request: `grpc-timeout`, a number of at
/// most eight digits with a unit (the gRPC protocol over HTTP/2), or `x-envoy-expected-rq-timeout-ms`, which Envoy and
/// Istio send. Of several it is the shortest, and what can't be read is ignored.
///
/// It makes a [`Scope`](crate::Scope) of a request with one line:
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use reattempt::{Scope, http::time_left};
///
/// # async fn answer() {}
/// # async fn example() {
/// # let mut headers = HeaderMap::new();
/// # headers.insert("grpc-timeout", HeaderValue::from_static("2S"));
/// Scope::new().deadline(time_left(&headers)).run_async(answer()).await;
/// # }
/// ```
///
/// A header of your own is as short: a number of milliseconds is
/// `.deadline(headers.get("x-timeout-ms").and_then(|ms| ms.to_str().ok()?.parse().ok()).map(Duration::from_millis))`.
pub fn time_left(headers: &HeaderMap) -> Option<Duration> {
    let grpc = headers.get_all("grpc-timeout").into_iter();
    let grpc = grpc.filter_map(|value| grpc_timeout(value.to_str().ok()?));
    let envoy = headers.get_all("x-envoy-expected-rq-timeout-ms").into_iter();
    let envoy = envoy
        .filter_map(|value| Some(Duration::from_millis(value.to_str().ok()?.trim().parse().ok()?)));
    grpc.chain(envoy).min()
}

/// `100m`: a number, and `H`, `M`, `S`, `m`, `u` or `n`.
fn grpc_timeout(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.find(|character: char| !character.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    if number.len() > 8 {
        return None;
    }
    let number: u64 = number.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}
