//! reqwest, and hyper below it, against a server in this process.

mod support;

use std::error::Error;
use std::time::Duration;

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use reattempt::http::{RetryableStatus, StatusError};
use reattempt::{Retryability, Retryable, retry};
use reqwest::Method;
use support::{Server, nobody, sleep, slept};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

#[derive(Debug, thiserror::Error, Retryable)]
enum FetchError {
    #[error(transparent)]
    #[retry(forward)]
    Transport(#[from] reqwest::Error),
    #[error(transparent)]
    #[retry(forward)]
    Status(#[from] StatusError),
}

#[retry(max_attempts = 4, sleep = sleep, idempotent = method.is_idempotent())]
async fn send(method: Method, url: &str) -> Result<reqwest::Response, FetchError> {
    let client = reqwest::Client::new();
    Ok(client.request(method.clone(), url).send().await?.retryable_status()?)
}

#[tokio::test]
async fn a_response_is_asked_for_again_when_the_server_said_to() {
    let server = Server::answering(&[(503, "2"), (429, ""), (500, "")]).await;
    let response = send(Method::GET, &server.url()).await.unwrap();
    assert_eq!(response.text().await.unwrap(), "body");
    assert_eq!(server.left(), 0);
    let waits = slept();
    assert_eq!(waits.len(), 3);
    assert!(waits[0] >= Duration::from_secs(2), "{waits:?}");
}

#[tokio::test]
async fn the_last_failure_comes_back() {
    let server = Server::answering(&[(503, ""); 9]).await;
    let error = send(Method::GET, &server.url()).await.unwrap_err();
    assert_eq!(error.to_string(), "the server answered 503 Service Unavailable");
    assert_eq!(server.left(), 5);
}

#[tokio::test]
async fn what_is_not_there_is_not_asked_for_again() {
    let server = Server::answering(&[(404, "")]).await;
    let response = send(Method::GET, &server.url()).await.unwrap();
    assert_eq!(response.status(), 404);
    assert!(slept().is_empty());
}

#[tokio::test]
async fn what_is_posted_is_not_sent_again() {
    for status in [503, 429] {
        let server = Server::answering(&[(status, ""), (200, "")]).await;
        send(Method::POST, &server.url()).await.unwrap_err();
        assert_eq!(server.left(), 1);
    }
}

/// A client that follows no redirects knows what was refused.
#[derive(Debug, thiserror::Error, Retryable)]
enum PostError {
    #[error(transparent)]
    #[retry(transient, not_applied, when = _0.is_connect())]
    #[retry(forward)]
    Transport(#[from] reqwest::Error),
    #[error(transparent)]
    #[retry(forward, not_applied, when = _0.status() == 429)]
    #[retry(forward)]
    Status(#[from] StatusError),
}

#[tokio::test]
async fn what_is_posted_is_sent_again_where_it_is_known_to_have_been_refused() {
    #[retry(max_attempts = 4, sleep = sleep, idempotent = false)]
    async fn post(url: &str) -> Result<reqwest::Response, PostError> {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Ok(client.build()?.post(url).send().await?.retryable_status()?)
    }
    let server = Server::answering(&[(429, ""), (429, "")]).await;
    assert_eq!(post(&server.url()).await.unwrap().status(), 200);
    assert_eq!(server.left(), 0);
    let server = Server::answering(&[(503, ""), (200, "")]).await;
    post(&server.url()).await.unwrap_err();
    assert_eq!(server.left(), 1);
    slept();
    post(&format!("http://{}/", nobody())).await.unwrap_err();
    assert_eq!(slept().len(), 3);
}

#[tokio::test]
async fn behind_a_redirect_nobody_knows() {
    // The payment is made, and the receipt is where nobody listens.
    let receipt = nobody();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 303 See Other\r\nlocation: http://{receipt}/\r\ncontent-length: 0\r\n\r\n"
    );
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let error = send(Method::POST, &url).await.unwrap_err();
    assert_eq!(error.retryability(), Retryability::transient(), "{error:?}");
    assert!(slept().is_empty());
}

#[tokio::test]
async fn a_wait_that_is_too_long_ends_it() {
    let server = Server::answering(&[(503, "3600"), (200, "")]).await;
    send(Method::GET, &server.url()).await.unwrap_err();
    assert_eq!(server.left(), 1);
    assert!(slept().is_empty());
}

#[tokio::test]
async fn a_status_may_be_an_error_of_reqwest() {
    #[retry(max_attempts = 4, sleep = sleep)]
    async fn fetch(url: &str) -> Result<reqwest::Response, reqwest::Error> {
        reqwest::get(url).await?.error_for_status()
    }
    let server = Server::answering(&[(502, ""), (200, "")]).await;
    assert!(fetch(&server.url()).await.is_ok());
    let server = Server::answering(&[(404, ""), (200, "")]).await;
    assert_eq!(fetch(&server.url()).await.unwrap_err().status().unwrap(), 404);
    assert_eq!(server.left(), 1);
}

/// Answers each connection with these bytes, and closes it.
async fn raw(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer).await;
        }
    });
    format!("http://{address}/")
}

