//! Headers that are the proxy's own business.

use std::net::IpAddr;
use std::time::Duration;

use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// How long the sender waits, in milliseconds. Envoy sends it to what is behind it; HTTP itself has no header for this, and
/// `grpc-timeout` is gRPC's.
pub const TIMEOUT: HeaderName = HeaderName::from_static("x-envoy-expected-rq-timeout-ms");

/// Which attempt it is, from 1; Envoy's as well.
pub const ATTEMPT: HeaderName = HeaderName::from_static("x-envoy-attempt-count");

pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

const CONDITIONS: [HeaderName; 3] =
    [header::IF_MATCH, header::IF_NONE_MATCH, header::IF_UNMODIFIED_SINCE];

/// These are about one connection (RFC 9110, section 7.6.1), as are those that `Connection` names.
const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

pub fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

/// The headers of a request as they are passed on.
pub fn to_pass_on(mut headers: HeaderMap, caller: IpAddr) -> HeaderMap {
    remove_hop_by_hop(&mut headers);
    // The client writes its own, or the proxy for each attempt.
    for name in [header::HOST, header::EXPECT, TIMEOUT, GRPC_TIMEOUT, ATTEMPT] {
        headers.remove(name);
    }
    let mut hops: Vec<String> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| Some(value.to_str().ok()?.to_owned()))
        .collect();
    hops.push(caller.to_string());
    if let Ok(hops) = hops.join(", ").parse() {
        headers.insert(FORWARDED_FOR, hops);
    }
    headers.append(header::VIA, HeaderValue::from_static("1.1 api-proxy"));
    headers
}

/// Whether a service that knows keys does the request once. An empty key is none.
pub fn has_key(headers: &HeaderMap) -> bool {
    headers.get(IDEMPOTENCY_KEY).is_some_and(|key| !key.as_bytes().trim_ascii().is_empty())
}

/// Whether a request is done only if something is as its sender thinks. If the answer to a `PUT` with `If-None-Match: *` is lost, a
/// second one gets 412, because of the first.
pub fn has_condition(headers: &HeaderMap) -> bool {
    CONDITIONS.iter().any(|name| headers.contains_key(name))
}

/// How many attempts somebody before us has made in vain.
///
/// `x-envoy-attempt-count: 2` → 1
pub fn earlier_attempts(headers: &HeaderMap) -> u32 {
    let count = headers.get(ATTEMPT).and_then(|count| count.to_str().ok()?.trim().parse().ok());
    count.map_or(0, |count: u32| count.saturating_sub(1))
}

/// At least one, because 0 says "no limit" to some.
pub fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).max(1)
}
