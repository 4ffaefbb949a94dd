//! A server of HTTP/2 that resets streams: reqwest and tonic see the same error of the layer below them, before the headers
//! and behind them, and agree about it.

use std::error::Error;
use std::net::SocketAddr;

use bytes::Bytes;
use h2::Reason;
use reattempt::{Retryability, Retryable};
use tokio::net::TcpListener;

/// Resets each stream with this reason, before or behind the headers of the answer.
async fn server(reason: Reason, is_answered: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                while let Some(Ok((_, mut respond))) = connection.accept().await {
                    if !is_answered {
                        respond.send_reset(reason);
                        continue;
                    }
                    let response =
                        http::Response::builder().header("content-type", "application/grpc");
                    let mut body =
                        respond.send_response(response.body(()).unwrap(), false).unwrap();
                    body.send_data(Bytes::from_static(b"\0\0\0\0\x05half"), false).unwrap();
                    // The client has to have seen the beginning.
                    tokio::task::spawn(async move {
                        tokio::task::yield_now().await;
                        body.send_reset(reason);
                    });
                }
            });
        }
    });
    address
}

macro_rules! by_reqwest {
    ($reqwest:ident, $address:expr) => {{
        let client = $reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
        let sent = client.get(format!("http://{}/", $address)).send().await;
        match sent {
            Err(error) => error,
            Ok(response) => response.bytes().await.unwrap_err(),
        }
    }};
}

macro_rules! by_tonic {
    ($tonic:ident, $address:expr) => {{
        let endpoint = $tonic::transport::Endpoint::from_shared(format!("http://{}", $address));
        let channel = endpoint.unwrap().connect().await.unwrap();
        tonic_client::$tonic(channel).await
    }};
}

/// A call of any method, by whichever version.
mod tonic_client {
    macro_rules! client {
        ($tonic:ident $health:ident) => {
            pub async fn $tonic(channel: $tonic::transport::Channel) -> $tonic::Status {
                use $health::pb::HealthCheckRequest;
                use $health::pb::health_client::HealthClient;

                let mut client = HealthClient::new(channel);
                client.check(HealthCheckRequest { service: String::new() }).await.unwrap_err()
            }
        };
    }
    client!(tonic tonic_health);
    client!(tonic_0_13 tonic_health_0_13);
}

#[tokio::test]
async fn a_stream_that_the_server_resets() {
    let transient = Retryability::transient();
    for (reason, said) in [
        (Reason::INTERNAL_ERROR, transient),
        (Reason::PROTOCOL_ERROR, transient),
        (Reason::CANCEL, transient),
        (Reason::ENHANCE_YOUR_CALM, Retryability::throttled()),
        (Reason::HTTP_1_1_REQUIRED, Retryability::permanent()),
    ] {
        for is_answered in [false, true] {
            let address = server(reason, is_answered).await;
            let place = format!("{reason:?}, behind the headers: {is_answered}");
            let error = by_reqwest!(reqwest, address);
            assert_eq!(error.retryability(), said, "{place}: {error:?}");
            let boxed: Box<dyn Error> = error.into();
            assert_eq!(boxed.retryability(), said, "{place}, boxed");
            let error = by_reqwest!(reqwest_0_12, address);
            assert_eq!(error.retryability(), said, "{place}: {error:?}");
            let status = by_tonic!(tonic, address);
            assert_eq!(status.retryability(), said, "{place}: {status:?}");
            let status = by_tonic!(tonic_0_13, address);
            assert_eq!(status.retryability(), said, "{place}: {status:?}");
        }
    }
}

/// RFC 9113 § 8.7: what was refused was not looked at. A client of HTTP may have sent it before.
#[tokio::test]
async fn a_stream_that_the_server_refuses() {
    let address = server(Reason::REFUSED_STREAM, false).await;
    assert_eq!(by_reqwest!(reqwest, address).retryability(), Retryability::transient());
    let status = by_tonic!(tonic, address);
    assert_eq!(status.retryability(), Retryability::transient().not_applied(), "{status:?}");
}