async fn reqwest_error(url: &str) -> reqwest::Error {
    match reqwest::get(url).await {
        Err(error) => error,
        Ok(response) => response.bytes().await.unwrap_err(),
    }
}

#[tokio::test]
async fn each_way_to_fail() {
    let refused = format!("http://{}/", nobody());
    let error = reqwest_error(&refused).await;
    assert_eq!(error.retryability(), Retryability::transient(), "{error:?}");

    // The answer doesn't come; or breaks off in its body; or is none.
    let error = reqwest_error(&raw(b"").await).await;
    assert_eq!(error.retryability(), Retryability::transient(), "{error:?}");
    let truncated = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await;
    let error = reqwest_error(&truncated).await;
    assert_eq!(error.retryability(), Retryability::transient(), "{error:?}");
    let error = reqwest_error(&raw(b"SSH-2.0-OpenSSH\r\n").await).await;
    assert!(!error.retryability().is_retryable(), "{error:?}");

    let error = reqwest_error("no url").await;
    assert!(!error.retryability().is_retryable(), "{error:?}");
    let client = reqwest::Client::builder().timeout(Duration::from_millis(1)).build().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let error = client.get(url).send().await.unwrap_err();
    assert!(error.retryability().is_retryable(), "{error:?}");

    // The same is found where it is wrapped.
    let boxed: Box<dyn Error + Send + Sync> = reqwest_error(&refused).await.into();
    assert_eq!(boxed.retryability(), Retryability::transient());
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_permanent() {
    let error = reqwest_error("http://no-such-host.invalid/").await;
    // Where there is no resolver to say so, it may be for a while only.
    let text = format!("{error:?}");
    let is_unknown = text.contains("Name or service not known");
    assert_eq!(!error.retryability().is_retryable(), is_unknown, "{text}");
}

#[test]
fn blocking_responses_too() {
    #[retry(max_attempts = 4, sleep = support::note)]
    fn fetch(url: &str) -> Result<String, FetchError> {
        Ok(reqwest::blocking::get(url)?.retryable_status()?.text()?)
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::answering(&[(503, "1"), (500, "")]));
    assert_eq!(fetch(&server.url()).unwrap(), "body");
    assert!(slept()[0] >= Duration::from_secs(1));
}

#[tokio::test]
async fn the_client_of_hyper_util() {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let refused = format!("http://{}/", nobody()).parse().unwrap();
    let error = client.get(refused).await.unwrap_err();
    assert_eq!(error.retryability(), Retryability::transient().not_applied(), "{error:?}");
    let silent = raw(b"").await.parse().unwrap();
    let error = client.get(silent).await.unwrap_err();
    assert_eq!(error.retryability(), Retryability::transient(), "{error:?}");
    let inner = error.source().unwrap().downcast_ref::<hyper::Error>().unwrap();
    assert!(inner.is_incomplete_message());
    assert_eq!(inner.retryability(), Retryability::transient());
    let garbage = raw(b"SSH-2.0-OpenSSH\r\n").await.parse().unwrap();
    let error = client.get(garbage).await.unwrap_err();
    assert!(!error.retryability().is_retryable(), "{error:?}");

    #[retry(max_attempts = 3, sleep = sleep)]
    async fn fetch(
        client: &Client<hyper_util::client::legacy::connect::HttpConnector, Empty<Bytes>>,
        url: &str,
    ) -> Result<http::StatusCode, Box<dyn Error + Send + Sync>> {
        Ok(client.get(url.parse()?).await?.retryable_status()?.status())
    }
    let server = Server::answering(&[(503, ""), (502, "")]).await;
    assert_eq!(fetch(&client, &server.url()).await.unwrap(), 200);
    assert!(fetch(&client, "not an address").await.is_err());
}
