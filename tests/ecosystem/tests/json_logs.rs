//! A client with a time-out for each attempt, and what it does as JSON. One test, in a process of its own: `tracing` remembers
//! for the whole process whether anybody listens.

mod support;

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reattempt::http::{HttpError, RetryableStatus};
use reattempt::{Retryable, retry};
use support::{nobody, sleep, slept};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::timeout;

#[derive(Debug, thiserror::Error, Retryable)]
enum FetchError {
    #[error("no answer in time")]
    #[retry(transient)]
    Slow(#[from] tokio::time::error::Elapsed),
    #[error(transparent)]
    #[retry(forward)]
    Http(#[from] HttpError<reqwest::Error>),
}

impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> FetchError {
        FetchError::Http(error.into())
    }
}

#[retry(max_attempts = 4, context = cx, sleep = sleep)]
async fn fetch(client: &reqwest::Client, url: &str) -> Result<String, FetchError> {
    let attempt = async {
        let response = client.get(url).send().await?;
        Ok(response.require_success().map_err(HttpError::from)?.text().await?)
    };
    // Only the first has to be quick: whoever answers does so in time.
    let limit = if cx.attempt() == 1 { Duration::from_millis(50) } else { Duration::from_secs(60) };
    timeout(limit, attempt).await?
}

/// In one line: whoever waits for it does so for two seconds at most, and gets the real error at once if that can't be kept.
#[retry(max_attempts = 9, deadline = 2s, attempt_timeout = 500ms)]
async fn fetch_in_time(
    client: &reqwest::Client,
    url: &str,
) -> Result<reqwest::Response, HttpError<reqwest::Error>> {
    Ok(client.get(url).send().await?.retryable_status()?)
}

/// Answers that it is busy for five seconds.
async fn busy() -> String {
    let server = support::Server::answering(&[(503, "5"); 9]).await;
    server.url()
}

/// Answers nothing to the first connection, and the others with what is in the script.
async fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (_silent, _) = listener.accept().await.unwrap();
        for answer in ["503 Busy\r\nretry-after: 1", "200 OK"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await.unwrap();
            let response =
                format!("HTTP/1.1 {answer}\r\nconnection: close\r\ncontent-length: 4\r\n\r\nbody");
            stream.write_all(response.as_bytes()).await.unwrap();
        }
        std::future::pending::<()>().await;
    });
    url
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::Write::write(&mut *self.0.lock().unwrap(), bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_numbers_and_causes() {
    let lines = Lines::default();
    let written = lines.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || written.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let client = reqwest::Client::new();
    assert_eq!(fetch(&client, &server().await).await.unwrap(), "body");
    let waits = slept();
    assert!(waits.len() == 2 && waits[1] >= Duration::from_secs(1), "{waits:?}");
    let refused = fetch(&client, &format!("http://{}/", nobody())).await.unwrap_err();
    assert!(refused.retryability().is_retryable());
    let busy = fetch_in_time(&client, &busy().await).await.unwrap_err();
    assert_eq!(busy.to_string(), "the server answered 503 Service Unavailable");
    drop(guard);

    let lines = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let fields = |index: usize| &lines[index]["fields"];
    assert_eq!(fields(0)["error"], "no answer in time: deadline has elapsed");
    assert_eq!(fields(1)["error"], "the server answered 503 Service Unavailable");
    assert!(fields(1)["delay_ms"].as_f64().unwrap() >= 1000.0, "{}", lines[1]);
    assert_eq!(fields(2)["message"], "operation succeeded after retry");
    let [.., last, in_time] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(in_time["fields"]["reason"], "deadline");
    assert_eq!(in_time["fields"]["error"], "the server answered 503 Service Unavailable");
    assert_eq!(last["level"], "ERROR");
    assert!(last["fields"]["error"].as_str().unwrap().contains("Connection refused"), "{last}");
    assert_eq!(last["fields"]["reason"], "attempts");
}
